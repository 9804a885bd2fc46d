/* Initial states in the Fock basis against the kets of the reference, which has its own
 * recurrences; states from files. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>

#include "../support/simulate.h"
#include "fock/fock_initial.h"
#include "reference/reference.h"

/* H conserves no number, so that the reference keeps all products of levels. */
static qfp_config *load_state(int modes, const char *state, const char *levels)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: %d, operator: \"sum(j, x[j])\"}\ninitial: {%s}\n"
             "solver: {levels: %s}\noutput: {times: [0]}\n",
             modes, state, levels);
    return load_text(yaml);
}

static void check_state(int modes, const char *state, const char *levels)
{
    qfp_config *config = load_state(modes, state, levels);
    qfp_fock_space space;
    qfp_reference *reference;
    qfp_reference_kets kets;
    double cut, outside = 1.0;
    char warning[256];
    OK(qfp_fock_space_set(modes, config->levels, &space));
    double *u = malloc(space.count * sizeof *u);
    OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
    OK(qfp_reference_create(config, &reference));
    qfp_reference_state(reference, &kets);
    cr_assert(kets.dimension == space.dimension);
    size_t at = 0;
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = m; n < space.dimension; n++, at++) {
            double complex wanted = 0.0;
            for (size_t k = 0; k < kets.count; k++)
                wanted += kets.weight[k] * kets.ket[k * kets.dimension + m] *
                          conj(kets.ket[k * kets.dimension + n]);
            outside -= m == n ? creal(wanted) : 0.0;
            double complex got = (m == n ? 1.0 : sqrt(0.5)) * (u[2 * at] + I * u[2 * at + 1]);
            /* the reference drops eigenvalues of 1e-17; sums of up to some forty terms */
            cr_assert(cabs(got - wanted) < 1e-14, "%s: element %zu %zu: %g", state, m, n,
                      cabs(got - wanted));
        }
    cr_assert(epsilon_eq(dbl, cut, outside, 1e-13)); /* rounding of a sum of D numbers */
    free(u);
    qfp_reference_destroy(reference);
    qfp_config_destroy(config);
}

Test(fock_initial, one_mode)
{
    scratch_make();
    check_state(1, "coherent: ['1.3-0.4*I']", "30");
    check_state(1, "coherent: [6.0]", "20"); /* most of it outside */
    check_state(1, "fock: [4]", "6");
    check_state(1, "thermal: {nbar: 1.5}", "25");
    check_state(1, "displaced_thermal: {nbar: 0.6, alpha: '1.2+0.7*I'}", "30");
    check_state(1, "squeezed: {r: 0.7, phi: 0.9, alpha: '0.5*I'}", "40");
    check_state(1, "squeezed_thermal: {nbar: 0.4, r: 0.5, phi: 0.9, alpha: '0.8-0.6*I'}", "40");
    check_state(1, "squeezed_thermal: {nbar: 0.2, r: -0.3}", "12"); /* some of it outside */
    check_state(1, "superposition: [{coherent: [1.2]}, {fock: [2], weight: '0.3-I'}]", "20");
    check_state(1, "mixture: [{fock: [1], weight: 1}, {thermal: {nbar: 0.3}, weight: 3}]", "24");
    scratch_remove();
}

Test(fock_initial, several_modes)
{
    scratch_make();
    check_state(2, "coherent: [0.8, '-0.5*I']", "[7, 5]");
    check_state(3, "fock: [1, 0, 2]", "[2, 3, 4]");
    check_state(2, "displaced_thermal: {nbar: [0.2, 0.5], alpha: [0.3, 0]}", "[6, 9]");
    check_state(2, "superposition: [{fock: [1, 0]}, {coherent: [0.5, 0.5], weight: I}]",
                "[14, 13]");
    check_state(2, "mixture: [{fock: [1, 0]}, {squeezed: {r: [0.3, 0.2]}}]", "[9, 9]");
    scratch_remove();
}

Test(fock_initial, levels_hold_what_was_asked)
{
    scratch_make();
    static const char *const states[] = {"coherent: [3.0]", "thermal: {nbar: 2.0}",
                                         "squeezed: {r: 1.0}", "fock: [7]",
                                         "superposition: [{coherent: [2.0]}, {coherent: [-2.0]}]"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        qfp_config *config = load_state(1, states[i], "2");
        int levels[1] = {0};
        const double wanted = 1e-9;
        double cut;
        char warning[256];
        qfp_fock_space space;
        OK(qfp_fock_initial_levels(&config->initial, 1, wanted, levels));
        OK(qfp_fock_space_set(1, levels, &space));
        double *u = malloc(space.count * sizeof *u);
        OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
        /* a superposition may hold a little more than its parts: they interfere */
        cr_assert(cut < 2.0 * wanted, "%s: %g outside of %d levels", states[i], cut, levels[0]);
        free(u);
        levels[0] -= 3; /* and not many more than needed */
        OK(qfp_fock_space_set(1, levels, &space));
        u = malloc(space.count * sizeof *u);
        OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
        cr_assert(cut > wanted, "%s: %g outside of %d levels", states[i], cut, levels[0]);
        free(u);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* What nearly cancels leaves a larger share outside than its parts do:
 * (|α⟩ − |−α⟩) ∝ |1⟩ + O(α²). */
Test(fock_initial, parts_that_nearly_cancel)
{
    scratch_make();
    qfp_config *config =
        load_state(1, "superposition: [{coherent: [0.01]}, {coherent: [-0.01], weight: -1}]", "2");
    int levels[1] = {0};
    const double wanted = 1e-4;
    double cut, u[200];
    char warning[64];
    qfp_fock_space space;
    OK(qfp_fock_initial_levels(&config->initial, 1, wanted, levels));
    /* one level, as each part alone would ask for, would hold nothing of the state */
    cr_assert(ge(int, levels[0], 2));
    cr_assert(le(int, levels[0], 6));
    OK(qfp_fock_space_set(1, levels, &space));
    OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
    cr_assert(lt(dbl, cut, wanted));
    qfp_config_destroy(config);
    scratch_remove();
}

/* Two modes: all of the cut together, not each mode alone. */
Test(fock_initial, levels_of_several_modes)
{
    scratch_make();
    static const char *const states[] = {
        "coherent: [2.0, 1.0]", "displaced_thermal: {nbar: [0.4, 1.0], alpha: [1.0, 0.0]}",
        "mixture: [{coherent: [1.0, 0.0]}, {thermal: {nbar: [0.1, 0.8]}, weight: 2}]"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        qfp_config *config = load_state(2, states[i], "[2, 2]");
        int levels[2] = {0, 0};
        double cut;
        char warning[64];
        qfp_fock_space space;
        OK(qfp_fock_initial_levels(&config->initial, 2, 1e-5, levels));
        OK(qfp_fock_space_set(2, levels, &space));
        double *u = malloc(space.count * sizeof *u);
        OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
        cr_assert(lt(dbl, cut, 1e-5), "%s: %g", states[i], cut);
        cr_assert(lt(dbl, 1e-8, cut), "%s: %g, far more levels than needed", states[i], cut);
        free(u);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

Test(fock_initial, what_cannot_be_is_refused)
{
    scratch_make();
    qfp_config *config =
        load_state(1, "superposition: [{coherent: [1.0]}, {coherent: [1.0], weight: -1}]", "8");
    double cut, u[72];
    char warning[64];
    qfp_fock_space space;
    OK(qfp_fock_space_set(1, config->levels, &space));
    cr_assert(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning) ==
              QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "cancel") != NULL);
    qfp_config_destroy(config);
    scratch_remove();
}

/* Writes real numbers or (re, im) pairs. */
static void write_dataset(const char *path, const char *name, int rank, const hsize_t *shape,
                          const double *data)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set =
        H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
}

Test(fock_file, kets_and_density_matrices)
{
    scratch_make();
    char state[512];
    const double ket[4 * 2] = {2.0 / 3, 0, 0, 2.0 / 3, 1.0 / 3, 0, 0, 0}; /* (re, im) pairs */
    write_dataset(scratch_path("ket.h5"), "/psi", 2, (const hsize_t[]){4, 2}, ket);
    snprintf(state, sizeof state, "file: {path: %s, dataset: /psi}", scratch_path("ket.h5"));
    check_state(1, state, "6");
    double rho[3 * 3] = {0.5, 0.1, 0.0, 0.1, 0.3, 0.0, 0.0, 0.0, 0.2};
    write_dataset(scratch_path("rho.h5"), "/rho", 2, (const hsize_t[]){3, 3}, rho);
    snprintf(state, sizeof state, "file: {path: %s, dataset: /rho}", scratch_path("rho.h5"));
    check_state(1, state, "3");
    const double two[2 * 3] = {0.6, 0, 0.8, 0, 0, 0}; /* a ket of two modes, [2, 3] */
    write_dataset(scratch_path("two.h5"), "/psi", 2, (const hsize_t[]){2, 3}, two);
    snprintf(state, sizeof state, "file: {path: %s, dataset: /psi}", scratch_path("two.h5"));
    check_state(2, state, "[2, 3]");
    rho[0] = 0.9; /* trace 1.4 */
    write_dataset(scratch_path("bad.h5"), "/rho", 2, (const hsize_t[]){3, 3}, rho);
    snprintf(state, sizeof state, "file: {path: %s, dataset: /rho}", scratch_path("bad.h5"));
    qfp_config *config = load_state(1, state, "3");
    qfp_fock_space space;
    double u[12], cut;
    char warning[64];
    OK(qfp_fock_space_set(1, config->levels, &space));
    cr_assert(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning) ==
              QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "trace 1.4") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
    scratch_remove();
}

/* The file's levels need not be those kept: empty ones are not asked for, full ones may be cut. */
Test(fock_file, levels_are_the_occupied_ones)
{
    scratch_make();
    char state[512], warning[64];
    const double two[3 * 4] = {0.6, 0, 0, 0, 0.8, 0, 0, 0, 0, 0, 0, 0}; /* 0.6|00⟩ + 0.8|10⟩ */
    write_dataset(scratch_path("two.h5"), "/psi", 2, (const hsize_t[]){3, 4}, two);
    snprintf(state, sizeof state, "file: {path: %s, dataset: /psi}", scratch_path("two.h5"));
    qfp_config *config = load_state(2, state, "[2, 2]");
    int levels[2] = {0, 0};
    OK(qfp_fock_initial_levels(&config->initial, 2, 1e-9, levels));
    cr_assert(eq(int, levels[0], 2));
    cr_assert(eq(int, levels[1], 1));
    qfp_fock_space space;
    double u[2], cut;
    OK(qfp_fock_space_set(2, (const int[]){1, 1}, &space));
    OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
    cr_assert(epsilon_eq(dbl, u[0], 0.36, 1e-15)); /* one rounding */
    cr_assert(epsilon_eq(dbl, cut, 0.64, 1e-15));
    qfp_config_destroy(config);
    scratch_remove();
}

Test(fock_file, what_is_no_state_is_refused)
{
    scratch_make();
    static const struct {
        int modes, rank;
        hsize_t shape[3];
        double value[9];
        const char *words;
    } cases[] = {
        {1, 2, {2, 2}, {1.2, 0.0, 0.0, -0.2}, "eigenvalue"},
        {1, 2, {2, 2}, {0.5, 0.2, 0.1, 0.5}, "Hermitian"},
        {1, 1, {3}, {0.0, 0.0, 0.0}, "|c|² is 0, expected 1"},
        {1, 1, {3}, {0.6, 0.0, 0.7}, "|c|² is 0.85, expected 1"},
        {1, 1, {3}, {1.0, NAN, 0.0}, "NaN"},
        {1, 3, {1, 3, 3}, {1.0}, "is [1, 3, 3]; expected, of one mode, a ket [n]"},
        {2, 1, {5}, {1.0}, "levels multiply to 4"},
        {2, 2, {2, 3}, {0.0}, "|c|² is 0, expected 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char state[512], warning[64];
        write_dataset(scratch_path("bad.h5"), "/rho", cases[i].rank, cases[i].shape,
                      cases[i].value);
        snprintf(state, sizeof state, "file: {path: %s, dataset: /rho}", scratch_path("bad.h5"));
        qfp_config *config =
            load_state(cases[i].modes, state, cases[i].modes == 1 ? "3" : "[2, 2]");
        qfp_fock_space space;
        double u[24], cut;
        OK(qfp_fock_space_set(cases[i].modes, config->levels, &space));
        cr_assert(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning,
                                        sizeof warning) == QFP_CONFIG);
        cr_assert(strstr(qfp_last_error(), cases[i].words) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
    }
    scratch_remove();
}

Test(fock_file, a_q_grid)
{
    scratch_make();
    qfp_run_result r = simulate("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                "initial: {coherent: ['0.6-0.8*I']}\n"
                                "solver: {basis: reference}\n"
                                "output: {times: [0.0], husimi: {from: -9, to: 9, points: 109}}\n",
                                "grid.h5");
    qfp_run_result_destroy(&r);
    char state[512], warning[256];
    snprintf(state, sizeof state, "file: {path: %s, dataset: /husimi/mode_1}",
             scratch_path("grid.h5"));
    qfp_config *config = load_state(1, state, "16");
    qfp_fock_space space;
    double cut;
    OK(qfp_fock_space_set(1, config->levels, &space));
    double *u = malloc(space.count * sizeof *u), wanted = exp(-1.0);
    OK(qfp_fock_initial_fill(&space, &config->initial, u, &cut, warning, sizeof warning));
    for (int n = 0; n < 16; n++) { /* Poisson populations of |α|² = 1 */
        /* a fit of one column: errors of Q are not amplified */
        cr_assert(epsilon_eq(dbl, u[2 * qfp_fock_offset(&space, (size_t)n)], wanted, 1e-9),
                  "n = %d: %g, %g", n, u[2 * qfp_fock_offset(&space, (size_t)n)], wanted);
        wanted /= n + 1.0;
    }
    free(u);
    qfp_config_destroy(config);
    scratch_remove();
}
