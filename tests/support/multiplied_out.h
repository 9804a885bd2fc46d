/* multiplied_out.h - a factorised generator as the polynomial it stands for. */
#ifndef QFP_TESTS_MULTIPLIED_OUT_H
#define QFP_TESTS_MULTIPLIED_OUT_H

#include "operators.h"

#include "evolve/factorise.h"

static inline qfp_polynomial symmetrised_of(const char *text, int modes)
{
    qfp_polynomial l = generator_of(text, modes, QFP_ORDER_EXACT, 1.0, 0.5);
    MUST(qfp_generator_to_real(&l, &l));
    MUST(qfp_generator_to_symmetrised(&l, &l));
    return l;
}

/* ∂ = ik: a factor of order d carries i^d, so its coefficient of the real form is
 * (re + i im)/i^d. */
static inline double complex unfold(const qfp_symbol_term *term, int derivatives)
{
    return (term->re + I * term->im) * cpow(-I, derivatives);
}

static inline void read_a(const qfp_symbol_term *term, int modes, uint8_t *power, int *derivatives)
{
    *derivatives = 0;
    for (int j = 0; j < modes; j++) {
        power[j] = (uint8_t)term->power[j];                 /* Q_j */
        power[modes + j] = (uint8_t)term->power[modes + j]; /* k_Pj */
        *derivatives += term->power[modes + j];
    }
}

static inline void read_b(const qfp_symbol_term *term, int modes, uint8_t *power, int *derivatives)
{
    *derivatives = 0;
    for (int j = 0; j < modes; j++) {
        power[3 * modes + j] = (uint8_t)term->power[j];         /* k_Qj */
        power[2 * modes + j] = (uint8_t)term->power[modes + j]; /* P_j */
        *derivatives += term->power[j];
    }
}

static inline qfp_polynomial multiply_out(const qfp_factorisation *f)
{
    static const qfp_symbol_term one = {.re = 1.0};
    const qfp_factor unit = {.count = 1, .terms = (qfp_symbol_term *)&one};
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, 4 * f->modes);
    for (size_t r = 0; r < f->pair_count + 2; r++) {
        const qfp_factor *a = r < f->pair_count    ? &f->f[r]
                              : r == f->pair_count ? &f->pure_a
                                                   : &unit;
        const qfp_factor *b = r < f->pair_count    ? &f->g[r]
                              : r == f->pair_count ? &unit
                                                   : &f->pure_b;
        for (size_t s = 0; s < a->count; s++)
            for (size_t t = 0; t < b->count; t++) {
                uint8_t power[QFP_MAX_VARIABLES] = {0};
                int of_a, of_b;
                read_a(&a->terms[s], f->modes, power, &of_a);
                read_b(&b->terms[t], f->modes, power, &of_b);
                MUST(qfp_polynomial_add_term(
                    &sum, unfold(&a->terms[s], of_a) * unfold(&b->terms[t], of_b), power));
            }
    }
    return sum;
}

#endif
