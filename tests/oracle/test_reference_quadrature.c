/* H that is a polynomial of one quadrature: closed forms, and what number states given in advance make of it. */
#include "../support/config_text.h"
#include "reference_case.h"

#include "reference/quadrature_flow.h"
#include "reference/system_words.h"

#define EXPECT_NEAR(found, expected, tolerance)                                                    \
    cr_expect(epsilon_eq(dbl, (found), (expected), (tolerance)))

TestSuite(reference_quadrature, .init = scratch_make, .fini = scratch_remove);

/* H = −γ x³/3 on |ψ(x)|² of variance s: p → p + γ x² t, so ⟨p⟩ = γ s t and var p grows by γ² 2 s² t². */
Test(reference_quadrature, a_cubic_gate_shears_the_momentum)
{
    qfp_config *config =
        load("hamiltonian: {parameters: {gamma: 0.3}, operator: \"-gamma/3*x^3\"}\n"
             "initial: {squeezed: {r: -0.6}}\n"
             "output: {times: [0, 0.5, 1]}\n");
    qfp_reference *r = case_reference(config);
    qfp_reference_error error;
    double s = 0.5 * exp(1.2), t = 1.0;
    case_evolve(r, t);
    case_observables o = case_observe(r);
    cr_assert(eq(int, qfp_reference_error_now(r, &error), QFP_OK));
    cr_expect(lt(dbl, error.state, 1e-8));
    cr_expect(lt(int, 1000, o.levels[0])); /* as many as never were diagonalised */
    EXPECT_NEAR(o.norm, 1.0, 1e-12);
    EXPECT_NEAR(o.im_a[0] * M_SQRT2, 0.3 * s * t, 1e-8);
    EXPECT_NEAR(o.var_x[0], s, 1e-8);
    EXPECT_NEAR(o.var_p[0], 0.25 / s + 0.09 * 2.0 * s * s * t * t, 1e-7);
    EXPECT_NEAR(o.energy, 0.0, 1e-8);
    case_evolve(r, 0.0);
    EXPECT_NEAR(case_observe(r).var_p[0], 0.25 / s, 1e-12);
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
}

/* Any quadrature, mixed states, κ: with levels that are given H is diagonalised instead. */
Test(reference_quadrature, it_agrees_with_number_states)
{
    static const char *const cases[] = {
        "operator: \"0.02*x^4 - 0.1*x^3 + 0.3*x^2 + 0.2*x\"}\ninitial: {coherent: [0.4+0.3*I]}\n",
        "operator: \"0.05*p^3 + 0.1*p\"}\nkappa: 0.7\ninitial: {thermal: {nbar: [0.2]}}\n",
        "operator: \"0.04*(0.6*x + 0.8*p)^3\"}\ninitial: {superposition: [{fock: [0]}, {fock: [3], "
        "weight: I}]}\n",
        "operator: \"0.03*(0.6*x - 0.8*p)^3 + 0.1*(0.6*x - 0.8*p)^2\"}\ninitial: {fock: [2]}\n"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "hamiltonian: {%soutput: {times: [0, 0.4]}\n", cases[i]);
        qfp_config *free_config = load(text);
        snprintf(text, sizeof text,
                 "hamiltonian: {%soutput: {times: [0, 0.4]}\nsolver: {levels: 500}\n", cases[i]);
        qfp_config *given = load(text);
        qfp_reference *a = case_reference(free_config), *b = case_reference(given);
        case_evolve(a, 0.4);
        case_evolve(b, 0.4);
        case_observables x = case_observe(a), y = case_observe(b);
        cr_expect(ne(int, x.levels[0], 500));
        EXPECT_NEAR(x.norm, 1.0, 1e-9);
        EXPECT_NEAR(x.re_a[0], y.re_a[0], 1e-8);
        EXPECT_NEAR(x.im_a[0], y.im_a[0], 1e-8);
        EXPECT_NEAR(x.var_x[0], y.var_x[0], 1e-7);
        EXPECT_NEAR(x.var_p[0], y.var_p[0], 1e-7);
        EXPECT_NEAR(case_q(a, 0, 0.5 - 0.2 * I), case_q(b, 0, 0.5 - 0.2 * I), 1e-9);
        qfp_reference_destroy(a);
        qfp_reference_destroy(b);
        qfp_config_destroy(free_config);
        qfp_config_destroy(given);
    }
}

/* What it carries is the time: it goes on bit for bit. */
Test(reference_quadrature, it_goes_on_bit_for_bit)
{
    qfp_config *config = load("hamiltonian: {operator: \"0.1*x^3\"}\ninitial: {coherent: [0.5]}\n"
                              "output: {times: [0, 0.2, 0.5]}\n");
    qfp_reference *a = case_reference(config), *b = case_reference(config);
    double carried[64];
    cr_assert(le(sz, qfp_reference_carried(a), 64));
    case_evolve(a, 0.2);
    qfp_reference_save(a, carried);
    cr_assert(eq(int, qfp_reference_load(b, carried), QFP_OK));
    case_evolve(a, 0.5);
    case_evolve(b, 0.5);
    qfp_reference_kets x, y;
    qfp_reference_state(a, &x);
    qfp_reference_state(b, &y);
    cr_assert(eq(int, memcmp(x.ket, y.ket, x.dimension * sizeof *x.ket), 0));
    qfp_reference_destroy(a);
    qfp_reference_destroy(b);
    qfp_config_destroy(config);
}

static bool has_flow(const char *operator)
{
    char text[256];
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"%s\"}\ninitial: {fock: [1]}\noutput: {times: [0, 0.1]}\n",
             operator);
    qfp_config *config = load(text);
    qfp_system_words words;
    qfp_quadrature_flow *flow = NULL;
    qfp_ket_set kets;
    cr_assert(eq(int, qfp_system_words_create(config, &words), QFP_OK));
    cr_assert(eq(int, qfp_ket_set_allocate(1, 4, &kets), QFP_OK));
    kets.weight[0] = 1.0;
    kets.ket[1] = 1.0;
    cr_assert(
        eq(int, qfp_quadrature_flow_create(config, &words.hamiltonian, &kets, &flow), QFP_OK));
    bool has = flow != NULL;
    qfp_quadrature_flow_destroy(flow);
    qfp_ket_set_destroy(&kets);
    qfp_system_words_destroy(&words);
    qfp_config_destroy(config);
    return has;
}

Test(reference_quadrature, only_polynomials_of_one_quadrature_are_taken)
{
    cr_expect(has_flow("x^3"));
    cr_expect(has_flow("p^4 - p"));
    cr_expect(has_flow("(x + 2*p)^3 - 0.3*(x + 2*p)"));
    cr_expect(eq(int, has_flow("x^2"), 0));
    cr_expect(eq(int, has_flow("x^3 + n"), 0));
    cr_expect(eq(int, has_flow("x^3 + 1e-6*p"), 0));
    cr_expect(eq(int, has_flow("x^3 + p^3"), 0));
    cr_expect(eq(int, has_flow("n^2"), 0));
}

/* D(β)|a⟩ = e^{i a Im β}|β + a⟩: shifted by 28 + 28i a superposition has the same entropy, and its zeros lie where
 * e^{−|α|²/2} is nothing. */
Test(reference_quadrature, an_entropy_is_the_same_far_out)
{
    static const char *const states[] = {
        "[{coherent: [0.7]}, {coherent: [-0.7], weight: -0.8}]",
        "[{coherent: ['28.7 + 28*I']}, {coherent: ['27.3 + 28*I'], weight: '-0.8*(cos(39.2) - "
        "I*sin(39.2))'}]"};
    double value[2];
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: n}\ninitial: {superposition: %s}\noutput: {times: [0]}\n",
                 states[i]);
        qfp_config *config = load(text);
        qfp_reference *r = case_reference(config);
        qfp_reference_diagnostics d;
        cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK));
        value[i] = d.wehrl;
        cr_expect(lt(int, i == 0 ? 0 : 1500, d.levels[0]));
        qfp_reference_destroy(r);
        qfp_config_destroy(config);
    }
    EXPECT_NEAR(value[0], value[1], 2e-9);
}
