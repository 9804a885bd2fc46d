/* growth_rate.h - how fast a theory can grow: the largest real part of its spectrum on few levels.
 *
 * Zero for a balanced theory; for an ill-posed one it rises without bound with the number of levels
 * (H = n + 0.1 x⁴ at M = 2: 26.6, 72.5, 142 with 8, 12, 16 levels).  Dense, on the CPU: D² real
 * unknowns for D levels in all, work of order D⁶.
 */
#ifndef QFPI_GROWTH_RATE_H
#define QFPI_GROWTH_RATE_H

#include "algebra/generator.h"

/* The largest D for which this takes a fraction of a second. */
#define QFP_GROWTH_MOST_LEVELS 16

/* `generator`: Weyl form at c = 0; `levels` of every mode.  QFP_MEMORY, or QFP_INTERNAL when the
 * eigenvalues do not converge. */
qfp_status qfp_growth_rate(const qfp_polynomial *generator, int modes, int levels,
                           double *rate) QFP_MUST_USE;

#endif
