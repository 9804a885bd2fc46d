/* D[c] in the Weyl algebra: written out for single channels, and what every one of them keeps. */
#include "../support/operators.h"
#include "algebra/lindblad.h"

/* D[c] at an ordering. */
static void dissipator(const char *text, int modes, double c, qfp_polynomial *out)
{
    qfp_polynomial wick = wick_of(text, modes);
    qfp_polynomial_init(out, 4 * modes);
    MUST(qfp_generator_dissipator(&wick, out));
    MUST(qfp_generator_gauge(out, c, out));
    qfp_polynomial_destroy(&wick);
}

/* ∂, ∂̄, α, α* to these powers, one mode. */
static double complex coefficient(const qfp_polynomial *p, uint8_t d, uint8_t d_bar, uint8_t alpha,
                                  uint8_t alpha_bar)
{
    const uint8_t power[QFP_MAX_VARIABLES] = {d, d_bar, alpha, alpha_bar};
    return qfp_polynomial_coefficient(p, power);
}

static void is_near(double complex value, double complex expected)
{
    cr_assert(lt(dbl, cabs(value - expected), 1e-14), "%g%+gi", creal(value), cimag(value));
}

/* Loss: ½(∂α + ∂̄α*) + (1 − c)∂∂̄, gain: −½(∂α + ∂̄α*) + c ∂∂̄: amplified vacuum keeps the shape of its Q but
 * for the drift. */
Test(lindblad, loss_and_gain_at_every_ordering)
{
    const double orderings[] = {0.0, 0.25, 0.5};
    for (int i = 0; i < 3; i++) {
        qfp_polynomial loss, gain;
        dissipator("a", 1, orderings[i], &loss);
        dissipator("ad", 1, orderings[i], &gain);
        is_near(coefficient(&loss, 1, 0, 1, 0), 0.5);
        is_near(coefficient(&loss, 0, 1, 0, 1), 0.5);
        is_near(coefficient(&loss, 1, 1, 0, 0), 1.0 - orderings[i]);
        cr_assert(eq(sz, loss.count, 3));
        is_near(coefficient(&gain, 1, 0, 1, 0), -0.5);
        is_near(coefficient(&gain, 0, 1, 0, 1), -0.5);
        is_near(coefficient(&gain, 1, 1, 0, 0), orderings[i]);
        cr_assert(eq(sz, gain.count, orderings[i] > 0.0 ? 3 : 2));
        qfp_polynomial_destroy(&loss);
        qfp_polynomial_destroy(&gain);
    }
}

/* Dephasing turns by random angles: ½(∂α − ∂̄α*)² negative, at every ordering the same, since rotations
 * commute with Δ: −½(∂²α² − 2∂∂̄αα* + ∂̄²α*² − ∂α − ∂̄α*), derivatives to the left. */
Test(lindblad, dephasing_is_a_square_of_rotations)
{
    qfp_polynomial here, there;
    dissipator("n", 1, 0.0, &here);
    dissipator("n", 1, 0.5, &there);
    is_near(coefficient(&here, 2, 0, 2, 0), -0.5);
    is_near(coefficient(&here, 1, 1, 1, 1), 1.0);
    is_near(coefficient(&here, 0, 2, 0, 2), -0.5);
    is_near(coefficient(&here, 1, 0, 1, 0), 0.5);
    is_near(coefficient(&here, 0, 1, 0, 1), 0.5);
    cr_assert(eq(sz, here.count, 5));
    MUST(qfp_polynomial_add(&here, -1.0, &there, &here));
    cr_assert(lt(dbl, qfp_polynomial_norm(&here), 1e-14));
    qfp_polynomial_destroy(&here);
    qfp_polynomial_destroy(&there);
}

/* Every term ends in a derivative on the left: the integral of Q stays.  A constant in c is a part of H:
 * D[c + z] = D[c] − i[i(z* c − z c†)/2, ·]. */
Test(lindblad, keeps_the_trace_and_knows_constants)
{
    static const char *const channels[] = {"a^2 - 2.25", "a[1]*ad[2] + 0.5*I*n[1]",
                                           "a[1]^2*ad[2] - 1"};
    for (int i = 0; i < 3; i++) {
        int modes = i == 0 ? 1 : 2;
        qfp_polynomial d;
        dissipator(channels[i], modes, 0.5, &d);
        for (size_t t = 0; t < d.count; t++) {
            int order = 0;
            for (int v = 0; v < 2 * modes; v++)
                order += d.terms[t].power[v];
            cr_assert(ge(int, order, 1), "%s", channels[i]);
        }
        qfp_polynomial_destroy(&d);
    }
    const qfp_theory quantum = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};
    qfp_polynomial with, without, generator;
    dissipator("a^2 - (1 + 2*I)", 1, 0.0, &with);
    dissipator("a^2", 1, 0.0, &without);
    qfp_polynomial wick = wick_of("((1 - 2*I)*a^2 - (1 + 2*I)*ad^2)/(2*I)", 1);
    qfp_polynomial_init(&generator, 4);
    MUST(qfp_generator_build(&wick, &quantum, &generator));
    MUST(qfp_polynomial_add(&without, 1.0, &generator, &without));
    MUST(qfp_polynomial_add(&with, -1.0, &without, &with));
    cr_assert(lt(dbl, qfp_polynomial_norm(&with), 1e-13));
    qfp_polynomial_destroy(&with);
    qfp_polynomial_destroy(&without);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&generator);
}

/* Of a sum: C scales the second order of H alone, an order that is dropped is dropped everywhere. */
Test(lindblad, theories_hold_for_the_whole)
{
    const qfp_theory scaled = {.order = QFP_ORDER_EXACT, .C = 0.5, .kappa = 2.0},
                     liouville = {.order = 1, .C = 1.0, .kappa = 1.0};
    qfp_lindblad l;
    qfp_polynomial wick = wick_of("0.5*ad^2*a^2", 1), loss = wick_of("a", 1), out;
    qfp_lindblad_init(&l, 1);
    MUST(qfp_polynomial_copy(&wick, &l.wick));
    MUST(qfp_lindblad_add(&l, 0.3, &loss));
    qfp_polynomial_init(&out, 4);
    MUST(qfp_lindblad_generator(&l, &scaled, &out));
    is_near(coefficient(&out, 1, 1, 0, 0), 0.3);
    is_near(coefficient(&out, 0, 2, 0, 2), -0.5 * 0.5 * 0.5 * I); /* −(i/2κ) C α*² */
    MUST(qfp_lindblad_generator(&l, &liouville, &out));
    is_near(coefficient(&out, 1, 1, 0, 0), 0.0);
    is_near(coefficient(&out, 0, 1, 0, 1), 0.15 + 2.0 * I); /* 2i α* of H beside the loss */
    qfp_lindblad_destroy(&l);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&loss);
    qfp_polynomial_destroy(&out);
}
