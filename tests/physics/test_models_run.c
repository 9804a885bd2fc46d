/* Every configuration of a model does what its comment, and the paper, says of it. */
#include "../support/configurations.h"

#include <complex.h>
#include <criterion/new/assert.h>
#include <dirent.h>

#include "qfp/audit.h"

TestSuite(models_run, .init = scratch_make, .fini = scratch_remove);

#define EXPECT_NEAR(found, expected, tolerance)                                                    \
    cr_expect(epsilon_eq(dbl, (found), (expected), (tolerance)))

/* Kets of the reference are good to 1e-10 or better at these sizes; observables to a few times
 * that. */
#define REFERENCE 1e-9

static double drift_of_energy(const qfp_run_result *r)
{
    double worst = 0.0;
    for (size_t t = 1; t < r->time_count; t++)
        worst = fmax(worst, fabs(observable(r, "energy", t) - observable(r, "energy", 0)));
    return worst;
}

/* --- III.F, the free field --- */

Test(models_run, free_field_has_no_diffusion_with_its_own_lengths_only)
{
    static const char *const others[] = {"lengths=1.3",
                                         "lengths=[1.1, 0.70710678118654752, "
                                         "0.70710678118654752]",
                                         "lengths=[1, 0.7, 0.70710678118654752]", "frequencies=2"};
    qfp_audit_facts facts = facts_of(configuration("free_scalar_field", NULL, NULL, NULL));
    cr_expect(eq(dbl, diffusion_norm(&facts), 0.0));
    cr_expect(facts.holds[QFP_C7_FREE_PART] && facts.class.order == 1);
    qfp_audit_facts_destroy(&facts);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        facts = facts_of(configuration("free_scalar_field", others[i], NULL, NULL));
        cr_expect(gt(dbl, diffusion_norm(&facts), 1e-2), "%s", others[i]);
        cr_expect(not(facts.holds[QFP_C7_FREE_PART]), "%s", others[i]);
        qfp_audit_facts_destroy(&facts);
    }
}

/* a_k(t) = a_k(0) e^{−iω_k t}, ω = 1, 2, 2: m = s = 1 and ω² = 1 + 4 sin²(π/3) = 4 */
Test(models_run, free_field_turns)
{
    const double omega[3] = {1.0, 2.0, 2.0};
    const double complex start[3] = {1.0, 0.6 * I, -0.4};
    qfp_run_result r = run_file("free_scalar_field");
    for (size_t t = 0; t < r.time_count; t++)
        for (int k = 0; k < 3; k++) {
            double complex expected = start[k] * cexp(-I * omega[k] * r.times[t]);
            char re[16], im[16];
            snprintf(re, sizeof re, "re_a_%d", k + 1);
            snprintf(im, sizeof im, "im_a_%d", k + 1);
            EXPECT_NEAR(observable(&r, re, t), creal(expected), REFERENCE);
            EXPECT_NEAR(observable(&r, im, t), cimag(expected), REFERENCE);
        }
    qfp_run_result_destroy(&r);
}

Test(models_run, position_modes_fail_C7_whatever_the_lengths)
{
    static const char *const lengths[] = {NULL, "lengths=1", "lengths=0.70710678118654752",
                                          "lengths=[0.6, 1.1, 0.8]"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        qfp_audit_facts facts =
            facts_of(configuration("free_scalar_position", lengths[i], NULL, NULL));
        cr_expect(not(facts.holds[QFP_C7_FREE_PART]));
        cr_expect(gt(dbl, diffusion_norm(&facts), 0.1));
        qfp_audit_facts_destroy(&facts);
    }
}

/* q_1(t) = q_1(0) Σ_k cos(ω_k t)/3: the same normal modes */
Test(models_run, position_modes_have_the_same_frequencies)
{
    qfp_run_result r = run_file("free_scalar_position");
    for (size_t t = 0; t < r.time_count; t++) /* the two last of 18 levels hold 1e-9 of a state */
        EXPECT_NEAR(observable(&r, "re_a_1", t),
                    (cos(r.times[t]) + 2.0 * cos(2.0 * r.times[t])) / 3.0, 1e-7);
    qfp_run_result_destroy(&r);
}

/* --- V.A, Bose-Hubbard --- */

/* Two bosons on the ring in the basis |i, j>, i ≤ j: ψ̇ = −iHψ by its power series. */
enum { RING = 4, PAIRS = RING * (RING + 1) / 2 };

static int pair_index(int i, int j)
{
    int low = i < j ? i : j, high = i < j ? j : i, index = 0;
    for (int k = 0; k < low; k++)
        index += RING - k;
    return index + high - low;
}

/* −J hopping of each of the two bosons to each neighbour with its bosonic factors, U on a pair */
static void apply_ring(const double complex *in, double complex *out)
{
    const double J = 1.0, U = 2.0;
    for (int k = 0; k < PAIRS; k++)
        out[k] = 0.0;
    for (int i = 0; i < RING; i++)
        for (int j = i; j < RING; j++) {
            double complex c = in[pair_index(i, j)];
            if (i == j)
                out[pair_index(i, i)] += U * c;
            for (int step = -1; step <= 1; step += 2)
                for (int which = 0; which < (i == j ? 1 : 2); which++) {
                    int mover = which == 0 ? i : j, other = which == 0 ? j : i;
                    int target = (mover + step + RING) % RING;
                    /* a†_target a_mover: √(n_mover) √(n_target + 1) */
                    double factor = (i == j ? M_SQRT2 : 1.0) * (target == other ? M_SQRT2 : 1.0);
                    out[pair_index(target, other)] -= J * factor * c;
                }
        }
}

static void evolve_ring(double complex *psi, double time)
{
    enum { STEPS = 100, ORDER = 20 }; /* (‖H‖ dt)^20/20! is far below rounding */
    for (int s = 0; s < STEPS; s++) {
        double complex term[PAIRS], next[PAIRS];
        memcpy(term, psi, sizeof term);
        for (int order = 1; order <= ORDER; order++) {
            apply_ring(term, next);
            for (int k = 0; k < PAIRS; k++) {
                term[k] = next[k] * (-I * time / STEPS) / order;
                psi[k] += term[k];
            }
        }
    }
}

Test(models_run, bose_hubbard_ring_is_the_exact_two_body_problem)
{
    qfp_audit_facts facts = facts_of(configuration("bose_hubbard_ring", NULL, NULL, NULL));
    cr_expect(facts.class.satisfies_64 && facts.class.order == 2 && facts.equation.balanced);
    qfp_audit_facts_destroy(&facts);
    qfp_run_result r = run_file("bose_hubbard_ring");
    for (size_t t = 0; t < r.time_count; t++) {
        double complex psi[PAIRS] = {0};
        double total = 0.0;
        psi[pair_index(0, 0)] = 1.0;
        evolve_ring(psi, r.times[t]);
        for (int i = 0; i < RING; i++) {
            double n = 0.0;
            char name[16];
            for (int j = 0; j < RING; j++)
                n += (i == j ? 2.0 : 1.0) * pow(cabs(psi[pair_index(i, j)]), 2);
            snprintf(name, sizeof name, "n_%d", i + 1);
            EXPECT_NEAR(observable(&r, name, t), n, REFERENCE);
            total += observable(&r, name, t);
        }
        EXPECT_NEAR(total, 2.0, REFERENCE);
        EXPECT_NEAR(observable(&r, "n_2", t), observable(&r, "n_4", t), REFERENCE);
    }
    qfp_run_result_destroy(&r);
}

/* --- φ⁴, one site and two --- */

/* Table Q1: p²/2 + q²/2 + 0.1q⁴, α₀ = 1. */
Test(models_run, quartic_follows_its_table)
{
    const double table[3][2] = {{1.0329126381, -1.3803943378},
                                {0.1938601257, -1.8520746761},
                                {-1.2430413228, -0.4365224461}};
    qfp_run_result r = run_file("quartic");
    for (size_t t = 1; t < r.time_count; t++) {
        /* tolerance 1e-8 of u; first moments weigh the edge of the box and lose a digit */
        EXPECT_NEAR(M_SQRT2 * observable(&r, "re_a_1", t), table[t - 1][0], 1e-7);
        EXPECT_NEAR(M_SQRT2 * observable(&r, "im_a_1", t), table[t - 1][1], 1e-7);
    }
    qfp_run_result_destroy(&r);
}

Test(models_run, phi4_conserves_momentum_and_makes_pairs)
{
    qfp_run_result r = run_file("scalar_phi4");
    double most = 0.0;
    for (size_t t = 0; t < r.time_count; t++) {
        EXPECT_NEAR(observable(&r, "re_a_2", t), 0.0, REFERENCE);
        EXPECT_NEAR(observable(&r, "im_a_2", t), 0.0, REFERENCE);
        most = fmax(most, observable(&r, "n_2", t));
    }
    cr_expect(gt(dbl, most, 3e-3));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}

static void assert_refused(const char *name, const char *override)
{
    qfp_config *config = configuration(name, override, NULL, NULL);
    qfp_run_result result;
    const qfp_run_options options = {0};
    cr_expect(eq(int, qfp_run(config, &options, &result), QFP_UNBALANCED), "%s", name);
    cr_expect(strstr(qfp_last_error(), "not balanced") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}

Test(models_run, truncations_that_are_not_balanced_are_refused)
{
    assert_refused("scalar_phi4_truncated", NULL);
    assert_refused("quartic", "theory.order=2");
    assert_refused("quartic", "theory.order=3");
}

/* --- V.B, the complex scalar --- */

Test(models_run, complex_scalar_makes_pairs_and_keeps_its_charge)
{
    qfp_run_result r = run_file("complex_scalar");
    double most = 0.0;
    for (size_t t = 0; t < r.time_count; t++) {
        EXPECT_NEAR(observable(&r, "n_1", t) - observable(&r, "n_2", t), 1.0, REFERENCE);
        most = fmax(most, observable(&r, "n_2", t));
    }
    cr_expect(gt(dbl, most, 0.05));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}

/* Eq. (72): mixed derivatives, ∂α∂α∂β and ∂α∂β∂β, and no others, break (64). */
Test(models_run, complex_scalar_breaks_64_through_mixed_derivatives)
{
    const int expected[3][4] = {{0, 0, 1}, {0, 1, 1}, {0, 0, 1, 1}};
    qfp_audit_facts facts = facts_of(configuration("complex_scalar", NULL, NULL, NULL));
    cr_assert(eq(sz, facts.class.breaking_count, 3));
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < facts.class.breaking[b].order; i++)
            cr_expect(eq(int, facts.class.breaking[b].mode[i], expected[b][i]));
    qfp_audit_facts_destroy(&facts);
}

/* --- V.C, gauge bosons --- */

static void check_gauge(const char *name, const char *derivative)
{
    qfp_config *config = configuration(name, NULL, NULL, NULL);
    qfp_audit report;
    OK(qfp_audit_create(config, &report));
    cr_expect(not(report.satisfies_64));
    cr_expect(strstr(report.text, derivative) != NULL, "%s", report.text);
    cr_expect(strstr(report.text, "∂⁴H/") != NULL);
    qfp_audit_destroy(&report);
    qfp_audit_facts facts = facts_of(config);
    for (size_t b = 0; b < facts.class.breaking_count; b++) {
        const int *mode = facts.class.breaking[b].mode;
        cr_expect(not(mode[0] == mode[1] && mode[1] == mode[2]), "%s: not mixed", name);
    }
    qfp_audit_facts_destroy(&facts);
}

Test(models_run, gauge_bosons_break_64_through_mixed_derivatives)
{
    check_gauge("gauge_su2", "∂³H/∂α₁∂α₂∂α₃ =");
    check_gauge("gauge_su3", "∂³H/∂α₂∂α₃∂α₄ =");
}

/* The cubic vertex: d²⟨q₃⟩/dt² = (3√6/4) g k⟨q₁⟩⟨q₂⟩ at t = 0, when ⟨q₃⟩ = ⟨p₃⟩ = 0 and
 * k = V = 1. */
Test(models_run, two_colours_push_the_third)
{
    const double t = 1e-3, q = 0.7 * M_SQRT2;
    qfp_config *config = configuration("gauge_su2", "output.times=[0, 1e-3]", NULL, NULL);
    qfp_run_result r = run_configuration(config, "out.h5");
    double expected = 0.5 * t * t * 0.75 * sqrt(6.0) * 0.25 * q * q;
    /* the next term of the series is t² times smaller, and the truncation at 18 levels as small */
    EXPECT_NEAR(M_SQRT2 * observable(&r, "re_a_3", 1) / expected, 1.0, 1e-5);
    qfp_run_result_destroy(&r);
}

Test(models_run, gauge_bosons_feed_empty_colours_and_keep_the_energy)
{
    qfp_run_result r = run_file("gauge_su2");
    size_t last = r.time_count - 1;
    cr_expect(gt(dbl, observable(&r, "n_3", last), 0.1));
    for (size_t t = 0; t <= last; t++) /* colours 1 and 2 enter alike */
        EXPECT_NEAR(observable(&r, "n_1", t), observable(&r, "n_2", t), REFERENCE);
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
    r = run_file("gauge_su3");
    last = r.time_count - 1;
    cr_expect(gt(dbl, observable(&r, "n_1", last), 0.03));
    cr_expect(gt(dbl, observable(&r, "n_4", last), 0.03));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}

/* --- V.E, measurement --- */

/* Weight of x > 0 under the marginal Q of a mode; the lines x = 0 count half. */
static double weight_of_positive_x(const char *dataset, size_t time, double from, double to)
{
    double *q = NULL, sum = 0.0;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path("out.h5"), dataset, &rank, shape, &is_complex, &q));
    size_t points = shape[1];
    double step = (to - from) / (double)(points - 1);
    for (size_t i = 0; i < points; i++) {
        double x = from + step * (double)i;
        for (size_t j = 0; j < points; j++)
            sum += (x > 0.5 * step         ? 1.0
                    : fabs(x) < 0.5 * step ? 0.5
                                           : 0.0) *
                   q[(time * points + i) * points + j];
    }
    free(q);
    return sum * step * step / 2.0; /* d²α = dx dp/2 */
}

/* Two Gaussians at ±2e^t of variance (1 + e^{2t})/2 with the weights 0.3 and 0.7.  The interference
 * term is odd in p, because the relative phase is i, and leaves the marginal of x alone. */
Test(models_run, amplifier_has_two_outcomes_with_born_weights)
{
    qfp_audit_facts facts = facts_of(configuration("amplifier_measurement", NULL, NULL, NULL));
    cr_expect(eq(int, qfp_polynomial_degree(&facts.diffusion[0][0], 0, 2), 0)); /* constant D */
    EXPECT_NEAR(diffusion_norm(&facts), 1.0, 1e-15); /* eigenvalues ±g, half of √½² twice */
    qfp_audit_facts_destroy(&facts);
    qfp_run_result r = run_file("amplifier_measurement");
    for (size_t t = 0; t < r.time_count; t++) {
        double stretch = exp(r.times[t]), sigma = sqrt((1.0 + stretch * stretch) / 2.0);
        double wrong_side = 0.5 * erfc(2.0 * stretch / sigma * M_SQRT1_2);
        double expected = 0.3 * (1.0 - wrong_side) + 0.7 * wrong_side;
        double found = weight_of_positive_x("/husimi/mode_1", t, -16.0, 16.0);
        /* trapezoidal sum with a kink at x = 0, step 1/8: (1/8)²/12 × the slope of the density
         * there, below 0.1 */
        EXPECT_NEAR(found, expected, 2e-4);
    }
    double last = weight_of_positive_x("/husimi/mode_1", r.time_count - 1, -16.0, 16.0);
    EXPECT_NEAR(last, 0.3, 2e-3); /* the tail, erfc(1.92)/2 = 0.0033 times 0.7 − 0.3 */
    qfp_run_result_destroy(&r);
}

/* Q(x, p) of the pointer per d²α = dx dp/2: Σ_n P_n G(x; m_n, σ_x²) G(p; 0, σ_p²) × 2 */
static double pointer_husimi(double t, double x, double p)
{
    const double weight[2] = {0.36, 0.64}, g = 0.5, chi = 4.0;
    double vx = 0.5 * (1.0 + exp(2 * g * t)), vp = 0.5 * (1.0 + exp(-2 * g * t)), sum = 0.0;
    for (int n = 0; n < 2; n++) {
        double d = x - chi * n / g * (exp(g * t) - 1.0);
        sum += weight[n] * exp(-0.5 * d * d / vx - 0.5 * p * p / vp);
    }
    return sum / (M_PI * sqrt(vx * vp));
}

Test(models_run, pointer_is_a_mixture_of_gaussians_with_born_weights)
{
    double *q = NULL, worst = 0.0;
    int rank, is_complex;
    size_t shape[16];
    qfp_run_result r = run_file("pointer");
    OK(qfp_hdf5_read(scratch_path("out.h5"), "/husimi/mode_2", &rank, shape, &is_complex, &q));
    for (size_t t = 0; t < shape[0]; t++) {
        for (size_t i = 0; i < shape[1]; i++)
            for (size_t j = 0; j < shape[2]; j++) {
                double step = 18.0 / (double)(shape[1] - 1);
                double expected =
                    pointer_husimi(r.times[t], -6.0 + step * (double)i, -6.0 + step * (double)j);
                worst = fmax(worst, fabs(expected - q[(t * shape[1] + i) * shape[2] + j]));
            }
        EXPECT_NEAR(observable(&r, "n_1", t), 0.64, REFERENCE);
    }
    cr_expect(lt(dbl, worst, REFERENCE), "worst %g", worst);
    /* decoherence: ⟨a_1⟩ has lost nine tenths */
    cr_expect(lt(dbl, fabs(observable(&r, "re_a_1", r.time_count - 1)), 0.1 * 0.48));
    free(q);
    qfp_run_result_destroy(&r);
}

/* --- driven Kerr and cross-Kerr --- */

/* Table R1, Δ = 1, U = 0.5, F = 1. */
Test(models_run, driven_kerr_follows_its_table)
{
    const double table[3][3] = {{0.1149262834, -0.4811381062, 0.2451248244},
                                {0.3519953669, -0.8867269683, 0.9355049874},
                                {0.1378100043, -1.4803244247, 3.3828366069}};
    qfp_run_result r = run_file("driven_kerr");
    for (size_t t = 1; t < r.time_count; t++) {
        /* tolerance 1e-8 of u; moments lose one or two digits */
        EXPECT_NEAR(observable(&r, "re_a_1", t), table[t - 1][0], 1e-7);
        EXPECT_NEAR(observable(&r, "im_a_1", t), table[t - 1][1], 1e-7);
        EXPECT_NEAR(observable(&r, "n_1", t), table[t - 1][2], 1e-6);
    }
    qfp_run_result_destroy(&r);
}

/* K2: ⟨a₁⟩ = α₁ exp(|α₂|²(e^{−iχt} − 1)). */
Test(models_run, cross_kerr_is_K2)
{
    qfp_run_result r = run_file("cross_kerr");
    for (size_t t = 0; t < r.time_count; t++) {
        double complex expected = 1.5 * cexp(cexp(-I * r.times[t]) - 1.0);
        EXPECT_NEAR(observable(&r, "re_a_1", t), creal(expected), REFERENCE);
        EXPECT_NEAR(observable(&r, "im_a_1", t), cimag(expected), REFERENCE);
        EXPECT_NEAR(observable(&r, "n_1", t), 2.25, REFERENCE);
    }
    EXPECT_NEAR(observable(&r, "re_a_1", 2), 0.9480252983513, REFERENCE);
    EXPECT_NEAR(observable(&r, "im_a_1", 2), -0.7120810048629, REFERENCE);
    qfp_run_result_destroy(&r);
}

/* --- V.D.3, a truncation that may be run --- */

Test(models_run, cubic_truncation_is_balanced_and_differs_from_quantum_theory)
{
    qfp_audit_facts facts = facts_of(configuration("cubic", NULL, NULL, NULL));
    cr_expect(facts.equation.balanced && !facts.class.satisfies_64 && !facts.equation.is_exact);
    qfp_audit_facts_destroy(&facts);
    qfp_run_result truncated = run_file("cubic");
    qfp_run_result exact =
        run_configuration(configuration("cubic", "theory.order=exact", NULL, NULL), "exact.h5");
    double difference =
        disagreement(scratch_path("out.h5"), scratch_path("exact.h5"), "/husimi/mode_1");
    cr_expect(gt(dbl, difference, 1e-4), "%g", difference);
    cr_expect(lt(dbl, difference, 1e-2), "%g", difference);
    qfp_run_result_destroy(&truncated);
    qfp_run_result_destroy(&exact);
}

/* --- all of them --- */

Test(models_run, every_configuration_loads_and_can_be_audited)
{
    DIR *folder = opendir(QFP_SOURCE_DIR "/configs");
    int count = 0;
    cr_assert(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
            continue;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)length - 5, entry->d_name);
        qfp_config *config = configuration(name, NULL, NULL, NULL);
        qfp_audit report;
        cr_expect(strcmp(config->title, entry->d_name) != 0, "%s has no title", name);
        cr_expect(config->text[0] == '#', "%s does not start with what to expect", name);
        cr_expect(strstr(config->text, "Expected") != NULL, "%s", name);
        if (config->expression == NULL) { /* has no Hamiltonian to audit, and says so */
            cr_assert(eq(int, (int)qfp_audit_create(config, &report), QFP_CONFIG));
            qfp_config_destroy(config);
            continue;
        }
        OK(qfp_audit_create(config, &report));
        cr_expect(strstr(report.text, config->expression) != NULL, "%s", name);
        qfp_audit_destroy(&report);
        qfp_config_destroy(config);
        count++;
    }
    closedir(folder);
    cr_expect(ge(int, count, 16));
}
