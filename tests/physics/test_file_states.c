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

static void normalise(size_t count, double complex *ket)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += creal(ket[i] * conj(ket[i]));
    for (size_t i = 0; i < count; i++)
        ket[i] /= sqrt(sum);
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
    /* a ket with empty levels at its end, and a matrix of rank two */
    double complex ket[7] = {0.4, 1.0 - 0.5 * I, 0.3 * I, 0.7, 0, 0, 0};
    double complex rho[5 * 5];
    char mixture[1024];
    scratch_make();
    normalise(7, ket);
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
    double complex ket[2 * 3] = {0.5, 0.2 * I, 0.0, -0.4, 0.0, 0.3 + 0.3 * I};
    double complex rho[4 * 4];
    scratch_make();
    normalise(6, ket);
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
    double complex ket[3] = {0.5, 0.8, 0.3 * I};
    char text[2048];
    scratch_make();
    normalise(3, ket);
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

/* A flat index of several modes needs solver.levels, in every basis. */
Test(file_states, a_flat_file_of_two_modes_is_refused_without_levels)
{
    double complex ket[6] = {0.5, 0.2 * I, 0.0, -0.4, 0.0, 0.3 + 0.3 * I};
    char text[2048];
    scratch_make();
    normalise(6, ket);
    write_complex("flat.h5", 1, (const hsize_t[]){6}, ket);
    snprintf(text, sizeof text, yaml, 2, "n[1]", file_state("flat.h5"), "fourier", "1.0e-3");
    qfp_config *config = load_text(text);
    qfp_run_options options = {.output_path = scratch_path("flat_out.h5")};
    qfp_run_result result;
    cr_assert(qfp_run(config, &options, &result) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "solver.levels multiply to 0") != NULL, "%s",
              qfp_last_error());
    qfp_config_destroy(config);
    scratch_remove();
}

/* Initial values of norm, n_1 and n_2, in the first `count` bases. */
static void starts_with(const char *state, const char *levels, int count, const double expected[3])
{
    static const char *const bases[] = {"reference", "fock", "fourier"};
    for (int b = 0; b < count; b++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\ninitial: {%s}\n"
                 "solver: {basis: %s, tolerance: 1.0e-3%s}\n"
                 "output: {times: [0.0], husimi: {from: -3, to: 3, points: 7}}\n",
                 state, bases[b], levels);
        qfp_run_result r = simulate(text, "start.h5");
        /* the tolerance, by which a grid cuts, times what a moment weighs its edge with */
        cr_assert(epsilon_eq(dbl, observable(&r, "norm", 0), expected[0], 1e-2), "%s", bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "n_1", 0), expected[1], 1e-2), "%s", bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "n_2", 0), expected[2], 1e-2), "%s", bases[b]);
        qfp_run_result_destroy(&r);
    }
}

static void refused_with(const char *state, const char *levels, qfp_status expected,
                         const char *words)
{
    static const char *const bases[] = {"reference", "fock", "fourier"};
    for (int b = 0; b < 3; b++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\ninitial: {%s}\n"
                 "solver: {basis: %s, tolerance: 1.0e-3%s}\n"
                 "output: {times: [0.0], husimi: {from: -3, to: 3, points: 7}}\n",
                 state, bases[b], levels);
        qfp_config *config = load_text(text);
        const qfp_run_options options = {.output_path = scratch_path("refused.h5")};
        qfp_run_result result;
        cr_assert(eq(int, (int)qfp_run(config, &options, &result), (int)expected), "%s: %s",
                  bases[b], qfp_last_error());
        cr_assert(strstr(qfp_last_error(), words) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
    }
}

/* ¾|01⟩⟨01| + ¼|10⟩⟨10| as [16, 16]: no ket of 16 × 16 levels. */
Test(file_states, a_square_matrix_of_two_modes_is_no_ket)
{
    double complex rho[256] = {[17] = 0.75, [68] = 0.25};
    scratch_make();
    write_complex("flat.h5", 2, (const hsize_t[]){16, 16}, rho);
    starts_with(file_state("flat.h5"), ", levels: [4, 4]", 3, (const double[]){1.0, 0.25, 0.75});
    refused_with(file_state("flat.h5"), "", QFP_CONFIG,
                 "density matrix of 16 states and does not say how they are divided over 2 modes");
    /* normalised either way: |1⟩⟨1| of sixteen states, or |1⟩|1⟩ of 16 × 16 levels */
    double complex both[256] = {[17] = 1.0};
    write_complex("both.h5", 2, (const hsize_t[]){16, 16}, both);
    refused_with(file_state("both.h5"), "", QFP_CONFIG,
                 "normalised as a ket and as a density matrix; give solver.levels");
    starts_with(file_state("both.h5"), ", levels: [4, 4]", 2, (const double[]){1.0, 0.0, 1.0});
    starts_with(file_state("both.h5"), ", levels: [16, 16]", 2, (const double[]){1.0, 1.0, 1.0});
    /* a ket of n × n levels that is no density matrix is one */
    double complex ket[16] = {[6] = 0.8, [9] = 0.6 * I};
    write_complex("ket.h5", 2, (const hsize_t[]){4, 4}, ket);
    starts_with(file_state("ket.h5"), "", 2,
                (const double[]){1.0, 0.64 + 2 * 0.36, 2 * 0.64 + 0.36});
    scratch_remove();
}

/* Kets as columns, as QuTiP keeps them. */
Test(file_states, a_column_is_a_ket)
{
    double complex ket[6] = {[1] = 0.8, [5] = 0.6 * I}; /* of 2 × 3 levels: 0.8|01⟩ + 0.6i|12⟩ */
    const double expected[3] = {1.0, 0.36, 0.64 + 2 * 0.36};
    scratch_make();
    write_complex("column.h5", 2, (const hsize_t[]){6, 1}, ket);
    starts_with(file_state("column.h5"), ", levels: [2, 3]", 2, expected);
    refused_with(file_state("column.h5"), "", QFP_CONFIG,
                 "is [6, 1]: of two modes a column, or a second mode of one level");
    write_complex("tensor.h5", 3, (const hsize_t[]){2, 3, 1}, ket);
    starts_with(file_state("tensor.h5"), "", 3, expected);
    write_complex("one.h5", 2, (const hsize_t[]){6, 1}, ket);
    bases_agree(1, "0.5*ad^2*a^2 + 0.3*x", file_state("one.h5"), "1.0e-8", 1e-7);
    scratch_remove();
}

Test(file_states, what_is_not_normalised_is_refused_with_the_figure)
{
    double complex ket[4] = {0.9, 0, 0, 0}, rho[16] = {[5] = 0.72, [10] = 0.25};
    scratch_make();
    write_complex("ket.h5", 2, (const hsize_t[]){2, 2}, ket);
    refused_with(file_state("ket.h5"), "", QFP_CONFIG, "Σ|c|² is 0.81");
    write_complex("rho.h5", 4, (const hsize_t[]){2, 2, 2, 2}, rho);
    refused_with(file_state("rho.h5"), "", QFP_CONFIG, "trace 0.97");
    write_complex("flat.h5", 2, (const hsize_t[]){4, 4}, rho);
    refused_with(file_state("flat.h5"), ", levels: [2, 2]", QFP_CONFIG, "its trace is 0.97");
    double complex one_sided[16] = {[0] = 0.5, [1] = 0.3, [5] = 0.5};
    write_complex("onesided.h5", 4, (const hsize_t[]){2, 2, 2, 2}, one_sided);
    refused_with(file_state("onesided.h5"), "", QFP_CONFIG, "Hermitian to 0.3");
    double complex negative[16] = {[0] = 0.7, [5] = 0.5, [10] = -0.2};
    write_complex("negative.h5", 4, (const hsize_t[]){2, 2, 2, 2}, negative);
    refused_with(file_state("negative.h5"), "", QFP_CONFIG, "it has an eigenvalue below");
    write_complex("wrong.h5", 3, (const hsize_t[]){3, 2, 2}, rho);
    refused_with(file_state("wrong.h5"), "", QFP_CONFIG,
                 "density matrix [n_1, …, n_2, n_1, …, n_2]");
    scratch_remove();
}
