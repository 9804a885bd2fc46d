/* A rank that is told to stop, is killed, runs out of memory or of disk: all of them end, and what was reached stays. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "mpirun.h"

static const char slow[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "theory: [{}, {order: 1}]\n"
                           "solver: {basis: fourier, grid: {points: 64}, reproducible: true}\n"
                           "output:\n"
                           "  times: [0.0, 0.001, 0.5, 2.0]\n"
                           "  husimi: {from: -4.0, to: 4.0, points: 17}\n"
                           "  checkpoint: {every: 0.05s}\n";

static void prepare(void)
{
    ranks_make();
    write_text("slow.yaml", slow);
}

TestSuite(rank_faults, .init = prepare, .fini = scratch_remove, .timeout = 300);

static void assert_ended(const outcome *o, int status)
{
    cr_assert(eq(int, o->exit_status, status), "%s", o->err);
}

/* ---- gone on from, on another number of ranks ----------------------------------------------------- */

static void assert_same_as_uninterrupted(const char *what)
{
    if (!scratch_exists(scratch_path("whole.h5"))) {
        outcome o = RUN("run", "slow.yaml", "-o", "whole.h5", "-q");
        assert_ended(&o, 0);
    }
    cr_assert(not(left_behind("r.h5.part")));
    assert_same_bits("whole.h5", "r.h5", what);
}

static pid_t start_two(void)
{
    pid_t mpirun = MPIRUN_START("-n", "2", QFP_PROGRAM, "run", "slow.yaml", "-o", "r.h5");
    program_until(mpirun, "r.h5.part.checkpoint", 2);
    return mpirun;
}

Test(rank_faults, a_signal_to_any_of_them_stops_all_after_the_same_step)
{
    for (int r = 0; r < 3; r++) { /* and, in the end, to mpirun, which passes one on */
        pid_t ranks[4], mpirun = start_two();
        int number = r < 2 ? SIGTERM : SIGUSR1;
        cr_assert(eq(int, ranks_of(mpirun, ranks, 4), 2));
        kill(r < 2 ? ranks[r] : mpirun, number);
        outcome o = program_wait(mpirun);
        assert_ended(&o, 128 + number);
        cr_assert(strstr(o.err, "qfp: interrupted at t = ") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, "; go on with: qfp run --resume slow.yaml -o r.h5\n") != NULL, "%s",
                  o.err);
        cr_assert(not(left_behind("lock")));
        outcome resumed = r == 0 ? MPIRUN("-n", "3", QFP_PROGRAM, "run", "slow.yaml", "-o", "r.h5",
                                          "--resume", "-q")
                                 : RUN("run", "slow.yaml", "-o", "r.h5", "--resume", "-q");
        assert_ended(&resumed, 0);
        assert_same_as_uninterrupted("after a signal");
        remove(scratch_path("r.h5"));
    }
}

Test(rank_faults, one_that_is_killed_ends_all_and_the_checkpoint_stays)
{
    for (int r = 0; r < 2; r++) {
        pid_t ranks[4], mpirun = start_two();
        cr_assert(eq(int, ranks_of(mpirun, ranks, 4), 2));
        kill(ranks[r], SIGKILL);
        outcome o = program_wait(mpirun);
        assert_ended(&o, 128 + SIGKILL);
        char named[64];
        snprintf(named, sizeof named, "process rank %d ", r);
        cr_assert(strstr(o.err, named) != NULL, "%s", o.err);
        outcome resumed = MPIRUN("-n", r == 0 ? "1" : "4", QFP_PROGRAM, "run", "slow.yaml", "-o",
                                 "r.h5", "--resume", "-q");
        assert_ended(&resumed, 0);
        assert_same_as_uninterrupted("after a kill");
        remove(scratch_path("r.h5"));
    }
}

/* A checkpoint of one process, on three. */
Test(rank_faults, what_one_process_began_several_go_on_with)
{
    pid_t alone = program_start((const char *const[]){"run", "slow.yaml", "-o", "r.h5", NULL});
    program_until(alone, "r.h5.part.checkpoint", 2);
    kill(alone, SIGKILL);
    program_wait(alone);
    outcome o = MPIRUN("-n", "3", QFP_PROGRAM, "run", "slow.yaml", "-o", "r.h5", "--resume", "-q");
    assert_ended(&o, 0);
    assert_same_as_uninterrupted("begun by one process");
    outcome nothing = MPIRUN("-n", "2", QFP_PROGRAM, "run", "slow.yaml", "-o", "r.h5", "--resume");
    assert_ended(&nothing, 4);
    cr_assert(strstr(nothing.err, "r.h5.part: there is no interrupted run to resume") != NULL, "%s",
              nothing.err);
}

/* ---- one that fails ----------------------------------------------------------------------------- */

/* With a fault of tests/faults/preload.c in rank `broken` of two. */
static outcome run_broken(int broken, const char *kind, long at)
{
    char fault[64], number[64];
    const char *a = broken == 0 ? "LD_PRELOAD=" QFP_PRELOAD : "QFP_NO_FAULT=1";
    const char *b = broken == 1 ? "LD_PRELOAD=" QFP_PRELOAD : "QFP_NO_FAULT=1";
    snprintf(fault, sizeof fault, "FAULT_KIND=%s", kind);
    snprintf(number, sizeof number, "FAULT_AT=%ld", at);
    return MPIRUN("-x", a, "-x", fault, "-x", number, "-n", "1", QFP_PROGRAM, "run", "slow.yaml",
                  "-o", "r.h5", "-q", ":", "-x", b, "-x", fault, "-x", number, "-n", "1",
                  QFP_PROGRAM, "run", "slow.yaml", "-o", "r.h5", "-q");
}

Test(rank_faults, memory_that_one_of_them_lacks_is_everybodys_end)
{
    static const long at[] = {3, 40, 400, 900};
    write_text("slow.yaml", "hamiltonian: {operator: \"n\"}\n"
                            "initial: {coherent: [0.5]}\n"
                            "solver: {basis: fourier, grid: {points: 32}}\n"
                            "output: {times: [0.0, 0.1], husimi: {from: -4, to: 4, points: 9}}\n");
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        outcome o = run_broken(1, "own", at[i]);
        assert_ended(&o, 4);
        cr_assert(strstr(o.err, "qfp: rank 1 of 2: ") != NULL, "%ld: %s", at[i], o.err);
        cr_assert(not(scratch_exists(scratch_path("r.h5"))));
    }
}

Test(rank_faults, a_disk_that_is_full_where_rank_0_writes_is_everybodys_end)
{
    outcome first = run_broken(0, "write", 60);
    assert_ended(&first, 4);
    cr_assert(strstr(first.err, "qfp: r.h5") != NULL, "%s", first.err);
    cr_assert(strstr(first.err, "No space left on device") != NULL, "%s", first.err);
    cr_assert(not(scratch_exists(scratch_path("r.h5"))));
    remove(scratch_path("r.h5.part"));
    outcome second = run_broken(1, "write", 1); /* which writes nothing */
    assert_ended(&second, 0);
    assert_same_as_uninterrupted("a full disk of rank 1");
}
