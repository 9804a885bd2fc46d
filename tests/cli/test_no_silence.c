/* What the program says of what it cannot hold, and what a method that belongs to no state leaves
 * out. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "../support/program.h"

#include <criterion/new/assert.h>

#include "core/text.h"
#include "io/snapshot.h"

TestSuite(no_silence, .init = scratch_make, .fini = scratch_remove);

/* A barrier: what starts beyond it is gone before t = 5. */
static const char barrier[] =
    "hamiltonian:\n"
    "  modes: 2\n"
    "  operator: \"sum(j, (p[j]^2 + x[j]^2)/2) + 0.111803*(x[1]^2*x[2] - x[2]^3/3)\"\n"
    "initial: {coherent: ['sqrt(2)', 'sqrt(2)']}\n"
    "output: {times: [0, 1, 5], husimi: {points: 9}}\n";

Test(no_silence, a_flow_that_runs_away_is_what_the_refusal_says)
{
    write_text("barrier.yaml", barrier);
    for (int i = 0; i < 2; i++) {
        outcome o = RUN(i == 0 ? "run" : "plan", "barrier.yaml");
        cr_assert(eq(int, o.exit_status, 3));
        cr_assert(strstr(o.err, "the classical flow leaves every box") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, "has run away at t = 4.") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, "solver.grid.points") == NULL, "%s", o.err);
        cr_assert(strstr(o.err, "output.times that end before") != NULL, "%s", o.err);
    }
}

/* ... and what it points to works: ⟨n_1⟩ at t = 1 from a sparse Schrödinger run of its own, with 40
 * and with 56 levels. */
Test(no_silence, what_the_refusal_points_to_works)
{
    write_text("barrier.yaml", barrier);
    outcome o = RUN("run", "barrier.yaml", "--basis", "reference", "--set", "solver.levels=40",
                    "--set", "output.times=[0, 1]", "--set", "solver.tolerance=1e-5", "-o", "b.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    int rank, is_complex;
    size_t shape[16];
    double *n = NULL;
    cr_assert(qfp_hdf5_read(scratch_path("b.h5"), "/observables/n_1", &rank, shape, &is_complex,
                            &n) == QFP_OK);
    cr_assert(epsilon_eq(dbl, n[1], 2.646352, 1e-5)); /* the tolerance */
    free(n);
}

Test(no_silence, a_grid_that_nothing_holds_names_the_basis_that_does)
{
    write_text("wells.yaml",
               "hamiltonian: {model: {name: bose_hubbard, sites: 4, J: 1.0, U: 0.1}}\n"
               "initial: {coherent: [2, 0, 0, 2]}\n"
               "output: {times: [0, 1], husimi: {points: 9}}\n");
    outcome o = RUN("run", "wells.yaml", "--basis", "fourier");
    cr_assert(eq(int, o.exit_status, 4));
    cr_assert(strstr(o.err, "basis: reference would take about ") != NULL, "%s", o.err);
}

/* Paths between boundary data are no state: no Q, nothing exact, no steps of time. */
Test(no_silence, a_method_without_a_state_shows_what_it_computes_and_nothing_else)
{
    write_text("action.yaml", "hamiltonian: {operator: \"(x*p + p*x)/2\"}\ninitial: {fock: [3]}\n"
                              "ensemble: {method: action, paths: 64, slices: 4, sweeps: 3}\n"
                              "output: {times: [0, 1], husimi: {points: 9}}\n");
    outcome o = RUN("sample", "action.yaml", "-o", "a.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "64 trajectories, 4 slices and 3 sweeps, ") != NULL, "%s", o.out);
    cr_assert(strstr(o.out, "exact") == NULL && strstr(o.out, "nan") == NULL, "%s", o.out);
    cr_assert(strstr(o.out, "steps") == NULL, "%s", o.out);
    const char *path = scratch_path("a.h5");
    cr_assert(qfp_hdf5_has_axis(path, "/observables/n_1", 2));
    cr_assert(qfp_hdf5_has_axis(path, "/observables/n_1_stderr", 2));
    cr_assert(not(qfp_hdf5_has_axis(path, "/observables/n_1_exact", 2)));
    int rank, is_complex;
    size_t shape[16];
    double *q = NULL;
    cr_assert(qfp_hdf5_read(path, "/husimi/mode_1", &rank, shape, &is_complex, &q) == QFP_IO);
    o = RUN("sample", "action.yaml", "-o", "a.h5", "--json");
    cr_assert(strstr(o.out, "\"exact\"") == NULL, "%s", o.out);
    cr_assert(strstr(o.out, "4 slices and 3 sweeps") != NULL, "%s", o.out);
}

Test(no_silence, refusals_name_the_line)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"hamiltonian: {operator: n}\ninitial: {coherent: [1]}\n"
         "ensemble: {method: guided, paths: 10}\noutput:\n  times: [0, 1]\n  series: [0, 1]\n",
         "c.yaml:6:3: output.series: ensembles are measured"},
        {"hamiltonian: {operator: n}\ninitial: {coherent: [1]}\n"
         "ensemble: {method: guided, paths: 10}\noutput: {times: [0, 0.3, '0.1 + 0.15']}\n",
         "times must increase, but 0.1 + 0.15 follows 0.3"},
        {"hamiltonian: {operator: n}\n"
         "initial: {squeezed_thermal: {nbar: 3, r: 4}}\nsolver: {basis: reference}\n"
         "ensemble: {method: guided, paths: 10}\noutput: {times: [0, 1]}\n",
         "c.yaml:2:11: initial.squeezed_thermal: nbar = 3 and r = 4 of mode 1 need"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text("c.yaml", cases[i].text);
        outcome o = RUN("sample", "c.yaml");
        cr_assert(eq(int, o.exit_status, i < 2 ? 2 : 3), "%s", o.err);
        cr_assert(strstr(o.err, cases[i].words) != NULL, "%s", o.err);
    }
}

static outcome run_state(const char *initial, const char *solver, const char *output)
{
    char *text = qfpi_format("hamiltonian: {modes: 1, operator: n}\ninitial: %s\nsolver: {%s}\n"
                             "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}}\n",
                             initial, solver);
    write_text("state.yaml", text);
    free(text);
    return RUN("run", "state.yaml", "-o", output);
}

/* What lies beyond the box leaves no trace at its edges: half of the first is missing, and all of the third. */
Test(no_silence, a_state_beyond_the_box_is_refused)
{
    static const char *const cases[][2] = {
        {"{mixture: [{coherent: [0]}, {coherent: [20]}]}", "initial.mixture[2] reaches 28.28"},
        {"{mixture: [{coherent: [0]}, {coherent: ['20*I'], weight: 1e-6}]}", "along p"},
        {"{coherent: [1.0e4]}", "initial reaches 1.414e+04"},
        {"{superposition: [{coherent: [0]}, {fock: [80]}]}", "initial.superposition[2] reaches"},
        {"{product: [{mixture: [{fock: [0]}, {fock: [100]}]}]}", "initial.product[1].mixture[2]"},
        {"{mixture: [{coherent: [0]}, {squeezed: {r: 3, alpha: 0.177}}]}", "initial.mixture[2]"},
        {"{thermal: {nbar: 1.0e6}}", "which ends at 8"}};
    for (int i = 0; i < 7; i++) {
        outcome o = run_state(cases[i][0], "grid: {points: 64, extent: 16}", "x.h5");
        cr_assert(eq(int, o.exit_status, 3), "%s: %d %s", cases[i][0], o.exit_status, o.err);
        cr_assert(strstr(o.err, cases[i][1]) != NULL, "%s: %s", cases[i][0], o.err);
        cr_assert(strstr(o.err, "solver.grid.extent") != NULL, "%s", o.err);
        cr_assert(not(left_behind("x.h5")));
    }
    outcome o = run_state("{mixture: [{coherent: [0]}, {coherent: [20], weight: 0}]}",
                          "grid: {points: 64, extent: 16}", "x.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

/* A line so narrow that it passes between the points: the norm says how much is missing. */
Test(no_silence, a_state_between_the_points_is_an_error_of_the_state)
{
    outcome o = run_state("{mixture: [{coherent: [0], weight: 0.95},\n"
                          "           {squeezed: {r: 3, alpha: 0.17678}, weight: 0.05}]}",
                          "grid: {points: 128, extent: 64}, tolerance: 1.0e-4", "x.h5");
    cr_assert(eq(int, o.exit_status, 3), "%d %s%s", o.exit_status, o.out, o.err);
    cr_assert(strstr(o.err, "the state at t = 0 may be off by 5.1e-02") != NULL, "%s", o.err);
}

/* 1e308 twice is no infinity, and the square of 1e-200 no zero. */
Test(no_silence, weights_of_any_size_are_the_same)
{
    static const char *const sizes[] = {"1", "1.0e308", "1.0e-300"};
    static const char *const bases[] = {"basis: fock", "grid: {points: 32}, tolerance: 0.01"};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 3; i++) {
            char *mixture = qfpi_format("{mixture: [{fock: [0], weight: %s}, {superposition: "
                                        "[{coherent: [1], weight: %s}, {coherent: [-1], weight: "
                                        "'%s*I'}], weight: %s}]}",
                                        sizes[i], sizes[i], sizes[i], sizes[i]);
            const char *name = i == 0 ? "one.h5" : "other.h5";
            outcome o = run_state(mixture, bases[k], name);
            cr_assert(eq(int, o.exit_status, 0), "%s: %s", mixture, o.err);
            free(mixture);
            if (i > 0)
                o = RUN("compare", "one.h5", name, "--tol", "1e-14");
            cr_assert(eq(int, o.exit_status, 0), "%s: %s", sizes[i], o.err);
        }
}

/* Sixty kilobytes of text that would take a hundred gigabytes. */
Test(no_silence, many_kets_are_counted_before_they_are_made)
{
    enum { KETS = 1200 };
    qfp_text list = {0};
    for (int i = 0; i < KETS; i++)
        qfpi_text_put(&list, "%s{coherent: [%.3f]}", i > 0 ? ", " : "", 1e-3 * i);
    char *kets = qfpi_text_finish(&list);
    char *state = qfpi_format("{superposition: [%s]}", kets);
    outcome o = run_state(state, "grid: {points: 2048}", "x.h5");
    cr_assert(eq(int, o.exit_status, 4), "%d %s", o.exit_status, o.err);
    cr_assert(strstr(o.err, "this machine has") != NULL, "%s", o.err);
    free(kets);
    free(state);
}
