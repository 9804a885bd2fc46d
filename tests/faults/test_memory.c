/* Memory runs out once, at each allocation in turn: those of the program end with status 4 and a
 * sentence, whoever made them; those of a library may end the process, never what was saved. */
#define _GNU_SOURCE
#include "faults.h"

static const char small[] =
    "hamiltonian: {modes: 1, parameters: {U: 0.1}, operator: \"n + U*x^4\"}\n"
    "initial: {coherent: [0.5]}\n"
    "solver: {grid: {points: 16}, tolerance: 0.09, reproducible: true}\n"
    "output:\n"
    "  times: [0.0, 0.05]\n"
    "  observables: [\"ad^2*a^2\"]\n"
    "  husimi: {from: -4.0, to: 4.0, points: 5}\n"
    "  checkpoint: {every: 1e-9s}\n";
static const char without_checkpoint[] =
    "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
    "initial: {coherent: [0.5]}\n"
    "output: {times: [0.0, 0.05], husimi: {from: -4.0, to: 4.0, points: 5}}\n";
static const char process[] =
    "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 64, steps: 4,\n"
    "           preparations: [{mean: [-1], deviation: [0.8]}, {mean: [1], deviation: [0.6]}]}\n"
    "output: {times: [0, 0.1], husimi: {from: -6, to: 6, points: 13}}\n";

static void prepare(void)
{
    scratch_make();
    write_text("small.yaml", small);
    write_text("short.yaml", without_checkpoint);
    write_text("process.yaml", process);
    outcome o = RUN("run", "small.yaml", "-o", "first.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

TestSuite(faults_of_memory, .init = prepare, .fini = scratch_remove);

/* Each of the allocations of the program itself, one at a time. What a command says when it goes on
 * without one is what it says with all of them, where that does not depend on the clock. */
static void starve(const char *what, long wanted, bool says_the_same, const char *const *arguments)
{
    static const char *const outputs[] = {"r.h5",  "r.h5~", "r.h5.part", "r.h5.part.checkpoint",
                                          "r.png", NULL};
    long calls = count_calls("own", arguments), step = stride(calls, wanted);
    outcome whole = program_wait(program_start(arguments));
    tally t = {0};
    for (long at = 1; at <= calls; at += step) {
        remove_all(outputs);
        fault f = {.kind = "own", .at = at};
        outcome o = run_with(&f, arguments);
        assert_refused_or_done(&f, &o, what);
        if (o.exit_status == 0 && says_the_same)
            cr_assert(eq(str, o.out, whole.out), "%s: %ld", what, at);
        count_outcome(&t, &o);
    }
    print_tally(what, &t);
}

#define STARVE(name, wanted, same, ...)                                                            \
    Test(faults_of_memory, name)                                                                   \
    {                                                                                              \
        starve(#name, (wanted), (same), (const char *const[]){__VA_ARGS__, NULL});                 \
    }

STARVE(audit, 40, true, "audit", "small.yaml")
STARVE(audit_as_a_document, 20, true, "audit", "small.yaml", "--json")
STARVE(plan, 20, false, "plan", "short.yaml")
STARVE(run_on_a_grid, 40, false, "run", "small.yaml", "-o", "r.h5")
STARVE(run_in_number_states, 20, false, "run", "small.yaml", "--basis", "fock", "-o", "r.h5")
STARVE(reference, 20, false, "run", "short.yaml", "--basis", "reference", "-o", "r.h5")
STARVE(sample, 20, false, "sample", "process.yaml", "-o", "r.h5")
STARVE(compare, 20, true, "compare", "first.h5", "first.h5", "--tol", "1")
STARVE(plot, 15, false, "plot", "first.h5", "-o", "r.png")
STARVE(help, 10, true, "help", "config")

/* Every allocation of HDF5, FFTW, OpenMP, OpenBLAS, libyaml and the C library while an interrupted
 * run goes on: whatever happens, what was saved can be gone on from. */
Test(faults_of_memory, libraries_never_lose_a_checkpoint)
{
    static const char *const resume[] = {"run", "small.yaml", "-o", "r.h5", "--resume", NULL};
    static const char *const files[] = {"r.h5", "r.h5~", "r.h5.part", "r.h5.part.checkpoint", NULL};
    fault half = {.kind = "kill"};
    outcome o = RUN_WITH(&half, "run", "small.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    half.at = half.calls * 17 / 20; /* behind a checkpoint at an output time, before the end */
    remove_all(files);
    o = RUN_WITH(&half, "run", "small.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, -SIGKILL), "%s", o.err);
    copy_file("r.h5.part", "kept.part");
    copy_file("r.h5.part.checkpoint", "kept.checkpoint");
    long calls = count_calls("alloc", resume), step = stride(calls, 50);
    tally t = {0};
    for (long at = 1; at <= calls; at += step) {
        remove_all(files);
        copy_file("kept.part", "r.h5.part");
        copy_file("kept.checkpoint", "r.h5.part.checkpoint");
        fault f = {.kind = "alloc", .at = at};
        o = run_with(&f, resume);
        count_outcome(&t, &o);
        if (strcmp(f.module, "qfp") == 0)
            assert_refused_or_done(&f, &o, "resume");
        if (o.exit_status != 0) {
            o = RUN("run", "small.yaml", "-o", "r.h5", "--resume");
            cr_assert(eq(int, o.exit_status, 0), "alloc %ld of %s: %s", at, f.module, o.err);
        }
    }
    print_tally("memory of libraries, during --resume", &t);
}
