/* Two-time correlations and their spectra against closed forms: as good as the tolerance asks, and as good as
 * they say. */
#include <complex.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "qfp/compare.h"
#include "qfp/steady.h"

TestSuite(correlations, .init = scratch_make, .fini = scratch_remove);

static const char *const bases[] = {"fock", "reference", "fourier"};
/* Of means of degree 2: what each basis keeps of its tolerance, 1e-9 by default, with four states added up. */
static const double tolerances[] = {1e-8, 1e-9, 1e-6};

static const qfp_correlation_result *correlation(const qfp_run_result *r, size_t i)
{
    cr_assert(lt(sz, i, r->theories[0].correlation_count));
    return &r->theories[0].correlations[i];
}

/* C(τ) of a closed form; sums of it are good to a few roundings. */
typedef double complex (*closed_form)(double tau);

static void check(const qfp_correlation_result *c, closed_form wanted, double tolerance)
{
    cr_assert(lt(sz, 0, c->count));
    for (size_t i = 0; i < c->count; i++) {
        double complex value = CMPLX(c->re[i], c->im[i]), exact = wanted(c->tau[i]);
        double error = cabs(value - exact);
        cr_assert(le(dbl, error, tolerance), "%g at tau = %g", error, c->tau[i]);
        cr_assert(le(dbl, error, c->error[i] + 1e-13 * (1.0 + cabs(exact))),
                  "%g off at tau = %g, and says %g", error, c->tau[i], c->error[i]);
    }
}

static double largest_difference(const qfp_correlation_result *c, closed_form wanted)
{
    double largest = 0.0;
    for (size_t i = 0; i < c->count; i++)
        largest = fmax(largest, cabs(CMPLX(c->re[i], c->im[i]) - wanted(c->tau[i])));
    return largest;
}

/* ---- a linear cavity in a bath ------------------------------------------------------------- */

/* H = n, loss 0.8, gain 0.2, a coherent start at 1.1, t = 0.7:
 * n(t) = |α|² e^{−Γt} + n̄ (1 − e^{−Γt}), Γ = 0.6, n̄ = 1/3, and a turns and decays by itself. */
#define RATE 0.6
#define NBAR (0.2 / RATE)
#define START 1.1
#define MOMENT 0.7

static double quanta(void)
{
    return NBAR + (START * START - NBAR) * exp(-RATE * MOMENT);
}

static double complex of_amplitudes(double tau)
{
    return quanta() * cexp((I - 0.5 * RATE) * tau);
}

/* ⟨a†(t+τ)⟩⟨a(t)⟩ is taken off. */
static double complex of_fluctuations(double tau)
{
    return (quanta() - START * START * exp(-RATE * MOMENT)) * cexp((I - 0.5 * RATE) * tau);
}

/* 2 Re ∫_0^T of the latter e^{−iωτ} */
static double line(double omega, double end)
{
    double complex z = I * (1.0 - omega) - 0.5 * RATE;
    return 2.0 * creal(of_fluctuations(0.0) * (cexp(z * end) - 1.0) / z);
}

static void check_line(const qfp_correlation_result *c)
{
    double peak = 0.0, at = 0.0, end = c->tau[c->count - 1];
    for (size_t k = 0; k < c->omega_count; k++) {
        double error = fabs(c->spectrum[k] - line(c->omega[k], end));
        cr_assert(le(dbl, error, c->spectrum_error[k]), "%g off at omega = %g, and says %g", error,
                  c->omega[k], c->spectrum_error[k]);
        if (c->spectrum[k] > peak) {
            peak = c->spectrum[k];
            at = c->omega[k];
        }
    }
    cr_assert(lt(dbl, fabs(at - 1.0), 0.1), "highest at %g", at);
    /* the delays are 0.1 apart: h⁴ with the fourth derivative of C in the middle of them */
    cr_assert(lt(dbl, c->spectrum_error[c->omega_count / 2], 1e-3));
}

Test(correlations, of_a_cavity_in_a_bath)
{
    for (int b = 0; b < 3; b++) {
        char yaml[600];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: n}\n"
                 "dissipation: [{operator: a, rate: 0.8}, {operator: ad, rate: 0.2}]\n"
                 "initial: {coherent: [1.1]}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 1], husimi: {points: 9}, correlations: [{left: ad, right: a, "
                 "at: 0.7, tau: {to: %s}}]}\n",
                 bases[b], b < 2 ? "20, count: 201" : "3, count: 31");
        qfp_run_result r = simulate(yaml, "x.h5");
        const qfp_correlation_result *c = correlation(&r, 0);
        check(c, of_amplitudes, tolerances[b]);
        if (b < 2)
            check_line(c);
        /* the connected part is another function */
        cr_assert(lt(dbl, 0.1, largest_difference(c, of_fluctuations)));
        qfp_run_result_destroy(&r);
    }
}

/* ---- thermal light ------------------------------------------------------------------------- */

/* ⟨n(τ) n⟩ of the stationary state: light from a bath comes in bunches. */
static double complex of_numbers(double tau)
{
    return NBAR * NBAR + NBAR * (NBAR + 1.0) * exp(-RATE * tau);
}

Test(correlations, of_a_stationary_state)
{
    qfp_config *config =
        load_text("hamiltonian: {operator: n}\n"
                  "dissipation: [{operator: a, rate: 0.8}, {operator: ad, rate: 0.2}]\n"
                  "initial: {fock: [2]}\nbackend: cpu\n"
                  "output: {times: [0, 10], husimi: {points: 9}, correlations: [{left: n, right: "
                  "n, at: 3, tau: {to: 5, count: 26}}]}\n");
    qfp_run_options options = {.output_path = scratch_path("x.h5")};
    qfp_run_result r;
    qfp_steady_modes modes;
    OK(qfp_steady(config, &options, &r, &modes));
    check(correlation(&r, 0), of_numbers, 1e-8);
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

/* ⟨a† n(τ) a⟩ in it, and ⟨a n(τ) a†⟩: less and more than ⟨n(τ) n⟩ by what one quantum makes. */
static double complex of_intensities(double tau)
{
    return NBAR * NBAR * (1.0 + exp(-RATE * tau));
}

static double complex of_counts(double tau)
{
    return NBAR * (NBAR + 1.0) + (NBAR + 1.0) * (NBAR + 1.0) * exp(-RATE * tau);
}

static double complex without_the_mean(double tau)
{
    return NBAR * NBAR * exp(-RATE * tau);
}

Test(correlations, between_two_operators)
{
    for (int b = 0; b < 2; b++) {
        char yaml[700];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: n}\n"
                 "dissipation: [{operator: a, rate: 0.8}, {operator: ad, rate: 0.2}]\n"
                 "initial: {thermal: {nbar: \"1/3\"}}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 0.1], husimi: {points: 9}, correlations: [{before: ad, left: "
                 "n, right: a, at: 0.1, tau: {to: 5, count: 26}}, {before: a, left: n, right: ad, "
                 "at: 0, tau: [0, 1, 2]}, {before: \"ad + 0.5*a\", left: n, right: \"a + I*ad\", "
                 "at: 0, tau: [0, 1, 2]}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "x.h5");
        check(correlation(&r, 0), of_intensities, tolerances[b]);
        check(correlation(&r, 1), of_counts, tolerances[b]);
        /* only a†…a and a…a† do not vanish: ½I of the second */
        const qfp_correlation_result *c = correlation(&r, 2);
        for (size_t i = 0; i < c->count; i++) {
            double complex exact = of_intensities(c->tau[i]) + 0.5 * I * of_counts(c->tau[i]);
            cr_assert(lt(dbl, cabs(CMPLX(c->re[i], c->im[i]) - exact), c->error[i] + 1e-13));
        }
        qfp_run_result_destroy(&r);
        double *connected = NULL;
        int rank, is_complex;
        size_t shape[16];
        OK(qfp_hdf5_read(scratch_path("x.h5"), "/correlations/1/re_connected", &rank, shape,
                         &is_complex, &connected));
        for (size_t i = 0; i < shape[0]; i++)
            cr_assert(lt(dbl, fabs(connected[i] - creal(without_the_mean(0.2 * (double)i))),
                         tolerances[b]));
        free(connected);
    }
}

/* ---- a closed oscillator ------------------------------------------------------------------- */

/* H = ½U a†²a², U = 1, a coherent state with |α|² = λ: a(t) = e^{−iUnt} a, so that
 * ⟨a†(t+τ)a(t)⟩ = λ e^{λ(e^{iUτ} − 1)}, ⟨a(t+τ)a†(t)⟩ = (1 + λz) e^{λ(z − 1)}, z = e^{−iUτ}, whatever t is. */
#define LAMBDA 1.44

static double complex of_kerr(double tau)
{
    return LAMBDA * cexp(LAMBDA * (cexp(I * tau) - 1.0));
}

static double complex of_kerr_anti(double tau)
{
    double complex z = cexp(-I * tau);
    return (1.0 + LAMBDA * z) * cexp(LAMBDA * (z - 1.0));
}

Test(correlations, of_a_kerr_oscillator)
{
    for (int b = 0; b < 3; b++) {
        char yaml[600];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                 "initial: {coherent: [1.2]}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 0.6], husimi: {points: 9}, correlations: [{left: ad, right: "
                 "a, at: 0.4, tau: [0, 0.5, 1, 1.5]}, {left: a, right: ad, at: 0, tau: [0, 0.3, "
                 "1]}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "x.h5");
        check(correlation(&r, 0), of_kerr, tolerances[b]);
        check(correlation(&r, 1), of_kerr_anti, tolerances[b]);
        cr_assert(eq(sz, correlation(&r, 0)->omega_count, 0)); /* too few delays */
        qfp_run_result_destroy(&r);
    }
}

/* ---- a drive ------------------------------------------------------------------------------- */

/* H = n + f(t)(a + a†), f = cos 2t + t, the latter by a table, from a coherent state at 0.5:
 * α(t) = e^{−it}(α₀ − i∫ e^{is} f(s) ds), and ⟨a(t+τ) a†(t)⟩ = e^{−iτ} + α(t+τ) α*(t): the drive that counts is
 * that from t on. */
static double complex amplitude(double t)
{
    double complex of_cosine =
        0.5 * ((cexp(3.0 * I * t) - 1.0) / (3.0 * I) - (cexp(-I * t) - 1.0) / I);
    double complex of_table = cexp(I * t) * (1.0 - I * t) - 1.0;
    return cexp(-I * t) * (0.5 - I * (of_cosine + of_table));
}

static double complex of_a_drive(double tau)
{
    return cexp(-I * tau) + amplitude(MOMENT + tau) * conj(amplitude(MOMENT));
}

Test(correlations, of_a_driven_oscillator)
{
    for (int b = 0; b < 3; b++) {
        char yaml[600];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {parameters: {F: \"cos(2*t)\", G: {times: [0, 3], values: [0, 3]}}, "
                 "operator: \"n + (F + G)*(a + ad)\"}\n"
                 "initial: {coherent: [0.5]}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 0.7], husimi: {points: 9}, correlations: [{left: a, right: "
                 "ad, tau: [0, 0.3, 0.6]}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "x.h5");
        check(correlation(&r, 0), of_a_drive, tolerances[b]);
        qfp_run_result_destroy(&r);
    }
}

/* ---- too few levels ------------------------------------------------------------------------ */

/* From |1⟩ ⟨a†(τ)a⟩ = e^{(i − Γ/2)τ}.  At t = 0 nothing is wrong; the bath fills what levels there are during the
 * delays, and that is said. */
static double complex of_one_quantum(double tau)
{
    return cexp((I - 0.5 * RATE) * tau);
}

Test(correlations, say_what_few_levels_cost)
{
    qfp_run_result r = simulate(
        "hamiltonian: {operator: n}\n"
        "dissipation: [{operator: a, rate: 0.8}, {operator: ad, rate: 0.2}]\n"
        "initial: {fock: [1]}\nsolver: {basis: fock, levels: 4}\nbackend: cpu\n"
        "output: {times: [0, 0.001], husimi: {points: 9}, correlations: [{left: ad, right: a, "
        "at: 0, tau: {to: 3, count: 9}}]}\n",
        "x.h5");
    const qfp_correlation_result *c = correlation(&r, 0);
    check(c, of_one_quantum, 1.0);
    cr_assert(lt(dbl, 1e-4, largest_difference(c, of_one_quantum)));
    qfp_run_result_destroy(&r);
}

/* ---- two modes, several channels, nothing that commutes ---------------------------------------- */

#define COUPLED                                                                                    \
    "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + 0.3*x[2]\"}\n"      \
    "dissipation: [{operator: \"a[1]\", rate: 0.3}, {operator: \"n[2]\", rate: \"0.2*t\"}]\n"      \
    "initial: {fock: [1, 0]}\nbackend: cpu\nsolver: {basis: %s, tolerance: 1e-6}\n"                \
    "output: {times: [0, 0.5], husimi: {points: 9}, correlations: [{left: \"ad[1]*a[2]\", right: " \
    "\"a[1]*x[2]\", at: 0.5, tau: [0, 0.4, 1]}]}\n"

/* Each by itself, within what both say. */
Test(correlations, two_bases_agree)
{
    char yaml[900];
    qfp_run_result r[2];
    for (int b = 0; b < 2; b++) {
        snprintf(yaml, sizeof yaml, COUPLED, bases[b]);
        r[b] = simulate(yaml, b == 0 ? "fock.h5" : "reference.h5");
    }
    const qfp_correlation_result *x = correlation(&r[0], 0), *y = correlation(&r[1], 0);
    for (size_t i = 0; i < x->count; i++) {
        double difference = hypot(x->re[i] - y->re[i], x->im[i] - y->im[i]);
        cr_assert(le(dbl, difference, x->error[i] + y->error[i]), "%g at %zu, stated %g and %g",
                  difference, i, x->error[i], y->error[i]);
        cr_assert(lt(dbl, x->error[i], 1e-5));
    }
    cr_assert(lt(dbl, 1e-2, hypot(x->re[2], x->im[2])));
    const qfp_compare_options options = {.tolerance = 1e-8, .only = "correlations"};
    qfp_comparison c;
    OK(qfp_compare_files(scratch_path("fock.h5"), scratch_path("reference.h5"), &options, &c));
    cr_assert(eq(int, c.failures, 0), "%s", c.reason);
    qfp_comparison_destroy(&c);
    for (int b = 0; b < 2; b++)
        qfp_run_result_destroy(&r[b]);
}

/* Bρ of a wrong ρ: with the right operator left out, C(τ) is ⟨A⟩. */
Test(correlations, of_the_identity_are_means)
{
    qfp_run_result r = simulate(
        "hamiltonian: {operator: \"0.5*ad^2*a^2 + 0.4*x\"}\ndissipation: [{operator: a, rate: "
        "0.5}]\ninitial: {coherent: [0.8]}\nsolver: {basis: fock}\nbackend: cpu\n"
        "output: {times: [0, 0.3, 0.9], husimi: {points: 9}, correlations: [{left: a, right: "
        "\"1\", "
        "at: 0.3, tau: [0, 0.6]}, {left: \"1\", right: n, at: 0.9, tau: [0, 0.6]}]}\n",
        "x.h5");
    const qfp_correlation_result *c = correlation(&r, 0), *trace = correlation(&r, 1);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(lt(dbl, fabs(c->re[i] - observable(&r, "re_a_1", i + 1)), 1e-9));
        cr_assert(lt(dbl, fabs(c->im[i] - observable(&r, "im_a_1", i + 1)), 1e-9));
        cr_assert(lt(dbl, fabs(trace->re[i] - observable(&r, "n_1", 2)), 1e-9)); /* kept */
    }
    qfp_run_result_destroy(&r);
}

/* ---- an eigenstate of B, known to a tolerance ------------------------------------------------ */

/* H = n, loss 0.5, from |1⟩ the coherent state of e^{−1/2} quanta at t = 1: nothing fluctuates. */
static double complex of_damped_light(double tau)
{
    return exp(-0.5) * cexp((I - 0.25) * tau);
}

Test(correlations, of_an_eigenstate)
{
    for (int b = 0; b < 2; b++) {
        char yaml[400];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: n}\ndissipation: [{operator: a, rate: 0.5}]\n"
                 "initial: {coherent: [1]}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 1], husimi: {points: 9}, correlations: [{left: ad, right: a, "
                 "tau: {to: 1e-3, count: 3}}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "x.h5");
        check(correlation(&r, 0), of_damped_light, tolerances[b]);
        qfp_run_result_destroy(&r);
    }
}

/* No spectrum: its axis does not follow the noise, which every basis has its own of. */
Test(correlations, of_an_eigenstate_have_one_axis)
{
    for (int b = 0; b < 2; b++) {
        char yaml[400];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: \"0.3*ad^2*a^2 + n\"}\ninitial: {coherent: [1]}\n"
                 "dissipation: [{operator: a, rate: 0.5}]\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 1], husimi: {points: 9}, correlations: [{left: n, right: a, "
                 "before: ad, tau: {to: 5, count: 41}}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "x.h5");
        const qfp_correlation_result *c = correlation(&r, 0);
        cr_assert(eq(dbl, c->omega[c->omega_count - 1], 0.8)); /* 1.1 π/5, rounded up */
        qfp_run_result_destroy(&r);
    }
}

/* What nothing is left of: the error of the state on the grid is not. */
static double complex of_nothing(double tau)
{
    (void)tau;
    return 0.0;
}

Test(correlations, of_the_vacuum_on_a_grid)
{
    qfp_run_result r =
        simulate("hamiltonian: {operator: n}\ndissipation: [{operator: a, rate: 1}]\n"
                 "initial: {fock: [0]}\nsolver: {basis: fourier}\nbackend: cpu\n"
                 "output: {times: [0, 0.5], husimi: {points: 9}, correlations: [{left: ad, right: "
                 "a, tau: {to: 0.1, count: 3}}]}\n",
                 "x.h5");
    check(correlation(&r, 0), of_nothing, tolerances[2]);
    qfp_run_result_destroy(&r);
}
