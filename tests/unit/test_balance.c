/* Which theories are balanced, and the symmetrised form of the generators that are. */
#include "../support/operators.h"

enum { EXACT = QFP_ORDER_EXACT };

typedef struct theory_case {
    const char *text;
    int modes, order;
    double C;
    bool balanced;
} theory_case;

/* S is zero or not: known from dense spectra of the truncated generators (the unbalanced ones have
 * growth rates without bound) and, for the exact ones, from the evolution being unitary. */
static const theory_case cases[] = {
    {"ad^2*a^2/2", 1, EXACT, 1.0, true},
    {"ad^2*a^2/2", 1, EXACT, 0.5, true},
    {"ad^2*a^2/2", 1, EXACT, 0.3, true},
    {"ad^2*a^2/2", 1, 2, 0.5, true},
    {"x^3", 1, 2, 1.0, true},
    {"x^3", 1, 2, 0.5, true},
    {"x^3", 1, 2, 0.0, true},
    {"x^3", 1, EXACT, 1.0, true},
    {"x^4", 1, EXACT, 1.0, true},
    {"ad^3*a^3", 1, EXACT, 1.0, true},
    {"x^4", 1, 1, 1.0, true},
    {"ad^3*a^3", 1, 1, 1.0, true},
    {"n + x^4/10", 1, 2, 1.0, false},
    {"x^4", 1, 2, 1.0, false},
    {"x^4", 1, 3, 1.0, false},
    {"x^4", 1, EXACT, 0.5, false},
    {"x^4", 1, 2, 0.5, false},
    {"ad^3*a^3", 1, 2, 1.0, false},
    {"-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2/4)", 2, EXACT, 1.0, true},
    {"n[1]*n[2]", 2, EXACT, 1.0, true},
    {"n[1]*n[2]", 2, 2, 0.4, true},
};
enum { CASES = sizeof cases / sizeof *cases };

static double balanced_ordering(const theory_case *t)
{
    return t->order == 1 ? 0.0 : 0.5 * t->C;
}

Test(balance, known_theories)
{
    for (int i = 0; i < CASES; i++) {
        const theory_case *t = &cases[i];
        const qfp_theory theory = {t->order, t->C, 1.0};
        cr_assert(eq(dbl, qfp_balanced_ordering(&theory), balanced_ordering(t)));
        qfp_polynomial s, l = generator_of(t->text, t->modes, t->order, t->C, balanced_ordering(t));
        qfp_polynomial_init(&s, l.variables);
        MUST(qfp_generator_symmetric_part(&l, &s));
        cr_expect(eq(int, s.count == 0, t->balanced), "%s, order %d, C %g", t->text, t->order,
                  t->C);
        qfp_polynomial_destroy(&s);
        qfp_polynomial_destroy(&l);
    }
}

/* x⁴: H''' = 6(α+α*) and H'''' = 6, so the orders 3 and 4 at c = 0 are
 * L₃ = −i ∂̄³(α+α*) + c.c. and L₄ = −(i/4) ∂̄⁴ + c.c.  The exact L is skew at c = ½, so S of a
 * truncation is minus S of what was cut: −L₄ at M = 3; at M = 2 also −S(L₃), with α − ½∂̄, α* − ½∂:
 * −(i/2)(∂̄⁴ + ∂∂̄³) + (3i/2) ∂̄², the last from the transposition, plus c.c. */
Test(balance, what_is_left_of_the_quartic_oscillator)
{
    const struct {
        uint8_t power[4]; /* ∂, ∂̄, α, α* */
        double imaginary[2];
    } terms[] = {
        {{0, 4, 0, 0}, {-0.25, 0.25}}, {{1, 3, 0, 0}, {-0.5, 0.0}}, {{0, 2, 0, 0}, {1.5, 0.0}}};
    for (int order = 2; order <= 3; order++) {
        qfp_polynomial s, expected, l = generator_of("x^4", 1, order, 1.0, 0.5);
        qfp_polynomial_init(&s, 4);
        qfp_polynomial_init(&expected, 4);
        for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
            const uint8_t *power = terms[t].power, conjugate[4] = {power[1], power[0], 0, 0};
            double value = terms[t].imaginary[order - 2];
            MUST(qfp_polynomial_add_term(&expected, I * value, power));
            MUST(qfp_polynomial_add_term(&expected, -I * value, conjugate));
        }
        MUST(qfp_generator_symmetric_part(&l, &s));
        cr_assert(lt(dbl, distance(&s, &expected), 1e-13)); /* coefficients of order one */
        qfp_polynomial_destroy(&s);
        qfp_polynomial_destroy(&expected);
        qfp_polynomial_destroy(&l);
    }
}

/* At c = 0 even Kerr has the even second order: the same function must say so. */
Test(balance, the_husimi_ordering_of_kerr_is_not_balanced)
{
    qfp_polynomial s, l = generator_of("ad^2*a^2/2", 1, EXACT, 1.0, 0.0);
    qfp_polynomial_init(&s, 4);
    MUST(qfp_generator_symmetric_part(&l, &s));
    cr_assert(eq(int, qfp_polynomial_degree(&s, 0, 2), 2));
    qfp_polynomial_destroy(&s);
    qfp_polynomial_destroy(&l);
}

/* out += ½ c (AB + BA) in the form A left of B, by moving one letter at a time past the other:
 * [∂_Q, Q] = 1 and [P, ∂_P] = −1, so B A = A B + (pairs that meet). */
static void add_words(double complex c, const uint8_t *b, const uint8_t *a, int modes, int letter,
                      uint8_t *power, qfp_polynomial *out)
{
    /* letter: Q_j with ∂_Qj for j < N, then ∂_Pj with P_j */
    if (letter == 2 * modes) {
        MUST(qfp_polynomial_add_term(out, c, power));
        return;
    }
    int of_a = letter, of_b = letter < modes ? 3 * modes + letter : 2 * modes + (letter - modes);
    double s = letter < modes ? 1.0 : -1.0; /* [b, a] */
    double factor = 1.0;
    for (int k = 0; k <= a[of_a] && k <= b[of_b]; k++) {
        power[of_a] = (uint8_t)(a[of_a] - k);
        power[of_b] = (uint8_t)(b[of_b] - k);
        add_words(c * factor, b, a, modes, letter + 1, power, out);
        factor *= s * (a[of_a] - k) * (b[of_b] - k) / (k + 1);
    }
}

static void assert_symmetrised(const qfp_polynomial *l, const char *what)
{
    int modes = l->variables / 4;
    qfp_polynomial real, symmetrised, expanded;
    qfp_polynomial_init(&real, 4 * modes);
    qfp_polynomial_init(&symmetrised, 4 * modes);
    qfp_polynomial_init(&expanded, 4 * modes);
    MUST(qfp_generator_to_real(l, &real));
    MUST(qfp_generator_to_symmetrised(&real, &symmetrised));
    for (size_t t = 0; t < symmetrised.count; t++) {
        const qfp_term *term = &symmetrised.terms[t];
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        int order = 0;
        for (int j = 0; j < modes; j++)
            order += term->power[modes + j] + term->power[3 * modes + j];
        cr_assert(eq(int, order % 2, 1), "%s", what);
        cr_assert(eq(dbl, cimag(term->coefficient), 0.0));
        MUST(qfp_polynomial_add_term(&expanded, 0.5 * term->coefficient, term->power));
        add_words(0.5 * term->coefficient, term->power, term->power, modes, 0, power, &expanded);
    }
    double norm = qfp_polynomial_norm(&real);
    cr_assert(lt(dbl, 0.1, norm));
    /* corrections of later rounds carry factorials of the degree */
    cr_assert(lt(dbl, distance(&expanded, &real), 1e-11 * norm), "%s", what);
    qfp_polynomial_destroy(&real);
    qfp_polynomial_destroy(&symmetrised);
    qfp_polynomial_destroy(&expanded);
}

Test(symmetrised, expands_back_to_the_generator)
{
    const theory_case more[] = {{"ad^2*a^2/2 + 0.3*hc(a)", 1, EXACT, 1.0, true},
                                {"hc(ad[1]*a[2])", 2, EXACT, 1.0, true},
                                {"hc(I*ad^2)", 1, EXACT, 1.0, true}};
    for (int i = 0; i < CASES + 3; i++) {
        const theory_case *t = i < CASES ? &cases[i] : &more[i - CASES];
        if (!t->balanced)
            continue;
        qfp_polynomial l = generator_of(t->text, t->modes, t->order, t->C, balanced_ordering(t));
        assert_symmetrised(&l, t->text);
        qfp_polynomial_destroy(&l);
    }
}

Test(symmetrised, expands_back_for_any_hermitian_polynomial)
{
    const qfp_theory theory = {EXACT, 1.0, 1.0};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        int modes = seed <= 4 ? 1 : 2;
        qfp_polynomial l, wick = random_hermitian(modes, modes == 1 ? 6 : 4, 100 + seed);
        qfp_polynomial_init(&l, 4 * modes);
        MUST(qfp_generator_build(&wick, &theory, &l));
        MUST(qfp_generator_gauge(&l, 0.5, &l));
        assert_symmetrised(&l, "random");
        qfp_polynomial_destroy(&l);
        qfp_polynomial_destroy(&wick);
    }
}

Test(symmetrised, refuses_what_is_not_skew)
{
    for (int i = 0; i < CASES; i++) {
        const theory_case *t = &cases[i];
        if (t->balanced)
            continue;
        qfp_polynomial l = generator_of(t->text, t->modes, t->order, t->C, balanced_ordering(t));
        qfp_polynomial out;
        qfp_polynomial_init(&out, l.variables);
        MUST(qfp_generator_to_real(&l, &l));
        cr_expect(eq(int, qfp_generator_to_symmetrised(&l, &out), QFP_UNBALANCED), "%s", t->text);
        cr_expect(eq(sz, out.count, 0));
        qfp_polynomial_destroy(&l);
        qfp_polynomial_destroy(&out);
    }
}
