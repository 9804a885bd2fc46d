/* Configurations of models do what their comments, and the paper, say of them; those of fields are
 * in test_field_models.c. */
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

/* --- V.E, measurement --- */

/* Weight of x > 0 under the Q of a mode on |x| <= ends[0], |p| <= ends[1]; the lines x = 0 count half. */
static double weight_of_positive_x(const char *dataset, size_t time, const double ends[2])
{
    double *q = NULL, sum = 0.0;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path("out.h5"), dataset, &rank, shape, &is_complex, &q));
    size_t points = shape[1];
    double step = 2.0 * ends[0] / (double)(points - 1);
    for (size_t i = 0; i < points; i++) {
        double x = -ends[0] + step * (double)i;
        for (size_t j = 0; j < points; j++)
            sum += (x > 0.5 * step         ? 1.0
                    : fabs(x) < 0.5 * step ? 0.5
                                           : 0.0) *
                   q[(time * points + i) * points + j];
    }
    free(q);
    return sum * step * (step * ends[1] / ends[0]) / 2.0; /* d²α = dx dp/2 */
}

/* Two Gaussians at ±2e^t of variance (1 + e^{2t})/2 with the weights 0.3 and 0.7.  The interference
 * term is odd in p, because the relative phase is i, and leaves the marginal of x alone. */
Test(models_run, amplifier_has_two_outcomes_with_born_weights)
{
    qfp_audit_facts facts = facts_of(configuration("amplifier_measurement", NULL, NULL, NULL));
    cr_expect(eq(int, qfp_polynomial_degree(&facts.diffusion[0][0], 0, 2), 0)); /* constant D */
    EXPECT_NEAR(diffusion_norm(&facts), 1.0, 1e-15); /* eigenvalues ±g, half of √½² twice */
    qfp_audit_facts_destroy(&facts);
    const double ends[2] = {16.0, 6.0};
    qfp_run_result r = run_file("amplifier_measurement");
    for (size_t t = 0; t < r.time_count; t++) {
        double stretch = exp(r.times[t]), sigma = sqrt((1.0 + stretch * stretch) / 2.0);
        double wrong_side = 0.5 * erfc(2.0 * stretch / sigma * M_SQRT1_2);
        double expected = 0.3 * (1.0 - wrong_side) + 0.7 * wrong_side;
        double found = weight_of_positive_x("/husimi/mode_1", t, ends);
        /* trapezoidal sum with a kink at x = 0, step 1/8: (1/8)²/12 × the slope of the density
         * there, below 0.1 */
        EXPECT_NEAR(found, expected, 2e-4);
    }
    double last = weight_of_positive_x("/husimi/mode_1", r.time_count - 1, ends);
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
                double x = -5.0 + 16.0 * (double)i / (double)(shape[1] - 1);
                double p = -5.0 + 10.0 * (double)j / (double)(shape[2] - 1);
                double expected = pointer_husimi(r.times[t], x, p);
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
    cr_expect(lt(dbl, 1e-4, difference), "%g", difference);
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
