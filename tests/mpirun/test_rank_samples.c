/* Paths of an ensemble on any number of ranks: the file of one process, bit for bit, whatever the method. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "mpirun.h"

TestSuite(rank_samples, .init = ranks_make, .fini = scratch_remove, .timeout = 300);

#define KERR "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.0]}\n"
#define SQUEEZED "hamiltonian: {operator: \"(x*p + p*x)/2\"}\ninitial: {coherent: [0.5]}\n"
#define OUTPUT(paths)                                                                              \
    "output: {times: [0.0, 0.1, 0.2], husimi: {from: -5, to: 5, points: 12},\n"                    \
    "  paths: {count: " #paths "}}\n"

/* Numbers of paths are no multiples of the 64 batches; files have paths of one rank, of some, of all. */
static const struct problem {
    const char *name, *text;
    int exit_status;
} problems[] = {
    {"guided", KERR "ensemble: {method: guided, paths: 131, steps: 10, seed: 1}\n" OUTPUT(100), 0},
    {"positive P", KERR "ensemble: {method: positive_p, paths: 403, steps: 20}\n" OUTPUT(7), 0},
    {"doubled Q", KERR "ensemble: {method: doubled_q, paths: 65, steps: 20}\n" OUTPUT(65), 0},
    {"truncated Wigner",
     KERR "ensemble: {method: truncated_wigner, paths: 999, steps: 20}\n" OUTPUT(500), 0},
    {"passes of growing size",
     KERR "ensemble: {method: truncated_wigner, paths: 5000, steps: 20,\n"
          "  target_error: 0.03}\n" OUTPUT(7),
     0},
    {"diffusion",
     "hamiltonian: {operator: \"0.02*ad^2*a^2\"}\n"
     "dissipation: [{operator: a, rate: 2.0}]\n"
     "initial: {coherent: [1.0]}\n"
     "ensemble: {method: diffusion, paths: 300, steps: 20}\n" OUTPUT(2),
     0},
    {"diffusion with a path that is lost",
     "hamiltonian: {operator: \"0.1*ad^2*a^2\"}\n"
     "dissipation: [{operator: a, rate: 2.0}]\n"
     "initial: {coherent: [1.0]}\n"
     "ensemble: {method: diffusion, paths: 300, steps: 20, seed: 1}\n" OUTPUT(2),
     3},
    {"gaussian", KERR "ensemble: {method: gaussian, paths: 301, steps: 40}\n" OUTPUT(40), 0},
    {"signed boundary values",
     SQUEEZED "ensemble: {method: forward_backward, initialisation: signed,\n"
              "  paths: 501}\n" OUTPUT(501),
     0},
    {"conditional boundary values",
     SQUEEZED "ensemble: {method: forward_backward, paths: 201,\n"
              "  initialisation: conditional}\n" OUTPUT(10),
     0},
    {"action",
     "hamiltonian: {operator: \"0.5*n + 0.5*ad^2*a^2\"}\n"
     "initial: {coherent: [0.0]}\n"
     "ensemble: {method: action, paths: 2301, begin: 0.1, end: 0.2, slices: 16, sweeps: 5,\n"
     "  virtual_step: 0.5}\n" OUTPUT(1200),
     0},
    {"markov",
     "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 2003, steps: 20,\n"
     "  preparations: [{mean: [-1.0], deviation: [0.8]}, {mean: [1.0], deviation: [0.6]}]}\n"
     "output: {times: [0, 0.25, 0.5], husimi: {from: -4.5, to: 4.5, points: 31},\n"
     "  paths: {count: 700}}\n",
     0},
    {"two variables",
     "ensemble: {method: markov, drift: [\"-x[1]\", \"0.1*x[1] - x[2]\"], noise: [[\"1\", \"0\"], "
     "[\"0\", "
     "\"1\"]],\n"
     "  paths: 203, steps: 20, preparations: [{mean: [0, 0.5], deviation: [0.8, 0.7]}]}\n"
     "output: {times: [0, 0.1], husimi: {from: -5, to: 5, points: 16}, paths: {count: 90}}\n",
     0},
    {"nelson",
     "ensemble: {method: nelson, mass: 1.0, grid: {points: 256, extent: 60}, paths: 303, steps: "
     "40,\n"
     "  packets: [{centre: -2.5, deviation: 0.5}, {centre: 2.5, deviation: 0.5}]}\n"
     "output: {times: [0, 0.2, 0.5], husimi: {from: -10, to: 10, points: 31},\n"
     "  paths: {count: 60}}\n",
     0},
};

Test(rank_samples, any_number_of_ranks_writes_the_file_of_one_process)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        const struct problem *p = &problems[i];
        write_text("p.yaml", p->text);
        outcome alone = RUN("sample", "p.yaml", "-o", "one.h5", "-q", "--force");
        cr_assert(eq(int, alone.exit_status, p->exit_status), "%s: %s", p->name, alone.err);
        const int counts[] = {3, i % 2 == 0 ? 2 : 4}; /* divided alike whatever the method */
        for (int k = 0; k < 2; k++) {
            const int ranks = counts[k];
            char number[4], what[96];
            snprintf(number, sizeof number, "%d", ranks);
            snprintf(what, sizeof what, "%s, %d ranks", p->name, ranks);
            outcome o = MPIRUN("-n", number, QFP_PROGRAM, "sample", "p.yaml", "-o", "all.h5", "-q",
                               "--force");
            cr_assert(eq(int, o.exit_status, p->exit_status), "%s: %s", what, o.err);
            cr_assert(strstr(o.err, alone.err) == o.err, "%s: %s", what, o.err);
            assert_same_bits("one.h5", "all.h5", what);
        }
    }
}

Test(rank_samples, more_ranks_than_batches_are_refused)
{
    write_text("p.yaml",
               KERR "ensemble: {method: truncated_wigner, paths: 2, steps: 2}\n" OUTPUT(2));
    outcome o = MPIRUN("-n", "3", QFP_PROGRAM, "sample", "p.yaml", "-o", "p.h5", "-q");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    cr_assert(strstr(o.err, "qfp: 2 paths are 2 batches for their errors, and a rank has at least "
                            "one; start at most 2 ranks, not 3\n") == o.err,
              "%s", o.err);
    cr_assert(not(left_behind(".h5")));
    o = MPIRUN("-n", "2", QFP_PROGRAM, "sample", "p.yaml", "-o", "p.h5", "-q");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

/* ---- gone on from, on another number of ranks -------------------------------------------------- */

static pid_t start(int ranks)
{
    char number[4];
    snprintf(number, sizeof number, "%d", ranks);
    if (ranks == 0)
        return program_start((const char *const[]){"sample", "s.yaml", "-o", "s.h5", "-q", NULL});
    return MPIRUN_START("-n", number, QFP_PROGRAM, "sample", "s.yaml", "-o", "s.h5", "-q");
}

/* Killed on `first` ranks after some checkpoints, gone on with on `second`; 0: without mpirun. */
static void interrupt(const char *what, const char *text, int first, int second)
{
    char number[4];
    write_text("s.yaml", text);
    pid_t pid = start(first), ranks[4];
    program_until(pid, "s.h5.part.checkpoint", 2);
    int count = first == 0 ? 0 : ranks_of(pid, ranks, 4);
    cr_assert(eq(int, count, first), "%s", what);
    kill(first == 0 ? pid : ranks[first - 1], SIGKILL);
    program_wait(pid);
    cr_assert(left_behind("s.h5.part.checkpoint"), "%s ended too early", what);
    snprintf(number, sizeof number, "%d", second);
    outcome o = second == 0 ? RUN("sample", "s.yaml", "-o", "s.h5", "-q", "--resume")
                            : MPIRUN("-n", number, QFP_PROGRAM, "sample", "s.yaml", "-o", "s.h5",
                                     "-q", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s: %s", what, o.err);
    outcome whole = RUN("sample", "s.yaml", "-o", "whole.h5", "-q", "--force");
    cr_assert(eq(int, whole.exit_status, 0), "%s: %s", what, whole.err);
    assert_same_bits("whole.h5", "s.h5", what);
    remove(scratch_path("s.h5"));
}

#define SLOW_OUTPUT                                                                                \
    "output: {times: [0.0, 0.1, 0.2], husimi: {from: -10, to: 10, points: 12},\n"                  \
    "  paths: {count: 100}, checkpoint: {every: 0.01s}}\n"

Test(rank_samples, a_checkpoint_is_that_of_all_paths)
{
    interrupt("truncated Wigner",
              KERR "ensemble: {method: truncated_wigner, paths: 201, steps: 25000}\n" SLOW_OUTPUT,
              0, 3);
    interrupt("guided", KERR "ensemble: {method: guided, paths: 131, steps: 1200}\n" SLOW_OUTPUT, 3,
              2);
    interrupt("nelson",
              "ensemble: {method: nelson, mass: 1.0, grid: {points: 256, extent: 60}, paths: 303,\n"
              "  packets: [{centre: -2.5, deviation: 0.5}, {centre: 2.5, deviation: 0.5}],\n"
              "  steps: 5000}\n" SLOW_OUTPUT,
              2, 0);
}

/* Chains that are done are those of the lowest numbers. */
Test(rank_samples, a_checkpoint_of_chains_is_that_of_all_of_them)
{
    interrupt("action",
              "hamiltonian: {operator: \"0.5*n + 0.5*ad^2*a^2\"}\n"
              "initial: {coherent: [0.0]}\n"
              "ensemble: {method: action, paths: 9001, begin: 0.1, end: 0.2, slices: 16,\n"
              "  sweeps: 60, virtual_step: 0.5}\n" SLOW_OUTPUT,
              2, 3);
}
