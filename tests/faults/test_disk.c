/* The disk is full from one write on, or the process is killed before one of its writes, renames,
 * unlinks or flushes: an older result stays, and a run with a checkpoint is gone on from, to the
 * same numbers. */
#define _GNU_SOURCE
#include "faults.h"

#include <time.h>

static const char *const files[] = {"r.h5",
                                    "r.h5~",
                                    "r.h5.part",
                                    "r.h5.part.checkpoint",
                                    "r.h5.part.checkpoint.new",
                                    "r.h5.part.journal",
                                    NULL};

static void prepare(void)
{
    scratch_make();
    setenv("OMP_NUM_THREADS", "1", 1); /* of all runs: the file says how many there were */
    write_text("s.yaml", "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                         "initial: {coherent: [0.5]}\n"
                         "theory: [{}, {order: 1}]\n"
                         "solver: {grid: {points: 16}, tolerance: 0.09, reproducible: true}\n"
                         "output:\n"
                         "  times: [0.02, 0.05, 0.1]\n" /* checkpoints before the first */
                         "  series: {from: 0, to: 0.1, count: 5}\n"
                         "  husimi: {from: -4.0, to: 4.0, points: 5}\n"
                         "  checkpoint: {every: 1e-9s}\n");
    outcome o = RUN("run", "s.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

TestSuite(faults_of_the_disk, .init = prepare, .fini = scratch_remove);

static bool exists(const char *name)
{
    return scratch_exists(scratch_path(name));
}

/* After a run that failed or was killed: an older result is where it was or under its other name, and
 * the run is gone on from, or begun anew where --resume says so. */
static void assert_nothing_lost(const fault *f, tally *t)
{
    char where[64];
    snprintf(where, sizeof where, "%s %ld", f->kind, f->at);
    bool is_there = exists("r.h5") || exists("r.h5~");
    cr_assert(is_there, "%s: the older result is gone", where);
    outcome o = {0};
    if (exists("r.h5.part.checkpoint")) {
        o = RUN("run", "s.yaml", "-o", "r.h5", "--resume");
        if (o.exit_status == 4 ||
            o.exit_status == 2) { /* said with a sentence, nothing overwritten */
            cr_assert(strstr(o.err, "qfp: ") != NULL, "%s: %s", where, o.err);
            t->begun_anew++;
            o = RUN("run", "s.yaml", "-o", "r.h5", "--force");
        }
    } else if (!exists("r.h5~")) { /* it had not begun to count */
        o = RUN("run", "s.yaml", "-o", "r.h5");
    }
    cr_assert(eq(int, o.exit_status, 0), "%s: %s", where, o.err);
    assert_same_bits("whole.h5", "r.h5", where);
}

static void strike(const char *what, const char *kind, long wanted)
{
    static const char *const run[] = {"run", "s.yaml", "-o", "r.h5", NULL};
    long calls = count_calls(kind, run), step = stride(calls, wanted);
    tally t = {0};
    for (long at = 1; at <= calls; at += step) {
        remove_all(files);
        copy_file("whole.h5", "r.h5");
        fault f = {.kind = kind, .at = at};
        outcome o = run_with(&f, run);
        count_outcome(&t, &o);
        if (strcmp(kind, "kill") != 0)
            assert_refused_or_done(&f, &o, what);
        else
            cr_assert(eq(int, o.exit_status, -SIGKILL), "%ld: %s", at, o.err);
        if (strcmp(kind, "kill") == 0 && exists("r.h5.part.checkpoint")) { /* and once more */
            fault second = {.kind = kind, .at = calls - at};
            o = RUN_WITH(&second, "run", "s.yaml", "-o", "r.h5", "--resume");
            count_outcome(&t, &o);
        }
        assert_nothing_lost(&f, &t);
    }
    print_tally(what, &t);
    cr_assert(eq(long, (long)t.begun_anew, 0L)); /* no fault loses a checkpoint */
}

Test(faults_of_the_disk, full_from_each_write_on)
{
    strike("full disk, from each write on", "write", 40);
}

Test(faults_of_the_disk, killed_before_each_write)
{
    strike("kill -9 before each write, rename, flush", "kill", 60);
}

/* At moments of the clock, wherever the program is; the verdict is the same for each of them. */
Test(faults_of_the_disk, killed_at_any_moment)
{
    tally t = {0};
    int moments = getenv("QFP_FAULTS_ALL") != NULL ? 200 : 15;
    for (int i = 0; i < moments; i++) {
        remove_all(files);
        copy_file("whole.h5", "r.h5");
        pid_t pid = program_start((const char *const[]){"run", "s.yaml", "-o", "r.h5", NULL});
        nanosleep(&(struct timespec){.tv_nsec = 60000000L * i / moments}, NULL);
        kill(pid, SIGKILL);
        outcome o = program_wait(pid);
        count_outcome(&t, &o);
        assert_nothing_lost(&(fault){.kind = "moment", .at = i}, &t);
    }
    print_tally("kill -9 at moments of the clock", &t);
}

/* Two runs of different configurations under one name, at the same time. */
Test(faults_of_the_disk, two_runs_on_one_name)
{
    tally t = {0};
    int times = getenv("QFP_FAULTS_ALL") != NULL ? 50 : 6;
    for (int i = 0; i < times; i++) {
        remove_all(files);
        char *both = qfpi_format("cd %s && %s run s.yaml -o r.h5 >out1 2>err1 & "
                                 "cd %s && %s run s.yaml --set initial.coherent=[0.6] -o r.h5 "
                                 ">out2 2>err2; second=$?; wait $!; echo $? $second >%s",
                                 scratch_folder, QFP_PROGRAM, scratch_folder, QFP_PROGRAM,
                                 scratch_path("exits"));
        char exits[64], said[2][4096];
        int first, second;
        cr_assert(eq(int, system(both), 0));
        free(both);
        read_back(scratch_path("exits"), exits, sizeof exits);
        cr_assert(eq(int, sscanf(exits, "%d %d", &first, &second), 2));
        read_back(scratch_path("err1"), said[0], sizeof said[0]);
        read_back(scratch_path("err2"), said[1], sizeof said[1]);
        bool one_ended = first == 0 || second == 0;
        bool others_refused =
            (first == 0 || first == 4 || first == 2) && (second == 0 || second == 4 || second == 2);
        cr_assert(one_ended && others_refused, "%d and %d: %s%s", first, second, said[0], said[1]);
        t.faults++;
        t.done += (first == 0) + (second == 0);
        t.refused += (first != 0) + (second != 0);
        /* where both ended, one after the other, the result is the later one's, and the older is
         * kept */
        if (first != 0 || second != 0) {
            outcome o = RUN("run", "s.yaml", "-o", "alone.h5", first == 0 ? NULL : "--set",
                            "initial.coherent=[0.6]");
            cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
            assert_same_bits("alone.h5", "r.h5", "two runs");
            remove(scratch_path("alone.h5"));
            remove(scratch_path("alone.h5~"));
        }
    }
    print_tally("two runs on one name", &t);
}
