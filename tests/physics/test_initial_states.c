/* Every kind of initial state, on the grid (closed forms and Laguerre sums in phase space) and in
 * the reference (kets in Fock space), which share no code; before and after a short evolution. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

static const char template[] =
    "hamiltonian: {modes: %d, operator: \"%s\"}\n"
    "kappa: %s\n"
    "lengths: %s\n"
    "initial: {%s}\n"
    "solver: {basis: %s, tolerance: %s}\n"
    "output: {times: [0.0, 0.15], husimi: {from: -3.5, to: 3.5, points: 15}}\n";

static void both_agree(int modes, const char *operator, const char * kappa, const char *lengths,
                       const char *state, const char *tolerance, double bound)
{
    char text[2048];
    snprintf(text, sizeof text, template, modes, operator, kappa, lengths, state, "fourier",
             tolerance);
    qfp_run_result grid = simulate(text, "grid.h5");
    snprintf(text, sizeof text, template, modes, operator, kappa, lengths, state, "reference",
             tolerance);
    qfp_run_result exact = simulate(text, "exact.h5");
    for (int j = 1; j <= modes; j++) {
        char name[64];
        snprintf(name, sizeof name, "/husimi/mode_%d", j);
        double worst = disagreement(scratch_path("grid.h5"), scratch_path("exact.h5"), name);
        cr_assert(lt(dbl, worst, bound), "%s: mode %d: %.2e", state, j, worst);
    }
    /* moments weigh the far box: a hundred times the bound of Q */
    const char *const names[] = {"norm",   "energy",  "n_1",     "re_a_1",
                                 "im_a_1", "var_x_1", "var_p_1", "purity"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        for (size_t t = 0; t < 2; t++) {
            double wanted = observable(&exact, names[n], t);
            cr_assert(epsilon_eq(dbl, observable(&grid, names[n], t), wanted,
                                 100.0 * bound * fmax(1.0, fabs(wanted))),
                      "%s: %s at time %zu: %.12g, %.12g", state, names[n], t,
                      observable(&grid, names[n], t), wanted);
        }
    qfp_run_result_destroy(&grid);
    qfp_run_result_destroy(&exact);
}

static const char *const one_mode[] = {
    "coherent: ['0.6 - 0.8*I']",
    "fock: [3]",
    "thermal: {nbar: 0.4}",
    "displaced_thermal: {nbar: [0.3], alpha: ['0.5*I']}",
    "squeezed: {alpha: [0.5], r: [0.4], phi: [1.1]}",
    "squeezed_thermal: {nbar: 0.3, alpha: [0.5], r: [0.4], phi: [1.1]}",
    "superposition: [{coherent: [1.0], weight: 1}, {coherent: ['-0.9*I'], weight: '0.5*I'}]",
    "superposition: [{fock: [2], weight: 1}, {coherent: [0.7], weight: -0.6}]",
    "superposition: [{squeezed: {alpha: ['0.4*I'], r: [0.3], phi: [0.5]}, weight: 1}, "
    "{fock: [0], weight: 0.5}]",
    "mixture: [{fock: [1], weight: 1}, {thermal: {nbar: 0.2}, weight: 2}, "
    "{coherent: [1.0], weight: 1}]",
};

Test(initial, one_mode_states)
{
    scratch_make();
    for (size_t i = 0; i < sizeof one_mode / sizeof *one_mode; i++)
        /* the default tolerance 1e-8 with a margin of ten for the broadest of the states */
        both_agree(1, "0.5*ad^2*a^2 + 0.4*x + 0.2*x*p + 0.2*p*x", "1.0", "1.0", one_mode[i],
                   "1.0e-8", 1e-7);
    scratch_remove();
}

/* ℓ and κ only change the axes and the speed of time: the physics in α is the same. */
Test(initial, physical_units)
{
    scratch_make();
    both_agree(1, "0.5*ad^2*a^2", "0.7", "1.3", "coherent: ['0.6 - 0.8*I']", "1.0e-8", 1e-7);
    both_agree(1, "n + 0.2*x^3", "1.4", "0.8", "fock: [1]", "1.0e-8", 1e-7);
    scratch_remove();
}

static const char *const two_modes[] = {
    "fock: [1, 0]",
    "displaced_thermal: {nbar: [0.1, 0.0], alpha: [0.0, 0.4]}",
    "superposition: [{coherent: [0.7, 0.0], weight: 1}, {coherent: [0.0, 0.7], weight: 'I'}]",
};

Test(initial, two_mode_states)
{
    scratch_make();
    for (size_t i = 0; i < sizeof two_modes / sizeof *two_modes; i++)
        /* tolerance 1e-3 keeps the grids at some 20 points per axis */
        both_agree(2, "-hc(ad[1]*a[2]) + 0.4*n[1]*n[2]", "1.0", "[1.0, 1.2]", two_modes[i],
                   "1.0e-3", 2e-3);
    scratch_remove();
}
