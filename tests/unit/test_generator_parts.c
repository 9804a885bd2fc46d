/* The parts of a generator put together again are the generator, and what can be done in planes of
 * one mode leaves no rest. */
#include "../support/multiplied_out.h"

#include "evolve/generator_parts.h"

/* p += spectator × factors; the spectator stands with powers of (Q, P). */
static void add_part(const qfp_mode_part *part, int modes, qfp_polynomial *p)
{
    static const qfp_symbol_term one = {.re = 1.0};
    qfp_polynomial operators = multiply_out(&part->factors);
    size_t count = part->spectator.count;
    for (size_t s = 0; s < (count > 0 ? count : 1); s++) {
        const qfp_symbol_term *c = count > 0 ? &part->spectator.terms[s] : &one;
        for (size_t t = 0; t < operators.count; t++) {
            uint8_t power[QFP_MAX_VARIABLES];
            memcpy(power, operators.terms[t].power, sizeof power);
            for (int k = 0; k < modes; k++) {
                power[k] = (uint8_t)(power[k] + c->power[k]);
                power[2 * modes + k] = (uint8_t)(power[2 * modes + k] + c->power[modes + k]);
            }
            MUST(qfp_polynomial_add_term(p, c->re * operators.terms[t].coefficient, power));
        }
    }
    qfp_polynomial_destroy(&operators);
}

static qfp_generator_parts parts_of(const qfp_polynomial *l, int modes)
{
    static const bool fits[QFP_MAX_MODES] = {true, true, true, true};
    qfp_grid grid = {.modes = modes};
    for (int j = 0; j < modes; j++)
        grid.points[j] = 16;
    for (int axis = 0; axis < 2 * modes; axis++)
        grid.extent[axis] = 8.0;
    qfp_generator_parts parts;
    MUST(qfp_generator_parts_create(l, &grid, true, fits, &parts));
    return parts;
}

static void assert_whole(const qfp_generator_parts *parts, const qfp_polynomial *l,
                         const char *text)
{
    qfp_polynomial back = multiply_out(&parts->rest);
    for (int j = 0; j < parts->modes; j++)
        for (size_t i = 0; i < parts->plane[j].count; i++)
            add_part(&parts->plane[j].part[i], parts->modes, &back);
    /* eliminations drop pivots below 1e-13 and divide by pivots at most */
    cr_expect(lt(dbl, distance(&back, l), 1e-11 * qfp_polynomial_norm(l)), "%s", text);
    qfp_polynomial_destroy(&back);
}

Test(generator_parts, of_known_systems)
{
    /* Parts of mode 1 and pairs among them; whether a rest is left, and of how many pairs. */
    const struct {
        const char *text;
        int modes;
        size_t parts, pairs;
        bool rest;
        size_t rest_pairs;
    } cases[] = {
        {"ad^2*a^2/2", 1, 1, 2, false, 0},
        /* Q_2 ∂_P1 and P_2 ∂_Q1 beside Kerr */
        {"-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2/4)", 2, 3, 2, false, 0},
        /* in the middle of a chain Q_1 + Q_3 is one spectator; here mode 1 is the middle */
        {"-hc(ad[1]*a[2]) - hc(ad[1]*a[3]) + sum(j, ad[j]^2*a[j]^2/4)", 3, 3, 2, false, 0},
        /* a phase turns Q_2 into P_2 and leaves two spectators */
        {"hc((0.6 + 0.8*I)*ad[1]*a[2])", 2, 2, 0, false, 0},
        /* Q_2 (Q_1 ∂_P1 + P_1 ∂_Q1) and P_2 (Q_1 ∂_Q1 - P_1 ∂_P1), the second one with pairs; third
         * derivatives are of both modes */
        {"ad[1]^2*a[2] + ad[2]*a[1]^2", 2, 2, 2, true, 2},
        /* P_1 ∂_Q1; everything in A goes with the third derivatives */
        {"sum(j, p[j]^2/2) + (x[1] - x[2])^4", 2, 1, 0, true, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial l = symmetrised_of(cases[i].text, cases[i].modes);
        qfp_generator_parts parts = parts_of(&l, cases[i].modes);
        size_t pairs = 0;
        for (size_t k = 0; k < parts.plane[0].count; k++)
            pairs += parts.plane[0].part[k].factors.pair_count;
        cr_expect(eq(sz, parts.plane[0].count, cases[i].parts), "%s", cases[i].text);
        cr_expect(eq(sz, pairs, cases[i].pairs), "%s", cases[i].text);
        cr_expect(eq(int, qfp_factorisation_is_empty(&parts.rest), !cases[i].rest), "%s",
                  cases[i].text);
        cr_expect(eq(sz, parts.rest.pair_count, cases[i].rest_pairs), "%s", cases[i].text);
        assert_whole(&parts, &l, cases[i].text);
        qfp_generator_parts_destroy(&parts);
        qfp_polynomial_destroy(&l);
    }
}

/* The first plane reads u and writes y, any later one reads y too. */
Test(generator_parts, bytes_of_planes)
{
    static const char *const texts[] = {"ad^2*a^2/2", "-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2/4)"};
    static const double passes[] = {2.0, 5.0};
    for (int modes = 1; modes <= 2; modes++) {
        qfp_polynomial l = symmetrised_of(texts[modes - 1], modes);
        qfp_generator_parts parts = parts_of(&l, modes);
        qfp_grid grid = {.modes = modes, .points = {16, 16}};
        qfp_application_cost cost;
        qfp_generator_parts_cost(&parts, &grid, &cost);
        double array = 8.0 * pow(16.0, 2 * modes);
        cr_assert(eq(int, cost.planes, modes));
        cr_assert(eq(dbl, cost.floor_bytes, 2.0 * array));
        cr_assert(eq(dbl, cost.bytes, passes[modes - 1] * array));
        qfp_generator_parts_destroy(&parts);
        qfp_polynomial_destroy(&l);
    }
}

/* Degree 4 has derivatives of both modes in one term, so that there is a rest. */
Test(generator_parts, of_random_hamiltonians)
{
    const qfp_theory theory = {QFP_ORDER_EXACT, 1.0, 1.0};
    size_t with_spectators = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        int modes = 2;
        qfp_polynomial l, wick = random_hermitian(modes, seed <= 3 ? 3 : 4, 500 + seed);
        qfp_polynomial_init(&l, 4 * modes);
        MUST(qfp_generator_build(&wick, &theory, &l));
        MUST(qfp_generator_gauge(&l, 0.5, &l));
        MUST(qfp_generator_to_real(&l, &l));
        MUST(qfp_generator_to_symmetrised(&l, &l));
        qfp_generator_parts parts = parts_of(&l, modes);
        assert_whole(&parts, &l, "a random Hamiltonian");
        for (int j = 0; j < modes; j++)
            for (size_t i = 0; i < parts.plane[j].count; i++)
                with_spectators += parts.plane[j].part[i].spectator.count > 0;
        qfp_generator_parts_destroy(&parts);
        qfp_polynomial_destroy(&l);
        qfp_polynomial_destroy(&wick);
    }
    cr_expect(lt(sz, 0, with_spectators));
}
