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
/* values[list->count]: one sum over the grid per moment; inner (may be NULL): the same with the
 * moments of the user's operators over the inner nine tenths of the box. */
qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values,
                                double *inner) QFP_MUST_USE;

/* Fractions of Σ|u|² in the outer tenth of the box (any coordinate beyond 0.9 L/2) and of the
 * wavenumbers (any beyond 0.9 of the largest); the resolution of a run. */
typedef struct qfp_edges qfp_edges;
qfp_status qfp_edges_create(const qfp_phase_grid *grid, qfp_edges **out) QFP_MUST_USE;
void qfp_edges_destroy(qfp_edges *e);
qfp_status qfp_edges_evaluate(qfp_edges *e, qfp_buffer *u, double *edge_x,
                              double *edge_k) QFP_MUST_USE;

#endif
