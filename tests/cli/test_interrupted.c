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
                           "solver: {grid: {points: 96}}\n"
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
    for (int i = 0; i < 5000 && !scratch_exists(scratch_path(name)); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return pid;
}

static void leave_an_interrupted_run(void)
{
    pid_t pid = start_and_wait_for("r.h5.part.checkpoint");
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
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

/* The state of another grid; a time before, after and at no time; the theory that stopped gone. */
static void damage(int how)
{
    hid_t file = H5Fopen(scratch_path("r.h5.part.checkpoint"), H5F_ACC_RDWR, H5P_DEFAULT);
    const double times[] = {-1.0, 1e9, NAN};
    cr_assert(file >= 0);
    if (how < 3)
        replace_number(file, "time", times[how]);
    else
        H5Ldelete(file, how == 3 ? "/checkpoint/theories/M2" : "/checkpoint/state", H5P_DEFAULT);
    H5Fclose(file);
}

Test(interrupted, a_resume_that_fails_leaves_the_run_as_it_was)
{
    leave_an_interrupted_run();
    size_t size = 0;
    char *kept = malloc(1 << 24);
    FILE *file = fopen(scratch_path("r.h5.part.checkpoint"), "rb");
    size = fread(kept, 1, 1 << 24, file);
    fclose(file);
    for (int how = 0; how < 5; how++) {
        damage(how);
        outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
        cr_assert(eq(int, o.exit_status, 4), "%d: %s", how, o.err);
        cr_assert(strstr(o.err, "r.h5.part.checkpoint") != NULL, "%d: %s", how, o.err);
        cr_assert(strstr(o.err, "stay, for --resume") != NULL, "%d: %s", how, o.err);
        scratch_write(scratch_path("r.h5.part.checkpoint"), kept, size);
    }
    free(kept);
    outcome o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
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
                            "output: {times: [0.0, 1.0e6], checkpoint: {every: 0.05s}}\n");
    pid_t first = start_and_wait_for("r.h5.part.checkpoint");
    char *line =
        qfpi_format("cd %s && %s run slow.yaml -o r.h5 >second 2>&1", scratch_folder, QFP_PROGRAM);
    int status = system(line);
    free(line);
    char said[2048];
    read_back(scratch_path("second"), said, sizeof said);
    cr_assert(eq(int, WEXITSTATUS(status), 4), "%s", said);
    cr_assert(strstr(said, "is being written by another process") != NULL, "%s", said);
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
