/* What the reference states it may be off by, against closed forms: what a cut leaves out of an
 * initial state, the rate at which H leads out of the kept levels, and what both mean for means. */
#include "reference_case.h"

static qfp_reference_error error_now(const qfp_reference *r)
{
    qfp_reference_error e;
    cr_assert(eq(int, qfp_reference_error_now(r, &e), QFP_OK), "%s", qfp_last_error());
    return e;
}

/* Σ_{n ≥ from} e^{−|α|²} |α|^{2n}/n! */
static double coherent_beyond(double complex alpha, int from)
{
    double x = pow(cabs(alpha), 2.0), sum = 0.0;
    for (int n = from + 60; n >= from; n--)
        sum += exp(n * log(x) - x - lgamma(n + 1.0));
    return sum;
}

static void expect_cut(const qfp_config *config, double amplitude, double population)
{
    qfp_reference *r = case_reference(config);
    qfp_reference_error e = error_now(r);
    /* the kets themselves are good to rounding; a tail of 1e-4 is summed in 60 terms */
    cr_expect(epsilon_eq(dbl, e.cut, 2.0 * amplitude, 1e-12), "%.15g %.15g", e.cut, 2 * amplitude);
    cr_expect(epsilon_eq(dbl, e.population, population, 1e-12));
    cr_expect(eq(dbl, e.lost, 0.0));
    qfp_reference_destroy(r);
}

static qfp_config cut_case(int modes, int levels)
{
    qfp_config config = case_new(modes, modes == 1 ? "n" : "n[1] + n[2]");
    config.tolerance = 1.0;
    for (int j = 0; j < modes; j++)
        config.levels[j] = levels;
    return config;
}

/* ‖ψ_whole − ψ‖ of one ket is the root of what is cut, of a product the sum to first order. */
Test(reference_errors, what_a_cut_leaves_out_of_kets)
{
    const double complex alpha[2] = {0.8 - 0.5 * I, 1.1};
    qfp_config config = cut_case(1, 7);
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {alpha[0]}};
    double one = coherent_beyond(alpha[0], 7), two = coherent_beyond(alpha[1], 7);
    expect_cut(&config, sqrt(one), one);
    config = cut_case(2, 7);
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {alpha[0], alpha[1]}};
    expect_cut(&config, sqrt(one) + sqrt(two), one + two);
}

/* ρ of number states is cut whole: what is missing counts once, (n̄/(1 + n̄))^d. */
Test(reference_errors, what_a_cut_leaves_out_of_a_thermal_state)
{
    qfp_config config = cut_case(1, 9);
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .nbar = {0.4}};
    double beyond = pow(0.4 / 1.4, 9.0);
    expect_cut(&config, beyond, beyond);
}

/* 3|0⟩ + ½|α⟩: the share of |α⟩ that is cut, beside the norm of what is kept. */
Test(reference_errors, what_a_cut_leaves_out_of_a_superposition)
{
    const double complex alpha = 1.2;
    qfp_state parts[2] = {{.kind = QFP_STATE_FOCK}, {.kind = QFP_STATE_GAUSSIAN, .alpha = {alpha}}};
    double complex weights[2] = {3.0, 0.5};
    qfp_config config = cut_case(1, 8);
    config.initial = (qfp_state){
        .kind = QFP_STATE_SUPERPOSITION, .part_count = 2, .parts = parts, .weights = weights};
    double beyond = coherent_beyond(alpha, 8);
    double kept = 9.0 + 0.25 * (1.0 - beyond) + 3.0 * exp(-0.72);
    double amplitude = 0.5 * sqrt(beyond) / sqrt(kept);
    expect_cut(&config, amplitude, amplitude * amplitude);
}

/* A number state in the last level: ‖(1 − P) H ψ‖/κ for a time so short that nothing moves. */
static void expect_lost(const char *hamiltonian, double rate)
{
    enum { LEVELS = 6 };
    const double kappa = 0.7, t = 1e-6;
    double times[2] = {0.0, t};
    qfp_config config = cut_case(1, LEVELS);
    config.expression = (char *)hamiltonian;
    config.kappa = kappa;
    config.times = times;
    config.time_count = 2;
    config.initial = (qfp_state){.kind = QFP_STATE_FOCK, .level = {LEVELS - 1}};
    qfp_reference *r = case_reference(&config);
    cr_expect(eq(dbl, error_now(r).lost, 0.0));
    case_evolve(r, t);
    qfp_reference_error e = error_now(r);
    double lost = rate * t / kappa;
    cr_expect(epsilon_eq(dbl, e.lost, 2.0 * lost, 1e-3 * lost), "%s: %g", hamiltonian, e.lost);
    cr_expect(epsilon_eq(dbl, e.population, lost * lost, 1e-3 * lost * lost), "%s", hamiltonian);
    cr_expect(eq(dbl, e.cut, 0.0));
    qfp_reference_destroy(r);
}

/* |5⟩ of six levels: x leads to |6⟩ by √(6/2), a†³a to |7⟩ by 5 √(6·7), n nowhere. */
Test(reference_errors, the_rate_at_which_kets_leave)
{
    expect_lost("x + n^2", sqrt(3.0));
    expect_lost("ad^3*a + ad*a^3", 5.0 * sqrt(42.0));
    expect_lost("n^2", 0.0);
}

/* The means of |n⟩ off by a state's error δ: δ times the spread; and where a population is wrong, the
 * largest that the operator has. */
Test(reference_errors, of_means)
{
    enum { LEVELS = 12, N = 5 };
    qfp_config config = cut_case(1, LEVELS);
    config.initial = (qfp_state){.kind = QFP_STATE_FOCK, .level = {N}};
    qfp_reference *r = case_reference(&config);
    qfp_reference_operator *x = NULL, *energy = NULL;
    const qfp_reference_error off = {.state = 1e-3}, missing = {.population = 1e-3};
    double error;
    cr_assert(eq(int, qfp_reference_operator_create(r, "x", &x), QFP_OK));
    cr_assert(eq(int, qfp_reference_operator_create(r, NULL, &energy), QFP_OK));
    cr_assert(eq(int, qfp_reference_mean_error(r, x, 0.0, &off, &error), QFP_OK));
    cr_expect(epsilon_eq(dbl, error, 1e-3 * sqrt(N + 0.5), 1e-13)); /* ⟨x²⟩ = n + ½ */
    cr_assert(eq(int, qfp_reference_mean_error(r, x, 0.0, &missing, &error), QFP_OK));
    /* two words of √((d − 1)/2) each */
    cr_expect(epsilon_eq(dbl, error, 1e-3 * 2.0 * sqrt(0.5 * (LEVELS - 1)), 1e-13));
    cr_assert(eq(int, qfp_reference_mean_error(r, energy, N, &off, &error), QFP_OK));
    cr_expect(epsilon_eq(dbl, error, 0.0, 1e-13)); /* of an eigenstate */
    cr_assert(eq(int, qfp_reference_mean_error(r, energy, N, &missing, &error), QFP_OK));
    cr_expect(epsilon_eq(dbl, error, 1e-3 * (LEVELS - 1 + N), 1e-13));
    qfp_reference_operator_destroy(x);
    qfp_reference_operator_destroy(energy);
    qfp_reference_destroy(r);
}
