/* lanczos.h - INTERNAL to reference: e^{-iHτ/κ} on a ket, in a Krylov space of a Hermitian H.
 *
 * The step is as long as the error bound allows.  The residual of the Krylov ket is
 * β_m y_m(s) v_{m+1} with y(s) = e^{-iTs/κ} e_1, and H is Hermitian, so the error after τ is at
 * most (β_m/κ) ∫_0^τ |y_m(s)| ds: a bound, not an estimate.
 */
#ifndef QFPI_LANCZOS_H
#define QFPI_LANCZOS_H

#include "reference/hamiltonian_matrix.h"

typedef struct qfp_lanczos qfp_lanczos;

/* `matrix` is borrowed and must outlive the object. */
qfp_status qfp_lanczos_create(const qfp_sparse *matrix, double kappa,
                              qfp_lanczos **out) QFP_MUST_USE;
void qfp_lanczos_destroy(qfp_lanczos *l);

/* psi ← e^{-iHτ/κ} psi with an error of at most tolerance ‖psi‖ beside rounding; any sign of τ. */
qfp_status qfp_lanczos_advance(qfp_lanczos *l, double tau, double tolerance,
                               double complex *psi) QFP_MUST_USE;

/* Krylov steps so far: each adds a few units of rounding. */
size_t qfp_lanczos_steps(const qfp_lanczos *l);

double qfp_lanczos_bytes(double dim);

#endif
