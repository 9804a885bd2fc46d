/* The factors multiplied out again are the generator, and there are no more of them than needed. */
#include "../support/multiplied_out.h"

/* All terms of a factor have the same parity of derivatives: the factor is real or imaginary. */
static void assert_one_parity(const qfp_factor *factor)
{
    for (size_t t = 1; t < factor->count; t++)
        cr_assert(eq(int, factor->terms[t].re == 0.0, factor->terms[0].re == 0.0));
    for (size_t t = 0; t < factor->count; t++)
        cr_assert(factor->terms[t].re == 0.0 || factor->terms[t].im == 0.0);
}

static void assert_factorises(const qfp_polynomial *l, int modes)
{
    qfp_factorisation f;
    MUST(qfp_factorise(l, modes, true, &f));
    qfp_polynomial back = multiply_out(&f);
    double norm = qfp_polynomial_norm(l);
    cr_assert(lt(dbl, 0.1, norm));
    /* the elimination drops pivots below 1e-13 and divides by pivots at most */
    cr_assert(lt(dbl, distance(&back, l), 1e-11 * norm));
    for (size_t r = 0; r < f.pair_count; r++) {
        assert_one_parity(&f.f[r]);
        assert_one_parity(&f.g[r]);
    }
    qfp_polynomial_destroy(&back);
    qfp_factorisation_destroy(&f);
}

Test(factorise, known_numbers_of_pairs)
{
    const struct {
        const char *text;
        int modes;
        size_t pairs;
    } cases[] = {
        {"ad^2*a^2/2", 1, 2},
        {"p^2/2 + x^4/4 + x^3 - x^2", 1, 0},
        {"p^2/2 + cos(0.3)*x^6", 1, 0},
        {"-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2/4)", 2, 4},
        {"sum(j, p[j]^2/2) + (x[1] - x[2])^4", 2, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial l = symmetrised_of(cases[i].text, cases[i].modes);
        qfp_factorisation f;
        MUST(qfp_factorise(&l, cases[i].modes, true, &f));
        cr_expect(eq(sz, f.pair_count, cases[i].pairs), "%s", cases[i].text);
        qfp_factorisation_destroy(&f);
        assert_factorises(&l, cases[i].modes);
        qfp_polynomial_destroy(&l);
    }
}

Test(factorise, random_hamiltonians)
{
    const qfp_theory theory = {QFP_ORDER_EXACT, 1.0, 1.0};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        int modes = seed <= 4 ? 1 : 2;
        qfp_polynomial l, wick = random_hermitian(modes, modes == 1 ? 6 : 4, 300 + seed);
        qfp_polynomial_init(&l, 4 * modes);
        MUST(qfp_generator_build(&wick, &theory, &l));
        MUST(qfp_generator_gauge(&l, 0.5, &l));
        MUST(qfp_generator_to_real(&l, &l));
        MUST(qfp_generator_to_symmetrised(&l, &l));
        assert_factorises(&l, modes);
        qfp_polynomial_destroy(&l);
        qfp_polynomial_destroy(&wick);
    }
}

/* A plain product, as used at orderings that are not balanced: the real form with even orders. */
Test(factorise, unsymmetrised_generator)
{
    qfp_polynomial l = generator_of("ad^2*a^2/2", 1, QFP_ORDER_EXACT, 1.0, 0.0);
    qfp_factorisation f;
    MUST(qfp_generator_to_real(&l, &l));
    MUST(qfp_factorise(&l, 1, false, &f));
    cr_assert(not(f.symmetrised));
    qfp_polynomial back = multiply_out(&f);
    cr_assert(lt(dbl, distance(&back, &l), 1e-12)); /* coefficients up to 2 */
    qfp_polynomial_destroy(&back);
    qfp_polynomial_destroy(&l);
    qfp_factorisation_destroy(&f);
}

Test(factorise, nothing_to_factorise)
{
    qfp_polynomial zero;
    qfp_factorisation f;
    qfp_polynomial_init(&zero, 4);
    MUST(qfp_factorise(&zero, 1, true, &f));
    cr_assert(eq(sz, f.pair_count + f.pure_a.count + f.pure_b.count, 0));
    qfp_factorisation_destroy(&f);
    qfp_factorisation_destroy(NULL);
}
