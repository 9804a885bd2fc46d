/* observed.h - what was measured (`observed` of the configuration) beside what one theory says at the same times.
 *
 * The times are among those of the series.  Written at the end as
 *   /observed/1/{time, value, error, computed} [count] and chi2, of a Q [x, p] without time, on the axes of the output or
 * else with x and p of its own, and the attributes observed, observed_chi2 and
 *   observed_points of the file or the group of a theory, an entry each. */
#ifndef QFPI_OBSERVED_H
#define QFPI_OBSERVED_H

#include "qfp/run.h"
#include "run/member.h"

/* A Q was measured on other axes than the output's, the windows of which are settled: the run's is computed there from
 * the state at the end. */
bool qfp_observed_needs_state(const qfp_config *config);

/* QFP_CONFIG, with the place in the configuration, for a name that is no expectation value of this theory. */
qfp_status qfp_observed_check(const qfp_member *m) QFP_MUST_USE;

/* χ² of everything over the times that the theory reached: out[observed_count]. */
qfp_status qfp_observed_judge(const qfp_member *m, qfp_observed_result *out) QFP_MUST_USE;

qfp_status qfp_observed_write(const qfp_member *m, const qfp_observed_result *judged) QFP_MUST_USE;

#endif
