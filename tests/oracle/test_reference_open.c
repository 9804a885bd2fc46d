/* The reference with dissipation, against closed forms.  Every value must be within the error that is stated
 * for it, and that error must be small. */
#include "open_case.h"

TestSuite(reference_open, .init = scratch_make, .fini = scratch_remove);

/* ⟨a⟩ = α e^{−γt/2} exp[−|α|² iU/(γ + iU) (1 − e^{−(γ + iU)t})] */
static double complex lossy_kerr(double complex alpha, double u, double gamma, double t)
{
    double complex rate = CMPLX(gamma, u);
    return alpha * exp(-0.5 * gamma * t) *
           cexp(-pow(cabs(alpha), 2.0) * CMPLX(0.0, u) / rate * (1.0 - cexp(-rate * t)));
}

Test(reference_open, lossy_kerr)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0.35*ad^2*a^2\"}\n"
                                 "dissipation: [{operator: a, rate: 0.3}]\n"
                                 "initial: {coherent: [\"1.2 - 0.9*I\"]}\n"
                                 "output: {times: [0, 0.4, 2.5]}\n",
                                 &config);
    const double complex alpha = 1.2 - 0.9 * I;
    for (size_t i = 0; i < config->time_count; i++) {
        double t = config->times[i];
        case_evolve(r, t);
        expect_mean(r, "a", lossy_kerr(alpha, 0.7, 0.3, t));
        expect_mean(r, "n", 2.25 * exp(-0.3 * t));
        expect_trace(r, t);
    }
    /* the formula can tell: with gain in place of loss it is far off */
    close_case(r, config);
    r = open_case("hamiltonian: {operator: \"0.35*ad^2*a^2\"}\n"
                  "dissipation: [{operator: ad, rate: 0.3}]\n"
                  "initial: {coherent: [\"1.2 - 0.9*I\"]}\n"
                  "output: {times: [0, 0.1]}\n",
                  &config);
    case_evolve(r, 0.1);
    cr_expect(lt(dbl, 1e-2, cabs(case_mean(r, "a") - lossy_kerr(alpha, 0.7, 0.3, 0.1))));
    close_case(r, config);
}

/* c = √(γ(n̄ + 1)) a and √(γ n̄) a†: n relaxes to n̄, the variance of x to n̄ + 1/2, of a squeezed state
 * too; and Q of the end is the thermal one. */
Test(reference_open, thermal_bath)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0.8*n\"}\n"
                                 "dissipation:\n"
                                 "  - {operator: a, rate: \"0.5*(0.3 + 1)\"}\n"
                                 "  - {operator: ad, rate: \"0.5*0.3\"}\n"
                                 "initial: {squeezed: {alpha: [1.0], r: [0.3], phi: [0.0]}}\n"
                                 "output: {times: [0, 0.7, 80]}\n",
                                 &config);
    const double gamma = 0.5, nbar = 0.3, squeeze = 0.3;
    for (size_t i = 0; i < config->time_count; i++) {
        double t = config->times[i], left = exp(-gamma * t);
        double complex turn = cexp(CMPLX(-0.5 * gamma * t, -0.8 * t));
        double quanta = 1.0 + pow(sinh(squeeze), 2.0);
        double complex pair = 1.0 - 0.5 * sinh(2.0 * squeeze);
        case_evolve(r, t);
        expect_mean(r, "a", turn);
        expect_mean(r, "n", quanta * left + nbar * (1.0 - left));
        expect_mean(r, "a^2", pair * turn * turn);
        expect_trace(r, t);
    }
    for (int i = 0; i < 3; i++) /* e^{−20} is left of α, e^{−40} of n */
        cr_expect(
            epsilon_eq(dbl, case_q(r, 0, 0.7 * i), exp(-0.49 * i * i / 1.3) / (1.3 * M_PI), 1e-8));
    close_case(r, config);
}

/* ρ_mn(t) = ρ_mn e^{−γ(m − n)² t/2}, of a superposition and its moments of every order. */
Test(reference_open, dephasing)
{
    qfp_config *config;
    qfp_reference *r = open_case(
        "hamiltonian: {operator: \"0\"}\n"
        "dissipation: [{operator: n, rate: 0.4}]\n"
        "initial: {superposition: [{fock: [0], weight: 0.6}, {fock: [3], weight: \"0.8*I\"}]}\n"
        "output: {times: [0, 1.5]}\n",
        &config);
    for (size_t i = 0; i < config->time_count; i++) {
        double t = config->times[i];
        case_evolve(r, t);
        expect_mean(r, "a^3", CMPLX(0.0, 0.48 * sqrt(6.0) * exp(-0.2 * 9.0 * t)));
        expect_mean(r, "n", 3.0 * 0.64);
        expect_mean(r, "n^2", 9.0 * 0.64);
        expect_mean(r, "a", 0.0);
        expect_trace(r, t);
        qfp_reference_diagnostics d;
        cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK));
        double coherence = 0.48 * exp(-1.8 * t);
        cr_expect(epsilon_eq(dbl, d.purity, 0.36 * 0.36 + 0.64 * 0.64 + 2.0 * coherence * coherence,
                             1e-10));
    }
    close_case(r, config);
}

/* D[a² − β²] takes the vacuum to the even cat of ±β: parity 1, ⟨n⟩ = β² tanh β², ⟨a²⟩ = β². */
Test(reference_open, two_photon_dissipation_makes_the_even_cat)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0\"}\n"
                                 "dissipation: [{operator: \"a^2 - 1.44\", rate: 1}]\n"
                                 "initial: {fock: [0]}\n"
                                 "output: {times: [0, 20]}\n",
                                 &config);
    qfp_reference_diagnostics d;
    case_evolve(r, 20.0);
    expect_trace(r, 20.0);
    cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK));
    /* the slowest rate is 1.67: e^{−33} of the way is left */
    expect_mean(r, "n", 1.44 * tanh(1.44));
    expect_mean(r, "a^2", 1.44);
    cr_expect(epsilon_eq(dbl, d.purity, 1.0, 1e-9));
    double norm = 2.0 * (1.0 + exp(-2.88)), overlap = 2.0 * exp(-0.72) * cosh(1.2 * 0.5);
    cr_expect(
        epsilon_eq(dbl, case_q(r, 0, 0.5), overlap * overlap * exp(-0.25) / norm / M_PI, 1e-9));
    close_case(r, config);
}

/* Two coherent states that turn and lose: Q of each mode, of both, and the energy of a complex H. */
Test(reference_open, husimi_functions_of_two_modes)
{
    qfp_config *config;
    qfp_reference *r =
        open_case("hamiltonian: {modes: 2, operator: \"0.9*n[1] + 0.2*(p[2] + n[2])\"}\n"
                  "dissipation: [{operator: \"a[1]\", rate: 0.6}]\n"
                  "initial: {coherent: [\"0.5 + 0.4*I\", \"0.3*I\"]}\n"
                  "output: {times: [0, 0.5]}\n",
                  &config);
    /* p = i(a† − a)/√2 of mode 2: da/dt = −0.2 i a + 0.2/√2, about the fixed point −i/√2 */
    const double complex fixed = -I * M_SQRT1_2;
    const double complex beta[2] = {(0.5 + 0.4 * I) * cexp(CMPLX(-0.15, -0.45)),
                                    fixed + (0.3 * I - fixed) * cexp(-0.1 * I)};
    const double q[2] = {0.3, -0.8}, p[2] = {0.5, 0.1};
    double full[16], at[4];
    case_evolve(r, 0.5);
    for (int mode = 0; mode < 2; mode++)
        for (int i = 0; i < 2; i++) {
            double complex alpha = CMPLX(q[i], p[i]) * M_SQRT1_2;
            double expected = exp(-pow(cabs(alpha - beta[mode]), 2.0)) / M_PI;
            cr_expect(epsilon_eq(dbl, case_q(r, mode, alpha), expected, 1e-10));
            at[2 * mode + i] = expected;
        }
    cr_assert(eq(int, qfp_reference_husimi_full(r, 2, q, 2, p, full), QFP_OK));
    for (int i = 0; i < 2; i++) /* of q_1 p_1 q_2 p_2 the points with equal indices of a mode */
        for (int k = 0; k < 2; k++)
            cr_expect(epsilon_eq(dbl, full[12 * i + 3 * k], at[i] * at[2 + k], 1e-10));
    double complex energy = case_mean(r, NULL), text = case_mean(r, "0.9*n[1] + 0.2*(p[2] + n[2])");
    cr_expect(epsilon_eq(dbl, creal(energy), creal(text), 1e-13));
    close_case(r, config);
}

/* Modes of different names: the same numbers. */
Test(reference_open, relabelled_modes)
{
    static const char *const text[2] = {
        "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.3*n[1]^2 + 0.2*cos(t)*x[2]\"}\n"
        "dissipation: [{operator: \"a[1]\", rate: 0.4}, {operator: \"n[2] + a[1]\", rate: 0.1}]\n"
        "initial: {fock: [1, 0]}\n"
        "output: {times: [0, 0.8]}\n",
        "hamiltonian: {modes: 2, operator: \"hc(ad[2]*a[1]) + 0.3*n[2]^2 + 0.2*cos(t)*x[1]\"}\n"
        "dissipation: [{operator: \"n[1] + a[2]\", rate: 0.1}, {operator: \"a[2]\", rate: 0.4}]\n"
        "initial: {fock: [0, 1]}\n"
        "output: {times: [0, 0.8]}\n"};
    double complex found[2][2];
    for (int i = 0; i < 2; i++) {
        qfp_config *config;
        qfp_reference *r = open_case(text[i], &config);
        case_evolve(r, 0.8);
        found[i][0] = case_mode(r, "n[%d]", i + 1);
        found[i][1] = case_mode(r, "a[%d]", i + 1);
        close_case(r, config);
    }
    cr_expect(lt(dbl, cabs(found[0][0] - found[1][0]), 1e-12));
    cr_expect(lt(dbl, cabs(found[0][1] - found[1][1]), 1e-12));
}

/* Too few levels: what is off is stated, and not by much more. */
Test(reference_open, what_leaves_the_levels_is_stated)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0\"}\n"
                                 "dissipation: [{operator: ad, rate: 0.5}]\n"
                                 "initial: {fock: [0]}\n"
                                 "solver: {levels: 9}\n"
                                 "output: {times: [0, 1]}\n",
                                 &config);
    qfp_reference_error error;
    case_evolve(r, 1.0);
    cr_assert(eq(int, qfp_reference_error_now(r, &error), QFP_OK));
    /* ρ is diagonal, p_n = q (1 − q)^n with 1/q = e^{γt}: what is missing is the rest of it */
    double rest = pow(1.0 - exp(-0.5), 9.0);
    cr_expect(epsilon_eq(dbl, 1.0 - creal(case_mean(r, "1")), rest, 1e-12));
    cr_expect(le(dbl, rest, error.state), "%g %g", rest, error.state);
    cr_expect(lt(dbl, error.state, 30.0 * rest), "%g %g", rest, error.state);
    close_case(r, config);
}

static void expect_refusal(const char *text, qfp_status status, const char *words)
{
    qfp_config *config = load(text);
    case_refused(config, status, words);
    qfp_config_destroy(config);
}

Test(reference_open, refusals)
{
    expect_refusal("hamiltonian: {operator: \"n\"}\n"
                   "dissipation: [{operator: a, rate: \"1 - t\"}]\n"
                   "initial: {fock: [1]}\n"
                   "output: {times: [0, 1.5]}\n",
                   QFP_CONFIG, "rate");
    expect_refusal("hamiltonian: {operator: \"n + I*t*(a + ad)\"}\n"
                   "initial: {fock: [1]}\n"
                   "output: {times: [0, 1.5]}\n",
                   QFP_CONFIG, "not Hermitian");
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"n\"}\n"
                                 "dissipation: [{operator: a}]\n"
                                 "initial: {fock: [1]}\n"
                                 "output: {times: [0, 1]}\n",
                                 &config);
    cr_expect(eq(int, qfp_reference_evolve(r, -1.0), QFP_USAGE));
    case_evolve(r, 1.0);
    case_evolve(r, 0.5); /* by way of t = 0 */
    expect_mean(r, "n", exp(-0.5));
    close_case(r, config);
}
