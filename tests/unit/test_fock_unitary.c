/* Evolution by diagonalisation: where it applies, and a closed form. */
#include "../support/operators.h"

#include <stdlib.h>

#include "fock/fock_unitary.h"

static const qfp_backend *backend;
static qfp_context *context;

static qfp_fock_unitary *unitary_of(const qfp_fock_space *space, const char *text, int order,
                                    double C)
{
    qfp_fock_unitary *w = NULL;
    qfp_polynomial generator = generator_of(text, space->modes, order, C, 0.0);
    backend = qfp_backend_checked();
    MUST(backend->device->context_create(1, &context));
    MUST(qfp_fock_unitary_create(backend, space, &generator, &w));
    qfp_polynomial_destroy(&generator);
    return w;
}

static void destroy(qfp_fock_unitary *w, qfp_buffer *u)
{
    qfp_fock_unitary_destroy(w);
    backend->vector->destroy(u);
    backend->device->context_destroy(context);
}

/* |n_1, n_2⟩⟨n_1, n_2| */
static qfp_buffer *number_state(const qfp_fock_space *space, size_t index)
{
    qfp_buffer *u = NULL;
    double *packed = calloc(space->count, sizeof *packed);
    packed[2 * qfp_fock_offset(space, index)] = 1.0;
    MUST(backend->vector->create(context, space->count, &u));
    MUST(backend->vector->upload(u, 0, space->count, packed));
    free(packed);
    return u;
}

/* Another theory than Schrödinger's is left to the propagators. */
Test(fock_unitary, only_exact_theories_split)
{
    const int levels[1] = {9};
    qfp_fock_space space;
    MUST(qfp_fock_space_set(1, levels, &space));
    static const struct {
        const char *h;
        int order;
        double C;
        int splits;
    } cases[] = {
        {"n + 0.2*x^4", QFP_ORDER_EXACT, 1.0, 1},
        {"n + 0.2*x^4", 2, 1.0, 0},
        {"n + 0.2*x^4", 1, 1.0, 0},
        {"0.5*ad^2*a^2 + x", 2, 1.0, 1},
        {"0.5*ad^2*a^2 + x", 2, 0.7, 0},
        {"I*(ad^2 - a^2)", QFP_ORDER_EXACT, 1.0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_fock_unitary *w = unitary_of(&space, cases[i].h, cases[i].order, cases[i].C);
        cr_assert(eq(int, w != NULL, cases[i].splits), "%s", cases[i].h);
        destroy(w, NULL);
    }
}

/* L = Σ coefficient letter, letters of one mode: 1 ∂̄, 2 α, 3 α*.  α is ρ → ρa, α* is ρ → a†ρ and
 * ∂̄ + α is ρ → aρ. */
static qfp_fock_unitary *unitary_of_letters(const qfp_fock_space *space,
                                            const double complex *coefficient)
{
    qfp_fock_unitary *w = NULL;
    qfp_polynomial generator;
    qfp_polynomial_init(&generator, 4);
    for (int letter = 1; letter < 4; letter++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        power[letter] = 1;
        if (coefficient[letter] != 0.0)
            MUST(qfp_polynomial_add_term(&generator, coefficient[letter], power));
    }
    backend = qfp_backend_checked();
    MUST(backend->device->context_create(1, &context));
    MUST(qfp_fock_unitary_create(backend, space, &generator, &w));
    qfp_polynomial_destroy(&generator);
    return w;
}

/* No Hamiltonian gives these: one side without the other, though it turns phases only; and two
 * sides that agree and grow. */
Test(fock_unitary, sides_that_differ_or_grow_do_not_split)
{
    const int levels[1] = {9};
    qfp_fock_space space;
    MUST(qfp_fock_space_set(1, levels, &space));
    const double complex one_side[4] = {0.0, -I, -I, -I};   /* −i(a + a†)ρ */
    const double complex growing[4] = {0.0, 0.0, 1.0, 1.0}; /* a†ρ + ρa */
    qfp_fock_unitary *w = unitary_of_letters(&space, one_side);
    cr_expect(w == NULL);
    destroy(w, NULL);
    w = unitary_of_letters(&space, growing);
    cr_expect(w == NULL);
    destroy(w, NULL);
}

/* A beam splitter takes |2, 0⟩ to cos²t |2,0⟩ + √2 i sin t cos t |1,1⟩ − sin²t |0,2⟩
 * (H = −hopping). */
Test(fock_unitary, a_beam_splitter_in_its_sector)
{
    const int levels[2] = {3, 4};
    double t = 0.6, found[2 * 12];
    qfp_fock_space space;
    MUST(qfp_fock_space_set(2, levels, &space));
    qfp_fock_unitary *w = unitary_of(&space, "-hc(ad[1]*a[2])", QFP_ORDER_EXACT, 1.0);
    qfp_buffer *u = number_state(&space, 8);
    bool fits;
    MUST(qfp_fock_unitary_begin(w, u, &fits));
    cr_assert(fits);
    for (int again = 0; again < 2; again++) { /* times are counted from the beginning */
        MUST(qfp_fock_unitary_at(w, t, u));
        MUST(backend->stencil->band(context, space.dimension, 0, u, found));
        double c = cos(t), s = sin(t);
        const double expected[12] = {
            [8] = pow(c, 4.0), [5] = 2.0 * s * s * c * c, [2] = pow(s, 4.0)};
        for (int m = 0; m < 12; m++)
            cr_assert(epsilon_eq(dbl, found[2 * m], expected[m], 1e-14), "%d", m);
        /* ρ_{5, 8} = ⟨1,1|ψ⟩⟨ψ|2,0⟩ = √2 i s c³ */
        MUST(backend->stencil->band(context, space.dimension, 3, u, found));
        cr_assert(epsilon_eq(dbl, found[10], 0.0, 1e-14));
        cr_assert(epsilon_eq(dbl, found[11], sqrt(2.0) * s * c * c * c, 1e-14));
    }
    destroy(w, u);
}

/* What a sector holds stays, also where it is as little as rounding of the rest. */
Test(fock_unitary, a_sector_that_holds_little_is_kept)
{
    const int levels[2] = {3, 4};
    const double little = 1e-12;
    double found[2 * 12];
    qfp_fock_space space;
    bool fits;
    MUST(qfp_fock_space_set(2, levels, &space));
    qfp_fock_unitary *w = unitary_of(&space, "-hc(ad[1]*a[2])", QFP_ORDER_EXACT, 1.0);
    qfp_buffer *u = number_state(&space, 8);
    MUST(backend->vector->upload(u, 2 * qfp_fock_offset(&space, 0), 1, &little)); /* |0, 0⟩ */
    MUST(qfp_fock_unitary_begin(w, u, &fits));
    MUST(qfp_fock_unitary_at(w, 0.6, u));
    MUST(backend->stencil->band(context, space.dimension, 0, u, found));
    cr_assert(epsilon_eq(dbl, found[0], little, 1e-15 * little));
    destroy(w, u);
}

/* 40 × 40 states without a conserved number are one block of 1600; with one, the largest that holds
 * anything has 40. */
Test(fock_unitary, large_blocks_are_refused)
{
    const int levels[2] = {40, 40};
    qfp_fock_space space;
    bool fits;
    MUST(qfp_fock_space_set(2, levels, &space));
    qfp_fock_unitary *w = unitary_of(&space, "hc(ad[1]*a[2]) + x[1]", QFP_ORDER_EXACT, 1.0);
    qfp_buffer *u = number_state(&space, 41);
    MUST(qfp_fock_unitary_begin(w, u, &fits));
    cr_assert(not(fits));
    destroy(w, u);
    w = unitary_of(&space, "hc(ad[1]*a[2])", QFP_ORDER_EXACT, 1.0);
    u = number_state(&space, 41);
    MUST(qfp_fock_unitary_begin(w, u, &fits));
    cr_assert(fits);
    destroy(w, u);
}

/* Few kets move by themselves, many states as a matrix: the same for a sum of kets and for each of them. */
Test(fock_unitary, kets_and_matrices_move_alike)
{
    enum { D = 40, KETS = 9 };
    const int levels[1] = {D};
    double sum[D * (D + 1)] = {0.0}, mixed[D * (D + 1)] = {0.0}, found[D * (D + 1)];
    qfp_fock_space space;
    bool fits;
    MUST(qfp_fock_space_set(1, levels, &space));
    qfp_fock_unitary *w = unitary_of(&space, "n + 0.05*x^3 + 0.2*p", QFP_ORDER_EXACT, 1.0);
    qfp_buffer *u = number_state(&space, 0);
    for (int k = 0; k <= KETS; k++) { /* the last time all of them */
        double packed[D * (D + 1)] = {0.0};
        for (size_t m = 0; k < KETS && m < 12; m++)
            for (size_t n = m; n < 12; n++) {
                double complex a = CMPLX(cos(1.0 + (double)m * k), sin(0.3 * (double)m));
                double complex b = CMPLX(cos(1.0 + (double)n * k), sin(0.3 * (double)n));
                double complex value = a * conj(b) / 12.0;
                size_t at = 2 * qfp_fock_offset(&space, m) + 2 * (n - m);
                packed[at] = (n > m ? M_SQRT2 : 1.0) * creal(value);
                packed[at + 1] = n > m ? M_SQRT2 * cimag(value) : 0.0;
            }
        for (size_t i = 0; i < space.count; i++)
            mixed[i] += packed[i];
        MUST(backend->vector->upload(u, 0, space.count, k < KETS ? packed : mixed));
        MUST(qfp_fock_unitary_begin(w, u, &fits));
        MUST(qfp_fock_unitary_at(w, 0.8, u));
        MUST(backend->vector->download(u, 0, space.count, found));
        for (size_t i = 0; i < space.count; i++)
            sum[i] += k < KETS ? found[i] : 0.0;
    }
    for (size_t i = 0; i < space.count; i++)
        cr_assert(epsilon_eq(dbl, found[i], sum[i], 1e-13), "%zu", i);
    qfp_fock_effort effort;
    MUST(qfp_fock_unitary_expect(w, u, &effort));
    cr_assert(effort.is_unitary);
    cr_assert(epsilon_eq(dbl, effort.products, 2.0 * D * D * D, 1e-9));
    destroy(w, u);
}
