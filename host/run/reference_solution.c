/* reference_solution.c - basis: reference.  The exact answer behind solution.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"
#include "run/basis.h"
#include "run/fock_plan.h"
#include "run/field_output.h"
#include "run/reference_means.h"
#include "run/stated_error.h"

#define PURITY_ROUNDING 1e-14
#define MOST_PIECES 16.0 /* of a run */

typedef struct exact {
    const qfp_config *config;
    qfp_reference *reference;
    qfp_observable_list observables;
    qfp_reference_means means;
    double *axis_q, *axis_p;
    double time;
    qfp_reference_diagnostics seen; /* last */
    char sampled[256];              /* that ρ is, if so */
} exact;

static void destroy(void *self)
{
    exact *e = self;
    if (e == NULL)
        return;
    qfp_reference_means_destroy(&e->means);
    qfp_reference_destroy(e->reference);
    qfp_observable_list_destroy(&e->observables);
    free(e->axis_q);
    free(e->axis_p);
    free(e);
}

/* Where the way there is integrated, whoever waits sees how far it is, and may stop it. */
static double pieces(const exact *e, double t)
{
    const qfp_config *config = e->config;
    double end = config->times[config->time_count - 1];
    bool is_integrated = config->varies || config->channel_count > 0;
    return is_integrated && end > 0.0 ? fmax(ceil(MOST_PIECES * (t - e->time) / end), 1.0) : 1.0;
}

static qfp_status advance(void *self, double t, const qfp_step_hook *hook)
{
    exact *e = self;
    double from = e->time, count = pieces(e, t);
    for (double i = 1.0; i <= count; i++) {
        e->time = i < count ? from + (t - from) * i / count : t;
        QFP_TRY(qfp_reference_evolve(e->reference, e->time));
        QFP_TRY(hook->after_step(hook->data, e->time));
    }
    return QFP_OK;
}

static qfp_status means(void *self, double *values)
{
    exact *e = self;
    return qfp_reference_means_evaluate(&e->means, values);
}

/* purity, tail and, for one mode, the Wehrl entropy */
static qfp_status diagnose(void *self, double *values)
{
    exact *e = self;
    QFP_TRY(qfp_reference_diagnose(e->reference, &e->seen));
    size_t at = 0;
    values[at++] = e->seen.purity;
    values[at++] = e->seen.tail;
    if (e->config->modes == 1)
        values[at++] = e->seen.wehrl;
    return QFP_OK;
}

/* A judge does not warn. */
static qfp_status refuse(const exact *e, const qfp_reference_error *error)
{
    double limit = e->config->tolerance;
    char levels[128];
    qfp_reference_kets kets;
    if (error->state <= limit || error->sampling > 0.0)
        return QFP_OK; /* or it is said by whoever holds it against the tolerance */
    qfp_reference_state(e->reference, &kets);
    qfp_levels_describe(e->config->modes, kets.levels, NULL, levels, sizeof levels);
    if (error->rounding >= error->cut + error->lost)
        return QFP_FAIL(QFP_TOLERANCE,
                        "t = %.6g: rounding of the phases and of the initial state leaves an error "
                        "of %.1e in the reference (limit %.0e): no shorter way leads there in "
                        "double precision; ask for earlier times, or for another basis with a "
                        "larger solver.tolerance",
                        e->time, error->state, limit);
    return QFP_FAIL(QFP_RESOLUTION,
                    "t = %.6g: %s levels leave an error of up to %.1e in the reference (limit "
                    "%.0e): raise solver.levels, or leave it out to have it chosen",
                    e->time, levels, error->state, limit);
}

static qfp_status errors_of_means(void *self, const double *values, double *errors)
{
    exact *e = self;
    qfp_reference_error error;
    (void)values; /* they are the means' own */
    QFP_TRY(qfp_reference_error_now(e->reference, &error));
    QFP_TRY(refuse(e, &error));
    return qfp_reference_means_errors(&e->means, &error, errors);
}

static qfp_status errors(void *self, const double *values, double *state, double *errors)
{
    exact *e = self;
    qfp_reference_error error;
    double *more = errors + e->observables.count;
    QFP_TRY(qfp_reference_error_now(e->reference, &error));
    QFP_TRY(errors_of_means(e, values, errors));
    *state = error.state;
    if (e->config->channel_count > 0) /* of Tr ρ², by ρ once and its error once */
        *more++ = 2.0 * (error.state - error.sampling) + e->seen.purity_sampling;
    else
        *more++ = 4.0 * error.population + PURITY_ROUNDING; /* the flow keeps it */
    *more++ = error.state;
    if (e->config->modes == 1)
        *more++ = qfp_wehrl_error(e->seen.wehrl, error.state + e->seen.wehrl_left_out) +
                  e->seen.wehrl_error;
    *more = 0.0; /* of the error itself */
    return QFP_OK;
}

static qfp_status marginal(void *self, int mode, double *out)
{
    exact *e = self;
    size_t n = (size_t)e->config->husimi_points;
    return qfp_reference_husimi(e->reference, mode, n, e->axis_q + (size_t)mode * n, n,
                                e->axis_p + (size_t)mode * n, out);
}

static qfp_status full(void *self, const qfp_slices *to)
{
    exact *e = self;
    size_t n = (size_t)e->config->husimi_points;
    double *q = NULL;
    QFP_TRY(qfp_solution_full_room(e->config, &q));
    qfp_status status = qfp_reference_husimi_full(e->reference, n, e->axis_q, n, e->axis_p, q);
    if (status == QFP_OK)
        status = to->take(to->data, 0, n, q);
    free(q);
    return status;
}

static const double *output_axis(const exact *e, int axis)
{
    int modes = e->config->modes;
    size_t n = (size_t)e->config->husimi_points;
    return (axis < modes ? e->axis_q : e->axis_p) + (size_t)(axis % modes) * n;
}

static qfp_status plane(void *self, const qfp_axis_pair *pair, double *out)
{
    exact *e = self;
    size_t n = (size_t)e->config->husimi_points;
    return qfp_reference_plane(e->reference, pair->first, n, output_axis(e, pair->first),
                               pair->second, n, output_axis(e, pair->second), out);
}

static qfp_status wigner(void *self, int mode, double *out)
{
    exact *e = self;
    size_t n = (size_t)e->config->husimi_points;
    return qfp_reference_wigner(e->reference, mode, n, output_axis(e, mode), n,
                                output_axis(e, e->config->modes + mode), out);
}

/* On the whole product of levels: the ket where there is one, else Σ_k w_k |k⟩⟨k|. */
static qfp_status state(void *self, qfp_given_state *out)
{
    exact *e = self;
    qfp_reference_kets kets;
    qfp_reference_state(e->reference, &kets);
    const qfp_kept *kept = kets.kept;
    size_t d = 1, *place = NULL;
    for (int j = 0; j < kept->modes; j++)
        d *= (size_t)kept->levels[j];
    out->is_matrix = kets.density != NULL || kets.count != 1;
    double bytes = 16.0 * pow((double)d, out->is_matrix ? 2.0 : 1.0);
    if (bytes > QFP_REFERENCE_BYTES)
        return QFP_FAIL(QFP_MEMORY,
                        "the state on the whole product of its levels takes %.3g GB, of which %zu "
                        "states are kept; leave out what asks for it, output.state or "
                        "output.correlations",
                        bytes / 1e9, kets.dimension);
    memcpy(out->levels, kets.levels, sizeof out->levels);
    QFP_TRY(QFP_ALLOCATE(out->value, out->is_matrix ? d * d : d, "the state"));
    if (!out->is_matrix) {
        qfp_kept_spread(kept, kets.ket, out->value);
        return QFP_OK;
    }
    QFP_TRY(qfp_kept_in_product(kept, &place));
    for (size_t m = 0; m < kets.dimension; m++) {
        double complex *row = out->value + place[m] * d;
        for (size_t n = 0; kets.density != NULL && n < kets.dimension; n++)
            row[place[n]] = kets.density[m * kets.dimension + n];
        for (size_t k = 0; kets.density == NULL && k < kets.count; k++) {
            double complex left = kets.weight[k] * kets.ket[k * kets.dimension + m];
            for (size_t n = 0; n < kets.dimension; n++)
                row[place[n]] += left * conj(kets.ket[k * kets.dimension + n]);
        }
    }
    free(place);
    return QFP_OK;
}

/* What is too inaccurate is refused, but for what is sampled. */
static const char *warning(void *self)
{
    exact *e = self;
    return e->sampled;
}

static void report(void *self, qfp_effort *out)
{
    const exact *e = self;
    qfp_reference_kets kets;
    qfp_reference_state(e->reference, &kets);
    memcpy(out->levels, kets.levels, sizeof kets.levels);
}

/* Nothing that is truncated, and equal lengths only: the full Husimi function of the reference uses one
 * pair of axes. */
static qfp_status supports(const qfp_config *config, const qfp_equation *equation)
{
    if (!equation->is_exact)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: solver.basis: the reference solves the exact equation, but "
                        "theory {order: %d, C: %g} is another theory for this Hamiltonian; use "
                        "basis: fourier",
                        config->path, config->theory.order, config->theory.C);
    if (qfp_field_output_bytes(config) > 0.0)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.fields: the reference has kets and no fields; use basis: "
                        "fourier",
                        config->path);
    if (config->checkpoint_seconds > 0.0)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.checkpoint: basis: reference writes none; leave it out, or use "
                        "basis: fock or fourier",
                        config->path);
    for (int j = 1; config->husimi_full && j < config->modes; j++)
        if (config->length[j] != config->length[0])
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "%s: output.husimi.full: the reference needs equal lengths of all "
                            "modes",
                            config->path);
    return QFP_OK;
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out)
{
    static const char *const one[] = {"purity", "tail", "wehrl", "truncation"};
    static const char *const many[] = {"purity", "tail", "truncation"};
    exact *e = NULL;
    (void)equation;
    (void)plan;
    QFP_TRY(QFP_ALLOCATE(e, 1, "a reference solution"));
    out->self = e;
    e->config = config;
    QFP_TRY(qfp_output_axes(config, &e->axis_q, &e->axis_p));
    QFP_TRY(qfp_reference_create(config, &e->reference));
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &e->observables));
    QFP_TRY(qfp_reference_means_create(e->reference, &e->observables, &e->means));
    bool is_open = config->channel_count > 0;
    size_t trajectories = qfp_reference_trajectories(e->reference);
    if (trajectories > 0 && config->correlation_count > 0)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.correlations: the density matrix is too large for the "
                        "reference, and the trajectories that sample it make none; use basis: fock",
                        config->path);
    if (trajectories > 0)
        snprintf(e->sampled, sizeof e->sampled,
                 "the density matrix is too large for the reference: it is sampled by %zu quantum "
                 "trajectories, and errors are four standard errors of their means",
                 trajectories);
    snprintf(out->device, sizeof out->device, "CPU, %s in Fock space",
             trajectories > 0 ? "quantum trajectories"
             : is_open        ? "a density matrix"
                              : "kets");
    snprintf(out->ordering, sizeof out->ordering, "none (%s)",
             trajectories > 0 ? "trajectories"
             : is_open        ? "density matrix"
                              : "kets");
    snprintf(out->backend, sizeof out->backend, "cpu");
    return qfp_solution_name(out, &e->observables, config->modes == 1 ? 4 : 3,
                             config->modes == 1 ? one : many);
}

const qfp_basis_table qfp_basis_reference = {
    .supports = supports,
    .measure = qfp_reference_measure,
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .means = means,
    .diagnose = diagnose,
    .errors = errors,
    .errors_of_means = errors_of_means,
    .marginal = marginal,
    .full = full,
    .plane = plane,
    .wigner = wigner,
    .state = state,
    .warning = warning,
    .report = report,
};
