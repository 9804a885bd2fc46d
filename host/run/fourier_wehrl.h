/* fourier_wehrl.h - Wehrl entropy −∫Q ln(π^N Q) d^{2N}α and the smallest Q, on a grid wide enough for Q,
 * whose tails are longer than u's. */
#ifndef QFPI_FOURIER_WEHRL_H
#define QFPI_FOURIER_WEHRL_H

#include "qfp/plan.h"
#include "state/current.h"
#include "state/synthesis.h"

typedef struct qfp_wehrl qfp_wehrl;

qfp_status qfp_wehrl_create(const qfp_phase_grid *grid, double c, const qfp_plan *plan,
                            double tolerance, qfp_wehrl **out) QFP_MUST_USE;
/* Bytes of it, of numbers of `real` bytes on the device. */
double qfp_wehrl_bytes(const qfp_plan *plan, double real);
void qfp_wehrl_destroy(qfp_wehrl *w);

/* *error: what the sum may be off by, for a u without error: twenty times the difference to a sum over fewer
 * points, and what is beyond them.  QFP_NOT_FINITE. */
qfp_status qfp_wehrl_evaluate(qfp_wehrl *w, const qfp_buffer *u, double *entropy, double *error,
                              double *min_q, double *max_q) QFP_MUST_USE;

/* Of one mode: ∫Q Tr D⁺ d²α and ½∫Q ∇ln Q·D⁺∇ln Q d²α, with their errors when u is off by `state` relative to
 * itself, the sums included.  Where Q is below what it may be off by, nothing is added. */
typedef struct qfp_entropy_production {
    double trace, trace_error, production, production_error;
} qfp_entropy_production;

/* `current` differentiates; scratch: a Z array. */
qfp_status qfp_wehrl_spread(qfp_wehrl *w, qfp_current *current,
                            const qfp_dissipation_facts *dissipation, qfp_buffer *u, double state,
                            qfp_buffer *scratch, qfp_entropy_production *out) QFP_MUST_USE;

#endif
