/* Several theories of one system in one run: distances between them against closed forms.
 *
 * Kerr, H = ½ a†²a², coherent α₀, any C:  for g = α f(|α|²) the adjoint of the second-order
 * equation closes, ∂f/∂t = −i(s − 2)f + iCs f', hence
 *     ⟨a⟩(t) = α₀ e^{2it} (1 − A)^{−2} exp(|α₀|² A/(1 − A)),   A = (1 − e^{iCt})/C,  −it at C = 0.
 * Liouville (C = 0) turns every point by its own angle: Q(α, t) = Q(α e^{i(|α|² − 2)t}, 0).
 *
 * Quartic, H = p²/2 + x²/2 + λx⁴: what M = 2 leaves out of ∂Q/∂t is, with the anti-Wick potential,
 *     −(1/24)(∂_p³ − 3∂_q²∂_p)(V'''Q) − (1/48)(∂_q∂_p³ − ∂_q³∂_p)(V''''Q),
 * V''' = 24λq, V'''' = 24λ, of third and of fourth order; M = 3 leaves out the second term only. */
#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

enum { POINTS = 41 };
static const double first = -5.0, step = 0.25;

static qfp_run_result run_file(const char *path, const char *const *overrides, size_t count,
                               const char *output)
{
    qfp_config *config = NULL;
    qfp_run_options options = {.output_path = output};
    qfp_run_result r;
    OK(qfp_config_load(path, overrides, count, &config));
    OK(qfp_run(config, &options, &r));
    qfp_config_destroy(config);
    return r;
}

static double distance(const qfp_run_result *r, const char *label, const char *name, size_t time)
{
    for (size_t i = 0; i < r->theory_count; i++)
        for (size_t d = 0; d < r->distance_count; d++)
            if (strcmp(r->theories[i].label, label) == 0 && strcmp(r->distance_names[d], name) == 0)
                return r->theories[i].distances[time * r->distance_count + d];
    cr_assert(0, "no %s of %s", name, label);
    return NAN;
}

static const qfp_theory_result *theory(const qfp_run_result *r, const char *label)
{
    for (size_t i = 0; i < r->theory_count; i++)
        if (strcmp(r->theories[i].label, label) == 0)
            return &r->theories[i];
    cr_assert(0, "no theory %s", label);
    return NULL;
}

/* ---- Kerr ---------------------------------------------------------------------------------- */

#define ALPHA 1.0
static const char kerr[] = "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "theory: [{}, {order: 2}, {order: 1}, {C: 0.5}, {order: 2, C: 0}]\n"
                           "solver: {tolerance: 1.0e-7, grid: {points: 72, extent: 14}}\n"
                           "output:\n"
                           "  times: [0, 0.1, 0.3]\n"
                           "  husimi: {from: -5.0, to: 5.0, points: 41}\n";

static double complex kerr_mean(double C, double t)
{
    double complex A = C > 0.0 ? (1.0 - cexp(I * C * t)) / C : -I * t;
    return ALPHA * cexp(2.0 * I * t) / ((1.0 - A) * (1.0 - A)) *
           cexp(ALPHA * ALPHA * A / (1.0 - A));
}

static double kerr_q(double complex alpha, double t)
{
    double complex sum = 0.0, term = 1.0;
    for (int n = 0; n < 100; n++) {
        sum += term * cexp(-0.5 * I * t * n * (n - 1));
        term *= ALPHA * conj(alpha) / (n + 1);
    }
    double modulus = cabs(sum);
    return exp(-creal(alpha * conj(alpha)) - ALPHA * ALPHA) * modulus * modulus / M_PI;
}

/* The two distances of Q between Liouville's flow and the exact one on the output grid. */
static void kerr_liouville_distance(double t, double *l2, double *largest)
{
    double squared = 0.0, scale_squared = 0.0, scale = 0.0;
    *largest = 0.0;
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < POINTS; k++) {
            double complex alpha = (first + i * step + I * (first + k * step)) / sqrt(2.0);
            double s = creal(alpha * conj(alpha)), exact = kerr_q(alpha, t);
            double difference = kerr_q(alpha * cexp(I * (s - 2.0) * t), 0.0) - exact;
            squared += difference * difference;
            scale_squared += exact * exact;
            *largest = fmax(*largest, fabs(difference));
            scale = fmax(scale, exact);
        }
    *l2 = sqrt(squared / scale_squared);
    *largest /= scale;
}

Test(theories, kerr_against_closed_forms_for_any_C)
{
    scratch_make();
    qfp_run_result r = simulate(kerr, "kerr.h5");
    cr_assert(eq(sz, r.theory_count, 5));
    for (size_t t = 0; t < 3; t++) {
        double time = r.times[t], l2, largest;
        kerr_liouville_distance(time, &l2, &largest);
        /* the tolerance 1e-7 of each of the two theories, and what plan calls its reach */
        cr_assert(epsilon_eq(dbl, distance(&r, "liouville", "husimi_l2_1", t), l2, 1e-6));
        cr_assert(epsilon_eq(dbl, distance(&r, "liouville", "husimi_max_1", t), largest, 1e-6));
        double complex exact = kerr_mean(1.0, time);
        cr_assert(epsilon_eq(dbl, distance(&r, "liouville", "a_1", t),
                             cabs(kerr_mean(0.0, time) - exact), 1e-6));
        cr_assert(epsilon_eq(dbl, distance(&r, "C0.5", "a_1", t),
                             cabs(kerr_mean(0.5, time) - exact), 1e-6));
        /* photon statistics are the same in all of them */
        cr_assert(lt(dbl, distance(&r, "C0.5", "n_1", t), 1e-6));
        /* Eq. (64) holds: M = 2 is quantum theory, up to the rounding of the coefficients */
        cr_assert(lt(dbl, distance(&r, "M2", "husimi_max_1", t), 1e-12));
        cr_assert(lt(dbl, distance(&r, "M2", "a_1", t), 1e-12));
        /* C = 0 leaves the first order of M = 2 only: the same equation as Liouville's */
        cr_assert(epsilon_eq(dbl, distance(&r, "M2_C0", "husimi_max_1", t),
                             distance(&r, "liouville", "husimi_max_1", t), 1e-12));
    }
    /* the oracle tells the theories apart */
    cr_assert(lt(dbl, 0.05, distance(&r, "C0.5", "a_1", 2)));
    cr_assert(lt(dbl, distance(&r, "C0.5", "a_1", 2), distance(&r, "liouville", "a_1", 2)));
    /* the first fills the root, as a run of its own would */
    cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 2), creal(kerr_mean(1.0, 0.3)), 1e-6));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* C = 0.5 has one stable ordering, c = C/2; at both others half of its directions diffuse. */
Test(theories, kerr_at_half_of_C_is_stable_at_its_own_ordering_only)
{
    static const struct {
        double ordering;
        qfp_status expected;
    } cases[] = {{0.25, QFP_OK}, {0.0, QFP_GROWTH}, {0.5, QFP_GROWTH}};
    scratch_make();
    for (int i = 0; i < 3; i++) {
        char text[512];
        qfp_run_result r;
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.0]}\n"
                 "theory: {C: 0.5}\n"
                 "solver: {grid: {points: 64, extent: 14}, ordering: %g}\n"
                 "output: {times: [0, 0.15, 0.3]}\n",
                 cases[i].ordering);
        qfp_config *config = load_text(text);
        qfp_run_options options = {0};
        qfp_status status = qfp_run(config, &options, &r);
        cr_assert(eq(int, (int)status, (int)cases[i].expected), "c = %g: %s", cases[i].ordering,
                  qfp_last_error());
        if (status == QFP_OK) {
            double complex mean = kerr_mean(0.5, 0.3);
            /* the error of 64 points on L = 14 */
            cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 2), creal(mean), 1e-6));
            cr_assert(epsilon_eq(dbl, observable(&r, "im_a_1", 2), cimag(mean), 1e-6));
        }
        qfp_run_result_destroy(&r);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* The printed symbol of Eq. (69), |α|⁴ − 3|α|², belongs to n²: it turns ⟨a⟩ by e^{−iUt/2} more. */
Test(theories, the_printed_symbol_of_the_paper_turns_the_mean_by_half_an_angle_more)
{
    static const char text[] =
        "hamiltonian: {symbol: {ordering: antiwick, expression: \"0.5*(n^2 - %d*n)\"}}\n"
        "initial: {coherent: [1.0]}\nsolver: {tolerance: 1.0e-7}\noutput: {times: [0.7]}\n";
    double complex mean[2];
    scratch_make();
    for (int i = 0; i < 2; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, text, 4 - i);
        qfp_run_result r = simulate(yaml, "symbol.h5");
        mean[i] = observable(&r, "re_a_1", 0) + I * observable(&r, "im_a_1", 0);
        qfp_run_result_destroy(&r);
    }
    cr_assert(lt(dbl, cabs(mean[0] - kerr_mean(1.0, 0.7)), 1e-6)); /* −4 is n(n−1), as is known */
    cr_assert(lt(dbl, cabs(mean[1] - mean[0] * cexp(-0.35 * I)), 1e-6));
    cr_assert(lt(dbl, 0.1, cabs(mean[1] - mean[0])));
    scratch_remove();
}

/* ---- quartic ------------------------------------------------------------------------------- */

/* 2-norm of what order 2 (with_third) or order 3 leaves out of ∂Q/∂t at the start, over that
 * of Q. */
static double missing_rate(double lambda, bool with_third)
{
    double squared = 0.0, scale = 0.0;
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < POINTS; k++) {
            double q = first + i * step, p = first + k * step, s = q - sqrt(2.0);
            double Q = exp(-0.5 * (s * s + p * p));
            double third = q * (3 * p - p * p * p) + 3 * p * (q * (s * s - 1) - 2 * s);
            double fourth = 0.5 * (s * p * p * p - s * s * s * p);
            double rate = -lambda * ((with_third ? third : 0.0) + fourth) * Q;
            squared += rate * rate;
            scale += Q * Q;
        }
    return sqrt(squared / scale);
}

/* Largest difference of /husimi/mode_1 at a time of each file, relative to the largest value. */
static double husimi_difference(const char *a, size_t time_a, const char *b, size_t time_b)
{
    double *x = NULL, *y = NULL, worst = 0.0, largest = 0.0;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(a, "/husimi/mode_1", &rank, shape, &is_complex, &x));
    OK(qfp_hdf5_read(b, "/husimi/mode_1", &rank, shape, &is_complex, &y));
    size_t points = shape[1] * shape[2]; /* of both */
    for (size_t i = 0; i < points; i++) {
        double p = x[time_a * points + i], q = y[time_b * points + i];
        worst = fmax(worst, fabs(p - q));
        largest = fmax(largest, q);
    }
    free(x);
    free(y);
    return worst / largest;
}

Test(theories, the_quartic_configuration_does_what_its_comment_says)
{
    scratch_make();
    const char *path = QFP_SOURCE_DIR "/configs/theories_quartic.yaml";
    const char *rivals = scratch_path("rivals.h5"), *reference = scratch_path("reference.h5");
    const char *const exact[] = {"theory={order: exact}", "solver.basis=reference",
                                 "solver.tolerance=1e-6", "output.times=[0.5, 2]"};
    qfp_run_result r = run_file(path, NULL, 0, rivals);
    qfp_run_result alone = run_file(path, exact, 4, reference);
    /* the exact member at tolerance 1e-4; t = 0.5 and 2 are its times 9 and 11 */
    cr_assert(lt(dbl, husimi_difference(rivals, 9, reference, 0), 1e-4));
    cr_assert(lt(dbl, husimi_difference(rivals, 11, reference, 1), 1e-4));
    cr_assert(lt(dbl, 0.1, husimi_difference(rivals, 10, reference, 1))); /* it can fail */

    /* first order in t; the second order is 1e-3 of it at t = 0.001 */
    double M2 = distance(&r, "M2", "husimi_l2_1", 1) / r.times[1];
    double M3 = distance(&r, "M3", "husimi_l2_1", 1) / r.times[1];
    cr_assert(epsilon_eq(dbl, M2 / missing_rate(0.1, true), 1.0, 3e-3), "%g", M2);
    cr_assert(epsilon_eq(dbl, M3 / missing_rate(0.1, false), 1.0, 3e-3), "%g", M3);
    /* the figures of the comment, to the digits it gives */
    cr_assert(epsilon_eq(dbl, M2, 0.327, 1e-3));
    cr_assert(epsilon_eq(dbl, M3, 0.0433, 1e-4));
    cr_assert(epsilon_eq(dbl, distance(&r, "liouville", "husimi_l2_1", 1), 1.01e-3, 1e-5));
    cr_assert(epsilon_eq(dbl, distance(&r, "C0.9", "husimi_l2_1", 1), 1.14e-4, 1e-6));
    cr_assert(epsilon_eq(dbl, distance(&r, "liouville", "husimi_l2_1", 11), 0.53, 5e-3));

    /* who stopped, and where: times[3] = 0.005, [4] = 0.01, [6] = 0.05 were not reached */
    cr_assert(eq(sz, theory(&r, "exact")->time_count, 12));
    cr_assert(eq(sz, theory(&r, "liouville")->time_count, 12));
    cr_assert(eq(sz, theory(&r, "M2")->time_count, 3));
    cr_assert(eq(sz, theory(&r, "M3")->time_count, 4));
    cr_assert(eq(sz, theory(&r, "C0.9")->time_count, 6));
    cr_assert(eq(str, (char *)theory(&r, "liouville")->stopped, ""));
    cr_assert(strstr(theory(&r, "M2")->stopped, "not balanced") != NULL);
    cr_assert(strstr(theory(&r, "M2")->warning, "S = ") != NULL);
    cr_assert(strstr(r.warning, "3 of 5") != NULL, "%s", r.warning);
    cr_assert(isnan(distance(&r, "M2", "husimi_l2_1", 3)));
    qfp_run_result_destroy(&alone);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* The error of M = 2 is of first order in λ, and its life depends on the grid: ill-posed. */
Test(theories, the_rival_is_off_in_proportion_to_lambda_and_lives_shorter_on_finer_grids)
{
    scratch_make();
    const char *path = QFP_SOURCE_DIR "/configs/theories_quartic.yaml";
    const char *theories = "theory=[{order: exact}, {order: 2, accept_unbalanced: true}]";
    const char *const weak[] = {theories, "hamiltonian.parameters.lambda=0.05",
                                "output.times=[0, 0.001]", "solver.basis=fock", "solver.levels=30"};
    const char *const coarse[] = {theories, "solver.tolerance=1e-2"};
    qfp_run_result r;
    for (size_t basis = 0; basis < 2; basis++) { /* the same in both bases */
        r = run_file(path, weak, 3 + 2 * basis, NULL);
        double rate = distance(&r, "M2", "husimi_l2_1", 1) / 0.001;
        cr_assert(epsilon_eq(dbl, rate / missing_rate(0.05, true), 1.0, 3e-3), "%g", rate);
        qfp_run_result_destroy(&r);
    }
    cr_assert(epsilon_eq(dbl, missing_rate(0.1, true) / missing_rate(0.05, true), 2.0, 1e-12));
    r = run_file(path, coarse, 2, NULL);
    cr_assert(lt(sz, 3, theory(&r, "M2")->time_count)); /* where the finer grid ended */
    cr_assert(lt(sz, theory(&r, "M2")->time_count, 6));
    /* what watches it: the norm grows, at a rate that is its own derivative */
    const qfp_theory_result *m2 = theory(&r, "M2");
    for (size_t c = 0; c < m2->observable_count; c++) {
        if (strcmp(m2->names[c], "norm_u") == 0)
            cr_assert(lt(dbl, 1.0, m2->values[3 * m2->observable_count + c]));
        if (strcmp(m2->names[c], "growth") == 0)
            cr_assert(lt(dbl, 0.0, m2->values[3 * m2->observable_count + c]));
    }
    qfp_run_result_destroy(&r);
    scratch_remove();
}
