/* The Gaussian approximation: exact where it must be, wrong by the right power of t where it is
 * not. */
#include <complex.h>

#include "../support/configurations.h"
#include "../support/sampling.h"
#include "ensemble/gaussian_flow.h"

TestSuite(gaussian, .init = scratch_make, .fini = scratch_remove);

static const qfp_estimate *figure(const qfp_sample_result *r, size_t row, const char *name)
{
    for (size_t k = 0; k < r->observable_count; k++)
        if (strcmp(r->names[k], name) == 0)
            return &r->estimates[row * r->observable_count + k];
    cr_assert(false, "no observable %s", name);
    return NULL;
}

/* H = (ig/2)(a†² − a²): q grows by e^{gt}, p falls;
 * ⟨n⟩ = sinh² gt + (q₀²e^{2gt} + p₀²e^{−2gt})/2. */
Test(gaussian, amplifier)
{
    const double g = 0.8, q = sqrt(2.0) * 0.9, p = sqrt(2.0) * -0.4;
    qfp_sample_result r =
        sample("hamiltonian: {modes: 1, operator: \"I*0.4*(ad^2 - a^2)\"}\n"
               "initial: {coherent: '0.9-0.4*I'}\n"
               "ensemble: {method: gaussian, paths: 4000, steps: 400}\n"
               "output: {times: [0, 0.5, 1], husimi: {from: -7, to: 7, points: 29}}\n");
    for (size_t row = 0; row < 3; row++) {
        double t = r.times[row], e = exp(2.0 * g * t), s = sinh(g * t);
        /* Runge-Kutta: (g h)⁴ of the slope, h = 0.0025 */
        cr_expect(epsilon_eq(dbl, figure(&r, row, "n_1")->value,
                             s * s + 0.5 * (q * q * e + p * p / e), 1e-9));
        cr_expect(epsilon_eq(dbl, figure(&r, row, "var_x_1")->value, 0.5 * e, 1e-9));
        cr_expect(epsilon_eq(dbl, figure(&r, row, "var_p_1")->value, 0.5 / e, 1e-9));
        cr_expect(lt(dbl, 1e-3, r.chi2_probability[row])); /* draws from Q itself */
    }
    qfp_sample_result_destroy(&r);
}

/* Any quadratic H, two modes, squeezed between them, from a mixed Gaussian state: all first and
 * second moments are the reference's; ⟨n_1 n_2⟩ too, since the state stays Gaussian. */
Test(gaussian, quadratic_is_exact)
{
    qfp_sample_result r =
        sample("hamiltonian: {modes: 2, operator: \"n[1] - 0.5*n[2] + hc((0.3+0.2*I)*a[1]*a[2])"
               " + hc(0.4*ad[1]*a[2]) + 0.2*hc(a[2]^2) + 0.3*hc(a[1])\"}\n"
               "initial: {displaced_thermal: {nbar: [0.2, 0.0], alpha: [0.5, '0.3*I']}}\n"
               "solver: {tolerance: 1.0e-9}\n"
               "ensemble: {method: gaussian, paths: 200, steps: 200}\n"
               "output: {times: [0, 0.7], husimi: {from: -5, to: 5, points: 15}}\n");
    for (size_t k = 0; k < r.observable_count; k++)
        for (size_t row = 0; row < 2; row++) {
            const qfp_estimate *e = &r.estimates[row * r.observable_count + k];
            /* the reference cuts its levels at the tolerance; n weighs them by their number */
            cr_expect(epsilon_eq(dbl, e->value, e->exact, 1e-6), "%s at %g", r.names[k],
                      r.times[row]);
            cr_expect(eq(dbl, e->stderr_, 0.0));
        }
    qfp_sample_result_destroy(&r);
}

/* ⟨a⟩ = α₀ exp(|α₀|²(e^{−it} − 1)), K1.  Third cumulants, which the equations leave out, start at
 * t², so that ⟨a⟩ is off by t³ at most; n and the energy are kept. */
Test(gaussian, kerr_is_followed_for_short_times_only)
{
    qfp_config *config = configuration("kerr_gaussian", "ensemble.paths=2000", NULL, NULL);
    qfp_sample_options options = {0};
    qfp_sample_result r;
    double off[5];
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    cr_assert(eq(sz, r.time_count, 5));
    for (size_t row = 0; row < 5; row++) {
        double complex exact = 2.0 * cexp(4.0 * (cexp(-I * r.times[row]) - 1.0));
        double complex a =
            CMPLX(figure(&r, row, "re_a_1")->value, figure(&r, row, "im_a_1")->value);
        off[row] = cabs(a - exact);
        cr_expect(epsilon_eq(dbl, figure(&r, row, "n_1")->value, 4.0, 1e-8));
        cr_expect(epsilon_eq(dbl, figure(&r, row, "energy")->value, 8.0, 1e-7));
    }
    cr_expect(lt(dbl, off[2], 1e-3));         /* t = 0.1 */
    cr_expect(lt(dbl, 8.0 * off[1], off[2])); /* against t = 0.05 */
    cr_expect(lt(dbl, 0.5, off[4]));          /* t = 0.5: 0.18 and 0.61 in its two parts */
    cr_expect(lt(dbl, 1e-3, r.chi2_probability[1]));
    cr_expect(lt(dbl, r.chi2_probability[4], 1e-9));
    qfp_sample_result_destroy(&r);
}

static double step_error(const char *steps)
{
    qfp_config *config = configuration("kerr_gaussian", "ensemble.paths=64", steps, NULL);
    qfp_sample_options options = {0};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    double error = fabs(figure(&r, 4, "re_a_1")->step_error);
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    return error;
}

Test(gaussian, step_errors_fall_with_the_fourth_power)
{
    double ratio = step_error("ensemble.steps=100") / step_error("ensemble.steps=200");
    cr_expect(ratio > 12.0 && ratio < 20.0, "%g", ratio);
}

/* Numbering the modes the other way round changes names only. */
Test(gaussian, relabelling_modes)
{
    static const char text[] =
        "hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + 0.3*n[%d]^2 + 0.2*n[1]*n[2]\"}\n"
        "initial: {coherent: [%s]}\nensemble: {method: gaussian, paths: 64, steps: 50}\n"
        "output: {times: [0, 0.4], husimi: {from: -5, to: 5, points: 9}}\n";
    char yaml[2][512];
    snprintf(yaml[0], sizeof yaml[0], text, 1, "1.0, '0.5*I'");
    snprintf(yaml[1], sizeof yaml[1], text, 2, "'0.5*I', 1.0");
    qfp_sample_result a = sample(yaml[0]), b = sample(yaml[1]);
    static const char *const names[2][3] = {{"n_1", "re_aa_1", "var_p_2"},
                                            {"n_2", "re_aa_2", "var_p_1"}};
    for (int k = 0; k < 3; k++) /* sums in another order */
        cr_expect(epsilon_eq(dbl, figure(&a, 1, names[0][k])->value,
                             figure(&b, 1, names[1][k])->value, 1e-13));
    qfp_sample_result_destroy(&a);
    qfp_sample_result_destroy(&b);
}

/* E|α|^{2k} = k! N^k of a thermal state, N = n̄ + 1; E|α|⁴ = 2N² + |m|² of a squeezed one;
 * E|α|² |β|² = N_1 N_2 + |E αβ|² + |E α*β|² of two modes. */
/* Draws of two modes keep what the modes share, ⟨a_1†a_2⟩, which no histogram of one mode shows. */
Test(gaussian, draws_of_two_modes_are_correlated)
{
    enum { PATHS = 4000 };
    double *paths = NULL, mean[2] = {0.0, 0.0}, square = 0.0;
    int rank, is_complex;
    size_t shape[16];
    const char *path = scratch_path("two.h5");
    qfp_config *config = load_text(
        "hamiltonian: {modes: 2, operator: \"hc((0.6 + 0.8*I)*ad[1]*a[2])\"}\n"
        "initial: {squeezed: {r: [0.8, 0.0], phi: [0.4, 0.0]}}\n"
        "ensemble: {method: gaussian, paths: 4000, steps: 40}\n"
        "output: {times: [0, 0.7], observables: [{name: shared, operator: \"ad[1]*a[2]\"}], "
        "paths: {count: 4000}}\n");
    const qfp_sample_options options = {.output_path = path};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(eq(sz, shape[1], PATHS));
    for (size_t i = 0; i < PATHS; i++) {
        const double *z = paths + (PATHS + i) * 4;
        double complex product = 0.5 * CMPLX(z[0], -z[1]) * CMPLX(z[2], z[3]); /* x, p */
        mean[0] += creal(product) / PATHS;
        mean[1] += cimag(product) / PATHS;
        square += creal(product * conj(product)) / PATHS;
    }
    for (int part = 0; part < 2; part++) {
        const char *name = part == 0 ? "re_shared" : "im_shared";
        double exact = figure(&r, 1, name)->exact;
        cr_assert(lt(dbl, 0.1, fabs(exact)), "%s %g", name, exact);
        cr_assert(epsilon_eq(dbl, mean[part], exact, LIMIT * sqrt(square / PATHS)), "%s", name);
    }
    free(paths);
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(gaussian, moments)
{
    qfp_gaussian_state s = {.modes = 2};
    s.n[0][0] = 0.7;
    s.n[1][1] = 0.4;
    double factorial = 1.0, power = 1.0;
    for (int k = 1; k <= 4; k++) {
        factorial *= k;
        power *= 1.7;
        const uint8_t both[4] = {(uint8_t)k, 0, (uint8_t)k, 0};
        cr_expect(epsilon_eq(dbl, creal(qfp_gaussian_moment(&s, both)), factorial * power, 1e-12));
    }
    s.m[0][0] = CMPLX(0.3, -0.5);
    cr_expect(epsilon_eq(dbl, creal(qfp_gaussian_moment(&s, (const uint8_t[]){2, 0, 2, 0})),
                         2.0 * 1.7 * 1.7 + 0.34, 1e-13));
    s.m[0][1] = s.m[1][0] = CMPLX(0.2, 0.1);
    s.n[0][1] = CMPLX(-0.1, 0.3);
    s.n[1][0] = conj(s.n[0][1]);
    cr_expect(epsilon_eq(dbl, creal(qfp_gaussian_moment(&s, (const uint8_t[]){1, 1, 1, 1})),
                         1.7 * 1.4 + 0.05 + 0.10, 1e-13));
    s.alpha[0] = 2.0; /* E α² = α₀² + m */
    double complex square = qfp_gaussian_moment(&s, (const uint8_t[]){2, 0, 0, 0});
    cr_expect(lt(dbl, cabs(square - CMPLX(4.3, -0.5)), 1e-13));
}

Test(gaussian, what_it_cannot_do_is_refused)
{
    static const char *const texts[][2] = {{"n^5", "paths: 100"},
                                           {"n^2", "paths: 100, target_error: 0.1"}};
    static const char *const says[] = {"degree 8", "target_error"};
    for (int i = 0; i < 2; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"%s\"}\ninitial: {coherent: 1}\n"
                 "ensemble: {method: gaussian, %s}\noutput: {times: [0, 1]}\n",
                 texts[i][0], texts[i][1]);
        qfp_config *config = load_text(yaml);
        qfp_sample_options options = {0};
        qfp_sample_result r;
        cr_expect(eq(int, (int)qfp_sample(config, &options, &r), (int)QFP_CONFIG));
        cr_expect(strstr(qfp_last_error(), says[i]) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
    }
}

/* One step over a time in which the phase of |α|² = 9 quanta turns more than once: the polynomial
 * of the step leaves the covariances that a state can have. */
Test(gaussian, a_step_too_large_is_seen)
{
    qfp_config *config = load_text("hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                                   "initial: {coherent: 3}\n"
                                   "ensemble: {method: gaussian, paths: 100, steps: 1}\n"
                                   "output: {times: [0, 1]}\n");
    qfp_sample_options options = {0};
    qfp_sample_result r;
    cr_expect(eq(int, (int)qfp_sample(config, &options, &r), (int)QFP_TOLERANCE));
    cr_expect(strstr(qfp_last_error(), "raise ensemble.steps") != NULL, "%s", qfp_last_error());
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
}
