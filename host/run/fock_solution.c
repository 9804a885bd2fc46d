/* fock_solution.c - basis: fock.  The density matrix in the number basis behind solution.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/basis.h"
#include "run/fock_evolution.h"
#include "run/fock_look.h"
#include "run/fock_plan.h"

typedef struct fock {
    qfp_fock_evolution evolution;
    bool kept;             /* no error was above the tolerance so far */
    qfp_fock_entropy seen; /* last */
    double tail;           /* of the means taken last */
    qfp_fock_look look;
} fock;

static void destroy(void *self)
{
    fock *f = self;
    if (f == NULL)
        return;
    qfp_fock_evolution_destroy(&f->evolution);
    qfp_fock_look_destroy(&f->look);
    free(f);
}

static qfp_status advance(void *self, double t, const qfp_step_hook *hook)
{
    fock *f = self;
    return qfp_fock_evolution_advance(&f->evolution, t, hook);
}

static qfp_status observe_husimi(fock *f)
{
    QFP_TRY(qfp_fock_look_entropy(&f->look, f->evolution.time, &f->seen));
    return qfp_unbalanced_check_husimi(&f->evolution.unbalanced, f->evolution.time, f->seen.min_q,
                                       f->seen.max_q);
}

static qfp_status means(void *self, double *values)
{
    fock *f = self;
    qfp_fock_stage *s = &f->evolution.stage;
    QFP_TRY(qfp_fock_stage_at(s, f->evolution.time));
    return qfp_fock_moments_evaluate(s->moments, s->u, values, &f->tail);
}

/* purity, tail, what is seen of Q of one mode, and what an unbalanced theory adds */
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
    if (e->config->modes == 1)
        QFP_TRY(observe_husimi(f));
    at += qfp_fock_look_values(&f->look, &f->seen, &values[at]);
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
    at += qfp_fock_look_errors(&f->look, &f->seen, *state, &errors[at]);
    for (int i = 0; f->evolution.unbalanced.active && i < QFP_UNBALANCED_OBSERVABLES; i++)
        errors[at++] = NAN;
    errors[at] = 0.0; /* of the error itself */
    return QFP_OK;
}

static qfp_status marginal(void *self, int mode, double *out)
{
    fock *f = self;
    return qfp_fock_look_marginal(&f->look, mode, out);
}

static qfp_status plane(void *self, const qfp_axis_pair *pair, double *out)
{
    fock *f = self;
    return qfp_fock_look_plane(&f->look, pair, out);
}

static qfp_status wigner(void *self, int mode, double *out)
{
    fock *f = self;
    return qfp_fock_look_wigner(&f->look, mode, out);
}

static qfp_status state(void *self, qfp_given_state *out)
{
    fock *f = self;
    return qfp_fock_look_state(&f->look, out);
}

static qfp_status full(void *self, const qfp_slices *to)
{
    fock *f = self;
    return qfp_fock_look_full(&f->look, to);
}

static size_t state_count(void *self)
{
    fock *f = self;
    return 1 + qfp_fock_evolution_state_count(&f->evolution);
}

static qfp_status save(void *self, qfp_state_writer *to)
{
    fock *f = self;
    const double kept = f->kept;
    QFP_TRY(to->put(to->self, 1, &kept));
    return qfp_fock_evolution_save(&f->evolution, to);
}

static qfp_status load(void *self, double t, size_t count, qfp_state_reader *from)
{
    fock *f = self;
    double kept = 0.0;
    if (count > 0)
        QFP_TRY(from->get(from->self, 1, &kept));
    f->kept = kept != 0.0;
    return qfp_fock_evolution_load(&f->evolution, t, count > 0 ? count - 1 : 0, from);
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
    const char *more[7 + QFP_UNBALANCED_OBSERVABLES];
    size_t extra = 0;
    more[extra++] = "purity";
    more[extra++] = "tail";
    extra += qfp_fock_look_names(&f->look, &more[extra]);
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

static qfp_status write_fields(void *self, qfp_snapshot *snapshot, bool at_start)
{
    fock *f = self;
    return qfp_fock_look_fields(&f->look, f->evolution.equation, at_start, f->evolution.time,
                                snapshot);
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out)
{
    fock *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "a solution in the Fock basis"));
    out->self = f;
    f->kept = true;
    QFP_TRY(qfp_fock_evolution_create(config, equation, plan, &f->evolution));
    QFP_TRY(qfp_fock_look_create(config, &f->evolution.stage, &f->look));
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
