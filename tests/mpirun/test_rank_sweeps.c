/* Points of a sweep on any number of ranks: the file of one process, failures as points, and nothing lost where a rank
 * or its children end. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "../support/text_attribute.h"
#include "mpirun.h"

TestSuite(rank_sweeps, .init = ranks_make, .fini = scratch_remove, .timeout = 300);

#define HEAD                                                                                       \
    "hamiltonian: {parameters: {U: 1.0}, operator: 'U/2*ad^2*a^2'}\n"                              \
    "initial: {coherent: [1.0]}\n"                                                                 \
    "solver: {basis: fock, tolerance: 1e-6}\n"                                                     \
    "output: {times: [0, 0.5, 1], husimi: {from: -5, to: 5, points: 9}}\n"

static void assert_exit(const outcome *o, int status, const char *what)
{
    cr_assert(eq(int, o->exit_status, status), "%s: %s", what, o->err);
}

Test(rank_sweeps, any_number_of_ranks_writes_the_file_of_one_process)
{
    write_text("s.yaml",
               HEAD "sweep: {U: {from: 0, to: 1, count: 9}, initial.coherent: [0.5, '1-I']}\n");
    outcome o = RUN("sweep", "s.yaml", "-o", "one.h5", "-q");
    assert_exit(&o, 0, "alone");
    for (int ranks = 1; ranks <= 4; ranks++) {
        char number[4], says[64];
        snprintf(number, sizeof number, "%d", ranks);
        snprintf(says, sizeof says, "18 points, 0 failed; basis fock, %d process", ranks);
        o = MPIRUN("-n", number, QFP_PROGRAM, "sweep", "s.yaml", "-o", "all.h5", "--force");
        assert_exit(&o, 0, number);
        cr_assert(strstr(o.out, says) != NULL, "%s", o.out);
        assert_same_bits("one.h5", "all.h5", number);
        cr_assert(not(left_behind(".points")));
    }
}

/* As of one process: NaN, a sentence, exit status 3, the others are there, and --resume tries it again. */
Test(rank_sweeps, a_failure_is_a_point)
{
    write_text("s.yaml", HEAD "sweep: {solver.levels: [30, 4, 40]}\n");
    outcome one = RUN("sweep", "s.yaml", "-o", "one.h5", "-q");
    assert_exit(&one, 3, "alone");
    outcome o = MPIRUN("-n", "3", QFP_PROGRAM, "sweep", "s.yaml", "-o", "all.h5", "-q");
    assert_exit(&o, 3, "three ranks");
    cr_assert(strstr(o.err, one.err) == o.err, "%s", o.err);
    assert_same_bits("one.h5", "all.h5", "a point failed");
    cr_assert(left_behind("all.h5.points"));
    o = MPIRUN("-n", "2", QFP_PROGRAM, "sweep", "s.yaml", "-o", "all.h5", "-q", "--resume");
    assert_exit(&o, 3, "two ranks");
    assert_same_bits("one.h5", "all.h5", "tried again");
    o = MPIRUN("-n", "2", QFP_PROGRAM, "sweep", "s.yaml", "-o", "all.h5", "-q");
    assert_exit(&o, 4, "what was left");
    cr_assert(strstr(o.err, "go on with --resume") != NULL, "%s", o.err);
}

/* ---- ends -------------------------------------------------------------------------------------- */

/* Points of about a twentieth of a second. */
#define SLOW                                                                                       \
    "hamiltonian: {parameters: {U: 1.0}, operator: 'U/2*ad^2*a^2'}\n"                              \
    "initial: {coherent: [6.0]}\n"                                                                 \
    "solver: {basis: fock, tolerance: 1e-6}\n"                                                     \
    "output: {times: {from: 0, to: 1, count: 20}, husimi: {from: -4, to: 4, points: 9}}\n"         \
    "sweep: {U: {from: 0, to: 2, count: 30}}\n"

static void wait_for_points(void)
{
    struct stat found;
    for (int i = 0; i < 10000; i++) {
        if (stat(scratch_path("s.h5.points"), &found) == 0 && found.st_size > 20000)
            return;
        usleep(2000);
    }
    cr_assert(0, "no points came");
}

static pid_t start_three(pid_t *ranks)
{
    write_text("s.yaml", SLOW);
    pid_t mpirun = MPIRUN_START("-n", "3", QFP_PROGRAM, "sweep", "s.yaml", "-o", "s.h5");
    wait_for_points();
    cr_assert(eq(int, ranks_of(mpirun, ranks, 4), 3));
    return mpirun;
}

static void assert_whole(const char *what)
{
    outcome o = RUN("sweep", "s.yaml", "-o", "one.h5", "-q");
    assert_exit(&o, 0, "alone");
    assert_same_bits("one.h5", "s.h5", what);
    cr_assert(not(left_behind("s.h5.points")));
}

Test(rank_sweeps, a_killed_rank_loses_no_point_that_was_solved)
{
    pid_t ranks[4], mpirun = start_three(ranks);
    kill(ranks[1], SIGKILL);
    outcome o = program_wait(mpirun);
    assert_exit(&o, 128 + SIGKILL, "killed");
    cr_assert(left_behind("s.h5.points"));
    o = MPIRUN("-n", "2", QFP_PROGRAM, "sweep", "s.yaml", "-o", "s.h5", "--resume", "--json");
    assert_exit(&o, 0, "resumed");
    assert_whole("after a kill");
}

Test(rank_sweeps, a_signal_to_any_rank_leaves_the_points_that_were_solved)
{
    pid_t ranks[4], mpirun = start_three(ranks);
    kill(ranks[2], SIGTERM);
    outcome o = program_wait(mpirun);
    assert_exit(&o, 128 + SIGTERM, "told to stop");
    cr_assert(strstr(o.err, "points solved so far stay in s.h5.points, for --resume") != NULL, "%s",
              o.err);
    o = RUN("sweep", "s.yaml", "-o", "s.h5", "--resume", "-q");
    assert_exit(&o, 0, "resumed");
    assert_whole("after a signal");
}

/* mpirun passes it on to the children of the ranks too, who leave it to these to say so. */
Test(rank_sweeps, a_signal_to_all_is_answered_once)
{
    pid_t ranks[4], mpirun = start_three(ranks);
    kill(mpirun, SIGUSR1);
    outcome o = program_wait(mpirun);
    assert_exit(&o, 128 + SIGUSR1, "told to stop");
    const char *says = strstr(o.err, "qfp: interrupted");
    cr_assert(says != NULL && strstr(says, "qfp: interrupted; the ") == says, "%s", o.err);
    cr_assert(strstr(says + 1, "qfp: interrupted") == NULL, "%s", o.err);
    o = RUN("sweep", "s.yaml", "-o", "s.h5", "--resume", "-q");
    assert_exit(&o, 0, "resumed");
    assert_whole("after a signal to all");
}

/* ---- ranks that fail --------------------------------------------------------------------------- */

/* One that may open too few files for a pipe to a child, and for its start just enough: how many that is, MPI knows. */
Test(rank_sweeps, a_rank_without_children_is_named_and_others_solve_its_points)
{
    bool found = false;
    write_text("s.yaml", HEAD "sweep: {U: {from: 0, to: 1, count: 9}}\n");
    for (int files = 40; files > 10 && !found; files -= 2) {
        char limited[1024];
        snprintf(limited, sizeof limited,
                 "ulimit -n %d; exec " QFP_PROGRAM " sweep s.yaml -o s.h5 --force", files);
        outcome o = MPIRUN("-n", "1", QFP_PROGRAM, "sweep", "s.yaml", "-o", "s.h5", "--force", ":",
                           "-n", "1", "sh", "-c", limited);
        found = strstr(o.err, "qfp: warning: rank 1 of 2 failed: a pipe to a child cannot be made: "
                              "Too many open files; others solved its points\n") != NULL;
        if (found)
            assert_exit(&o, 0, "one rank failed");
        cr_assert(
            eq(int, found, strstr(o.out, "9 points, 0 failed; basis fock, 1 process,") != NULL),
            "%s", o.out);
    }
    cr_assert(found);
    hid_t file = H5Fopen(scratch_path("s.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    char *text = text_attribute(file, "warning");
    cr_assert(text != NULL && strstr(text, "rank 1 of 2 failed: ") == text);
    free(text);
    H5Fclose(file);
}

/* Its two children are killed whenever there are any: the points go to others, and are solved. */
Test(rank_sweeps, a_point_whose_process_ends_is_tried_on_another_rank)
{
    siginfo_t ended = {0};
    pid_t ranks[4], children[4];
    setenv("OMP_NUM_THREADS", "2", 1);
    pid_t mpirun = start_three(ranks);
    while (waitid(P_PID, (id_t)mpirun, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0) {
        for (int i = ranks_of(ranks[1], children, 4); i-- > 0;)
            kill(children[i], SIGKILL);
        usleep(10000);
    }
    outcome o = program_wait(mpirun);
    assert_exit(&o, 0, "children killed");
    o = RUN("sweep", "s.yaml", "-o", "one.h5", "-q");
    assert_exit(&o, 0, "alone");
    o = RUN("compare", "one.h5", "s.h5", "--only", "observables,errors,husimi", "--tol", "1e-300");
    assert_exit(&o, 0, "children killed");
}
