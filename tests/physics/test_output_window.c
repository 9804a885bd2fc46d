/* The window of the output follows the state where nobody gave one, and says what it misses where
 * somebody did. */
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

static void check_axis(const char *yaml, double from, double to)
{
    double *axis = NULL;
    int rank, is_complex;
    size_t shape[16];
    qfp_run_result r = simulate(yaml, "out.h5");
    OK(qfp_hdf5_read(scratch_path("out.h5"), "/axes/x", &rank, shape, &is_complex, &axis));
    cr_expect(eq(dbl, axis[0], from), "%s", yaml);
    cr_expect(eq(dbl, axis[shape[0] - 1], to), "%s", yaml);
    cr_expect(eq(str, r.warning, ""), "%s", yaml);
    free(axis);
    qfp_run_result_destroy(&r);
}

Test(output_window, it_follows_the_state_in_every_basis)
{
    static const char *const bases[] = {"fourier", "fock", "reference"};
    scratch_make();
    for (int b = 0; b < 3; b++) {
        char yaml[512];
        /* 8√2 = 11.3 and four standard deviations of Q, 1 each: round to the next whole number */
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [8]}\n"
                 "solver: {basis: %s}\noutput: {times: [0, 0.1]}\n",
                 bases[b]);
        check_axis(yaml, -16.0, 16.0);
    }
    scratch_remove();
}

Test(output_window, it_is_what_it_was_where_that_is_enough)
{
    scratch_make();
    check_axis("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1.5]}\n"
               "output: {times: [0, 1]}\n",
               -6.0, 6.0);
    /* driven out of it during the run: ⟨x⟩ = −0.5 t, ⟨p⟩ = 4t: 7.6 at the end */
    check_axis("hamiltonian: {modes: 1, operator: \"-4*x - 0.5*p\"}\ninitial: {coherent: [0]}\n"
               "solver: {basis: fock}\noutput: {times: [0, 1.9]}\n",
               -12.0, 12.0);
    scratch_remove();
}

Test(output_window, a_given_one_that_misses_the_state_is_warned_of)
{
    scratch_make();
    qfp_run_result r = simulate("hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\n"
                                "initial: {coherent: [0, 4]}\nsolver: {basis: fock}\n"
                                "output: {times: [0, 0.1], husimi: {from: -6, to: 6}}\n",
                                "out.h5");
    /* Q of mode 2 at t = 0: 1 − ½ erfc(0.343/√2) = 63.4 % of it below x = 6 */
    cr_expect(ne(ptr, (void *)strstr(r.warning, "% of Q of mode 2"), NULL), "%s", r.warning);
    cr_expect(ne(ptr, (void *)strstr(r.warning, "holds 63.4"), NULL), "%s", r.warning);
    qfp_run_result_destroy(&r);
    r = simulate("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0]}\n"
                 "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 41}}\n",
                 "out.h5");
    cr_expect(eq(str, r.warning, "")); /* 99.99 % */
    qfp_run_result_destroy(&r);
    /* eleven points, 1.2 apart, see that nothing is there, and do not err where all of it is */
    r = simulate(
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [8]}\n"
        "solver: {basis: fock}\noutput: {times: [0], husimi: {points: 11, from: -6, to: 6}}\n",
        "out.h5");
    cr_expect(ne(ptr, (void *)strstr(r.warning, "% of Q of mode 1"), NULL), "%s", r.warning);
    qfp_run_result_destroy(&r);
    r = simulate(
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.3]}\n"
        "solver: {basis: fock}\noutput: {times: [0], husimi: {points: 11, from: -6, to: 6}}\n",
        "out.h5");
    cr_expect(eq(str, r.warning, ""));
    qfp_run_result_destroy(&r);
    scratch_remove();
}
