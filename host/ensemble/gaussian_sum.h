/* gaussian_sum.h - states of one mode as sums of complex Gaussians.
 *
 * The Wigner function of |i⟩⟨j| for coherent or squeezed |i⟩, |j⟩ is e^{log_weight} G(z; mean, V)
 * with z = (q, p) and complex mean and covariance V; those of thermal states are real.  Scaling of
 * axes and smoothing act on mean and V alone, so one list serves Q at every time and the functions
 * of boundary values that mix two times.
 */
#ifndef QFPI_ENSEMBLE_GAUSSIAN_SUM_H
#define QFPI_ENSEMBLE_GAUSSIAN_SUM_H

#include "backend.h"
#include "io/config.h"

typedef struct qfp_complex_gaussian {
    double complex log_weight;
    double complex mean[2];
    double complex covariance[3]; /* qq, qp, pp */
} qfp_complex_gaussian;

typedef struct qfp_gaussian_sum {
    size_t count;
    qfp_complex_gaussian *terms; /* owned; only the real part of the sum counts */
} qfp_gaussian_sum;

/* W of the state, normalised to ∫ W dq dp = 1.  QFP_CONFIG for states that are no such sum: fock,
 * file, and superpositions of other than coherent and squeezed states. */
qfp_status qfp_gaussian_sum_create(const qfp_config *config, qfp_gaussian_sum *out) QFP_MUST_USE;
void qfp_gaussian_sum_destroy(qfp_gaussian_sum *sum);

/* z ← e^{−i turn}(z − centre): to axes turned by `turn` = (cos, sin). */
void qfp_gaussian_sum_move(qfp_gaussian_sum *sum, const double centre[2], const double turn[2]);

/* Which variables of a function of (q, p) are wanted; the other one is given a standard normal
 * factor that says nothing. */
typedef enum qfp_gaussian_part { QFP_PART_BOTH, QFP_PART_Q, QFP_PART_P } qfp_gaussian_part;

/* W with q stretched by the factor `stretch`, smoothed by ½ in each variable (after the stretch),
 * as the term list that draws are made from; to be freed. */
qfp_status qfp_gaussian_sum_terms(const qfp_gaussian_sum *sum, double stretch,
                                  qfp_gaussian_part part, qfp_gaussian_term **out) QFP_MUST_USE;

#endif
