/* output.observables in every basis, against the reference, which evaluates the texts by itself, and
 * against closed forms. */
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

static qfp_run_result run_in(const char *basis, const char *yaml)
{
    char text[2048];
    snprintf(text, sizeof text, yaml, basis);
    return simulate(text, "out.h5");
}

/* Largest difference over all times of every value that both have. */
static double worst_difference(const qfp_run_result *a, const qfp_run_result *b, size_t *compared)
{
    double worst = 0.0;
    const qfp_theory_result *mine = &a->theories[0], *theirs = &b->theories[0];
    *compared = 0;
    for (size_t i = 0; i < mine->observable_count; i++)
        for (size_t k = 0; k < theirs->observable_count; k++) {
            if (strcmp(mine->names[i], theirs->names[k]) != 0 ||
                strcmp(mine->names[i], "tail") == 0)
                continue;
            ++*compared;
            for (size_t t = 0; t < a->time_count; t++)
                worst = fmax(worst, fabs(mine->values[t * mine->observable_count + i] -
                                         theirs->values[t * theirs->observable_count + k]));
        }
    return worst;
}

static void check(const char *basis, const char *yaml, size_t at_least, double within)
{
    size_t compared;
    qfp_run_result exact = run_in("reference", yaml), found = run_in(basis, yaml);
    double worst = worst_difference(&found, &exact, &compared);
    cr_expect(ge(sz, compared, at_least), "%s", basis);
    cr_expect(le(dbl, worst, within), "%s: %g", basis, worst);
    qfp_run_result_destroy(&exact);
    qfp_run_result_destroy(&found);
}

static const char one_mode[] =
    "hamiltonian: {modes: 1, parameters: {g: 0.5}, operator: \"0.5*ad^2*a^2 + 0.3*x\"}\n"
    "initial: {superposition: [{coherent: [0.9]}, {coherent: ['-0.4*I'], weight: I}]}\n"
    "solver: {basis: %s, tolerance: 1.0e-7}\n"
    "output:\n"
    "  times: [0, 0.4]\n"
    "  husimi: {points: 9}\n"
    "  observables: [\"ad^2*a^2\", \"ad*a^2\", {name: skew, operator: \"g*hc(x^2*p)\"},\n"
    "                {name: fourth, operator: \"x^4 - comm(p, x)*I\"}]\n";

/* norm to var_p, purity, wehrl and five of the user's */
Test(observables, one_mode_in_every_basis)
{
    scratch_make();
    check("fock", one_mode, 14, 1e-7);
    /* the tolerance, weighed by fourth powers */
    check("fourier", one_mode, 14, 3e-6);
    scratch_remove();
}

Test(observables, two_modes_in_the_fock_basis)
{
    scratch_make();
    check("fock",
          "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.25*sum(j, ad[j]^2*a[j]^2)\"}\n"
          "initial: {coherent: [0.7, '0.2*I']}\n"
          "solver: {basis: %s, tolerance: 1.0e-9}\n"
          "output: {times: [0, 0.5], husimi: {points: 5}, observables: [\"ad[1]*a[2]\",\n"
          "  \"n[1]^2*n[2]\", {name: sum_x, operator: \"(x[1] + x[2])^2\"}, \"a[1]^2*ad[2]\"]}\n",
          20, 1e-8);
    scratch_remove();
}

/* ⟨a†²a²⟩ is |α|⁴, n(n − 1) and 2 nbar²; the two of a non-Hermitian operator are its real and
 * imaginary part. */
Test(observables, closed_forms)
{
    static const struct {
        const char *initial;
        double expected, re, im, var_n;
    } states[] = {{"coherent: ['0.6+0.3*I']", 0.45 * 0.45, 0.45 * 0.6, 0.45 * 0.3, 0.45},
                  {"fock: [3]", 6.0, 0.0, 0.0, 0.0},
                  {"thermal: {nbar: 0.3}", 2.0 * 0.09, 0.0, 0.0, 0.39}};
    static const char *const bases[] = {"fourier", "fock", "reference"};
    scratch_make();
    for (int s = 0; s < 3; s++)
        for (int b = 0; b < 3; b++) {
            char yaml[512];
            snprintf(yaml, sizeof yaml,
                     "hamiltonian: {modes: 1, operator: n}\ninitial: {%s}\n"
                     "solver: {basis: %s, tolerance: 1e-7}\noutput: {times: [0], husimi: {points: "
                     "5}, observables: [\"ad^2*a^2\", {name: third, operator: \"ad*a^2\"}]}\n",
                     states[s].initial, bases[b]);
            qfp_run_result r = simulate(yaml, "out.h5");
            /* second moments of a state known to 1e-7 */
            cr_expect(epsilon_eq(dbl, observable(&r, "ad_2_a_2", 0), states[s].expected, 1e-6));
            cr_expect(epsilon_eq(dbl, observable(&r, "re_third", 0), states[s].re, 1e-6));
            cr_expect(epsilon_eq(dbl, observable(&r, "im_third", 0), states[s].im, 1e-6));
            cr_expect(epsilon_eq(dbl, observable(&r, "var_n_1", 0), states[s].var_n, 1e-6));
            qfp_run_result_destroy(&r);
        }
    scratch_remove();
}

/* They are datasets with units and stand behind norm and energy. */
Test(observables, in_the_file)
{
    double *values = NULL;
    int rank, is_complex;
    size_t shape[16];
    scratch_make();
    qfp_run_result r = run_in("fock", one_mode);
    cr_expect(eq(str, r.theories[0].names[2], "ad_2_a_2"));
    cr_expect(eq(str, r.theories[0].names[3], "re_ad_a_2"));
    OK(qfp_hdf5_read(scratch_path("out.h5"), "/observables/skew", &rank, shape, &is_complex,
                     &values));
    cr_expect(eq(sz, shape[0], 2));
    cr_expect(eq(dbl, values[1], observable(&r, "skew", 1)));
    free(values);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* ⟨a†⁸a⁸⟩ on a grid for 1e-6 is off by a third: said, and right in the Fock basis. */
Test(observables, what_the_edge_carries_is_in_doubt)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                               "initial: {coherent: [1.5]}\n"
                               "solver: {basis: %s, tolerance: 1.0e-6, integrator: krylov}\n"
                               "output: {times: [0, 0.5], husimi: {points: 9}, observables: "
                               "[\"ad*a\", {name: high, operator: \"ad^8*a^8\"}]}\n";
    const double exact = pow(2.25, 8);
    scratch_make();
    qfp_run_result grid = run_in("fourier", yaml), fock = run_in("fock", yaml);
    cr_expect(lt(dbl, 0.1 * exact, fabs(observable(&grid, "high", 1) - exact)));
    cr_expect(ne(ptr, (void *)strstr(grid.warning, "high"), NULL), "%s", grid.warning);
    cr_expect(eq(ptr, (void *)strstr(grid.warning, "ad_a"), NULL), "%s", grid.warning);
    cr_expect(epsilon_eq(dbl, observable(&fock, "high", 1), exact, 1e-6 * exact));
    cr_expect(eq(str, fock.warning, ""));
    qfp_run_result_destroy(&grid);
    qfp_run_result_destroy(&fock);
    scratch_remove();
}
