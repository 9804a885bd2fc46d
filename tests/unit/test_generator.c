/* The generator of every order against Eq. (63) written out, its gauge, transpose and real form. */
#include "../support/operators.h"

#include <stdlib.h>

/* Adds −(i/κ)(1/m!) ∂̄^m(∂^m H Q) and + (i/κ)(1/m!) ∂^m(∂̄^m H Q) for every multi-index m with
 * 1 ≤ |m| ≤ M: Eq. (63) read literally, commuting differentiation of the anti-Wick symbol only. */
static void add_orders(const qfp_polynomial *antiwick, const qfp_theory *theory, int variable,
                       uint8_t *m, qfp_polynomial *out)
{
    int modes = antiwick->variables / 2, order = 0;
    if (variable < modes) {
        for (m[variable] = 0; m[variable] <= 8; m[variable]++)
            add_orders(antiwick, theory, variable + 1, m, out);
        m[variable] = 0;
        return;
    }
    for (int j = 0; j < modes; j++)
        order += m[j];
    if (order == 0 || (theory->order != QFP_ORDER_EXACT && order > theory->order))
        return;
    for (int bar = 0; bar < 2; bar++) /* ∂̄^m(∂^m H ·), then ∂^m(∂̄^m H ·) */
        for (size_t t = 0; t < antiwick->count; t++) {
            const uint8_t *power = antiwick->terms[t].power;
            uint8_t word[QFP_MAX_VARIABLES] = {0};
            double factor = order == 2 ? theory->C : 1.0;
            memcpy(word + 2 * modes, power, 2 * (size_t)modes);
            for (int j = 0; j < modes; j++) {
                int letter = bar ? modes + j : j;
                for (int k = 0; k < m[j]; k++)
                    factor *= (double)(power[letter] - k) / (k + 1);
                word[2 * modes + letter] = (uint8_t)(power[letter] - m[j]);
                word[bar ? j : modes + j] = m[j];
            }
            if (factor != 0.0)
                MUST(qfp_polynomial_add_term(
                    out, (bar ? I : -I) / theory->kappa * factor * antiwick->terms[t].coefficient,
                    word));
        }
}

static void assert_is_equation_63(const qfp_polynomial *wick, const qfp_theory *theory)
{
    int modes = wick->variables / 2;
    qfp_polynomial antiwick, built, expected;
    uint8_t m[QFP_MAX_MODES] = {0};
    qfp_polynomial_init(&antiwick, 2 * modes);
    qfp_polynomial_init(&built, 4 * modes);
    qfp_polynomial_init(&expected, 4 * modes);
    MUST(qfp_symbol_exp_laplacian(wick, -1.0, &antiwick));
    MUST(qfp_generator_build(wick, theory, &built));
    add_orders(&antiwick, theory, 0, m, &expected);
    cr_assert(lt(dbl, 0.1, qfp_polynomial_norm(&built)));
    /* coefficients are sums of factorial-weighted numbers of order one */
    cr_assert(lt(dbl, distance(&built, &expected), 1e-12 * qfp_polynomial_norm(&expected)),
              "order %d, C %g", theory->order, theory->C);
    qfp_polynomial_destroy(&antiwick);
    qfp_polynomial_destroy(&built);
    qfp_polynomial_destroy(&expected);
}

Test(generator, every_order_is_equation_63)
{
    const qfp_theory theories[] = {{QFP_ORDER_EXACT, 1.0, 1.0},
                                   {1, 1.0, 1.0},
                                   {2, 1.0, 0.5},
                                   {2, 0.3, 1.0},
                                   {3, 1.0, 2.0},
                                   {4, 0.7, 1.0}};
    for (size_t i = 0; i < sizeof theories / sizeof *theories; i++)
        for (int modes = 1; modes <= 2; modes++) {
            qfp_polynomial wick = random_hermitian(modes, modes == 1 ? 6 : 4, 3 + i);
            assert_is_equation_63(&wick, &theories[i]);
            qfp_polynomial_destroy(&wick);
        }
}

/* Kerr, U = κ = 1: the two operators of the notes, worked out by hand. */
Test(generator, kerr_at_both_orderings)
{
    const struct {
        double c;
        struct {
            uint8_t power[4]; /* ∂, ∂̄, α, α* */
            double imaginary;
        } terms[6];
        size_t count;
    } cases[] = {{0.0,
                  {{{0, 1, 1, 2}, -1.0},
                   {{0, 1, 0, 1}, 2.0},
                   {{0, 2, 0, 2}, -0.5},
                   {{1, 0, 2, 1}, 1.0},
                   {{1, 0, 1, 0}, -2.0},
                   {{2, 0, 2, 0}, 0.5}},
                  6},
                 {0.5,
                  {{{0, 1, 1, 2}, -1.0},
                   {{0, 1, 0, 1}, 1.0},
                   {{1, 2, 0, 1}, 0.25},
                   {{1, 0, 2, 1}, 1.0},
                   {{1, 0, 1, 0}, -1.0},
                   {{2, 1, 1, 0}, -0.25}},
                  6}};
    for (size_t i = 0; i < 2; i++) {
        qfp_polynomial expected,
            kerr = generator_of("ad^2*a^2/2", 1, QFP_ORDER_EXACT, 1.0, cases[i].c);
        qfp_polynomial_init(&expected, 4);
        for (size_t t = 0; t < cases[i].count; t++)
            MUST(qfp_polynomial_add_term(&expected, I * cases[i].terms[t].imaginary,
                                         cases[i].terms[t].power));
        cr_assert(eq(sz, kerr.count, cases[i].count));
        cr_assert(lt(dbl, distance(&kerr, &expected), 1e-15)); /* small integers over four */
        qfp_polynomial_destroy(&kerr);
        qfp_polynomial_destroy(&expected);
    }
}

/* n₁n₂: anti-Wick |α₁|²|α₂|² − |α₁|² − |α₂|² + 1, so the second order at c = 0 is
 * −(i/2) 2 [∂̄₁∂̄₂ α₁*α₂* − ∂₁∂₂ α₁α₂]. */
/* Beside a term a million times larger, through all forms: a threshold for what cancellation leaves
 * is not one for what was typed. */
Test(generator, a_small_term_is_kept)
{
    static const char *const texts[] = {"n + 1e-7*hc(a^3)", "n + hc(a^3)"};
    size_t count[2][3];
    for (int i = 0; i < 2; i++) {
        qfp_polynomial l = generator_of(texts[i], 1, QFP_ORDER_EXACT, 1.0, 0.5);
        count[i][0] = l.count;
        MUST(qfp_generator_to_real(&l, &l));
        count[i][1] = l.count;
        MUST(qfp_generator_to_symmetrised(&l, &l));
        count[i][2] = l.count;
        qfp_polynomial_destroy(&l);
    }
    for (int form = 0; form < 3; form++)
        cr_assert(eq(sz, count[0][form], count[1][form]), "%d", form);
}

Test(generator, cross_kerr_second_order_by_hand)
{
    qfp_polynomial l = generator_of("n[1]*n[2]", 2, QFP_ORDER_EXACT, 1.0, 0.0);
    /* variables ∂₁ ∂₂ ∂̄₁ ∂̄₂ α₁ α₂ α₁* α₂* */
    cr_assert(eq(dbl, cimag(coefficient_of(&l, POWERS(0, 0, 1, 1, 0, 0, 1, 1))), -1.0));
    cr_assert(eq(dbl, cimag(coefficient_of(&l, POWERS(1, 1, 0, 0, 1, 1, 0, 0))), 1.0));
    cr_assert(eq(dbl, cimag(coefficient_of(&l, POWERS(0, 0, 1, 0, 0, 1, 1, 1))), -1.0));
    cr_assert(eq(dbl, cimag(coefficient_of(&l, POWERS(0, 0, 1, 0, 0, 0, 1, 0))), 1.0));
    cr_assert(eq(sz, l.count, 10));
    qfp_polynomial_destroy(&l);
}

/* ∫ LQ = 0: in derivatives-left form every word carries a derivative, at any ordering. */
Test(generator, norm_is_conserved)
{
    for (double c = 0.0; c <= 0.5; c += 0.25)
        for (int order = 0; order <= 3; order++) {
            const qfp_theory theory = {order, 0.8, 1.0};
            qfp_polynomial wick = random_hermitian(2, 4, 17), l;
            qfp_polynomial_init(&l, 8);
            MUST(qfp_generator_build(&wick, &theory, &l));
            MUST(qfp_generator_gauge(&l, c, &l));
            cr_assert(lt(sz, 10, l.count));
            for (size_t t = 0; t < l.count; t++)
                cr_assert(ne(int, memcmp(l.terms[t].power, POWERS(0), 4), 0));
            qfp_polynomial_destroy(&wick);
            qfp_polynomial_destroy(&l);
        }
}

static qfp_polynomial swap_modes(const qfp_polynomial *p)
{
    qfp_polynomial out;
    qfp_polynomial_init(&out, p->variables);
    for (size_t t = 0; t < p->count; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        for (int v = 0; v < p->variables; v++)
            power[v ^ 1] = p->terms[t].power[v];
        MUST(qfp_polynomial_add_term(&out, p->terms[t].coefficient, power));
    }
    return out;
}

Test(generator, modes_may_be_relabelled)
{
    const qfp_theory theory = {QFP_ORDER_EXACT, 1.0, 1.0};
    qfp_polynomial wick = random_hermitian(2, 4, 23), swapped = swap_modes(&wick), l, of_swapped;
    qfp_polynomial_init(&l, 8);
    qfp_polynomial_init(&of_swapped, 8);
    MUST(qfp_generator_build(&wick, &theory, &l));
    MUST(qfp_generator_gauge(&l, 0.5, &l));
    MUST(qfp_generator_build(&swapped, &theory, &of_swapped));
    MUST(qfp_generator_gauge(&of_swapped, 0.5, &of_swapped));
    qfp_polynomial l_swapped = swap_modes(&l);
    cr_assert(lt(dbl, 0.1, distance(&l, &l_swapped))); /* the two modes do differ */
    cr_assert(lt(dbl, distance(&l_swapped, &of_swapped), 1e-13 * qfp_polynomial_norm(&l)));
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&swapped);
    qfp_polynomial_destroy(&l);
    qfp_polynomial_destroy(&of_swapped);
    qfp_polynomial_destroy(&l_swapped);
}

/* e^{−cΔ} L e^{cΔ} = Σ_k (−c)^k/k! [Δ, [Δ, … L]]: the gauge without any substitution. */
Test(generator, gauge_is_conjugation_by_the_laplacian)
{
    const double c = 0.3;
    const qfp_theory theory = {QFP_ORDER_EXACT, 1.0, 1.0};
    qfp_polynomial wick = random_hermitian(2, 4, 31), l, moved, expected, nested, delta, product;
    qfp_polynomial *all[] = {&l, &moved, &expected, &nested, &delta, &product};
    for (size_t i = 0; i < 6; i++)
        qfp_polynomial_init(all[i], 8);
    MUST(qfp_polynomial_add_term(&delta, 1.0, POWERS(1, 0, 1, 0)));
    MUST(qfp_polynomial_add_term(&delta, 1.0, POWERS(0, 1, 0, 1)));
    MUST(qfp_generator_build(&wick, &theory, &l));
    MUST(qfp_generator_gauge(&l, c, &moved));
    MUST(qfp_polynomial_copy(&l, &expected));
    MUST(qfp_polynomial_copy(&l, &nested));
    double factor = 1.0;
    for (int k = 1; k <= 8 && nested.count > 0; k++) {
        MUST(weyl_multiply(&nested, &delta, &product));
        MUST(weyl_multiply(&delta, &nested, &nested));
        MUST(qfp_polynomial_add(&nested, -1.0, &product, &nested));
        qfp_polynomial_clean(&nested, 1e-14);
        factor *= -c / k;
        MUST(qfp_polynomial_add(&expected, factor, &nested, &expected));
    }
    cr_assert(lt(dbl, 0.1, distance(&l, &moved)));
    cr_assert(lt(dbl, distance(&moved, &expected), 1e-12 * qfp_polynomial_norm(&l)));
    qfp_polynomial_destroy(&wick);
    for (size_t i = 0; i < 6; i++)
        qfp_polynomial_destroy(all[i]);
}

Test(generator, gauge_and_transpose_can_be_undone)
{
    const qfp_theory theory = {3, 0.6, 1.0};
    qfp_polynomial wick = random_hermitian(2, 4, 41), l, there, back;
    qfp_polynomial_init(&l, 8);
    qfp_polynomial_init(&there, 8);
    qfp_polynomial_init(&back, 8);
    MUST(qfp_generator_build(&wick, &theory, &l));
    double floor = 1e-12 * qfp_polynomial_norm(&l); /* cancellations of a few digits */
    MUST(qfp_generator_gauge(&l, 0.4, &there));
    MUST(qfp_generator_gauge(&there, -0.4, &back));
    cr_assert(lt(dbl, 0.1, distance(&l, &there)));
    cr_assert(lt(dbl, distance(&l, &back), floor));
    MUST(qfp_generator_transpose(&l, &there));
    MUST(qfp_generator_transpose(&there, &back));
    cr_assert(lt(dbl, 0.1, distance(&l, &there)));
    cr_assert(lt(dbl, distance(&l, &back), floor));
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&l);
    qfp_polynomial_destroy(&there);
    qfp_polynomial_destroy(&back);
}

/* (AB)ᵀ = BᵀAᵀ, αᵀ = α, ∂ᵀ = −∂: what makes it the transpose. */
Test(generator, transpose_reverses_products)
{
    qfp_polynomial a = generator_of("x^4 + n^2", 1, 2, 1.0, 0.0),
                   b = generator_of("hc(I*ad^3) + n", 1, 0, 1.0, 0.25), ab, at, bt, product;
    qfp_polynomial *all[] = {&ab, &at, &bt, &product};
    for (size_t i = 0; i < 4; i++)
        qfp_polynomial_init(all[i], 4);
    MUST(weyl_multiply(&a, &b, &ab));
    MUST(qfp_generator_transpose(&ab, &ab));
    MUST(qfp_generator_transpose(&a, &at));
    MUST(qfp_generator_transpose(&b, &bt));
    MUST(weyl_multiply(&bt, &at, &product));
    cr_assert(lt(dbl, distance(&ab, &product), 1e-13 * qfp_polynomial_norm(&ab)));
    qfp_polynomial d, d_t;
    qfp_polynomial_init(&d, 4);
    qfp_polynomial_init(&d_t, 4);
    MUST(qfp_polynomial_add_term(&d, 1.0, POWERS(1, 0, 0, 0)));
    MUST(qfp_polynomial_add_term(&d, 1.0, POWERS(0, 0, 0, 1)));
    MUST(qfp_generator_transpose(&d, &d_t));
    cr_assert(eq(dbl, creal(coefficient_of(&d_t, POWERS(1, 0, 0, 0))), -1.0));
    cr_assert(eq(dbl, creal(coefficient_of(&d_t, POWERS(0, 0, 0, 1))), 1.0));
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&b);
    qfp_polynomial_destroy(&d);
    qfp_polynomial_destroy(&d_t);
    for (size_t i = 0; i < 4; i++)
        qfp_polynomial_destroy(all[i]);
}

/* The real form acts on a polynomial of Q, P as the complex one does on it in α, α*. */
static double complex act(const qfp_polynomial *l, const qfp_polynomial *f, const int *derivative,
                          const int *coordinate, const double complex *at)
{
    double complex sum = 0.0;
    int half = l->variables / 2;
    for (size_t t = 0; t < l->count; t++) {
        qfp_polynomial word, x;
        qfp_polynomial_init(&word, f->variables);
        MUST(qfp_polynomial_copy(f, &word));
        /* the right half of the letters acts first; inside a half they commute */
        for (int side = 1; side >= 0; side--)
            for (int v = side * half; v < (side + 1) * half; v++)
                for (int k = 0; k < l->terms[t].power[v]; k++) {
                    uint8_t power[QFP_MAX_VARIABLES] = {0};
                    if (derivative[v] >= 0) {
                        MUST(qfp_polynomial_differentiate(&word, derivative[v], &word));
                        continue;
                    }
                    power[coordinate[v]] = 1;
                    qfp_polynomial_init(&x, f->variables);
                    MUST(qfp_polynomial_add_term(&x, 1.0, power));
                    MUST(qfp_polynomial_multiply(&word, &x, &word));
                    qfp_polynomial_destroy(&x);
                }
        sum += l->terms[t].coefficient * qfp_polynomial_value(&word, at);
        qfp_polynomial_destroy(&word);
    }
    return sum;
}

Test(generator, real_form_acts_alike)
{
    /* (derivative axis, coordinate axis) of each letter; −1: the letter is of the other kind. Words
     * of the complex form act coordinates first; of the real form B = (P, ∂_Q) first. */
    static const int weyl_d[] = {0, 1, 2, 3, -1, -1, -1, -1},
                     weyl_x[] = {-1, -1, -1, -1, 0, 1, 2, 3};
    static const int real_d[] = {-1, -1, 2, 3, -1, -1, 0, 1},
                     real_x[] = {0, 1, -1, -1, 2, 3, -1, -1};
    uint64_t seed = 55;
    const qfp_theory theory = {QFP_ORDER_EXACT, 1.0, 1.0};
    qfp_polynomial wick = random_hermitian(2, 3, 47), f = random_hermitian(2, 4, 48), l, real, g;
    qfp_polynomial_init(&l, 8);
    qfp_polynomial_init(&real, 8);
    qfp_polynomial_init(&g, 4);
    MUST(qfp_generator_build(&wick, &theory, &l));
    MUST(qfp_generator_gauge(&l, 0.5, &l));
    MUST(qfp_generator_to_real(&l, &real));
    MUST(qfp_symbol_to_real(&f, &g));
    for (int sample = 0; sample < 5; sample++) {
        double complex z[4], alpha[4];
        for (int v = 0; v < 4; v++)
            z[v] = random_number(&seed);
        for (int j = 0; j < 2; j++) {
            alpha[j] = (z[j] + I * z[2 + j]) / sqrt(2.0);
            alpha[2 + j] = conj(alpha[j]);
        }
        double complex expected = act(&l, &f, weyl_d, weyl_x, alpha);
        double complex found = act(&real, &g, real_d, real_x, z);
        cr_assert(lt(dbl, 0.1, cabs(expected)));
        cr_assert(lt(dbl, cabs(found - expected), 1e-11)); /* thousands of terms of order one */
    }
    for (size_t t = 0; t < real.count; t++)
        cr_assert(eq(dbl, cimag(real.terms[t].coefficient), 0.0));
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&f);
    qfp_polynomial_destroy(&g);
    qfp_polynomial_destroy(&l);
    qfp_polynomial_destroy(&real);
}
