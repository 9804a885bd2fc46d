/* Fourier and Fock bases, which share no generator and no propagated array, agree on every model
 * that both can hold. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

typedef struct agreement {
    char model[96], initial[48], until[8], tolerance[8];
} agreement;

static const agreement cases[] = {
    {"name: bose_hubbard, sites: 1, U: 1.0, mu: 0.3", "{coherent: 1.2}", "1.0", "1.0e-6"},
    {"name: scalar_field, sites: 1, lambda: 0.1", "{coherent: 0.8}", "1.0", "1.0e-6"},
    {"name: parametric_amplifier, g: 0.6, omega: 0.3", "{coherent: 0.8}", "1.0", "1.0e-6"},
    {"name: driven_kerr, Delta: 1.0, U: 0.5, F: 1.0", "{fock: 1}", "1.0", "1.0e-6"},
    {"name: bose_hubbard, sites: 2, J: 1.0, U: 0.5", "{coherent: [0.7, 0.0]}", "0.4", "1.0e-3"},
    {"name: complex_scalar, mass: 1.0, lambda: 0.2", "{coherent: [0.5, 0.0]}", "0.5", "1.0e-3"},
    {"name: cross_kerr, chi: 1.0", "{coherent: [0.7, 0.5]}", "0.5", "1.0e-3"},
    {"name: gauge_bosons, group: su2, colours: [1, 2], g: 0.3, k: 1.0", "{coherent: [0.5, 0.2]}",
     "0.4", "1.0e-3"},
    {"name: pointer, chi: 0.5, g: 0.2", "{coherent: [0.5, 0.0]}", "0.3", "1.0e-3"},
    {"name: scalar_field, sites: 2, lambda: 0.05", "{coherent: [0.5, 0.0]}", "0.4", "1.0e-3"},
    {"name: scalar_field, sites: 2, basis: position", "{coherent: [0.5, 0.0]}", "0.5", "1.0e-3"},
};

static qfp_run_result run_in(const agreement *a, const char *basis, const char *file)
{
    char text[512];
    snprintf(text, sizeof text,
             "hamiltonian: {model: {%s}}\ninitial: %s\nsolver: {basis: %s, tolerance: %s}\n"
             "output: {times: [0.0, %s], husimi: {from: -3.0, to: 3.0, points: 17}}\n",
             a->model, a->initial, basis, a->tolerance, a->until);
    return simulate(text, file);
}

static void check(const agreement *a)
{
    static const char *const moments[] = {"norm", "energy", "re_a_1", "im_a_1", "n_1"};
    static const char *const amplitudes[] = {"re_a_1", "im_a_1", "re_a_2", "im_a_2"};
    int two_modes = strchr(a->initial, '[') != NULL;
    double stated = 2.0 * atof(a->tolerance); /* each run states its tolerance, of the largest Q */
    char fourier[256], fock[256];
    scratch_make();
    snprintf(fourier, sizeof fourier, "%s", scratch_path("fourier.h5"));
    snprintf(fock, sizeof fock, "%s", scratch_path("fock.h5"));
    qfp_run_result x = run_in(a, "fourier", "fourier.h5"), y = run_in(a, "fock", "fock.h5");
    cr_expect(lt(dbl, disagreement(fourier, fock, "/husimi/mode_1"), stated), "%s", a->model);
    if (two_modes)
        cr_expect(lt(dbl, disagreement(fourier, fock, "/husimi/mode_2"), stated), "%s", a->model);
    for (size_t m = 0; m < sizeof moments / sizeof *moments; m++)
        for (size_t t = 0; t < x.time_count; t++) {
            double expected = observable(&y, moments[m], t);
            /* moments weigh the error of Q by polynomials, of second order and of H's: the states
             * reach to |α|² of about 5 where Q has fallen to the tolerance */
            cr_expect(epsilon_eq(dbl, observable(&x, moments[m], t), expected, 5.0 * stated),
                      "%s: %s at %g", a->model, moments[m], x.times[t]);
        }
    double moved = 0.0; /* and something has happened */
    for (int m = 0; m < (two_modes ? 4 : 2); m++)
        moved += fabs(observable(&y, amplitudes[m], 1) - observable(&y, amplitudes[m], 0));
    cr_expect(lt(dbl, 10.0 * stated, moved), "%s", a->model);
    qfp_run_result_destroy(&x);
    qfp_run_result_destroy(&y);
    scratch_remove();
}

Test(bases_agree, every_model)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&cases[i]);
}
