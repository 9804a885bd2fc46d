/* sampling.h - ensembles run in the test's process, and what a correct one may miss.
 *
 * Seeds are fixed, so a test passes always or never; the limits are those that a correct program
 * would exceed with the stated probability for a random seed. */
#ifndef QFP_TEST_SAMPLING_H
#define QFP_TEST_SAMPLING_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/simulate.h"
#include "qfp/sample.h"

/* Four standard errors: 6e-5 per figure, below one in a hundred for all figures of a test
 * program. */
#define LIMIT 4.0

/* With a few hundred paths, in batches of about ten: the error is itself an estimate, and Student's
 * distribution with 31 degrees of freedom passes 5 as rarely as the normal one passes 4.3. */
#define LIMIT_FEW 5.0

/* An estimate with its three errors: within `limit` standard errors of the exact value after the
 * step error is taken out (Euler: value + step_error is the extrapolated one).  The step error is
 * measured on the same noise, but paths that part near a zero of Q leave noise in it: as much as
 * its own size is allowed for. */
static inline void check_estimates(const qfp_sample_result *r, double limit)
{
    for (size_t row = 0; row < r->time_count; row++)
        for (size_t k = 0; k < r->observable_count; k++) {
            const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
            double extrapolated = e->value + e->step_error;
            cr_assert(fabs(extrapolated - e->exact) <=
                          limit * e->stderr_ + fabs(e->step_error) + 1e-12,
                      "%s at t = %g: %g ± %g, step %g, exact %g", r->names[k], r->times[row],
                      e->value, e->stderr_, e->step_error, e->exact);
        }
}

static inline qfp_sample_result sample(const char *yaml)
{
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {0};
    qfp_sample_result result;
    OK(qfp_sample(config, &options, &result));
    qfp_config_destroy(config);
    return result;
}

#endif
