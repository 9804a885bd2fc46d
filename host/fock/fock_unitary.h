/* fock_unitary.h - an exact theory by diagonalisation, ρ(t) = U ρ U†, where that is quick.
 *
 * The stencil of an exact generator acts on one index at a time, Lρ = Aρ + ρA† with A skew, so that
 * e^{tL}ρ = e^{tA} ρ e^{−tA}.  A is block diagonal in the states it connects (the sectors of a
 * conserved number), and only the blocks where ρ lives matter.  With iA = V E V† in each and
 * ρ̃ = V†ρV the matrix elements turn with e^{−i(E_a − E_b)t}: any time is reached in two products,
 * however large the energies of empty levels are.  On the host: 48 D'² bytes with D' the number of
 * states in the occupied blocks.
 */
#ifndef QFPI_FOCK_UNITARY_H
#define QFPI_FOCK_UNITARY_H

#include <stdbool.h>

#include "algebra/generator.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_unitary qfp_fock_unitary;

/* States of a block that is diagonalised at most, where ρ is made of few kets: about ten seconds. */
enum { QFP_FOCK_DIAGONALISED = 1200 };

/* `generator`: Weyl form at c = 0.  *out is NULL, without an error, when the stencil does not split
 * into two sides that are each other's adjoint: a theory that is not Schrödinger's. */
qfp_status qfp_fock_unitary_create(const qfp_backend *backend, const qfp_fock_space *space,
                                   const qfp_polynomial *generator,
                                   qfp_fock_unitary **out) QFP_MUST_USE;
void qfp_fock_unitary_destroy(qfp_fock_unitary *unitary);

/* The state from which times are counted.  *fits is false, and nothing is begun, where a block is
 * larger than 512 states or one step would take more than about 1e11 flops; of few kets, which move by
 * themselves, larger than QFP_FOCK_DIAGONALISED. */
qfp_status qfp_fock_unitary_begin(qfp_fock_unitary *unitary, const qfp_buffer *u,
                                  bool *fits) QFP_MUST_USE;
/* Would `begin` fit?  Then states³ of the blocks that it would diagonalise, and multiplications of a step. */
typedef struct qfp_fock_effort {
    bool is_unitary;
    double cubes, products;
} qfp_fock_effort;
qfp_status qfp_fock_unitary_expect(qfp_fock_unitary *unitary, const qfp_buffer *u,
                                   qfp_fock_effort *out) QFP_MUST_USE;
/* The same of a ket in all blocks, from which there is no state yet. */
void qfp_fock_unitary_expect_ket(const qfp_fock_unitary *unitary, qfp_fock_effort *out);
/* That state, packed [space.count]. */
const double *qfp_fock_unitary_beginning(const qfp_fock_unitary *unitary);
/* u ← the state at time t after it. */
qfp_status qfp_fock_unitary_at(qfp_fock_unitary *unitary, double t, qfp_buffer *u) QFP_MUST_USE;

#endif
