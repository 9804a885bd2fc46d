/* fourier_errors.c - what a run on a grid states of its errors. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "run/fourier_solution.h"

/* The error of a moment of the initial state, in amplitudes at the rim times its weight there: what is
 * outside has fallen further, and a sum over points is good to more than what it leaves out. */
#define CUT_PER_RIM 0.02
/* What of |u|² is outside at the start, in shares within a seam; a tail that falls slowly has more. */
#define SHARE_PER_SEAM 20.0

typedef qfp_fourier fourier;

/* Unit roundoff of the numbers that u is made of. */
double qfpi_fourier_rounding(const fourier *f)
{
    return f->config->single_precision ? 0.5 * FLT_EPSILON : 0.5 * DBL_EPSILON;
}

/* Elsewhere errors grow as they like, and fine structure that a truncated theory makes and quantum theory
 * does not was not looked at. */
bool qfpi_fourier_has_errors(const fourier *f)
{
    return f->equation->is_exact && f->is_stable;
}

/* Relative to ‖u‖ as it is now, which dissipation changes; what went wrong before has grown since. */
double qfpi_fourier_state_error(const fourier *f)
{
    const qfp_fourier_monitor *m = &f->monitor;
    double moved =
        qfp_propagation_error(qfp_propagator_progress(f->propagator), qfpi_fourier_rounding(f));
    double growth = qfp_error_growth_after(&f->error_growth, f->time);
    if (!qfpi_fourier_has_errors(f))
        return NAN;
    if (f->witness != NULL)
        return qfp_flow_witness_error(f->witness) + moved + 8.0 * qfpi_fourier_rounding(f);
    return growth * (qfp_fourier_monitor_error(m) + sqrt(m->most_squared / m->squared) * moved);
}

/* Of a flow: what the initial state lacks, rounding, and what the last number states are good for. */
static qfp_status errors_of_flow(fourier *f, const double *values, double *errors)
{
    double initial = CUT_PER_RIM * sqrt(f->monitor.first_rim.place);
    double rounded =
        qfp_propagation_error(qfp_propagator_progress(f->propagator), qfpi_fourier_rounding(f));
    QFP_TRY(qfp_flow_witness_look(f->witness, f->time, f->u, f->scratch));
    return qfp_flow_witness_errors(f->witness, f->moments, &f->observables, f->u, initial, rounded,
                                   values, f->scratch, errors);
}

qfp_status qfpi_fourier_errors_of_means(void *self, const double *values, double *errors)
{
    fourier *f = self;
    const qfp_fourier_monitor *m = &f->monitor;
    for (size_t i = 0; !qfpi_fourier_has_errors(f) && i < f->observables.count; i++)
        errors[i] = NAN;
    if (!qfpi_fourier_has_errors(f))
        return QFP_OK;
    if (f->witness != NULL)
        return errors_of_flow(f, values, errors);
    return qfp_moments_errors(f->moments, f->u, CUT_PER_RIM * sqrt(m->first_rim.place),
                              qfp_fourier_monitor_rim(m), qfpi_fourier_state_error(f), f->scratch,
                              errors);
}

static double error_of_norm(const fourier *f, const double *errors)
{
    for (size_t i = 0; i < f->observables.count; i++)
        if (strcmp(f->observables.observables[i].quantity.name, "norm") == 0)
            return errors[i];
    return 0.0;
}

qfp_status qfpi_fourier_errors(void *self, const double *values, double *state, double *errors)
{
    fourier *f = self;
    size_t at = f->observables.count;
    if (f->witness != NULL)
        QFP_TRY(qfp_flow_witness_look(f->witness, f->time, f->u, f->scratch));
    *state = qfpi_fourier_state_error(f) + qfp_moments_initial_excess(f->moments);
    for (size_t i = at; i < at + f->diagnostics; i++)
        errors[i] = NAN;
    QFP_TRY(qfpi_fourier_errors_of_means(f, values, errors));
    if (!qfpi_fourier_has_errors(f))
        return qfp_fourier_monitor_refuse_guess(&f->monitor, f->equation, f->time);
    if (f->with_purity) {
        double cut =
            SHARE_PER_SEAM * (f->monitor.first_rim.place + f->monitor.first_rim.wavenumber);
        /* dissipation may draw to a point what was wrong all over the plane, and keeps its integral */
        double trace = f->equation->is_open ? error_of_norm(f, errors) : 0.0;
        if (f->witness != NULL) /* what is cut is orthogonal to what is left */
            cut += *state * *state;
        double drift = f->keeps_purity ? fabs(values[at] - f->first_purity)
                                       : 2.0 * fabs(values[at]) * (*state + trace);
        errors[at++] = drift + cut;
    }
    /* of a mixed state more of the errors adds up */
    double weight = f->equation->is_open ? 1.0 + fabs(values[at]) : 1.0;
    errors[at++] = f->wehrl_error + 2.0 * weight * *state;
    errors[at] = fabs(values[at]); /* Q of a quantum state comes down to 0 somewhere */
    if (f->with_spread) {
        errors[at + 1] = f->spread.trace_error;
        errors[at + 2] = f->spread.production_error;
    }
    return QFP_OK;
}
