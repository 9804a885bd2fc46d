/* initial: {product: [...]}: a state of its own for every mode, in all three bases against formulas. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>

#include "../support/operators.h"
#include "../support/simulate.h"

TestSuite(product_states, .init = scratch_make, .fini = scratch_remove);

static qfp_run_result run_in(const char *basis, const char *operator, const char * state,
                             const char *times, const char *tolerance)
{
    char text[2048];
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 2, operator: \"%s\"}\ninitial: {%s}\n"
             "solver: {basis: %s, tolerance: %s}\n"
             "output: {times: [%s], husimi: {from: -4, to: 4, points: 9}}\n",
             operator, state, basis, tolerance, times);
    return simulate(text, "out.h5");
}

/* (|0⟩ + |1⟩)/√2 ⊗ |2⟩ under χ n_1 n_2: ⟨a_1⟩ = ½ ⟨2|2 e^{−iχt}⟩ = ½ e^{−4(1 − e^{−iχt})}. */
Test(product_states, a_superposition_beside_a_coherent_state)
{
    static const char state[] =
        "product: [{superposition: [{fock: [0]}, {fock: [1]}]}, {coherent: [2]}]";
    static const char *const bases[] = {"reference", "fock"};
    double complex exact = 0.5 * cexp(-4.0 * (1.0 - cexp(-0.5 * M_PI * I)));
    cr_assert(epsilon_eq(dbl, creal(exact), -0.00598595, 1e-8));
    for (int b = 0; b < 2; b++) {
        qfp_run_result r = run_in(bases[b], "n[1]*n[2]", state, "0, pi/2", "1e-8");
        cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 0), 0.5, 1e-8));
        cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 1), creal(exact), 1e-7), "%s", bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "im_a_1", 1), cimag(exact), 1e-7), "%s", bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "purity", 1), 1.0, 1e-7));
        qfp_run_result_destroy(&r);
    }
    /* a grid of four dimensions at a loose tolerance: whether it starts and moves alike */
    double complex early = 0.5 * cexp(-4.0 * (1.0 - cexp(-0.1 * I)));
    qfp_run_result r = run_in("fourier", "n[1]*n[2]", state, "0, 0.1", "3e-2");
    cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 1), creal(early), 3e-2));
    cr_assert(epsilon_eq(dbl, observable(&r, "im_a_1", 1), cimag(early), 3e-2));
    qfp_run_result_destroy(&r);
}

static const char *const all[] = {"reference", "fock", "fourier"};

typedef struct expected {
    const char *name;
    double value;
} expected;

static void starts_with(const char *state, const char *tolerance, double bound, size_t count,
                        const expected *list)
{
    for (int b = 0; b < 3; b++) {
        qfp_run_result r = run_in(all[b], "n[1] + n[2]", state, "0", tolerance);
        for (size_t i = 0; i < count; i++)
            cr_assert(epsilon_eq(dbl, observable(&r, list[i].name, 0), list[i].value, bound),
                      "%s: %s: %s is %g", state, all[b], list[i].name,
                      observable(&r, list[i].name, 0));
        qfp_run_result_destroy(&r);
    }
}
#define STARTS_WITH(state, ...)                                                                    \
    do {                                                                                           \
        static const expected list_[] = {__VA_ARGS__};                                             \
        /* the tolerance times what a moment weighs the cut edge of a grid with */                 \
        starts_with(state, "3e-3", 5e-2, sizeof list_ / sizeof *list_, list_);                     \
    } while (0)

Test(product_states, mixed_and_pure_factors)
{
    STARTS_WITH("product: [{thermal: {nbar: 0.5}}, {fock: [1]}]", {"n_1", 0.5}, {"n_2", 1.0},
                {"purity", 0.5}, {"n_1_n_2", 0.5});
    STARTS_WITH("product: [{mixture: [{fock: [0], weight: 3}, {fock: [1], weight: 1}]}, "
                "{coherent: ['0.8*I']}]",
                {"n_1", 0.25}, {"im_a_2", 0.8}, {"purity", 0.625}, {"n_1_n_2", 0.16});
    /* the same kind everywhere is that state */
    STARTS_WITH("product: [{coherent: [0.5]}, {squeezed: {r: 0.3, alpha: -0.5}}]", {"re_a_1", 0.5},
                {"re_a_2", -0.5}, {"var_x_1", 0.5}, {"var_x_2", 0.5 * 0.54881163609402639});
    STARTS_WITH("product: [{fock: [1]}, {fock: [0]}]", {"n_1", 1.0}, {"n_2", 0.0});
}

/* |0⟩|1⟩ + |1⟩|0⟩ with a factor that is a sum itself: entangled, pure. */
Test(product_states, products_inside_superpositions_and_mixtures)
{
    STARTS_WITH("superposition: [{product: [{fock: [0]}, {coherent: [0.7]}]}, "
                "{product: [{fock: [1]}, {coherent: [-0.7]}]}]",
                {"norm", 1.0}, {"n_1", 0.5}, {"n_2", 0.49}, {"re_a_2", 0.0}, {"purity", 1.0});
    STARTS_WITH("superposition: [{product: [{superposition: [{fock: [0]}, {fock: [1]}]}, "
                "{fock: [0]}]}, {fock: [1, 1]}]",
                {"norm", 1.0}, {"n_1", 0.75}, {"n_2", 0.5}, {"purity", 1.0});
    STARTS_WITH("mixture: [{product: [{fock: [1]}, {coherent: [0.5]}]}, {fock: [0, 0]}]",
                {"n_1", 0.5}, {"re_a_2", 0.25}, {"n_1_n_2", 0.125}, {"purity", 0.5});
}

/* A one-mode file in a product: its levels and its trace are those of its mode. */
Test(product_states, parts_that_are_no_state_are_refused_at_their_place)
{
    static const struct {
        const char *state, *words;
    } cases[] = {
        {"product: [{fock: [0]}]", "expected 2 entries, one per mode"},
        {"product: [{fock: [0, 1]}, {fock: [0]}]", "expected 1 entry"},
        {"product: {fock: [0]}", "expected a list of one state of one mode for every mode"},
        {"product: [{fock: [0], weight: 2}, {fock: [1]}]", "a weight belongs to"},
        {"superposition: [{product: [{thermal: {nbar: 1}}, {fock: [0]}]}, {fock: [0, 0]}]",
         "a superposition is made of kets, and 'thermal' is none"},
        {"fock: [1, 0], coherent: [0, 2]", "{product: [{fock: [1]}, {coherent: [2.0]}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        qfp_config *config = NULL;
        snprintf(
            text, sizeof text,
            "hamiltonian: {modes: 2, operator: \"n[1]\"}\ninitial: {%s}\noutput: {times: [0]}\n",
            cases[i].state);
        scratch_write(scratch_path("c.yaml"), text, strlen(text));
        cr_assert(qfp_config_load(scratch_path("c.yaml"), NULL, 0, &config) == QFP_CONFIG, "%s",
                  cases[i].state);
        cr_assert(strstr(qfp_last_error(), "c.yaml:2:") != NULL, "%s", qfp_last_error());
        cr_assert(strstr(qfp_last_error(), cases[i].words) != NULL, "%s: %s", cases[i].state,
                  qfp_last_error());
    }
}
