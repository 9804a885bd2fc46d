/* Eq. (64): which Hamiltonians satisfy it and what breaks it otherwise. */
#include "../support/operators.h"

#include "algebra/class.h"

Test(class, known_hamiltonians)
{
    const struct {
        const char *text;
        int modes, order;
        size_t breaking;
    } cases[] = {
        {"n", 1, 1, 0},
        {"hc(I*ad^2)", 1, 2, 0},
        {"ad^2*a^2/2", 1, 2, 0},
        {"n[1]*n[2]", 2, 2, 0},
        {"-hc(ad[1]*a[2]) + sum(j, n[j]*(n[j]-1))", 2, 2, 0},
        {"hc(ad[1]*a[2]^2)", 2, 2, 0},
        {"x^3", 1, 3, 1},
        {"x^4", 1, 4, 1},
        {"ad^3*a^3", 1, 3, 1},
        {"hc(a[1]^2*a[2])", 2, 3, 1},
        {"x[1]^2*x[2]", 2, 3, 1},
        {"(x[1] + x[2])^3", 2, 3, 4},
        {"x[1]*x[2]*x[3]", 3, 3, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial antiwick = antiwick_of(cases[i].text, cases[i].modes);
        qfp_hamiltonian_class found;
        MUST(qfp_classify(&antiwick, cases[i].modes, &found));
        cr_expect(eq(int, found.satisfies_64, cases[i].breaking == 0), "%s", cases[i].text);
        cr_expect(eq(sz, found.third_count, cases[i].breaking), "%s", cases[i].text);
        cr_expect(eq(int, found.order, cases[i].order), "%s", cases[i].text);
        qfp_hamiltonian_class_destroy(&found);
        qfp_polynomial_destroy(&antiwick);
    }
}

/* a₁²a₂ + h.c.: only ∂³/∂α₁∂α₁∂α₂ = 2 breaks it. */
Test(class, names_the_derivative_and_its_value)
{
    qfp_polynomial antiwick = antiwick_of("hc(a[1]^2*a[2])", 2);
    qfp_hamiltonian_class found;
    MUST(qfp_classify(&antiwick, 2, &found));
    cr_assert(eq(sz, found.breaking_count, 1));
    cr_assert(eq(int, found.breaking[0].order, 3));
    cr_assert(eq(int, found.breaking[0].mode[0], 0));
    cr_assert(eq(int, found.breaking[0].mode[1], 0));
    cr_assert(eq(int, found.breaking[0].mode[2], 1));
    cr_assert(eq(sz, found.breaking[0].value.count, 1));
    cr_assert(eq(dbl, creal(found.breaking[0].value.terms[0].coefficient), 2.0));
    qfp_hamiltonian_class_destroy(&found);
    qfp_polynomial_destroy(&antiwick);
}

/* x₁²x₂² has four letters a at most two of which share a mode: ∂₁∂₁∂₂, ∂₁∂₂∂₂ and the constant
 * ∂₁∂₁∂₂∂₂ (α₁²α₂²)/4 = 1. */
Test(class, lists_the_fourth_derivatives_after_the_third)
{
    qfp_polynomial antiwick = antiwick_of("x[1]^2*x[2]^2", 2);
    qfp_hamiltonian_class found;
    MUST(qfp_classify(&antiwick, 2, &found));
    cr_assert(eq(sz, found.third_count, 2));
    cr_assert(eq(sz, found.breaking_count, 3));
    const qfp_breaking_derivative *fourth = &found.breaking[2];
    const int modes[4] = {0, 0, 1, 1};
    cr_assert(eq(int, fourth->order, 4));
    for (int i = 0; i < 4; i++)
        cr_assert(eq(int, fourth->mode[i], modes[i]));
    cr_assert(eq(sz, fourth->value.count, 1));
    /* 1e-15: squares of √½ */
    cr_assert(epsilon_eq(dbl, creal(fourth->value.terms[0].coefficient), 1.0, 1e-15));
    qfp_hamiltonian_class_destroy(&found);
    qfp_polynomial_destroy(&antiwick);
}

/* The class must agree with the order of the generator itself. */
Test(class, agrees_with_the_generator)
{
    const qfp_theory exact = {QFP_ORDER_EXACT, 1.0, 1.0};
    for (int degree = 1; degree <= 5; degree++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            int modes = 1 + (int)(seed % 2);
            qfp_polynomial wick = random_hermitian(modes, degree, 900 + seed), antiwick, l;
            qfp_polynomial_init(&antiwick, 2 * modes);
            qfp_polynomial_init(&l, 4 * modes);
            MUST(qfp_symbol_exp_laplacian(&wick, -1.0, &antiwick));
            MUST(qfp_generator_build(&wick, &exact, &l));
            qfp_hamiltonian_class found;
            MUST(qfp_classify(&antiwick, modes, &found));
            cr_assert(eq(int, found.order, qfp_polynomial_degree(&l, 0, 2 * modes)));
            cr_assert(eq(int, found.satisfies_64, found.order <= 2));
            qfp_hamiltonian_class_destroy(&found);
            qfp_polynomial_destroy(&wick);
            qfp_polynomial_destroy(&antiwick);
            qfp_polynomial_destroy(&l);
        }
}
