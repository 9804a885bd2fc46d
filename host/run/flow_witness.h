/* flow_witness.h - what an exact flow is off by, from the same flow on more number states.
 *
 * A flow is off by what H couples to number states that it lacks, by what the points make of the last ones, and by pairs of
 * which one point is beyond the box.  A witness (evolve/mode_flow.h), from 0 to t in one step, shows the first two; the third,
 * which it drops as well, is ε² = |ψ|² at the edges times a length, at the start and now:
 *     δu/‖u‖ = 2 ‖u − u'‖/‖u‖ + 1.5 (ε(0) + ε(t)),     δ⟨A⟩ = 2 |⟨A⟩ − ⟨A⟩'| + 4 (ε(0) + ε(t))² max|A|
 * Measured on ten systems (tests/physics/test_flow_truth.c, test_split_errors.c): 2 to 30 times the truth, more where what was cut
 * would be outside again.
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
/* Of the means of `list` at that time; u is what the moments were evaluated of last, as `values`; `initial` and `rounded` are `initial`
 * and `bulk` of qfp_moments_errors.  A mean may happen to agree: three tenths of the largest difference of any, relative to
 * 2‖Aψ‖, is that of all. */
qfp_status qfp_flow_witness_errors(const qfp_flow_witness *witness, qfp_moments *moments,
                                   const qfp_observable_list *list, qfp_buffer *u, double initial,
                                   double rounded, const double *values, qfp_buffer *scratch,
                                   double *errors) QFP_MUST_USE;

#endif
