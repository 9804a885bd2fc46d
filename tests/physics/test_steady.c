/* qfp_steady against closed forms: the state, its decay rates, the manifold of stationary states. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>

#include "../support/simulate.h"
#include "qfp/steady.h"

TestSuite(steady, .init = scratch_make, .fini = scratch_remove);

typedef struct settled {
    qfp_run_result result;
    qfp_steady_modes modes;
} settled;

static settled settle(const char *system)
{
    settled s;
    char text[1024];
    snprintf(text, sizeof text, "%s\noutput: {times: [0, 3], husimi: {points: 9}}\n", system);
    qfp_config *config = load_text(text);
    qfp_run_options options = {.output_path = scratch_path("steady.h5"), .force = 1};
    OK(qfp_steady(config, &options, &s.result, &s.modes));
    cr_assert(eq(sz, s.result.time_count, 1));
    qfp_config_destroy(config);
    return s;
}

/* Within what is stated, and that is no more than `bound`. */
static void expect(const settled *s, const char *name, double exact, double bound)
{
    const qfp_theory_result *t = &s->result.theories[0];
    for (size_t i = 0; i < t->observable_count; i++) {
        if (strcmp(t->names[i], name) != 0)
            continue;
        cr_assert(le(dbl, fabs(t->values[i] - exact), t->errors[i]),
                  "%s = %.12g, exact %.12g, stated %.1e", name, t->values[i], exact, t->errors[i]);
        cr_assert(lt(dbl, t->errors[i], bound), "%s: %.1e", name, t->errors[i]);
        return;
    }
    cr_assert(0, "no observable %s", name);
}

/* Some mode that was found is this one, within its stated error. */
static void expect_mode(const settled *s, double decay, double frequency)
{
    bool found = false;
    for (int i = 0; i < s->modes.count; i++)
        found = found || (fabs(s->modes.decay[i] - decay) <= s->modes.error[i] &&
                          fabs(s->modes.frequency[i] - frequency) <= s->modes.error[i] &&
                          s->modes.error[i] < 1e-4);
    cr_assert(found, "no mode %g, %g", decay, frequency);
}

/* ⟨n⟩ = n̄, purity 1/(1 + 2n̄); coherences decay with γ/2 and turn with ω, populations decay with γ. */
Test(steady, a_thermal_bath)
{
    settled s = settle("hamiltonian: {operator: \"1.3*n\"}\ninitial: {fock: [1]}\n"
                       "dissipation: [{operator: a, rate: \"0.4*1.6\"}, {operator: ad, rate: "
                       "\"0.4*0.6\"}]\nsolver: {tolerance: 1e-5}");
    expect(&s, "n_1", 0.6, 1e-3);
    expect(&s, "var_n_1", 0.96, 1e-2);
    expect(&s, "purity", 1.0 / 2.2, 1e-4);
    expect(&s, "wehrl", 1.0 + log(1.6), 1e-3);
    cr_assert(eq(int, s.modes.stationary, 1));
    expect_mode(&s, 0.2, 1.3);
    expect_mode(&s, 0.4, 0.0);
    cr_assert(epsilon_eq(dbl, s.modes.gap, 0.2, 1e-6));
    qfp_run_result_destroy(&s.result);
}

static bool is_among(const settled *s, double decay, double frequency, double within)
{
    bool found = false;
    for (int i = 0; i < s->modes.count; i++)
        found = found || (fabs(s->modes.decay[i] - decay) < within &&
                          fabs(s->modes.frequency[i] - frequency) < within);
    return found;
}

/* The slowest mode is far from 0, beside strongly damped ones that are near: |0><1| turns with 50 and decays with half
 * of the loss, the populations do not turn; and the same of one mode beside another. */
Test(steady, a_slow_mode_that_turns_fast)
{
    settled s = settle("hamiltonian: {operator: \"50*n\"}\ninitial: {fock: [0]}\n"
                       "dissipation: [{operator: a, rate: 0.002}, {operator: \"a^2\", rate: 1}]");
    cr_assert(is_among(&s, 0.001, 50.0, 1e-7));
    cr_assert(epsilon_eq(dbl, s.modes.gap, 0.001, 1e-7));
    cr_assert(not(s.modes.gap_is_bound));
    qfp_run_result_destroy(&s.result);
    s = settle("hamiltonian: {modes: 2, operator: \"20*n[1]\"}\ninitial: {fock: [0, 0]}\n"
               "dissipation: [{operator: \"a[1]\", rate: 0.02}, {operator: \"a[2]\", rate: 1}]");
    cr_assert(is_among(&s, 0.01, 20.0, 1e-6));
    cr_assert(epsilon_eq(dbl, s.modes.gap, 0.01, 1e-6));
    cr_assert(not(s.modes.gap_is_bound));
    qfp_run_result_destroy(&s.result);
}

/* A second mode whose two levels would make pairs impossible: from the vacuum the buffer fills the even cat,
 * ⟨n⟩ = 2 tanh 2. */
Test(steady, a_mode_that_begins_empty)
{
    settled s =
        settle("hamiltonian: {modes: 2, operator: \"0.5*hc(a[1]^2*ad[2]) - (a[2] + ad[2])\"}\n"
               "initial: {fock: [0, 0]}\nsolver: {tolerance: 1e-4}\n"
               "dissipation: [{operator: \"a[2]\", rate: 4}]");
    expect(&s, "n_1", 2.0 * tanh(2.0), 1e-2);
    expect(&s, "n_2", 0.0, 1e-2);
    cr_assert(eq(int, s.modes.stationary, 4));
    qfp_run_result_destroy(&s.result);
}

/* Neither a state to begin with nor times: the vacuum, where it matters. */
Test(steady, nothing_to_begin_with)
{
    qfp_run_result r;
    qfp_steady_modes m;
    qfp_config *config = NULL;
    const qfp_run_options options = {.output_path = scratch_path("bare.h5"), .force = 1};
    const char *text = "hamiltonian: {operator: \"0*n\"}\n"
                       "dissipation: [{operator: \"a^2 - 1.44\", rate: 1.0}]\n";
    scratch_write(scratch_path("bare.yaml"), text, strlen(text));
    OK(qfp_steady_config_load(scratch_path("bare.yaml"), NULL, 0, &config));
    OK(qfp_steady(config, &options, &r, &m));
    cr_assert(strstr(r.warning, "that the vacuum ends in") != NULL, "%s", r.warning);
    cr_assert(eq(int, m.stationary, 4));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
    cr_assert(eq(int, qfp_config_load(scratch_path("bare.yaml"), NULL, 0, &config), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "'output' is missing") != NULL, "%s", qfp_last_error());
}

/* A lossy cavity, driven: coherent, α = −iF/(iΔ + γ/2), with κ = 0.5 too; also when its levels are evolved and
 * not factorised, and with those that are given. */
Test(steady, a_driven_cavity)
{
    static const struct {
        double drive;
        const char *solver;
        double bound;
    } cases[] = {{0.6, "tolerance: 1e-6", 1e-5},
                 {0.6, "levels: 18", 1e-5},
                 {0.6, "levels: 10, tolerance: 0.01", 1e-1}};
    for (int k = 0; k < 3; k++) {
        char text[512];
        double complex alpha = -I * cases[k].drive / 0.5 / (I * 0.7 / 0.5 + 0.25);
        snprintf(text, sizeof text,
                 "kappa: 0.5\nhamiltonian: {operator: \"0.7*n + %.17g*(a + ad)\"}\n"
                 "initial: {fock: [0]}\ndissipation: [{operator: a, rate: 0.5}]\nsolver: {%s}",
                 cases[k].drive, cases[k].solver);
        settled s = settle(text);
        expect(&s, "re_a_1", creal(alpha), cases[k].bound);
        expect(&s, "im_a_1", cimag(alpha), cases[k].bound);
        expect(&s, "n_1", creal(alpha * conj(alpha)), cases[k].bound);
        expect(&s, "purity", 1.0, cases[k].bound);
        qfp_run_result_destroy(&s.result);
    }
}

/* Γ-function ratios of the driven Kerr cavity with loss (Drummond and Walls): with c = 2(Δ − iγ/2)/U and
 * z = 2F/U, |G_m|² sums. */
static double complex kerr_moment(double delta, double u, double drive, double gamma, int p, int q)
{
    double complex c = 2.0 * (delta - 0.5 * I * gamma) / u;
    double z = 2.0 * drive / u, norm = 0.0;
    double complex sum = 0.0, product = 1.0;
    /* ⟨a†^p a^q⟩ = conj(r_p) r_q F(c* + p, c + q, 2|z|²)/F(c*, c, 2|z|²), r_n = (−z)^n/(c)_n,
     * F(u, v, w) = Σ w^k/(k! (u)_k (v)_k) */
    double complex ratio[2] = {1.0, 1.0};
    for (int k = 0; k < p; k++)
        ratio[0] *= -z / (conj(c) + k);
    for (int k = 0; k < q; k++)
        ratio[1] *= -z / (c + k);
    for (int k = 0; k < 200; k++) {
        sum += product;
        product *= 2.0 * z * z / ((k + 1.0) * (conj(c) + p + k) * (c + q + k));
    }
    double complex term = 1.0;
    for (int k = 0; k < 200; k++) {
        norm += creal(term);
        term *= 2.0 * z * z / ((k + 1.0) * (conj(c) + k) * (c + k));
    }
    return ratio[0] * ratio[1] * sum / norm;
}

Test(steady, a_driven_kerr_cavity)
{
    settled s = settle("hamiltonian: {operator: \"-1.0*n + 0.3*ad^2*a^2 + 1.2*(a + ad)\"}\n"
                       "initial: {fock: [0]}\ndissipation: [{operator: a, rate: 1.0}]");
    double complex a = kerr_moment(-1.0, 0.6, 1.2, 1.0, 0, 1);
    expect(&s, "re_a_1", creal(a), 1e-8);
    expect(&s, "im_a_1", cimag(a), 1e-8);
    expect(&s, "n_1", creal(kerr_moment(-1.0, 0.6, 1.2, 1.0, 1, 1)), 1e-8);
    qfp_run_result_destroy(&s.result);
}

/* Two-photon loss and drive keep the parity: |±β⟩ span the manifold, of four dimensions of ρ, and from vacuum
 * the even cat is left, ⟨n⟩ = β² tanh β², from |1⟩ the odd one. */
Test(steady, a_manifold_of_two_photon_dissipation)
{
    static const char *const starts[] = {"fock: [0]", "fock: [1]"};
    for (int k = 0; k < 2; k++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"0*n\"}\ninitial: {%s}\n"
                 "dissipation: [{operator: \"a^2 - 1.44\", rate: 1.0}]",
                 starts[k]);
        settled s = settle(text);
        double beta = 1.44, t = tanh(beta);
        expect(&s, "n_1", k == 0 ? beta * t : beta / t, 1e-6);
        expect(&s, "purity", 1.0, 1e-6);
        cr_assert(eq(int, s.modes.stationary, 4));
        cr_assert(strstr(s.result.warning, "4 independent stationary states") != NULL, "%s",
                  s.result.warning);
        qfp_run_result_destroy(&s.result);
    }
}

/* Dephasing keeps every population: as many stationary states as levels, and the initial ones are left. */
Test(steady, dephasing_keeps_the_populations)
{
    settled s = settle("hamiltonian: {operator: n}\ninitial: {coherent: [1]}\n"
                       "dissipation: [{operator: n, rate: 0.3}]");
    expect(&s, "n_1", 1.0, 1e-6);
    expect(&s, "var_n_1", 1.0, 1e-6);
    expect(&s, "re_a_1", 0.0, 1e-6);
    cr_assert(strstr(s.result.warning, "at least 12") != NULL, "%s", s.result.warning);
    qfp_run_result_destroy(&s.result);
}

/* Two modes, too many levels for a matrix of all unknowns: a driven pair of linear cavities is coherent,
 * (iΔ + γ/2) α = −iF − iJ(other). */
Test(steady, two_modes_are_evolved)
{
    settled s =
        settle("hamiltonian: {modes: 2, operator: \"0.4*n[1] + 0.5*hc(ad[1]*a[2]) + "
               "0.2*(a[1] + ad[1])\"}\ninitial: {fock: [0, 0]}\nsolver: {tolerance: 1e-4}\n"
               "dissipation: [{operator: \"a[1]\", rate: 0.5}, {operator: \"a[2]\", rate: 0.8}]");
    double complex second = -I * 0.5 / 0.4; /* α₂ over α₁ */
    double complex first = -I * 0.2 / (0.4 * I + 0.25 + I * 0.5 * second);
    expect(&s, "re_a_1", creal(first), 1e-4);
    expect(&s, "im_a_1", cimag(first), 1e-4);
    expect(&s, "re_a_2", creal(first * second), 1e-4);
    expect(&s, "im_a_2", cimag(first * second), 1e-4);
    cr_assert(eq(int, s.modes.stationary, 1));
    qfp_run_result_destroy(&s.result);
}

/* The file is that of a run with one time; Q of a state that the initial one says nothing of is in its window. */
Test(steady, the_file_is_that_of_a_run)
{
    settled s = settle("hamiltonian: {operator: \"0.9*(a + ad)\"}\ninitial: {fock: [0]}\n"
                       "dissipation: [{operator: a, rate: 0.6}]\nsolver: {tolerance: 1e-4}");
    double *x = NULL, *decay = NULL;
    int rank, is_complex;
    size_t shape[16], count[16];
    OK(qfp_hdf5_read(scratch_path("steady.h5"), "/axes/x", &rank, shape, &is_complex, &x));
    cr_assert(x[shape[0] - 1] > 7.0); /* α = −3i: p is 4.2, and three deviations of Q */
    OK(qfp_hdf5_read(scratch_path("steady.h5"), "/steady/decay", &rank, count, &is_complex,
                     &decay));
    cr_assert(rank == 1 && (int)count[0] == s.modes.count && decay[0] == 0.0);
    cr_assert(eq(str, s.result.warning, ""), "%s", s.result.warning);
    free(x);
    free(decay);
    qfp_run_result_destroy(&s.result);
}

static void refused(const char *system, qfp_status expected, int exit_status, const char *says)
{
    char text[512];
    qfp_run_result r;
    qfp_steady_modes m;
    snprintf(text, sizeof text, "%s\noutput: {times: [0]}\n", system);
    qfp_config *config = load_text(text);
    qfp_run_options options = {.output_path = scratch_path("never.h5")};
    qfp_status status = qfp_steady(config, &options, &r, &m);
    cr_assert(eq(int, status, expected), "%s", qfp_last_error());
    cr_assert(eq(int, qfp_status_exit(status), exit_status));
    cr_assert(strstr(qfp_last_error(), says) != NULL, "'%s' does not say '%s'", qfp_last_error(),
              says);
    cr_assert(not(scratch_exists(scratch_path("never.h5"))));
    qfp_config_destroy(config);
}

Test(steady, what_has_none_is_refused)
{
#define LOSS "dissipation: [{operator: a, rate: 1}]\n"
    refused("hamiltonian: {operator: n}\ninitial: {fock: [1]}", QFP_CONFIG, 2, "closed system");
    refused("hamiltonian: {operator: \"n + cos(t)*x\"}\ninitial: {fock: [1]}\n" LOSS, QFP_CONFIG, 2,
            "depends on the time t");
    refused("hamiltonian: {operator: n}\ninitial: {fock: [1]}\n"
            "dissipation: [{operator: a, rate: \"1 + sin(t)\"}]",
            QFP_CONFIG, 2, "depends on the time t");
    refused("hamiltonian: {operator: \"x^4\"}\ninitial: {fock: [1]}\ntheory: {order: 2}\n" LOSS,
            QFP_CONFIG, 2, "theory");
    /* an amplifier beyond its threshold */
    refused("hamiltonian: {operator: n}\ninitial: {fock: [0]}\nsolver: {tolerance: 1e-2}\n"
            "dissipation: [{operator: a, rate: 1.0}, {operator: ad, rate: 1.2}]",
            QFP_RESOLUTION, 3, "spreads without bound");
    /* |α|² = 3.8 in five levels */
    refused("hamiltonian: {operator: \"n + 2*x\"}\ninitial: {fock: [0]}\nsolver: {levels: 5}\n"
            "dissipation: [{operator: a, rate: 0.4}]",
            QFP_RESOLUTION, 3, "last levels of 5");
}
