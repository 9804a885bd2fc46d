/* flow_witness.h - what an exact flow is off by, from the same flow on fewer number states.
 *
 * The box, the projection onto number states and pairs beyond the box cut a state where it falls like a Gaussian.  A
 * witness (evolve/mode_flow.h) cuts it earlier and goes from 0 to t in one step, so that each of these errors of it is
 * several times larger:
 *     δu = 2 (u − u'),     δ⟨A⟩ = 2 |⟨A⟩ − ⟨A⟩'|
 * Measured on six systems, 32 to 120 points (tests/physics/test_split_errors.c): 1.3 to some 100 times the truth.
 */
#ifndef QFPI_FLOW_WITNESS_H
#define QFPI_FLOW_WITNESS_H

#include "evolve/mode_flow.h"
#include "state/observables.h"

typedef struct qfp_flow_witness qfp_flow_witness;

/* Copies the initial u. */
qfp_status qfp_flow_witness_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                   double kappa, const qfp_buffer *u,
                                   qfp_flow_witness **out) QFP_MUST_USE;
void qfp_flow_witness_destroy(qfp_flow_witness *witness);
/* Beside the flow itself: two arrays of u, and the matrices of another. */
double qfp_flow_witness_bytes(int modes, const int *points, int degree);

/* Moves u' to time t; `scratch`: a buffer like u.  Free where it is asked again for the same t. */
qfp_status qfp_flow_witness_look(qfp_flow_witness *witness, double t, qfp_buffer *u,
                                 qfp_buffer *scratch) QFP_MUST_USE;
/* ‖u − u'‖/‖u‖ at the time looked at last; 0 before. */
double qfp_flow_witness_error(const qfp_flow_witness *witness);
/* Of the means of `list` at that time; u is what the moments were evaluated of last, `initial` and `rounded` are `initial`
 * and `bulk` of qfp_moments_errors.  A mean may happen to agree: three tenths of the largest difference of any, relative to
 * 2‖Aψ‖, is that of all. */
qfp_status qfp_flow_witness_errors(const qfp_flow_witness *witness, qfp_moments *moments,
                                   const qfp_observable_list *list, qfp_buffer *u, double initial,
                                   double rounded, qfp_buffer *scratch,
                                   double *errors) QFP_MUST_USE;

#endif
