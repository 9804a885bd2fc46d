/* observables.h - expectation values and monitors of u on a phase grid.
 *
 * ⟨A⟩ = ∫ A_c u d^{2N}α with the symbol of the same gauge, A_c = e^{−(1−c)Δ} A_W.
 */
#ifndef QFPI_OBSERVABLES_H
#define QFPI_OBSERVABLES_H

#include "state/current.h"
#include "state/husimi.h"
#include "algebra/observable.h"
#include "state/phase_grid.h"

typedef struct qfp_moments qfp_moments;
/* Keeps `list`. */
qfp_status qfp_moments_create(const qfp_phase_grid *grid, const qfp_observable_list *list, double c,
                              qfp_moments **out) QFP_MUST_USE;
void qfp_moments_destroy(qfp_moments *m);
/* The Hamiltonian of the list is another one now. */
qfp_status qfp_moments_renew_energy(qfp_moments *m, double c) QFP_MUST_USE;
/* values[list->count]: one sum over the grid per moment. */
qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values) QFP_MUST_USE;
/* The same of another u, beside the one that counts as evaluated last. */
qfp_status qfp_moments_glance(const qfp_moments *m, const qfp_buffer *u,
                              double *values) QFP_MUST_USE;
/* The first values are exact but for the error of the initial state and u obeys a master equation: from now
 * on the norm is known to be what it was, and the energy too where that is Schrödinger's equation with a
 * constant H. */
void qfp_moments_conserve(qfp_moments *m, bool energy);
/* |norm − 1| at the start: of the initial state the norm is known. */
double qfp_moments_initial_excess(const qfp_moments *m);
/* Errors [list->count] of the values evaluated last, for an error of u, relative to ‖u‖, of size `rim`
 * where the grid ends and of size `bulk` where the state is:
 *     δ⟨A⟩ = (rim + 3 |norm − 1| at the start) × max |A_c| on the ellipsoid in the box
 *            + 2 bulk √(∫(A_c u)²/∫u²)
 * The second is |Tr Aδρ| ≤ 2‖Aψ‖ε of an error ε in a ket ψ.  `initial`: rim at the start.  Norm and
 * energy, where they are conserved: what they have drifted, and the error that they had.
 * scratch: a buffer like u; NULL where the last call was for the same u. */
qfp_status qfp_moments_errors(qfp_moments *m, qfp_buffer *u, double initial, double rim,
                              double bulk, qfp_buffer *scratch, double *errors) QFP_MUST_USE;

/* Fractions of Σ|u|² in the outer tenth of the box (any coordinate beyond 0.9 L/2) and of the
 * wavenumbers (any beyond 0.9 of the largest); the resolution of a run. */
typedef struct qfp_edges qfp_edges;
qfp_status qfp_edges_create(const qfp_phase_grid *grid, qfp_edges **out) QFP_MUST_USE;
void qfp_edges_destroy(qfp_edges *e);
qfp_status qfp_edges_evaluate(qfp_edges *e, qfp_buffer *u, double *edge_x,
                              double *edge_k) QFP_MUST_USE;

#endif
