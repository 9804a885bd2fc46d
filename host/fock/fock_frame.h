/* fock_frame.h - a frame that turns with the state.
 *
 * Where H conserves W = Σ_j w_j n_j and every jump changes it by a number of its own, F ρ = −iω [W, ρ] commutes with the
 * generator L, so e^{tL} = e^{tF} e^{t(L − F)}: phases, and an equation of smaller spectral radius.  With ω the slope of
 * the energies over the kept levels what remains of Kerr's ½n² on d of them is at most d²/8 instead of d n.  Modes whose
 * own number is conserved have a frequency each, others one together.
 */
#ifndef QFPI_FOCK_FRAME_H
#define QFPI_FOCK_FRAME_H

#include "algebra/lindblad.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_frame qfp_fock_frame;

/* *out stays NULL where no frame turns with the equation, or none would turn at all. */
qfp_status qfp_fock_frame_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                 double kappa, qfp_fock_frame **out) QFP_MUST_USE;
void qfp_fock_frame_destroy(qfp_fock_frame *frame);

/* out = L − F of `generator`, both in Weyl form at c = 0. */
qfp_status qfp_fock_frame_generator(const qfp_fock_frame *frame, const qfp_polynomial *generator,
                                    qfp_polynomial *out) QFP_MUST_USE;

/* u ← e^{tF} u */
qfp_status qfp_fock_frame_turn(const qfp_fock_frame *frame, double t, qfp_buffer *u) QFP_MUST_USE;

#endif
