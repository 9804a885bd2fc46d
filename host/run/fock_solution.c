/* fock_solution.c - basis: fock.  The density matrix in the number basis behind solution.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_husimi.h"
#include "fock/fock_plane.h"
#include "run/basis.h"
#include "run/field_output.h"
#include "run/fock_evolution.h"
#include "run/fock_plan.h"
#include "run/stated_error.h"
#include "state/local_flow.h"

typedef struct fock {
    qfp_fock_evolution evolution;
    bool kept;               /* no error was above the tolerance so far */
    double wehrl_error;      /* of the integral, taken last */
    double tail;             /* of the means taken last */
    double *axis_q, *axis_p; /* dimensionless output axes, [modes][points] */
} fock;

static void destroy(void *self)
{
    fock *f = self;
    if (f == NULL)
        return;
    qfp_fock_evolution_destroy(&f->evolution);
    free(f->axis_q);
    free(f->axis_p);
    free(f);
}

static qfp_status advance(void *self, double t, const qfp_step_hook *hook)
{
    fock *f = self;
    return qfp_fock_evolution_advance(&f->evolution, t, hook);
}

/* Tr_{others} ρ, to be freed. */
static qfp_status reduced(fock *f, int mode, double complex **rho)
{
    const qfp_fock_stage *s = &f->evolution.stage;
    size_t levels = (size_t)s->space.levels[mode];
    *rho = NULL;
    QFP_TRY(QFP_ALLOCATE(*rho, levels * levels, "the density matrix of a mode"));
    return qfp_fock_reduced(s->engine->backend, s->engine->context, &s->space, s->u, mode, *rho);
}

static qfp_status observe_husimi(fock *f, double *wehrl, double *min_q)
{
    double complex *rho;
    qfp_fock_entropy seen;
    qfp_status status = reduced(f, 0, &rho);
    if (status == QFP_OK)
        status = qfp_fock_wehrl(f->evolution.stage.space.levels[0], rho, &seen);
    free(rho);
    QFP_TRY(status);
    *wehrl = seen.wehrl;
    *min_q = seen.min_q;
    f->wehrl_error = seen.wehrl_error;
    return qfp_unbalanced_check_husimi(&f->evolution.unbalanced, f->evolution.time, seen.min_q,
                                       seen.max_q);
}

static qfp_status means(void *self, double *values)
{
    fock *f = self;
    qfp_fock_stage *s = &f->evolution.stage;
    QFP_TRY(qfp_fock_stage_at(s, f->evolution.time));
    return qfp_fock_moments_evaluate(s->moments, s->u, values, &f->tail);
}

/* purity, tail, for one mode wehrl and min_q, and what an
 * unbalanced theory adds */
static qfp_status diagnose(void *self, double *values)
{
    fock *f = self;
    qfp_fock_evolution *e = &f->evolution;
    qfp_fock_stage *s = &e->stage;
    size_t at = 0;
    double squared;
    QFP_TRY(e->engine.backend->vector->inner(s->space.count, 1, &s->u, s->u, &squared));
    values[at++] = squared;
    values[at++] = f->tail;
    if (e->config->modes == 1) {
        QFP_TRY(observe_husimi(f, &values[at], &values[at + 1]));
        at += 2;
    }
    if (e->unbalanced.active)
        return qfp_unbalanced_observe(&e->unbalanced, squared, qfp_fock_generator_map(s->generator),
                                      s->u, s->scratch, &values[at]);
    return QFP_OK;
}

static qfp_status errors_of_means(void *self, const double *values, double *errors)
{
    fock *f = self;
    return qfp_fock_evolution_errors(&f->evolution, values, errors);
}

static qfp_status errors(void *self, const double *values, double *state, double *errors)
{
    fock *f = self;
    const qfp_config *config = f->evolution.config;
    size_t at = f->evolution.stage.observables.count;
    QFP_TRY(qfp_fock_evolution_error(&f->evolution, state));
    QFP_TRY(errors_of_means(f, values, errors));
    f->kept = f->kept && *state <= config->tolerance;
    errors[at++] = 2.0 * *state; /* of the purity */
    errors[at++] = *state;
    if (config->modes == 1) {
        errors[at] = qfp_wehrl_error(values[at], *state) + f->wehrl_error;
        at++;
        errors[at++] = *state * M_1_PI;
    }
    for (int i = 0; f->evolution.unbalanced.active && i < QFP_UNBALANCED_OBSERVABLES; i++)
        errors[at++] = NAN;
    errors[at] = 0.0; /* of the error itself */
    return QFP_OK;
}

static qfp_status marginal(void *self, int mode, double *out)
{
    fock *f = self;
    double complex *rho;
    size_t n = (size_t)f->evolution.config->husimi_points;
    qfp_status status = reduced(f, mode, &rho);
    if (status == QFP_OK)
        status = qfp_fock_husimi_marginal(f->evolution.stage.space.levels[mode], rho, n,
                                          f->axis_q + (size_t)mode * n, n,
                                          f->axis_p + (size_t)mode * n, out);
    free(rho);
    return status;
}

/* The state in host memory, to be freed. */
static qfp_status fetch(const qfp_fock_stage *s, double **packed)
{
    QFP_TRY(QFP_ALLOCATE(*packed, s->space.count, "the state"));
    return s->engine->backend->vector->download(s->u, 0, s->space.count, *packed);
}

static const double *output_axis(const fock *f, int axis)
{
    int modes = f->evolution.config->modes;
    size_t n = (size_t)f->evolution.config->husimi_points;
    return (axis < modes ? f->axis_q : f->axis_p) + (size_t)(axis % modes) * n;
}

static qfp_status plane(void *self, const qfp_axis_pair *pair, double *out)
{
    fock *f = self;
    const qfp_fock_stage *s = &f->evolution.stage;
    size_t n = (size_t)f->evolution.config->husimi_points;
    double *packed = NULL;
    qfp_status status = fetch(s, &packed);
    if (status == QFP_OK)
        status = qfp_fock_plane(&s->space, packed, pair->first, n, output_axis(f, pair->first),
                                pair->second, n, output_axis(f, pair->second), out);
    free(packed);
    return status;
}

static qfp_status wigner(void *self, int mode, double *out)
{
    fock *f = self;
    int modes = f->evolution.config->modes;
    size_t n = (size_t)f->evolution.config->husimi_points;
    double complex *rho;
    qfp_status status = reduced(f, mode, &rho);
    if (status == QFP_OK)
        status = qfp_fock_wigner(f->evolution.stage.space.levels[mode], rho, n,
                                 output_axis(f, mode), n, output_axis(f, modes + mode), out);
    free(rho);
    return status;
}

static qfp_status state(void *self, qfp_given_state *out)
{
    fock *f = self;
    const qfp_fock_stage *s = &f->evolution.stage;
    double *packed = NULL;
    out->is_matrix = true;
    memcpy(out->levels, s->space.levels, sizeof out->levels);
    qfp_status status =
        QFP_ALLOCATE(out->value, s->space.dimension * s->space.dimension, "the density matrix");
    if (status == QFP_OK)
        status = fetch(s, &packed);
    if (status == QFP_OK)
        qfp_fock_unpack(&s->space, packed, out->value);
    free(packed);
    return status;
}

static qfp_status full(void *self, double *out)
{
    fock *f = self;
    const qfp_fock_stage *s = &f->evolution.stage;
    size_t n = (size_t)f->evolution.config->husimi_points;
    double *packed = NULL;
    qfp_status status = fetch(s, &packed);
    if (status == QFP_OK)
        status = qfp_fock_husimi_full(&s->space, packed, n, f->axis_q, n, f->axis_p, out);
    free(packed);
    return status;
}

static size_t state_count(void *self)
{
    fock *f = self;
    return 1 + qfp_fock_evolution_state_count(&f->evolution);
}

static qfp_status save(void *self, double *state)
{
    fock *f = self;
    state[0] = f->kept;
    return qfp_fock_evolution_save(&f->evolution, state + 1);
}

static qfp_status load(void *self, double t, size_t count, const double *state)
{
    fock *f = self;
    f->kept = count > 0 && state[0] != 0.0;
    return qfp_fock_evolution_load(&f->evolution, t, count > 0 ? count - 1 : 0, state + 1);
}

static const char *warning(void *self)
{
    fock *f = self;
    return qfp_fock_evolution_warning(&f->evolution, f->kept);
}

static void report(void *self, qfp_effort *out)
{
    const fock *f = self;
    qfp_fock_evolution_report(&f->evolution, out);
}

static qfp_status name_observables(const fock *f, qfp_solution *out)
{
    const char *more[5 + QFP_UNBALANCED_OBSERVABLES];
    size_t extra = 0;
    more[extra++] = "purity";
    more[extra++] = "tail";
    if (f->evolution.config->modes == 1) {
        more[extra++] = "wehrl";
        more[extra++] = "min_q";
    }
    for (int i = 0; f->evolution.unbalanced.active && i < QFP_UNBALANCED_OBSERVABLES; i++)
        more[extra++] = qfp_unbalanced_names[i];
    more[extra++] = "truncation";
    return qfp_solution_name(out, &f->evolution.stage.observables, extra, more);
}

static qfp_status supports(const qfp_config *config, const qfp_equation *equation)
{
    (void)equation;
    if (config->field_current)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.fields: the current needs derivatives of Q, which the Fock "
                        "basis has no grid for; use basis: fourier, or ask for drift and diffusion",
                        config->path);
    return QFP_OK;
}

/* Drift and D depend on the Hamiltonian alone. */
static qfp_status write_fields(void *self, qfp_snapshot *snapshot, bool at_start)
{
    fock *f = self;
    const qfp_config *config = f->evolution.config;
    const qfp_engine *engine = &f->evolution.engine;
    qfp_flow *flow = NULL;
    qfp_polynomial symbol;
    if (!at_start || qfp_field_output_bytes(config) == 0.0)
        return QFP_OK;
    qfp_polynomial_init(&symbol, 2 * config->modes);
    qfp_status status = qfp_symbol_to_real(&f->evolution.equation->antiwick, &symbol);
    if (status == QFP_OK)
        status = qfp_local_flow_create(engine->backend, engine->context, &symbol, config->kappa,
                                       config->theory.order == 1 ? 0.0 : config->theory.C, &flow);
    if (status == QFP_OK)
        status =
            qfp_field_output_static(config, engine->backend, flow, f->axis_q, f->axis_p, snapshot);
    engine->backend->flow->destroy(flow);
    qfp_polynomial_destroy(&symbol);
    return status;
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out)
{
    fock *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "a solution in the Fock basis"));
    out->self = f;
    f->kept = true;
    QFP_TRY(qfp_fock_evolution_create(config, equation, plan, &f->evolution));
    QFP_TRY(qfp_output_axes(config, &f->axis_q, &f->axis_p));
    const qfp_engine *engine = &f->evolution.engine;
    snprintf(out->ordering, sizeof out->ordering, "none (density matrix)");
    snprintf(out->note, sizeof out->note, "%s", engine->note);
    snprintf(out->backend, sizeof out->backend, "%s", engine->backend->name);
    QFP_TRY(name_observables(f, out));
    return engine->backend->device->describe(engine->context, out->device, sizeof out->device);
}

const qfp_basis_table qfp_basis_fock = {
    .supports = supports,
    .plan = qfp_fock_plan,
    .measure = qfp_fock_measure,
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
    .write_fields = write_fields,
    .state_count = state_count,
    .save = save,
    .load = load,
    .warning = warning,
    .report = report,
};
