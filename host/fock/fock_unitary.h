/* fock_unitary.h - an exact theory on few states: ρ(t) = U ρ U†, U by diagonalisation.
 *
 * The stencil of an exact generator acts on one index at a time, Lρ = Aρ + ρA† with A skew, so that
 * e^{tL}ρ = e^{tA} ρ e^{−tA}.  With iA = V E V† and ρ̃ = V†ρV the matrix elements ρ̃_ab turn with
 * e^{−i(E_a − E_b)t}: any time is reached in two products of D × D matrices, however large the
 * energies of the empty upper levels are.  On the host; 80 D² bytes, about 40 D³ flops to begin.
 */
#ifndef QFPI_FOCK_UNITARY_H
#define QFPI_FOCK_UNITARY_H

#include "algebra/generator.h"
#include "fock/fock_space.h"

/* States up to which this is quicker than steps: the diagonalisation takes seconds. */
enum { QFP_FOCK_UNITARY_LARGEST = 512 };

typedef struct qfp_fock_unitary qfp_fock_unitary;

/* `generator`: Weyl form at c = 0.  *out is NULL, without an error, when the stencil does not split
 * into two sides that are each other's adjoint: a theory that is not Schrödinger's. */
qfp_status qfp_fock_unitary_create(const qfp_backend *backend, const qfp_fock_space *space,
                                   const qfp_polynomial *generator,
                                   qfp_fock_unitary **out) QFP_MUST_USE;
void qfp_fock_unitary_destroy(qfp_fock_unitary *unitary);

/* The state from which times are counted. */
qfp_status qfp_fock_unitary_begin(qfp_fock_unitary *unitary, const qfp_buffer *u) QFP_MUST_USE;
/* u ← the state at time t after it. */
qfp_status qfp_fock_unitary_at(qfp_fock_unitary *unitary, double t, qfp_buffer *u) QFP_MUST_USE;

#endif
