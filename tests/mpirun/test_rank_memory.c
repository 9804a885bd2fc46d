/* A grid may be larger than what one process can hold: no rank ever asks for a block of half of an array, however it is
 * begun, shown, kept and gone on with. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "mpirun.h"

enum { POINTS_1 = 32, POINTS_2 = 28, RANKS = 3 };

static const char divided[] =
    "hamiltonian: {modes: 2, parameters: {J: 1.0, U: 0.5},\n"
    "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"}\n"
    "initial: {file: {path: state.h5}}\n"
    "solver: {basis: fourier, grid: {points: [32, 28], extent: 14}, tolerance: 0.09,\n"
    "  integrator: rk4, step: 0.001}\n"
    "output: {times: [0.0, 0.008], husimi: {from: -4, to: 4, points: 9},\n"
    "  checkpoint: {every: 1e-9s}}\n";

static const char shown[] =
    "hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\n"
    "initial: {coherent: [0.5, 0.0]}\n"
    "solver: {basis: fourier, grid: {points: [32, 28], extent: 14}, tolerance: 0.09}\n"
    "output: {times: [0.0], husimi: {from: -4, to: 4, points: 40, full: true},\n"
    "  fields: [current]}\n";

static const char state[] =
    "hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\n"
    "initial: {superposition: [{weight: 1, fock: [1, 0]}, {weight: 1, fock: [0, 0]}]}\n"
    "solver: {basis: fock, levels: [3, 3]}\n"
    "output: {times: [0.0], state: {times: last}, husimi: {from: -4, to: 4, points: 3}}\n";

static void prepare(void)
{
    ranks_make();
    write_text("state.yaml", state);
    outcome o = RUN("run", "state.yaml", "-q");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    write_text("p.yaml", divided);
}

TestSuite(rank_memory, .init = prepare, .fini = scratch_remove, .timeout = 300);

/* largest.c, in every rank; the room of OpenBLAS (core/hermitian.c) is larger than any array here. */
static outcome run_watched(const char *more, const char *value)
{
    char report[320];
    snprintf(report, sizeof report, "LARGEST_REPORT=%s", scratch_path("largest"));
    return MPIRUN("-x", "LD_PRELOAD=" QFP_LARGEST, "-x", report, "-x", "LARGEST_BELOW=100000000",
                  "-n", "3", QFP_PROGRAM, "run", "p.yaml", "-o", "r.h5", "-q", more, value);
}

/* Rank 0, who writes, has asked for a block of less than `first` bytes, the others of less than `others`. */
static void assert_divided(const outcome *o, const char *what, double first, double others)
{
    cr_assert(eq(int, o->exit_status, 0), "%s: %s", what, o->err);
    for (int r = 0; r < RANKS; r++) {
        char name[32], text[64];
        double bytes = 0.0, most = r == 0 ? first : others;
        snprintf(name, sizeof name, "largest.%d", r);
        read_back(scratch_path(name), text, sizeof text);
        cr_assert(eq(int, sscanf(text, "%lf", &bytes), 1), "%s: rank %d: %s", what, r, text);
        cr_assert(bytes > 0.1 * most, "%s: rank %d: %g bytes", what, r, bytes); /* its part */
        cr_assert(bytes < most, "%s: rank %d: %g bytes, of %g", what, r, bytes, most);
        remove(scratch_path(name));
    }
}

Test(rank_memory, no_rank_has_half_of_an_array)
{
    const double half = 4.0 * POINTS_1 * POINTS_1 * POINTS_2 * POINTS_2;
    outcome whole = run_watched("--force", NULL);
    assert_divided(&whole, "a run that keeps its checkpoint", half, half);
    rename(scratch_path("r.h5"), scratch_path("whole.h5"));
    pid_t mpirun = MPIRUN_START("-n", "3", QFP_PROGRAM, "run", "p.yaml", "-o", "r.h5", "-q");
    program_until(mpirun, "r.h5.part.checkpoint", 2);
    kill(mpirun, SIGUSR1);
    outcome stopped = program_wait(mpirun);
    cr_assert(eq(int, stopped.exit_status, 128 + SIGUSR1), "%s", stopped.err);
    outcome resumed = run_watched("--resume", NULL);
    assert_divided(&resumed, "one that goes on", half, half);
    assert_same_bits("whole.h5", "r.h5", "gone on from a checkpoint");
}

/* Q and the current of all modes together: libhdf5 puts chunks of 16 MiB together. */
Test(rank_memory, no_rank_has_a_whole_picture)
{
    const double chunk = 17e6, half = 4.0 * 40 * 40 * 40 * 40;
    cr_assert(lt(dbl, chunk, 2.0 * half));
    write_text("p.yaml", shown);
    outcome o = run_watched("--force", NULL);
    assert_divided(&o, "a picture", chunk, half);
    outcome alone = RUN("run", "p.yaml", "-o", "one.h5", "-q");
    cr_assert(eq(int, alone.exit_status, 0), "%s", alone.err);
    assert_same_bits("one.h5", "r.h5", "a picture");
}
