/* fock_terms.h - a generator of Q as a shift stencil on ρ.
 *
 * On Q = (e^{−|α|²}/π^N) Σ ρ_mn α*^m α^n/√(m!n!) the letters of the Weyl algebra act on ρ as
 *     α: ρ → ρa,   α*: ρ → a†ρ,   ∂: ρ → ρa† − a†ρ,   ∂̄: ρ → aρ − ρa.
 * Every word becomes a†^p a^q ρ a†^r a^s with the exact matrix elements between kept levels: the
 * stencil is P L P, not a product of truncated matrices.  An exact generator needs the terms of
 * −(i/κ)Hρ and (i/κ)ρH only.  P keeps the levels and what a joint cut leaves of them.
 */
#ifndef QFPI_FOCK_TERMS_H
#define QFPI_FOCK_TERMS_H

#include "algebra/generator.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_terms {
    size_t count;
    qfp_stencil_term *terms; /* tables owned with the list */
} qfp_fock_terms;

/* `generator`: Weyl form at c = 0 (algebra/generator.h).  Words with equal shifts are merged into
 * as few terms as their row or column tables allow. */
qfp_status qfp_fock_terms_create(const qfp_fock_space *space, const qfp_polynomial *generator,
                                 qfp_fock_terms *out) QFP_MUST_USE;
void qfp_fock_terms_destroy(qfp_fock_terms *terms);

#endif
