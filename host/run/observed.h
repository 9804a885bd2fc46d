/* observed.h - what was measured (`observed` of the configuration) beside what one theory says at the same times.
 *
 * The times are among those of the series.  Written at the end as
 *   /observed/1/{time, value, error, computed} [count], and the attributes observed, observed_chi2 and
 *   observed_points of the file or the group of a theory, an entry each. */
#ifndef QFPI_OBSERVED_H
#define QFPI_OBSERVED_H

#include "qfp/run.h"
#include "run/series.h"

/* QFP_CONFIG, with the place in the configuration, for a name that is no expectation value of this solution. */
qfp_status qfp_observed_check(const qfp_config *config, const qfp_solution *s) QFP_MUST_USE;

/* χ² of everything over the times that the series reached: out[observed_count]. */
void qfp_observed_judge(const qfp_config *config, const qfp_solution *s, const qfp_series *series,
                        qfp_observed_result *out);

qfp_status qfp_observed_write(const qfp_config *config, const qfp_solution *s,
                              const qfp_series *series, const qfp_observed_result *judged,
                              qfp_snapshot *snapshot) QFP_MUST_USE;

#endif
