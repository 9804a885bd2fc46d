/* fock_witness.h - the exact state beside a density matrix in the Fock basis.
 *
 * Kets are cheap where ρ is not.  Beside every run of an exact equation, with dissipation only where a
 * second density matrix is cheap as well, the reference moves the same state on levels of its own choice, to an accuracy far beyond the tolerance, and bounds its own
 * error.  What ρ and the expectation values are off by is then their distance from it and its bound,
 * whatever the cause: levels, propagator or rounding.
 */
#ifndef QFPI_FOCK_WITNESS_H
#define QFPI_FOCK_WITNESS_H

#include "run/fock_stage.h"
#include "run/reference_means.h"

typedef struct qfp_fock_witness {
    qfp_config config;        /* of the run, to be solved exactly */
    qfp_reference *reference; /* NULL: the reference cannot tell, or not in a reasonable time */
    qfp_observable_list list;
    qfp_reference_means means;
    double *values; /* [list.count] */
} qfp_fock_witness;

/* Give `out`, which must not be moved, to qfp_fock_witness_destroy either way. */
qfp_status qfp_fock_witness_create(const qfp_config *config, const qfp_equation *equation,
                                   qfp_fock_witness *out) QFP_MUST_USE;
void qfp_fock_witness_destroy(qfp_fock_witness *w);
/* The same in a trial of about so many seconds, after which the witness is there or not; *expected: what it takes of a
 * run with about these levels, 0 where that would have none. */
qfp_status qfp_fock_witness_expect(const qfp_config *config, const qfp_equation *equation,
                                   const int *levels, double seconds, qfp_fock_witness *out,
                                   double *expected) QFP_MUST_USE;

/* Lowers the planned `levels` to those of the kets: more would hold nothing that the tolerance sees.  The
 * plan follows a contour of the classical flow, which may go much farther than the state. */
void qfp_fock_witness_limit(const qfp_fock_witness *w, qfp_plan *plan);

/* Moves the kets as a run did that compared them at every time of the outputs, the series and the correlations up to t: each
 * time they stop costs a few roundings, and the errors would tell. */
qfp_status qfp_fock_witness_catch_up(qfp_fock_witness *w, double t) QFP_MUST_USE;

/* What the stage's ρ at time t is off by in the trace norm. */
qfp_status qfp_fock_witness_distance(qfp_fock_witness *w, const qfp_fock_stage *stage, double t,
                                     double *distance) QFP_MUST_USE;
/* And the means of it; errors [list.count]. */
qfp_status qfp_fock_witness_errors(qfp_fock_witness *w, double t, const double *means,
                                   double *errors) QFP_MUST_USE;

#endif
