/* Output paths that are no place for a file, disks that end, runs that are interrupted: the exit
 * status 4 or 2, a sentence with the path, what was there stays, nothing half-written. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../support/program.h"

static const char good[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "solver: {tolerance: 1.0e-4}\n"
                           "output:\n"
                           "  times: [0.0, 0.05]\n"
                           "  husimi: {from: -3.0, to: 3.0, points: 41}\n";
/* minutes, if nothing ends it */
static const char endless[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                              "initial: {coherent: [1.0]}\n"
                              "solver: {basis: fourier, integrator: krylov, tolerance: 1.0e-4}\n"
                              "output:\n"
                              "  times: [0.0, 0.05, 100.0]\n";

static void prepare(void)
{
    scratch_make();
    write_text("good.yaml", good);
}

TestSuite(hostile_files, .init = prepare, .fini = scratch_remove);

static mode_t kind_of(const char *name)
{
    struct stat found;
    return lstat(scratch_path(name), &found) == 0 ? found.st_mode & S_IFMT : 0;
}

/* A rename would put a file in the place of /dev/null; here it is a pipe that must stay one. */
Test(hostile_files, pipes_are_not_replaced)
{
    cr_assert(mkfifo(scratch_path("pipe"), 0600) == 0);
    outcome o = RUN("run", "good.yaml", "-o", "pipe");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "pipe: is a device, a pipe or a socket") != NULL, "%s", o.err);
    cr_assert(eq(int, kind_of("pipe") == S_IFIFO, 1));
    cr_assert(eq(str, o.out, ""));
    /* the unfinished file: opening a pipe there would wait for a reader */
    cr_assert(mkfifo(scratch_path("other.h5.part"), 0600) == 0);
    o = RUN("run", "good.yaml", "-o", "other.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "other.h5.part") != NULL, "%s", o.err);
    cr_assert(eq(int, kind_of("other.h5.part") == S_IFIFO, 1));
    o = RUN("run", "good.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(mkfifo(scratch_path("pipe.png"), 0600) == 0);
    o = RUN("plot", "whole.h5", "-o", "pipe.png");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(eq(int, kind_of("pipe.png") == S_IFIFO, 1));
}

/* Under every name that is written beside the output: the target of a link stays what it was. */
Test(hostile_files, links_are_not_followed)
{
    static const char *const names[] = {"out.h5.part", "out.h5.part.checkpoint.new",
                                        "out.png.part"};
    char kept[32];
    write_text("target", "dear");
    char *text = qfpi_format("%s  checkpoint: {every: 1.0e-9s}\n", good);
    write_text("checkpoints.yaml", text);
    free(text);
    outcome o = RUN("run", "good.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    for (int i = 0; i < 3; i++) {
        cr_assert(symlink("target", scratch_path(names[i])) == 0);
        o = i < 2 ? RUN("run", "checkpoints.yaml", "-o", "out.h5")
                  : RUN("plot", "whole.h5", "-o", "out.png");
        cr_assert(eq(int, o.exit_status, 4), "%s: %s", names[i], o.err);
        cr_assert(strstr(o.err, "is a symbolic link") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, names[i]) != NULL, "%s", o.err);
        cr_assert(eq(int, kind_of(names[i]) == S_IFLNK, 1));
        read_back(scratch_path("target"), kept, sizeof kept);
        cr_assert(eq(str, kept, "dear"));
        cr_assert(unlink(scratch_path(names[i])) == 0);
    }
    cr_assert(symlink("target", scratch_path("out.h5.part")) == 0);
    o = RUN("run", "good.yaml", "--resume", "-o", "out.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "is a symbolic link") != NULL, "%s", o.err);
}

Test(hostile_files, the_input_is_not_replaced)
{
    outcome o = RUN("run", "good.yaml", "-o", "./good.yaml");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    cr_assert(strstr(o.err, "replace the input good.yaml") != NULL, "%s", o.err);
    cr_assert(link(scratch_path("good.yaml"), scratch_path("twin.h5")) == 0);
    o = RUN("run", "good.yaml", "-o", "twin.h5");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    o = RUN("run", "good.yaml", "-o", "");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    o = RUN("run", "good.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("plot", "whole.h5", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    o = RUN("compare", "whole.h5", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "still a result: %s", o.err);
}

/* Files of this process and its children end after `bytes`, as on a full disk.  0: no limit. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = bytes > 0 ? bytes : limit.rlim_max;
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

Test(hostile_files, a_disk_that_ends)
{
    static const rlim_t sizes[] = {1024, 8192, 32768, 65536};
    write_text("old.h5", "an older result");
    for (int i = 0; i < 4; i++) {
        limit_files(sizes[i]);
        outcome o = RUN("run", "good.yaml", "-o", "old.h5");
        limit_files(0);
        cr_assert(eq(int, o.exit_status, 4), "%lu bytes: %s", (unsigned long)sizes[i], o.err);
        cr_assert(strstr(o.err, "old.h5") != NULL, "%s", o.err);
        cr_assert(not(left_behind(".part")), "%lu bytes", (unsigned long)sizes[i]);
        char kept[32];
        read_back(scratch_path("old.h5"), kept, sizeof kept);
        cr_assert(eq(str, kept, "an older result"));
    }
}

/* The very file: a checkpoint grows under another name before it gets its own. */
static void wait_for(pid_t pid, const char *name)
{
    program_until(pid, name, 1);
    cr_assert(scratch_exists(scratch_path(name)), "the run ended without %s", name);
}

/* The documented trace of an interrupted run is OUT.h5.part, never OUT.h5. */
Test(hostile_files, interrupted_runs_leave_the_part_only)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGKILL};
    write_text("endless.yaml", endless);
    for (int i = 0; i < 3; i++) {
        pid_t pid =
            program_start((const char *const[]){"run", "endless.yaml", "-o", "long.h5", NULL});
        wait_for(pid, "long.h5.part");
        kill(pid, signals[i]);
        outcome o = program_wait(pid);
        int expected = signals[i] == SIGKILL ? -SIGKILL : 128 + signals[i];
        cr_assert(eq(int, o.exit_status, expected), "%s", o.err);
        cr_assert(not(scratch_exists(scratch_path("long.h5"))));
        cr_assert(scratch_exists(scratch_path("long.h5.part")));
        remove(scratch_path("long.h5.part"));
        remove(scratch_path("long.h5.part.checkpoint"));
    }
}

/* No terminal, pipe or file to write to: the results are lost, and the status says so. */
Test(hostile_files, standard_output_that_is_full)
{
    if (access("/dev/full", W_OK) != 0)
        cr_skip_test("no /dev/full");
    static const char *const commands[][4] = {
        {"audit", "good.yaml"}, {"help", "config"}, {"run", "good.yaml", "-o", "x.h5"}};
    for (int i = 0; i < 3; i++) {
        char *line = qfpi_format("cd %s && %s %s %s %s %s >/dev/full 2>stderr", scratch_folder,
                                 QFP_PROGRAM, commands[i][0], commands[i][1],
                                 commands[i][2] != NULL ? commands[i][2] : "",
                                 commands[i][3] != NULL ? commands[i][3] : "");
        int status = system(line);
        cr_assert(eq(int, WEXITSTATUS(status), 4), "%s", line);
        free(line);
    }
}

/* Cut anywhere, a file is refused with its name or read as what it is; never a crash. */
Test(hostile_files, truncated_results)
{
    enum { CUTS = 12 };
    outcome o = RUN("run", "good.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    struct stat found;
    cr_assert(stat(scratch_path("whole.h5"), &found) == 0);
    size_t size = (size_t)found.st_size;
    char *bytes = malloc(size);
    FILE *file = fopen(scratch_path("whole.h5"), "rb");
    cr_assert(eq(sz, fread(bytes, 1, size, file), size));
    fclose(file);
    for (size_t i = 0; i < CUTS; i++) {
        scratch_write(scratch_path("cut.h5"), bytes, size * i / CUTS);
        o = RUN("compare", "whole.h5", "cut.h5");
        cr_assert(eq(int, o.exit_status, 4), "%zu: %s", i, o.err);
        cr_assert(strstr(o.err, "cut.h5") != NULL, "%s", o.err);
    }
    for (size_t i = 0; i < CUTS; i++) { /* a run of bytes overwritten */
        size_t at = size * i / CUTS;
        char kept[64];
        memcpy(kept, bytes + at, sizeof kept);
        memset(bytes + at, 0xA5, sizeof kept);
        scratch_write(scratch_path("spoilt.h5"), bytes, size);
        memcpy(bytes + at, kept, sizeof kept);
        o = RUN("compare", "whole.h5", "spoilt.h5");
        cr_assert(o.exit_status == 0 || o.exit_status == 1 || o.exit_status == 4, "%d: %s",
                  o.exit_status, o.err);
    }
    free(bytes);
}

/* Keeps `bytes` of the file; the rest is lost. */
static void cut(const char *name, off_t bytes)
{
    cr_assert(truncate(scratch_path(name), bytes) == 0);
}

/* Resumes where there is nothing to resume from: a sentence that names the file at fault. */
Test(hostile_files, resuming_from_damaged_files)
{
    static const struct {
        const char *file; /* cut to 3000 bytes; NULL: whole files, another configuration */
        int exit_status;
        const char *says;
    } cases[] = {
        /* in this order: the checkpoint is looked at before the part */
        {NULL, 2, "belongs to another configuration"},
        {"long.h5.part", 4, "long.h5.part: the HDF5 file is truncated"},
        {"long.h5.part.checkpoint", 4, "long.h5.part.checkpoint: "},
    };
    char *text = qfpi_format("%s  checkpoint: {every: 0.05s}\n", endless);
    write_text("endless.yaml", text);
    pid_t pid = program_start((const char *const[]){"run", "endless.yaml", "-o", "long.h5", NULL});
    wait_for(pid, "long.h5.part.checkpoint");
    kill(pid, SIGKILL);
    program_wait(pid);
    for (int i = 0; i < 3; i++) {
        if (cases[i].file != NULL)
            cut(cases[i].file, 3000);
        write_text("other.yaml", good);
        outcome o = RUN("run", cases[i].file != NULL ? "endless.yaml" : "other.yaml", "--resume",
                        "-o", "long.h5");
        cr_assert(eq(int, o.exit_status, cases[i].exit_status), "%d: %s", i, o.err);
        cr_assert(strstr(o.err, cases[i].says) != NULL, "%d: %s", i, o.err);
        cr_assert(not(scratch_exists(scratch_path("long.h5"))));
    }
    free(text);
}
