/* Kets and density matrices from files, one mode and two, in all three bases: the reference keeps
 * kets of its own reading.  At the start and after a short evolution. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <hdf5.h>

#include "../support/operators.h"
#include "../support/simulate.h"

/* Complex numbers as pairs (re, im): a trailing axis of length 2. */
static void write_complex(const char *name, int rank, const hsize_t *shape,
                          const double complex *data)
{
    hsize_t extent[8] = {0};
    for (int i = 0; i < rank; i++)
        extent[i] = shape[i];
    extent[rank] = 2;
    hid_t file = H5Fcreate(scratch_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(rank + 1, extent, NULL);
    hid_t set =
        H5Dcreate2(file, "/state", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
}

/* A A†/Tr A A†, A = d × rank and random. */
static void random_density(size_t d, size_t rank, uint64_t seed, double complex *rho)
{
    double complex a[8 * 8];
    double trace = 0.0;
    for (size_t i = 0; i < d * rank; i++) {
        a[i] = random_number(&seed) + I * random_number(&seed);
        trace += creal(a[i] * conj(a[i]));
    }
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n < d; n++) {
            rho[m * d + n] = 0.0;
            for (size_t k = 0; k < rank; k++)
                rho[m * d + n] += a[m * rank + k] * conj(a[n * rank + k]) / trace;
        }
}

static const char yaml[] = "hamiltonian: {modes: %d, operator: \"%s\"}\n"
                           "initial: {%s}\n"
                           "solver: {basis: %s, tolerance: %s}\n"
                           "output: {times: [0.0, 0.15], husimi: {from: -3, to: 3, points: 13}}\n";

static void bases_agree(int modes, const char *operator, const char * state, const char *tolerance,
                        double bound)
{
    static const char *const bases[] = {"reference", "fourier", "fock"};
    qfp_run_result result[3];
    char text[2048], name[64];
    for (int b = 0; b < 3; b++) {
        snprintf(text, sizeof text, yaml, modes, operator, state, bases[b], tolerance);
        result[b] = simulate(text, bases[b]);
    }
    for (int b = 1; b < 3; b++) {
        for (int j = 1; j <= modes; j++) {
            snprintf(name, sizeof name, "/husimi/mode_%d", j);
            double worst = disagreement(scratch_path(bases[b]), scratch_path(bases[0]), name);
            cr_assert(lt(dbl, worst, bound), "%s: %s: mode %d: %.2e", bases[b], state, j, worst);
        }
        for (size_t t = 0; t < 2; t++) {
            const char *const names[] = {"norm", "energy", "re_a_1", "im_a_1", "purity", "n_1_n_2"};
            for (int n = 0; n < (modes > 1 ? 6 : 5); n++)
                /* moments weigh the far box: a hundred times the bound of Q */
                cr_assert(epsilon_eq(dbl, observable(&result[b], names[n], t),
                                     observable(&result[0], names[n], t), 100.0 * bound),
                          "%s: %s: %s", bases[b], state, names[n]);
        }
    }
    for (int b = 0; b < 3; b++)
        qfp_run_result_destroy(&result[b]);
}

static const char *file_state(const char *name)
{
    static char text[512];
    snprintf(text, sizeof text, "file: {path: %s, dataset: /state}", scratch_path(name));
    return text;
}

Test(file_states, one_mode)
{
    /* an unnormalised ket with empty levels at its end, and a matrix of rank two */
    const double complex ket[7] = {0.4, 1.0 - 0.5 * I, 0.3 * I, 0.7, 0, 0, 0};
    double complex rho[5 * 5];
    char mixture[1024];
    scratch_make();
    write_complex("ket.h5", 1, (const hsize_t[]){7}, ket);
    bases_agree(1, "0.5*ad^2*a^2 + 0.3*x", file_state("ket.h5"), "1.0e-8", 1e-7);
    random_density(5, 2, 17, rho);
    write_complex("rho.h5", 2, (const hsize_t[]){5, 5}, rho);
    bases_agree(1, "0.5*ad^2*a^2 + 0.3*x", file_state("rho.h5"), "1.0e-8", 1e-7);
    snprintf(mixture, sizeof mixture,
             "mixture: [{%s, weight: 2}, {coherent: [0.8], weight: 1}, "
             "{file: {path: %s, dataset: /state}, weight: 1}]",
             file_state("rho.h5"), scratch_path("ket.h5"));
    bases_agree(1, "0.5*ad^2*a^2 + 0.3*x", mixture, "1.0e-8", 1e-7);
    scratch_remove();
}

Test(file_states, two_modes)
{
    /* the modes differ in levels and content; entangled */
    const double complex ket[2 * 3] = {0.5, 0.2 * I, 0.0, -0.4, 0.0, 0.3 + 0.3 * I};
    double complex rho[4 * 4];
    scratch_make();
    write_complex("ket.h5", 2, (const hsize_t[]){2, 3}, ket);
    /* tolerance 1e-2 keeps the grids small; exact comparisons of the conversion: fock_convert */
    bases_agree(2, "-hc(ad[1]*a[2]) + 0.4*n[1]*n[2]", file_state("ket.h5"), "1.0e-2", 1e-2);
    random_density(4, 3, 29, rho);
    write_complex("rho.h5", 4, (const hsize_t[]){2, 2, 2, 2}, rho);
    bases_agree(2, "-hc(ad[1]*a[2]) + 0.4*n[1]*n[2]", file_state("rho.h5"), "1.0e-2", 1e-2);
    scratch_remove();
}

/* Liouville's Q (c = 0) and C = 0.6 (c = 0.3) start from the same Q as the exact theory. */
Test(file_states, every_ordering_starts_from_the_same_q)
{
    static const char *const theories[] = {"{order: 1}", "{order: 2, C: 0.6}"};
    const double complex ket[3] = {0.5, 0.8, 0.3 * I};
    char text[2048];
    scratch_make();
    write_complex("ket.h5", 1, (const hsize_t[]){3}, ket);
    snprintf(text, sizeof text, yaml, 1, "0.5*ad^2*a^2", file_state("ket.h5"), "reference",
             "1.0e-6");
    qfp_run_result exact = simulate(text, "exact.h5");
    for (int i = 0; i < 2; i++) {
        size_t at;
        snprintf(text, sizeof text, yaml, 1, "0.5*ad^2*a^2", file_state("ket.h5"), "fourier",
                 "1.0e-6");
        at = strlen(text);
        snprintf(text + at, sizeof text - at, "theory: %s\n", theories[i]);
        qfp_run_result r = simulate(text, "theory.h5");
        double *a = NULL, *b = NULL;
        size_t shape[16];
        int rank, is_complex;
        OK(qfp_hdf5_read(scratch_path("theory.h5"), "/husimi/mode_1", &rank, shape, &is_complex,
                         &a));
        OK(qfp_hdf5_read(scratch_path("exact.h5"), "/husimi/mode_1", &rank, shape, &is_complex,
                         &b));
        double later = 0.0;
        for (size_t k = 0; k < 169; k++) {
            cr_assert(epsilon_eq(dbl, a[k], b[k], 1e-6)); /* the tolerance */
            later = fmax(later, fabs(a[169 + k] - b[169 + k]));
        }
        cr_assert(lt(dbl, 1e-4, later)); /* and they are different theories */
        free(a);
        free(b);
        qfp_run_result_destroy(&r);
    }
    qfp_run_result_destroy(&exact);
    scratch_remove();
}

/* A flat index of several modes needs solver.levels: there are none on a grid. */
Test(file_states, a_flat_file_of_two_modes_is_refused_on_a_grid)
{
    const double complex ket[6] = {0.5, 0.2 * I, 0.0, -0.4, 0.0, 0.3 + 0.3 * I};
    char text[2048];
    scratch_make();
    write_complex("flat.h5", 1, (const hsize_t[]){6}, ket);
    snprintf(text, sizeof text, yaml, 2, "n[1]", file_state("flat.h5"), "fourier", "1.0e-3");
    qfp_config *config = load_text(text);
    qfp_run_options options = {.output_path = scratch_path("flat_out.h5")};
    qfp_run_result result;
    cr_assert(qfp_run(config, &options, &result) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "one axis per mode") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
    scratch_remove();
}
