/* stated_error.h - what an error of the state makes of values that are not linear in it. */
#ifndef QFPI_STATED_ERROR_H
#define QFPI_STATED_ERROR_H

#include <float.h>
#include <math.h>

/* Of −∫Q ln(πQ) d²α = wehrl, when ρ is off by `state` in the trace norm.  The Husimi function is off
 * by no more in the 1-norm, and counts with 1 + ln πQ, of which the entropy is the mean; what is cut off
 * a mixture sits where Q is about as small as its error. */
static inline double qfp_wehrl_error(double wehrl, double state)
{
    return state * (2.0 + fabs(wehrl) + fabs(log(fmax(state, DBL_MIN))));
}

#endif
