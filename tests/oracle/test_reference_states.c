/* Initial states of the reference against closed forms. */
#include "reference_case.h"

#include <hdf5.h>
#include <stdio.h>
#include <unistd.h>

/* Sums of some tens of terms of order one, and weights cut at 1e-16. */
#define ROUNDING 1e-12

#define EXPECT_NEAR(found, expected, tolerance)                                                    \
    cr_expect(epsilon_eq(dbl, (found), (expected), (tolerance)))

static const char *const free_mode = "n";

static double squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

/* Q(α) = e^{−|α−β|²}/π, at |β| = 30 where e^{−|β|²} and 900! are far out of range. */
Test(reference_states, far_coherent_state_keeps_ten_digits)
{
    double complex beta = 30.0 * cexp(0.4 * I);
    qfp_config config = case_coherent(1, free_mode, beta);
    qfp_reference *r = case_reference(&config);
    for (int k = 0; k < 12; k++) {
        double complex alpha = beta + 0.35 * k * cexp(1.1 * I * k);
        double expected = exp(-squared(alpha - beta)) / M_PI;
        /* absolute rounding of amplitudes of order one, doubled and scaled by the small
         * amplitude */
        EXPECT_NEAR(case_q(r, 0, alpha), expected, 1e-10 * expected + 1e-14 * sqrt(expected));
    }
    case_observables o = case_observe(r);
    EXPECT_NEAR(o.n[0] / 900.0, 1.0, ROUNDING);
    EXPECT_NEAR(o.wehrl, 1.0, 1e-10);
    qfp_reference_destroy(r);
}

/* ⟨α|n⟩ one level at a time, against the logarithm of the closed form; |α| = 50 has e^{−1250}. */
Test(reference_states, amplitude_is_the_closed_form_at_any_radius)
{
    const double radii[] = {0.0, 1e-3, 1.0, 30.0, 50.0, 100.0};
    for (size_t i = 0; i < sizeof radii / sizeof *radii; i++) {
        size_t n = (size_t)(radii[i] * radii[i] * 1.02) + 3;
        double complex *c = calloc(n + 1, sizeof *c);
        c[n] = 1.0;
        double complex alpha = radii[i] * cexp(0.7 * I);
        double magnitude =
            exp(-0.5 * radii[i] * radii[i] + n * log(radii[i]) - 0.5 * lgamma((double)n + 1.0));
        double complex expected = magnitude * cexp(-0.7 * I * (double)n);
        double complex found = qfp_reference_amplitude(n + 1, c, alpha);
        /* the closed form loses digits to its exponents, up to 1e5 of them in units of rounding */
        EXPECT_NEAR(creal(found), creal(expected), 1e-10);
        EXPECT_NEAR(cimag(found), cimag(expected), 1e-10);
        free(c);
    }
    /* no level of this basis is seen from there */
    double complex vacuum = 1.0;
    cr_expect(eq(dbl, cabs(qfp_reference_amplitude(1, &vacuum, 1e6)), 0.0));
}

/* Var of x is ½|cosh r − e^{iφ} sinh r|², of p ½|cosh r + e^{iφ} sinh r|², n = |α|² + sinh² r. */
Test(reference_states, squeezed_state_has_its_moments)
{
    const double cases[][4] = {
        {0.0, 0.0, 0.8, 0.0}, {1.5, -2.0, 1.1, 0.9}, {-3.0, 1.0, -0.7, 2.5}, {12.0, 9.0, 0.6, 3.0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_config config = case_new(1, free_mode);
        double r_ = cases[i][2], phi = cases[i][3];
        config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN,
                                     .alpha = {cases[i][0] + I * cases[i][1]},
                                     .r = {r_},
                                     .phi = {phi}};
        qfp_reference *r = case_reference(&config);
        case_observables o = case_observe(r);
        double n = squared(config.initial.alpha[0]) + pow(sinh(r_), 2.0);
        EXPECT_NEAR(o.norm, 1.0, ROUNDING);
        EXPECT_NEAR(o.re_a[0], cases[i][0], 1e-10); /* the choice of levels leaves 1e-14·n */
        EXPECT_NEAR(o.im_a[0], cases[i][1], 1e-10);
        EXPECT_NEAR(o.n[0], n, ROUNDING * (1.0 + n) * 10.0);
        EXPECT_NEAR(o.var_x[0], 0.5 * squared(cosh(r_) - cexp(I * phi) * sinh(r_)), 1e-10);
        EXPECT_NEAR(o.var_p[0], 0.5 * squared(cosh(r_) + cexp(I * phi) * sinh(r_)), 1e-10);
        qfp_reference_destroy(r);
    }
}

/* Q of a displaced thermal state: e^{−|α−β|²/(1+nbar)}/(π(1+nbar)), purity 1/(1+2nbar), Wehrl
 * entropy 1 + ln(1+nbar). */
Test(reference_states, displaced_thermal_state_is_the_wider_gaussian)
{
    const double complex betas[] = {0.0, 1.0 - 0.5 * I, 6.0 * I};
    for (int i = 0; i < 3; i++) {
        double nbar = 1.3;
        qfp_config config = case_new(1, free_mode);
        config.initial =
            (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {betas[i]}, .nbar = {nbar}};
        qfp_reference *r = case_reference(&config);
        case_observables o = case_observe(r);
        EXPECT_NEAR(o.norm, 1.0, ROUNDING);
        EXPECT_NEAR(o.n[0], squared(betas[i]) + nbar, 1e-11);
        EXPECT_NEAR(o.var_x[0], nbar + 0.5, 1e-11);
        EXPECT_NEAR(o.var_p[0], nbar + 0.5, 1e-11);
        EXPECT_NEAR(o.purity, 1.0 / (1.0 + 2.0 * nbar), ROUNDING);
        EXPECT_NEAR(o.wehrl, 1.0 + log(1.0 + nbar), 1e-10);
        for (double x = -2.0; x < 3.0; x += 1.25) {
            double complex alpha = betas[i] + x * (1.0 + 0.4 * I);
            EXPECT_NEAR(case_q(r, 0, alpha),
                        exp(-squared(alpha - betas[i]) / (1.0 + nbar)) / (M_PI * (1.0 + nbar)),
                        ROUNDING);
        }
        qfp_reference_destroy(r);
    }
}

/* ⟨n⟩ = (nbar + ½) cosh 2r − ½ + |α|², variances (nbar + ½) e^{∓2r}, purity that before squeezing. */
Test(reference_states, squeezed_thermal_state_is_the_squeezed_gaussian)
{
    const double nbar = 0.5, r = 0.5;
    const double complex alpha = 0.8 - 0.5 * I;
    qfp_config config = case_new(1, free_mode);
    config.initial =
        (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {alpha}, .nbar = {nbar}, .r = {r}};
    qfp_reference *reference = case_reference(&config);
    case_observables o = case_observe(reference);
    EXPECT_NEAR(o.norm, 1.0, ROUNDING);
    EXPECT_NEAR(o.n[0], (nbar + 0.5) * cosh(2.0 * r) - 0.5 + squared(alpha), 1e-11);
    EXPECT_NEAR(o.var_x[0], (nbar + 0.5) * exp(-2.0 * r), 1e-11);
    EXPECT_NEAR(o.var_p[0], (nbar + 0.5) * exp(2.0 * r), 1e-11);
    EXPECT_NEAR(o.purity, 1.0 / (1.0 + 2.0 * nbar), ROUNDING);
    qfp_reference_destroy(reference);
}

Test(reference_states, product_of_thermal_states_has_independent_modes)
{
    qfp_config config = case_new(2, "n[1] + 2*n[2]");
    config.initial =
        (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {0.5, -0.3 * I}, .nbar = {0.2, 0.4}};
    qfp_reference *r = case_reference(&config);
    case_observables o = case_observe(r);
    double n1 = 0.25 + 0.2, n2 = 0.09 + 0.4;
    EXPECT_NEAR(o.n[0], n1, 1e-11);
    EXPECT_NEAR(o.n[1], n2, 1e-11);
    EXPECT_NEAR(creal(case_mean(r, "n[1]*n[2]")), n1 * n2, 1e-11);
    /* ⟨n²⟩ = |α|⁴ + |α|²(1 + 4 nbar) + nbar + 2 nbar² */
    EXPECT_NEAR(creal(case_mean(r, "n[1]^2")), 0.0625 + 0.25 * 1.8 + 0.2 + 2.0 * 0.04, 1e-11);
    EXPECT_NEAR(o.purity, 1.0 / (1.4 * 1.8), ROUNDING);
    cr_expect(isnan(o.wehrl));
    qfp_reference_destroy(r);
}

static qfp_state coherent_part(double complex alpha)
{
    return (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {alpha}};
}

/* Q of w₁|β₁⟩ + w₂|β₂⟩ from ⟨α|β⟩ = exp(α*β − ½|α|² − ½|β|²), normalised by the overlap. */
Test(reference_states, superposition_of_coherent_states_is_normalised)
{
    double complex beta[2] = {0.7 + 0.2 * I, -0.4 + 0.5 * I}, w[2] = {1.0, 0.5 - 0.8 * I};
    qfp_state parts[2] = {coherent_part(beta[0]), coherent_part(beta[1])};
    qfp_config config = case_new(1, free_mode);
    config.initial =
        (qfp_state){.kind = QFP_STATE_SUPERPOSITION, .part_count = 2, .parts = parts, .weights = w};
    qfp_reference *r = case_reference(&config);
    double complex overlap =
        cexp(conj(beta[0]) * beta[1] - 0.5 * squared(beta[0]) - 0.5 * squared(beta[1]));
    double norm = squared(w[0]) + squared(w[1]) + 2.0 * creal(conj(w[0]) * w[1] * overlap);
    EXPECT_NEAR(case_observe(r).norm, 1.0, ROUNDING);
    for (int k = 0; k < 6; k++) {
        double complex alpha = 0.4 * k * cexp(I * k), sum = 0.0;
        for (int i = 0; i < 2; i++)
            sum +=
                w[i] * cexp(conj(alpha) * beta[i] - 0.5 * squared(alpha) - 0.5 * squared(beta[i]));
        EXPECT_NEAR(case_q(r, 0, alpha), squared(sum) / norm / M_PI, ROUNDING);
    }
    qfp_reference_destroy(r);
}

/* ⟨α|D(β)S(ξ)|0⟩ = e^{(α*β − αβ*)/2} ⟨γ|S(ξ)|0⟩ with γ = α − β and
 * ⟨γ|S(ξ)|0⟩ = exp(−½|γ|² − ½ e^{iφ} tanh r γ*²)/√cosh r: its phase shows between two of them. */
static double complex squeezed_amplitude(double complex alpha, const qfp_state *s)
{
    double complex beta = s->alpha[0], gamma = alpha - beta;
    double complex exponent = 0.5 * (conj(alpha) * beta - alpha * conj(beta)) -
                              0.5 * squared(gamma) -
                              0.5 * cexp(I * s->phi[0]) * tanh(s->r[0]) * cpow(conj(gamma), 2.0);
    return cexp(exponent) / sqrt(cosh(s->r[0]));
}

Test(reference_states, superposed_squeezed_states_keep_their_phases)
{
    double complex w[2] = {1.0, 0.7 + 0.4 * I};
    qfp_state parts[2] = {
        {.kind = QFP_STATE_GAUSSIAN, .alpha = {1.1 + 0.6 * I}, .r = {0.5}, .phi = {0.9}},
        {.kind = QFP_STATE_GAUSSIAN, .alpha = {0.2 - 0.8 * I}, .r = {0.8}, .phi = {-2.0}}};
    qfp_config config = case_new(1, free_mode);
    config.initial =
        (qfp_state){.kind = QFP_STATE_SUPERPOSITION, .part_count = 2, .parts = parts, .weights = w};
    qfp_reference *r = case_reference(&config);
    double norm = 0.0; /* from the first point; the others then have no freedom left */
    for (int k = 0; k < 8; k++) {
        double complex alpha = 0.6 + 0.25 * k * cexp(I * 1.7 * k), sum = 0.0;
        for (int i = 0; i < 2; i++)
            sum += w[i] * squeezed_amplitude(alpha, &parts[i]);
        double q = case_q(r, 0, alpha);
        norm = k == 0 ? squared(sum) / q : norm;
        EXPECT_NEAR(q, squared(sum) / norm, ROUNDING);
    }
    qfp_reference_destroy(r);
}

Test(reference_states, mixture_adds_weights_not_amplitudes)
{
    double complex w[2] = {3.0, 1.0};
    qfp_state parts[2] = {coherent_part(1.0), {.kind = QFP_STATE_GAUSSIAN, .nbar = {0.5}}};
    qfp_config config = case_new(1, free_mode);
    config.initial =
        (qfp_state){.kind = QFP_STATE_MIXTURE, .part_count = 2, .parts = parts, .weights = w};
    qfp_reference *r = case_reference(&config);
    double complex alpha = 0.3 - 0.2 * I;
    double expected = 0.75 * exp(-squared(alpha - 1.0)) + 0.25 * exp(-squared(alpha) / 1.5) / 1.5;
    EXPECT_NEAR(case_q(r, 0, alpha), expected / M_PI, ROUNDING);
    EXPECT_NEAR(case_observe(r).n[0], 0.75 + 0.25 * 0.5, ROUNDING);
    qfp_reference_destroy(r);
}

Test(reference_states, impossible_states_are_refused)
{
    qfp_state parts[2] = {coherent_part(1.0), {.kind = QFP_STATE_GAUSSIAN, .nbar = {0.5}}};
    double complex w[2] = {1.0, 1.0};
    qfp_config config = case_new(1, free_mode);
    config.initial =
        (qfp_state){.kind = QFP_STATE_SUPERPOSITION, .part_count = 2, .parts = parts, .weights = w};
    case_refused(&config, QFP_CONFIG, "mixed state");
    parts[1] = parts[0];
    w[1] = -1.0;
    case_refused(&config, QFP_CONFIG, "cancels");
    config.initial.kind = QFP_STATE_MIXTURE;
    case_refused(&config, QFP_CONFIG, "not negative");
    w[0] = w[1] = 0.0;
    case_refused(&config, QFP_CONFIG, "all zero");
}

/* A file under a name of this process, removed by the caller. */
static void write_file(char *path, size_t size, int rank, const hsize_t *shape, bool is_complex,
                       const double *data, bool with_axes)
{
    snprintf(path, size, "reference_state_%ld.h5", (long)getpid());
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_NATIVE_DOUBLE);
    if (is_complex) {
        H5Tclose(type);
        type = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
        H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE);
        H5Tinsert(type, "i", sizeof(double), H5T_NATIVE_DOUBLE);
    }
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set = H5Dcreate2(file, "state", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
    if (with_axes) {
        hid_t group = H5Gcreate2(file, "axes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        for (int i = 0; i < 2; i++) {
            double axis[8] = {0};
            hid_t line = H5Screate_simple(1, &shape[rank - 2 + i], NULL);
            hid_t a = H5Dcreate2(group, i == 0 ? "x" : "p", H5T_NATIVE_DOUBLE, line, H5P_DEFAULT,
                                 H5P_DEFAULT, H5P_DEFAULT);
            H5Dwrite(a, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, axis);
            H5Dclose(a);
            H5Sclose(line);
        }
        H5Gclose(group);
    }
    H5Fclose(file);
}

static qfp_config file_case(int modes, const char *expression, char *path)
{
    qfp_config config = case_new(modes, expression);
    config.initial = (qfp_state){.kind = QFP_STATE_FILE,
                                 .path = path,
                                 .dataset = (char *)"/state",
                                 .scale_x = 1.0,
                                 .scale_p = 1.0,
                                 .accuracy = 1e-6};
    return config;
}

Test(reference_states, kets_are_read_from_a_file)
{
    char path[64];
    const double one_mode[] = {0.6, 0.0, 0.0, 0.8}; /* (3|0⟩ + 4i|1⟩)/5 */
    write_file(path, sizeof path, 1, (hsize_t[]){2}, true, one_mode, false);
    qfp_config config = file_case(1, free_mode, path);
    qfp_reference *r = case_reference(&config);
    case_observables o = case_observe(r);
    EXPECT_NEAR(o.n[0], 0.64, ROUNDING);
    EXPECT_NEAR(o.im_a[0], 0.48, ROUNDING);
    EXPECT_NEAR(o.re_a[0], 0.0, ROUNDING);
    qfp_reference_destroy(r);

    const double two_modes[6] = {[5] = 1.0}; /* |1,2⟩ in [2, 3] */
    write_file(path, sizeof path, 2, (hsize_t[]){2, 3}, false, two_modes, false);
    config = file_case(2, "n[1] + n[2]", path);
    r = case_reference(&config);
    o = case_observe(r);
    EXPECT_NEAR(o.n[0], 1.0, ROUNDING);
    EXPECT_NEAR(o.n[1], 2.0, ROUNDING);
    qfp_reference_destroy(r);

    write_file(path, sizeof path, 1, (hsize_t[]){6}, false, two_modes, false);
    config.levels[0] = config.initial.levels[0] = 2;
    config.levels[1] = config.initial.levels[1] = 3;
    r = case_reference(&config);
    EXPECT_NEAR(case_observe(r).n[1], 2.0, ROUNDING);
    qfp_reference_destroy(r);
    config.levels[1] = config.initial.levels[1] = 4;
    case_refused(&config, QFP_CONFIG, "multiply to 8");
    unlink(path);
}

/* ρ = ½|0⟩⟨0| + ½|2⟩⟨2| + (i/4)(|2⟩⟨0| − |0⟩⟨2|) */
Test(reference_states, density_matrix_is_read_from_a_file)
{
    char path[64];
    double rho[18] = {[0] = 0.5, [16] = 0.5, [13] = 0.25, [5] = -0.25};
    write_file(path, sizeof path, 2, (hsize_t[]){3, 3}, true, rho, false);
    qfp_config config = file_case(1, free_mode, path);
    qfp_reference *r = case_reference(&config);
    case_observables o = case_observe(r);
    EXPECT_NEAR(o.n[0], 1.0, ROUNDING);
    EXPECT_NEAR(o.purity, 0.625, ROUNDING);
    double complex alpha = 0.8 + 0.3 * I;
    /* ⟨α|ρ|α⟩ = e^{−|α|²}(½ + ¼|α|⁴ + 2 Re((i/4) α*²/√2)) */
    double q = exp(-squared(alpha)) *
               (0.5 + 0.25 * pow(squared(alpha), 2.0) +
                2.0 * creal(0.25 * I * conj(alpha) * conj(alpha) * M_SQRT1_2)) /
               M_PI;
    EXPECT_NEAR(case_q(r, 0, alpha), q, ROUNDING);
    qfp_reference_destroy(r);

    rho[0] = 0.9;
    write_file(path, sizeof path, 2, (hsize_t[]){3, 3}, true, rho, false);
    case_refused(&config, QFP_CONFIG, "no density matrix");
    rho[0] = 1.2;
    rho[16] = -0.2;
    write_file(path, sizeof path, 2, (hsize_t[]){3, 3}, true, rho, false);
    case_refused(&config, QFP_CONFIG, "eigenvalue");
    unlink(path);
}

Test(reference_states, files_that_are_no_state_are_refused)
{
    char path[64];
    const double zeros[24] = {0}, last[3] = {0.0, 0.0, 1.0};
    qfp_config config;
    write_file(path, sizeof path, 2, (hsize_t[]){3, 3}, false, zeros, true);
    config = file_case(1, free_mode, path);
    case_refused(&config, QFP_CONFIG, "Q grid is not evenly spaced");
    write_file(path, sizeof path, 1, (hsize_t[]){3}, false, zeros, false);
    case_refused(&config, QFP_CONFIG, "is no normalised ket");
    write_file(path, sizeof path, 1, (hsize_t[]){3}, false, last, false);
    config.levels[0] = 2;
    case_refused(&config, QFP_CONFIG, "solver.levels is 2");
    config.levels[0] = 0;
    write_file(path, sizeof path, 3, (hsize_t[]){2, 3, 4}, false, zeros, false);
    case_refused(&config, QFP_CONFIG, "is [2, 3, 4]; expected, of one mode, a ket [n]");
    const double nan[2] = {NAN, 1.0};
    write_file(path, sizeof path, 1, (hsize_t[]){2}, false, nan, false);
    case_refused(&config, QFP_CONFIG, "NaN");
    unlink(path);
    case_refused(&config, QFP_IO, path);
}
