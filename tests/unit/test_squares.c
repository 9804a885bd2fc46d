/* D[c] as squares of skew maps: the identity for fixed and for random channels, and what its parts are. */
#include "../support/operators.h"
#include "algebra/squares.h"

static void add_text(qfp_lindblad *l, double rate, const char *text, int modes)
{
    qfp_polynomial wick = wick_of(text, modes);
    MUST(qfp_lindblad_add(l, rate, &wick));
    qfp_polynomial_destroy(&wick);
}

/* Σ w K² + symmetric + skew against L at c = ½ */
static void is_the_generator(const qfp_lindblad *l, const char *name)
{
    const qfp_theory theory = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 0.7};
    int modes = l->wick.variables / 2;
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes);
    qfp_squares s;
    qfp_polynomial sum, term;
    MUST(qfp_squares_create(l, &theory, &s));
    qfp_polynomial_init(&sum, 4 * modes);
    qfp_polynomial_init(&term, 4 * modes);
    MUST(qfp_polynomial_add(&s.skew, 1.0, &s.symmetric, &sum));
    for (size_t i = 0; i < s.count; i++) {
        MUST(qfp_ordered_multiply(&weyl, &s.square[i].map, &s.square[i].map, &term));
        MUST(qfp_polynomial_add(&sum, s.square[i].weight, &term, &sum));
        MUST(qfp_generator_symmetric_part(&s.square[i].map, &term));
        cr_expect(eq(sz, term.count, 0), "%s: K is not skew", name);
    }
    MUST(qfp_generator_symmetric_part(&s.skew, &term));
    cr_expect(eq(sz, term.count, 0), "%s: the skew rest is not skew", name);
    MUST(qfp_generator_transpose(&s.symmetric, &term));
    MUST(qfp_polynomial_add(&s.symmetric, -1.0, &term, &term));
    /* sums of some hundred products of coefficients */
    cr_expect(lt(dbl, qfp_polynomial_norm(&term), 1e-12 * (1.0 + qfp_polynomial_norm(&sum))),
              "%s: the symmetric rest is not symmetric", name);
    MUST(qfp_lindblad_generator(l, &theory, &term));
    MUST(qfp_generator_gauge(&term, 0.5, &term));
    double size = qfp_polynomial_norm(&term);
    MUST(qfp_polynomial_add(&sum, -1.0, &term, &term));
    cr_expect(lt(dbl, qfp_polynomial_norm(&term), 1e-12 * (1.0 + size)), "%s: %.2e of %.2e", name,
              qfp_polynomial_norm(&term), size);
    qfp_polynomial_destroy(&sum);
    qfp_polynomial_destroy(&term);
    qfp_squares_destroy(&s);
}

Test(squares, add_up_to_the_dissipator)
{
    static const struct {
        const char *text;
        int modes;
    } channels[] = {{"a", 1},
                    {"ad", 1},
                    {"n", 1},
                    {"a^2", 1},
                    {"a^2 - 2.25", 1},
                    {"(0.6 + 0.8*I)*n^2", 1},
                    {"a + 0.3*ad^2", 1},
                    {"a[1]*ad[2]", 2},
                    {"a[1] - I*n[2] + 0.2*a[1]^2*ad[2]", 2}};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        qfp_lindblad l;
        qfp_lindblad_init(&l, channels[i].modes);
        add_text(&l, 0.6, channels[i].text, channels[i].modes);
        is_the_generator(&l, channels[i].text);
        qfp_lindblad_destroy(&l);
    }
}

/* Several at once, one with a negative weight, and a Hamiltonian. */
Test(squares, add_up_with_a_hamiltonian)
{
    qfp_lindblad l;
    qfp_lindblad_init(&l, 1);
    qfp_polynomial wick = wick_of("0.5*ad^2*a^2 + 0.4*(a + ad) + 0.1*hc(I*a^2)", 1);
    MUST(qfp_polynomial_copy(&wick, &l.wick));
    add_text(&l, 0.3, "a", 1);
    add_text(&l, 0.2, "ad", 1);
    add_text(&l, -0.1, "n", 1);
    add_text(&l, 0.5, "a^2 + I", 1);
    is_the_generator(&l, "H and four channels");
    qfp_polynomial_destroy(&wick);
    qfp_lindblad_destroy(&l);
}

Test(squares, add_up_for_random_channels)
{
    uint64_t state = 11;
    for (int trial = 0; trial < 20; trial++) {
        qfp_polynomial wick;
        qfp_lindblad l;
        qfp_polynomial_init(&wick, 2);
        qfp_lindblad_init(&l, 1);
        for (int t = 0; t < 5; t++) {
            double number[4];
            for (int i = 0; i < 4; i++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                number[i] = (double)(state >> 11) * 0x1p-53;
            }
            uint8_t power[QFP_MAX_VARIABLES] = {(uint8_t)(3.0 * number[0]),
                                                (uint8_t)(3.0 * number[1])};
            MUST(qfp_polynomial_add_term(&wick, number[2] - 0.5 + I * (number[3] - 0.5), power));
        }
        MUST(qfp_lindblad_add(&l, 1.3, &wick));
        is_the_generator(&l, "random");
        qfp_polynomial_destroy(&wick);
        qfp_lindblad_destroy(&l);
    }
}

/* Loss and gain share both squares; dephasing has one, whatever its phase. */
Test(squares, proportional_maps_are_one)
{
    const qfp_theory theory = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};
    qfp_lindblad l;
    qfp_squares s;
    qfp_lindblad_init(&l, 1);
    add_text(&l, 0.3, "a", 1);
    add_text(&l, 0.2, "I*ad", 1);
    add_text(&l, 0.1, "(0.6 - 0.8*I)*n", 1);
    MUST(qfp_squares_create(&l, &theory, &s));
    cr_assert(eq(sz, s.count, 3));
    for (int i = 0; i < 2; i++)
        cr_expect(epsilon_eq(dbl, s.square[i].weight, 0.25, 1e-14));
    cr_expect(epsilon_eq(dbl, s.square[2].weight, 0.05, 1e-14));
    /* ½(0.3 − 0.2) on u, nothing else */
    cr_assert(eq(sz, s.symmetric.count, 1));
    cr_expect(epsilon_eq(dbl, creal(s.symmetric.terms[0].coefficient), 0.05, 1e-14));
    qfp_squares_destroy(&s);
    qfp_lindblad_destroy(&l);
}
