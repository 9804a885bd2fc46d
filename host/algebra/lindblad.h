/* lindblad.h - the generator of a master equation, before it is an equation of motion of anything.
 *
 *     L ρ = −(i/κ)[H, ρ] + Σ_k γ_k D[c_k] ρ,     D[c]ρ = cρc† − ½{c†c, ρ}
 *
 * at one time, or a weighted sum Σ w_i L(t_i) over several, where a rate may be negative.
 */
#ifndef QFPI_LINDBLAD_H
#define QFPI_LINDBLAD_H

#include "algebra/generator.h"

typedef struct qfp_channel {
    double rate;         /* γ */
    qfp_polynomial wick; /* of c, 2N variables; need not be Hermitian */
} qfp_channel;

typedef struct qfp_lindblad {
    qfp_polynomial wick; /* of H */
    size_t channel_count;
    qfp_channel *channels; /* owned */
} qfp_lindblad;

/* Of no channel and H = 0, which a zeroed one is not. */
void qfp_lindblad_init(qfp_lindblad *l, int modes);
void qfp_lindblad_destroy(qfp_lindblad *l);
/* Appends rate D[c] and copies c. */
qfp_status qfp_lindblad_add(qfp_lindblad *l, double rate, const qfp_polynomial *wick) QFP_MUST_USE;

/* out = symbol of the adjoint: a†^p a^q with its conjugate coefficient becomes a†^q a^p. */
qfp_status qfp_symbol_adjoint(const qfp_polynomial *wick, qfp_polynomial *out) QFP_MUST_USE;

/* out = c†c, normally ordered, of the symbol of c. */
qfp_status qfp_symbol_square(const qfp_polynomial *wick, qfp_polynomial *out) QFP_MUST_USE;

/* out = D[c] on Q: a Weyl polynomial at c = 0 (generator.h), from the Wick symbol of c. */
qfp_status qfp_generator_dissipator(const qfp_polynomial *wick, qfp_polynomial *out) QFP_MUST_USE;

/* out = Σ γ_k D[c_k], every derivative order, at c = 0. */
qfp_status qfp_lindblad_dissipation(const qfp_lindblad *l, qfp_polynomial *out) QFP_MUST_USE;

/* out = the L of ∂Q/∂t = L Q at c = 0 in one theory: C scales the second order of the Hamiltonian's
 * part, derivative orders above M are dropped everywhere. */
qfp_status qfp_lindblad_generator(const qfp_lindblad *l, const qfp_theory *theory,
                                  qfp_polynomial *out) QFP_MUST_USE;

#endif
