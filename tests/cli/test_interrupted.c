/* What is left when a run with checkpoints fails: enough to go on from, and nobody else's file. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <time.h>

#include "../support/program.h"
#include "core/error.h"

static const char slow[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "theory: [{}, {order: 2, accept_unbalanced: true}, {order: 1}]\n"
                           "solver: {grid: {points: 80}}\n"
                           "output:\n"
                           "  times: [0.0, 0.001, 0.5, 2.0]\n"
                           "  husimi: {from: -4.0, to: 4.0, points: 17}\n"
                           "  checkpoint: {every: 0.05s}\n";

static void prepare(void)
{
    scratch_make();
    write_text("slow.yaml", slow);
}

TestSuite(interrupted, .init = prepare, .fini = scratch_remove);

static pid_t start_and_wait_for(const char *name)
{
    pid_t pid = program_start((const char *const[]){"run", "slow.yaml", "-o", "r.h5", NULL});
    program_until(pid, name, 2);
    return pid;
}

static void assert_resumed(void)
{
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(not(left_behind(".part")));
}

Test(interrupted, a_signal_leaves_a_checkpoint_and_the_command_that_goes_on)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    char *text = qfpi_format("%.*s", (int)(strstr(slow, "  checkpoint") - slow), slow);
    for (int i = 0; i < 3; i++) {
        if (i == 1) /* one that asks for no checkpoints */
            write_text("slow.yaml", text);
        pid_t pid = start_and_wait_for("r.h5.part");
        kill(pid, numbers[i]);
        outcome o = program_wait(pid);
        cr_assert(eq(int, o.exit_status, 128 + numbers[i]), "%s", o.err);
        cr_assert(strstr(o.err, "; go on with: qfp run --resume slow.yaml -o r.h5\n") != NULL, "%s",
                  o.err);
        cr_assert(scratch_exists(scratch_path("r.h5.part.checkpoint")));
        cr_assert(not(left_behind("lock")));
        assert_resumed();
    }
    free(text);
}

Test(interrupted, a_second_signal_ends_at_once_and_the_checkpoint_stays)
{
    pid_t pid = start_and_wait_for("r.h5.part.checkpoint");
    kill(pid, SIGINT);
    kill(pid, SIGTERM);
    outcome o = program_wait(pid);
    bool ended = o.exit_status == 128 + SIGINT || o.exit_status == 128 + SIGTERM;
    cr_assert(ended, "%d: %s", o.exit_status, o.err);
    assert_resumed();
}

/* The exact state is not gone on with: the times reached are in the unfinished file. */
Test(interrupted, a_signal_leaves_the_times_that_the_reference_reached)
{
    write_text("slow.yaml", "hamiltonian: {modes: 1, operator: \"n\"}\n"
                            "initial: {coherent: [0.5]}\n"
                            "solver: {basis: reference}\n"
                            "output: {times: {from: 0.0, to: 1.0, count: 100000}}\n");
    pid_t pid = start_and_wait_for("r.h5.part");
    kill(pid, SIGINT);
    outcome o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, 128 + SIGINT), "%s", o.err);
    bool holds = strstr(o.err, "r.h5.part holds the times before it") != NULL;
    cr_assert(eq(int, scratch_exists(scratch_path("r.h5.part")), holds), "%s", o.err);
}

Test(interrupted, a_signal_before_the_first_step_leaves_nothing)
{
    write_text("slow.yaml", "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                            "initial: {coherent: [5.0]}\n"
                            "output: {times: [0.0, 1.0e3]}\n");
    pid_t pid = program_start((const char *const[]){"run", "slow.yaml", "-o", "r.h5", NULL});
    program_until(pid, "r.h5.part.lock", 1);
    kill(pid, SIGINT);
    outcome o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, 128 + SIGINT), "%s", o.err);
    /* a busy machine may have let it make a step */
    bool stepped = scratch_exists(scratch_path("r.h5.part.checkpoint"));
    cr_assert(eq(int, left_behind("r.h5"), stepped));
}

static void leave_an_interrupted_run(void)
{
    pid_t pid = start_and_wait_for("r.h5.part.checkpoint");
    kill(pid, SIGKILL);
    program_wait(pid);
    cr_assert(left_behind("r.h5.part.checkpoint"));
}

static void replace_number(hid_t file, const char *name, double value)
{
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    hid_t attribute = H5Aopen(group, name, H5P_DEFAULT);
    cr_assert(H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value) >= 0);
    H5Aclose(attribute);
    H5Gclose(group);
}

/* One byte of the state, or all of it. */
static void damage_state(hid_t file, bool all)
{
    hid_t state = H5Dopen2(file, "/checkpoint/state", H5P_DEFAULT);
    size_t count = (size_t)H5Dget_storage_size(state) / sizeof(double);
    double *values = malloc(count * sizeof *values);
    cr_assert(H5Dread(state, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (all)
        memset(values, 0, count * sizeof *values);
    else
        ((unsigned char *)values)[count * sizeof *values / 2] ^= 1;
    H5Dwrite(state, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(state);
    free(values);
}

enum { WAYS = 11 };

/* A time before, after and at no time; what the checkpoint holds, changed or gone; what the file holds gone.
 * The name of what is to be complained of. */
static const char *damage(int how)
{
    static const char *const gone[] = {
        "/checkpoint/theories/M2", "/checkpoint/state",   "/distance",
        "/distance/liouville/n_1", "/theories/liouville", "/observables/energy"};
    const double times[] = {-1.0, 1e9, NAN};
    const char *name = how < 7 ? "r.h5.part.checkpoint" : "r.h5.part";
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert(file >= 0);
    if (how < 3)
        replace_number(file, "time", times[how]);
    else if (how < 5)
        damage_state(file, how == 3);
    else
        cr_assert(H5Ldelete(file, gone[how - 5], H5P_DEFAULT) >= 0);
    H5Fclose(file);
    return name;
}

typedef struct kept_file {
    const char *name;
    char bytes[1 << 21];
    size_t size;
} kept_file;

static void keep(kept_file *k, const char *name)
{
    k->name = name;
    FILE *file = fopen(scratch_path(name), "rb");
    k->size = fread(k->bytes, 1, sizeof k->bytes, file);
    fclose(file);
    cr_assert(lt(sz, k->size, sizeof k->bytes));
}

static bool is_unchanged(const kept_file *k)
{
    static kept_file now;
    keep(&now, k->name);
    return now.size == k->size && memcmp(now.bytes, k->bytes, k->size) == 0;
}

Test(interrupted, a_resume_that_fails_leaves_the_run_as_it_was)
{
    static kept_file good[2], bad[2];
    static const char *const names[] = {"r.h5.part", "r.h5.part.checkpoint"};
    leave_an_interrupted_run();
    for (int i = 0; i < 2; i++)
        keep(&good[i], names[i]);
    for (int how = 0; how < WAYS; how++) {
        const char *name = damage(how);
        for (int i = 0; i < 2; i++)
            keep(&bad[i], names[i]);
        outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
        cr_assert(eq(int, o.exit_status, 4), "%d: %s", how, o.err);
        cr_assert(strstr(o.err, name) != NULL, "%d: %s", how, o.err);
        for (int i = 0; i < 2; i++) {
            cr_assert(is_unchanged(&bad[i]), "%d: %s", how, names[i]);
            scratch_write(scratch_path(names[i]), good[i].bytes, good[i].size);
        }
    }
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

/* A byte of what the checkpoint relies on, at its place in the file. */
static void flip(const char *name, const char *dataset)
{
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    cr_assert(opened >= 0, "%s", dataset);
    const hsize_t first[3] = {0};
    hsize_t size = 0;
    haddr_t at = H5Dget_offset(opened);
    if (at == HADDR_UNDEF)
        H5Dget_chunk_info_by_coord(opened, first, NULL, &at, &size);
    H5Dclose(opened);
    H5Fclose(file);
    cr_assert(at != HADDR_UNDEF && at > 0, "%s", dataset);
    FILE *bytes = fopen(scratch_path(name), "r+b");
    fseek(bytes, (long)at + 3, SEEK_SET);
    int byte = fgetc(bytes);
    fseek(bytes, (long)at + 3, SEEK_SET);
    fputc(byte ^ 0x10, bytes);
    fclose(bytes);
}

/* Rows that were written before the checkpoint, of every kind; h5py and others read the checksums too. */
Test(interrupted, a_flipped_byte_of_what_was_written_is_seen)
{
    static const char *const datasets[] = {"/time",
                                           "/husimi/mode_1",
                                           "/observables/energy",
                                           "/errors/n_1",
                                           "/theories/liouville/husimi/mode_1",
                                           "/theories/M2/observables/n_1",
                                           "/distance/liouville/n_1",
                                           "/series/n_1",
                                           "/errors/series/energy"};
    static kept_file good;
    /* no output between the checkpoint and the kill, whose pages would be put back, flipped bytes and all */
    const char *later = strstr(slow, "0.5, 2.0");
    char *text = qfpi_format("%.*s2.0%s  series: {from: 0, to: 2, count: 50}\n",
                             (int)(later - slow), slow, later + strlen("0.5, 2.0"));
    write_text("slow.yaml", text);
    free(text);
    leave_an_interrupted_run();
    keep(&good, "r.h5.part");
    for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
        flip("r.h5.part", datasets[i]);
        outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
        cr_assert(eq(int, o.exit_status, 4), "%s: %s", datasets[i], o.err);
        cr_assert(strstr(o.err, "run with --force to begin anew") != NULL, "%s", o.err);
        scratch_write(scratch_path("r.h5.part"), good.bytes, good.size);
    }
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

/* The states are of one size and sound in themselves. */
Test(interrupted, a_checkpoint_of_another_run_is_refused)
{
    leave_an_interrupted_run();
    cr_assert(rename(scratch_path("r.h5.part.checkpoint"), scratch_path("other")) == 0);
    char *text = qfpi_format("# another\n%s", slow);
    write_text("slow.yaml", text);
    free(text);
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--force");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    leave_an_interrupted_run();
    cr_assert(rename(scratch_path("other"), scratch_path("r.h5.part.checkpoint")) == 0);
    o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    bool told = strstr(o.err, "belongs to another run") != NULL ||
                strstr(o.err, "holds fewer outputs") != NULL; /* the other had come farther */
    cr_assert(told, "%s", o.err);
}

Test(interrupted, a_new_run_does_not_take_the_checkpoint)
{
    static kept_file part, checkpoint;
    leave_an_interrupted_run();
    keep(&part, "r.h5.part");
    keep(&checkpoint, "r.h5.part.checkpoint");
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "--resume") != NULL && strstr(o.err, "--force") != NULL, "%s", o.err);
    cr_assert(is_unchanged(&part) && is_unchanged(&checkpoint));
    o = RUN("run", "slow.yaml", "-o", "r.h5", "--force", "--resume");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    cr_assert(is_unchanged(&part) && is_unchanged(&checkpoint));
    cr_assert(rename(scratch_path("r.h5.part"), scratch_path("aside")) == 0);
    o = RUN("run", "slow.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "is a checkpoint whose r.h5.part is gone") != NULL, "%s", o.err);
    cr_assert(rename(scratch_path("aside"), scratch_path("r.h5.part")) == 0);
    o = RUN("run", "slow.yaml", "-o", "r.h5", "--force");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(not(left_behind(".part")));
}

/* What a run took does not depend on whether it was interrupted. */
static int64_t number_of(const char *name, const char *group, const char *attribute)
{
    int64_t number = -1;
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t stored = H5Aopen_by_name(file, group, attribute, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(stored >= 0, "%s of %s", attribute, group);
    H5Aread(stored, H5T_NATIVE_INT64, &number);
    H5Aclose(stored);
    H5Fclose(file);
    return number;
}

Test(interrupted, steps_and_warnings_are_those_of_the_whole_run)
{
    outcome whole = RUN("run", "slow.yaml", "-o", "whole.h5");
    cr_assert(eq(int, whole.exit_status, 0), "%s", whole.err);
    leave_an_interrupted_run();
    int64_t until = number_of("r.h5.part.checkpoint", "/checkpoint", "steps");
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    int64_t lost = number_of("whole.h5", "/", "steps") - number_of("r.h5", "/", "steps");
    /* an output time or the propagator's choice shifts a step or two */
    cr_assert(le(i64, lost < 0 ? -lost : lost, 2), "%d of %d", (int)lost, (int)until);
    cr_assert(lt(i64, 0, number_of("r.h5", "/theories/M2", "applications")));
    cr_assert(strstr(whole.err, "liouville: the grid limits the accuracy") != NULL, "%s",
              whole.err);
    cr_assert(strstr(o.err, "liouville: the grid limits the accuracy") != NULL, "%s", o.err);
    cr_assert(strstr(o.err, "M2: accepted as unbalanced") != NULL, "%s", o.err);
}

Test(interrupted, a_second_process_leaves_the_first_alone)
{
    write_text("slow.yaml", "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                            "initial: {coherent: [2.0]}\n"
                            "solver: {basis: fourier, integrator: krylov}\n"
                            "output: {times: [0.0, 1.0e6], checkpoint: {every: 0.05s}}\n");
    pid_t first = start_and_wait_for("r.h5.part.checkpoint");
    static const char *const ways[] = {"", "HDF5_USE_FILE_LOCKING=FALSE "};
    for (int way = 0; way < 4; way++) {
        char said[2048], *process = qfpi_format("is being written by process %d;", (int)first);
        char *line =
            qfpi_format("cd %s && %s%s run slow.yaml -o r.h5 %s >second 2>&1", scratch_folder,
                        ways[way % 2], QFP_PROGRAM, way < 2 ? "--force" : "--resume");
        int status = system(line);
        free(line);
        read_back(scratch_path("second"), said, sizeof said);
        cr_assert(eq(int, WEXITSTATUS(status), 4), "%s", said);
        cr_assert(strstr(said, process) != NULL, "%s", said);
        free(process);
    }
    cr_assert(eq(int, waitpid(first, NULL, WNOHANG), 0)); /* it goes on */
    kill(first, SIGKILL);
    program_wait(first);
    hid_t file = H5Fopen(scratch_path("r.h5.part"), H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(ge(i64, file, 0));
    H5Fclose(file);
}

/* Files may grow to so many blocks of 1024 bytes; the checkpoint fits all of them. */
Test(interrupted, a_full_disk_leaves_the_checkpoint)
{
    leave_an_interrupted_run();
    for (int blocks = 240; blocks <= 640; blocks += 40) {
        char *line = qfpi_format("cd %s && cp r.h5.part f.h5.part && "
                                 "cp r.h5.part.checkpoint f.h5.part.checkpoint && trap '' XFSZ && "
                                 "ulimit -f %d && exec %s run slow.yaml -o f.h5 --resume "
                                 ">full 2>&1",
                                 scratch_folder, blocks, QFP_PROGRAM);
        int status = system(line);
        free(line);
        char said[4096];
        read_back(scratch_path("full"), said, sizeof said);
        bool crashed = !WIFEXITED(status), done = !crashed && WEXITSTATUS(status) == 0;
        bool refused = !crashed && WEXITSTATUS(status) == 4;
        cr_assert(done || refused, "%d blocks: %s", blocks, said);
        if (refused)
            cr_assert(strstr(said, "File too large") != NULL, "%d blocks: %s", blocks, said);
        cr_assert(scratch_exists(scratch_path(done ? "f.h5" : "f.h5.part.checkpoint")), "%d blocks",
                  blocks);
    }
}

/* Whether the libraries can be loaded: newer ones of OpenBLAS then try for ever to get a buffer of theirs. */
static bool can_be_loaded(int megabytes)
{
    char *line = qfpi_format("ulimit -c 0 && ulimit -t 1 && ulimit -v %d && OPENBLAS_NUM_THREADS=1 "
                             "exec %s version >/dev/null 2>&1",
                             1000 * megabytes, QFP_PROGRAM);
    int status = system(line);
    free(line);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Address space that ends at many places, most of them inside a library.  Statuses of their own mean something
 * else here: 1 is OpenMP's for a failure, 255 that of others.  What a library kills leaves the checkpoint. */
Test(interrupted, memory_that_ends_leaves_the_checkpoint)
{
#ifdef __SANITIZE_ADDRESS__
    cr_skip_test("the address space of the sanitizer has no limit");
#endif
    leave_an_interrupted_run();
    int enough = 0;
    for (int megabytes = 160; megabytes <= 320 && enough < 2; megabytes += 8) {
        if (!can_be_loaded(megabytes))
            continue;
        char *line = qfpi_format("cd %s && rm -f f.h5* && cp r.h5.part f.h5.part && "
                                 "cp r.h5.part.checkpoint f.h5.part.checkpoint && ulimit -c 0 && "
                                 "ulimit -v %d && OPENBLAS_NUM_THREADS=1 exec %s run slow.yaml "
                                 "-o f.h5 --resume >memory 2>&1",
                                 scratch_folder, 1000 * megabytes, QFP_PROGRAM);
        int status = system(line);
        free(line);
        char said[4096];
        read_back(scratch_path("memory"), said, sizeof said);
        bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        bool answered = WIFEXITED(status) && (done || WEXITSTATUS(status) == 4 ||
                                              WEXITSTATUS(status) == 127); /* of the loader */
        bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;  /* libhdf5 1.10 */
        cr_assert(answered || killed, "%d MB: %d: %s", megabytes, status, said);
        enough += done;
        cr_assert(scratch_exists(scratch_path(done ? "f.h5" : "f.h5.part.checkpoint")), "%d MB: %s",
                  megabytes, said);
    }
    static const char *const left[] = {"f.h5", "f.h5.part", "f.h5.part.checkpoint",
                                       "f.h5.part.lock"};
    for (int i = 0; i < 4; i++)
        unlink(scratch_path(left[i]));
    assert_resumed();
}
