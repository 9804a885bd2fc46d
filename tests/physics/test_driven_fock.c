/* Systems that depend on time in the Fock basis against closed forms and ordinary differential equations.
 * Every value has to be as good as the tolerance asks, and as good as it says. */
#include <complex.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

TestSuite(driven_fock, .init = scratch_make, .fini = scratch_remove);

#define TOLERANCE 1e-8

static double stated(const qfp_run_result *r, const char *name, size_t time)
{
    const qfp_theory_result *first = &r->theories[0];
    for (size_t c = 0; c < first->observable_count; c++)
        if (strcmp(first->names[c], name) == 0)
            return first->errors[time * first->observable_count + c];
    return NAN;
}

/* The other side is good to `sure`. */
static void assert_value(const qfp_run_result *r, const char *name, size_t time, double wanted,
                         double sure)
{
    double value = observable(r, name, time), error = fabs(value - wanted);
    cr_assert(le(dbl, error, TOLERANCE), "%s: %.15g, not %.15g", name, value, wanted);
    cr_assert(le(dbl, error, stated(r, name, time) + sure * (1.0 + fabs(wanted))),
              "%s is %g off, and says %g", name, error, stated(r, name, time));
}

/* α(t) = e^{−it/κ} (α₀ − (i/κ) ∫ f e^{is/κ} ds) for H = n + f a† + h.c., by Simpson's rule. */
static double complex displaced(double complex start, double kappa, double t,
                                double complex (*f)(double))
{
    enum { PARTS = 4000 };
    double complex sum = 0.0;
    for (int i = 0; i <= PARTS; i++) {
        double s = t * i / PARTS, weight = i == 0 || i == PARTS ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
        sum += weight * f(s) * cexp(I * s / kappa);
    }
    return cexp(-I * t / kappa) * (start - I / kappa * sum * t / (3.0 * PARTS));
}

static double complex drive(double t)
{
    return 0.8 * sin(1.7 * t) + 0.3 * I * exp(-pow(t - 0.9, 2.0));
}

/* A coherent state stays one, and its energy is that of the H of the moment. */
Test(driven_fock, a_displaced_state_stays_coherent)
{
    const double times[] = {0.4, 1.3, 2.2}, kappa = 0.5;
    qfp_run_result r = simulate(
        "hamiltonian:\n  parameters: {f: \"0.8*sin(1.7*t) + 0.3*I*exp(-(t-0.9)^2)\"}\n"
        "  operator: \"n + hc(f*ad)\"\n"
        "kappa: 0.5\ninitial: {coherent: [\"0.6 - 0.3*I\"]}\nsolver: {basis: fock}\nbackend: cpu\n"
        "output: {times: [0.4, 1.3, 2.2], husimi: {points: 9}}\n",
        "x.h5");
    for (size_t i = 0; i < 3; i++) {
        double complex a = displaced(0.6 - 0.3 * I, kappa, times[i], drive);
        assert_value(&r, "re_a_1", i, creal(a), 1e-12);
        assert_value(&r, "im_a_1", i, cimag(a), 1e-12);
        assert_value(&r, "n_1", i, pow(cabs(a), 2.0), 1e-12);
        assert_value(&r, "var_x_1", i, 0.5, 1e-12);
        assert_value(&r, "purity", i, 1.0, 1e-12);
        assert_value(&r, "energy", i, pow(cabs(a), 2.0) + 2.0 * creal(drive(times[i]) * conj(a)),
                     1e-12);
    }
    qfp_run_result_destroy(&r);
}

/* Which a step must not jump over: A w √π e^{i t₀ − w²/4} of displacement, at the time t₀. */
Test(driven_fock, a_short_pulse_is_seen_wherever_it_is)
{
    const double run = 4.0;
    for (int k = 0; k < 6; k++) {
        char text[512];
        double centre = 0.217 + 0.647 * k, width = k % 2 == 0 ? 4e-3 : 4e-4, area = 0.7;
        snprintf(text, sizeof text,
                 "hamiltonian:\n  parameters: {f: \"%.17g*exp(-((t - %.17g)/%.17g)^2)\"}\n"
                 "  operator: \"n + f*(a + ad)\"\n"
                 "initial: {coherent: [0.5]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [%g], husimi: {points: 9}}\n",
                 area / (width * sqrt(M_PI)), centre, width, run);
        qfp_run_result r = simulate(text, "x.h5");
        double complex a =
            cexp(-I * run) * (0.5 - I * area * exp(-0.25 * width * width) * cexp(I * centre));
        assert_value(&r, "re_a_1", 0, creal(a), 1e-12);
        assert_value(&r, "im_a_1", 0, cimag(a), 1e-12);
        qfp_run_result_destroy(&r);
    }
}

/* H = n + g(t) (e^{−iωt} a†² + h.c.): with m = ⟨a⟩, N = ⟨a†a⟩, M = ⟨a²⟩ and G = 2 g e^{−iωt}
 *     ṁ = −i(m + G m*),   Ṅ = 2 Im(G M*),   Ṁ = −2iM − iG(2N + 1). */
typedef struct moments {
    double complex m, n, pair;
} moments;

static moments rate_of(double t, moments y)
{
    double complex g = 2.0 * 0.4 * exp(-pow((t - 1.0) / 0.5, 2.0)) * cexp(-1.5 * I * t);
    return (moments){.m = -I * (y.m + g * conj(y.m)),
                     .n = 2.0 * cimag(g * conj(y.pair)),
                     .pair = -2.0 * I * y.pair - I * g * (2.0 * y.n + 1.0)};
}

static moments plus(moments y, double h, moments k)
{
    return (moments){y.m + h * k.m, y.n + h * k.n, y.pair + h * k.pair};
}

static moments follow(moments y, double t, int steps)
{
    double h = t / steps;
    for (int i = 0; i < steps; i++) {
        double at = h * i;
        moments a = rate_of(at, y), b = rate_of(at + 0.5 * h, plus(y, 0.5 * h, a));
        moments c = rate_of(at + 0.5 * h, plus(y, 0.5 * h, b)), d = rate_of(at + h, plus(y, h, c));
        y = plus(plus(plus(plus(y, h / 6.0, a), h / 3.0, b), h / 3.0, c), h / 6.0, d);
    }
    return y;
}

Test(driven_fock, a_parametric_pulse_follows_its_moments)
{
    const moments start = {.m = 0.4 + 0.2 * I, .n = 0.2, .pair = 0.12 + 0.16 * I};
    qfp_run_result r =
        simulate("hamiltonian:\n  parameters: {g: \"0.4*exp(-((t - 1)/0.5)^2)\"}\n"
                 "  operator: \"n + g*hc(exp(-1.5*I*t)*ad^2)\"\n"
                 "initial: {coherent: [\"0.4 + 0.2*I\"]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [0.9, 2.5], husimi: {points: 9}, "
                 "observables: [{name: pair, operator: \"a^2\"}]}\n",
                 "x.h5");
    const double times[] = {0.9, 2.5};
    for (size_t i = 0; i < 2; i++) { /* order 4, steps of 5e-4: 1e-13 */
        moments y = follow(start, times[i], 5000);
        assert_value(&r, "re_a_1", i, creal(y.m), 1e-12);
        assert_value(&r, "im_a_1", i, cimag(y.m), 1e-12);
        assert_value(&r, "n_1", i, creal(y.n), 1e-12);
        assert_value(&r, "re_pair", i, creal(y.pair), 1e-12);
        assert_value(&r, "im_pair", i, cimag(y.pair), 1e-12);
    }
    qfp_run_result_destroy(&r);
}

/* Everything in H is odd about t = 2: the way there is the way back. */
Test(driven_fock, goes_back)
{
    qfp_run_result r =
        simulate("hamiltonian:\n  parameters: {f: \"sin(pi*t/2)\", g: \"(2 - t)^3\"}\n"
                 "  operator: \"f*(0.2*ad^2*a^2 + x) + 0.3*g*n\"\n"
                 "initial: {coherent: [0.7]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [2, 4], husimi: {points: 9}}\n",
                 "x.h5");
    const double there = observable(&r, "n_1", 0);
    cr_assert(lt(dbl, 0.05, fabs(there - 0.49)), "%g", there);
    assert_value(&r, "n_1", 1, 0.49, 1e-13);
    assert_value(&r, "re_a_1", 1, 0.7, 1e-13);
    assert_value(&r, "im_a_1", 1, 0.0, 1e-13);
    qfp_run_result_destroy(&r);
}

/* A rate that depends on time, from nothing: ⟨n⟩ = n₀ e^{−∫γ}; and a table of it. */
Test(driven_fock, loss_that_begins_later)
{
    const char *rates[] = {"\"0.5*sin(t)^2\"", "loss"};
    const char *tables[] = {
        "", ", parameters: {loss: {times: [0, 1, 2, 3], values: [0, 0.3, 0.6, 0.9]}}"};
    const char *integrators[] = {"auto", "krylov"}; /* at t = 0 it is Schrödinger's equation */
    for (int i = 0; i < 4; i++) {
        char text[768];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"0.5*ad^2*a^2\"%s}\n"
                 "dissipation: [{operator: a, rate: %s}]\n"
                 "initial: {coherent: [1.1]}\nsolver: {basis: fock, integrator: %s}\n"
                 "backend: cpu\noutput: {times: [1.7], husimi: {points: 9}}\n",
                 tables[i / 2], rates[i / 2], integrators[i % 2]);
        qfp_run_result r = simulate(text, "x.h5");
        double t = 1.7;
        double lost = i < 2 ? 0.25 * (t - 0.5 * sin(2.0 * t)) : 0.15 * t * t;
        assert_value(&r, "n_1", 0, 1.21 * exp(-lost), 1e-13);
        qfp_run_result_destroy(&r);
    }
}

static qfp_status attempt(const char *yaml)
{
    qfp_config *config = load_text(yaml);
    qfp_run_options options = {.output_path = scratch_path("x.h5")};
    qfp_run_result result;
    qfp_status status = qfp_run(config, &options, &result);
    qfp_config_destroy(config);
    return status;
}

/* Between the output times too, and with the time. */
Test(driven_fock, what_is_no_system_at_some_time_is_refused)
{
    const char *systems[] = {
        "hamiltonian: {operator: n}\n"
        "dissipation: [{operator: a, rate: \"0.1 - exp(-((t-0.512)/0.001)^2)\"}]",
        "hamiltonian: {operator: \"n + I*exp(-((t-0.512)/0.001)^2)*a\"}"};
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "%s\ninitial: {fock: [1]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [0, 1], husimi: {points: 9}}\n",
                 systems[i]);
        cr_assert(eq(int, attempt(text), QFP_CONFIG), "%s", systems[i]);
        cr_assert(strstr(qfp_last_error(), "t = 0.51") != NULL ||
                      strstr(qfp_last_error(), "t = 0.50") != NULL,
                  "%s", qfp_last_error());
    }
    cr_assert(eq(int,
                 attempt("hamiltonian: {operator: \"n + sin(t)*x\"}\ninitial: {fock: [1]}\n"
                         "solver: {basis: fock, integrator: rk4}\nbackend: cpu\n"
                         "output: {times: [0, 1], husimi: {points: 9}}\n"),
                 QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "rk4") != NULL, "%s", qfp_last_error());
}
