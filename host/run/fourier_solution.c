/* fourier_solution.c - basis: fourier.  u on a grid, evolved, watched, turned into Q. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"
#include "io/config_time.h"
#include "run/fourier_box.h"
#include "run/fourier_plan.h"
#include "run/fourier_solution.h"
#include "run/fourier_state.h"
#include "state/initial_state.h"
#include "state/synthesis.h"

typedef qfp_fourier fourier;

static qfp_status after_step(void *data, double advanced, qfp_buffer *u)
{
    fourier *f = data;
    /* from + (to - from) need not be `to` */
    double t = advanced < f->advance_to - f->time ? f->time + advanced : f->advance_to;
    if (f->flow != NULL) /* steps are few and long: each is looked at */
        QFP_TRY(qfp_fourier_monitor_check(&f->monitor, u, t));
    else
        QFP_TRY(qfp_fourier_monitor_step(&f->monitor, u, t));
    return f->hook->after_step(f->hook->data, t);
}

/* qfp_step_pulse */
static qfp_status within_step(void *data, double advanced)
{
    fourier *f = data;
    return f->hook->within_step != NULL ? f->hook->within_step(f->hook->data, f->time + advanced)
                                        : QFP_OK;
}

/* ---- creation ------------------------------------------------------------------------------ */

static qfp_status purity(const fourier *f, double *out)
{
    QFP_TRY(qfp_fourier_monitor_norm(&f->monitor, f->u, out));
    *out *= pow(M_PI, f->config->modes);
    return QFP_OK;
}

static qfp_status create_propagator(fourier *f)
{
    double duration = f->config->times[f->config->time_count - 1];
    qfp_propagator_options options = {
        .integrator = f->config->integrator,
        .tolerance = 0.1 * f->config->tolerance, /* the grid has its share of the error too */
        .time_scale = duration > 0.0 ? duration : 1.0,
        .step = f->config->step,
        .time = f->config->varies ? &f->driven.map : NULL,
        .flow = f->flow,
        .rounding = qfpi_fourier_rounding(f),
        .memory = (size_t)f->plan.krylov_vectors * f->grid->doubles[QFP_SPACE_Z] * sizeof(double),
    };
    QFP_TRY(qfp_propagator_create(qfp_grid_generator_map(f->generator), &options, &f->propagator));
    qfp_propagator_listen(f->propagator, within_step, f);
    return QFP_OK;
}

static qfp_status create_output(fourier *f)
{
    const qfp_config *config = f->config;
    const qfp_phase_grid *grid = f->grid;
    size_t points = (size_t)config->husimi_points;
    QFP_TRY(qfp_output_axes(config, &f->axis_q, &f->axis_p));
    qfp_fourier_frame_axes(&f->plan, points, f->axis_q, f->axis_p);
    QFP_TRY(qfp_husimi_create(grid, f->equation->c, &f->husimi));
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &f->observables));
    QFP_TRY(qfp_fourier_frame_observables(&f->plan, &f->observables));
    QFP_TRY(qfp_moments_create(grid, &f->observables, f->equation->c, &f->moments));
    QFP_TRY(qfpi_fourier_renew_current(f));
    QFP_TRY(qfp_synthesis_create(grid, f->equation->c, points, f->axis_q, points, f->axis_p,
                                 &f->synthesis));
    QFP_TRY(
        qfp_synthesis_create(grid, 0.0, points, f->axis_q, points, f->axis_p, &f->interpolation));
    return qfp_wehrl_create(grid, f->equation->c, &f->plan, config->tolerance, &f->wehrl);
}

static qfp_status create_state(fourier *f)
{
    const qfp_backend *b = f->engine.backend;
    size_t z = f->grid->doubles[QFP_SPACE_Z];
    qfp_buffer **buffers[] = {&f->u, &f->q, &f->rate, &f->scratch};
    for (int i = 0; i < 4; i++)
        QFP_TRY(b->vector->create(f->engine.context, z, buffers[i]));
    QFP_TRY(qfp_fourier_box_check(f->config, f->grid));
    QFP_TRY(qfp_initial_state_fill(f->grid, &f->config->initial, f->equation->c, f->u, f->warning,
                                   sizeof f->warning));
    return qfp_fourier_monitor_create(f->config, f->equation, f->grid,
                                      qfp_grid_generator_map(f->generator), f->u, &f->monitor);
}

/* What will not change, where the evolution is that of quantum theory. */
static qfp_status remember_initial(fourier *f)
{
    double *values = NULL;
    if (!f->equation->is_exact || !f->is_stable)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(values, f->observables.count, "observables"));
    qfp_status status = qfp_moments_evaluate(f->moments, f->u, values);
    free(values);
    f->keeps_purity = f->equation->is_unitary;
    qfp_moments_conserve(f->moments, f->equation->is_unitary && !f->equation->varies);
    if (status == QFP_OK)
        status = purity(f, &f->first_purity);
    return status;
}

static qfp_status build(fourier *f)
{
    QFP_TRY(qfp_engine_create_for_grids(f->config, &f->engine));
    QFP_TRY(
        f->engine.backend->device->reproducible_set(f->engine.context, f->config->reproducible));
    QFP_TRY(qfp_engine_grid(&f->engine, &f->plan, &f->grid));
    QFP_TRY(qfp_fourier_generator(f->config, f->equation, f->grid, &f->generator));
    const qfp_linear_map *map = qfp_grid_generator_map(f->generator);
    f->is_stable = map->skew || map->dissipative;
    QFP_TRY(qfp_error_growth_find(f->equation, f->grid, &f->error_growth));
    QFP_TRY(create_output(f));
    QFP_TRY(create_state(f));
    /* Tr ρ² is an integral of u² only where u is the Wigner function of a quantum state. */
    f->with_purity = f->equation->is_exact && f->equation->c == 0.5;
    f->with_residual = f->equation->is_fokker_planck;
    f->with_spread = f->equation->is_open && f->config->modes == 1;
    QFP_TRY(qfp_fourier_time_create(f->config, f->equation, f->grid, f->generator, &f->driven));
    QFP_TRY(qfp_fourier_flow_create(f->config, f->equation, &f->plan, f->grid, &f->flow));
    QFP_TRY(create_propagator(f));
    if (f->flow != NULL)
        QFP_TRY(qfp_flow_witness_create(f->grid, f->equation->wick, f->config->kappa, f->u,
                                        &f->witness));
    return remember_initial(f);
}

/* ---- the interface of solution.h ----------------------------------------------------------- */

static void destroy(void *self)
{
    fourier *f = self;
    if (f == NULL)
        return;
    qfp_propagator_destroy(f->propagator);
    qfp_mode_flow_destroy(f->flow);
    qfp_flow_witness_destroy(f->witness);
    qfp_fourier_time_destroy(&f->driven);
    qfp_synthesis_destroy(f->synthesis);
    qfp_synthesis_destroy(f->interpolation);
    qfp_wehrl_destroy(f->wehrl);
    qfp_current_destroy(f->current);
    qfp_field_equation_destroy(&f->now);
    qfp_fourier_monitor_destroy(&f->monitor);
    qfp_moments_destroy(f->moments);
    qfp_observable_list_destroy(&f->observables);
    qfp_husimi_destroy(f->husimi);
    qfp_grid_generator_destroy(f->generator);
    if (f->engine.context != NULL) {
        qfp_buffer *buffers[] = {f->u, f->q, f->rate, f->scratch};
        for (int i = 0; i < 4; i++)
            f->engine.backend->vector->destroy(buffers[i]);
    }
    qfp_phase_grid_destroy(f->grid);
    qfp_engine_destroy(&f->engine);
    qfp_fourier_frame_destroy(&f->frame);
    free(f->axis_q);
    free(f->axis_p);
    free(f);
}

static qfp_status advance(void *self, double t, const qfp_step_hook *hook)
{
    fourier *f = self;
    f->hook = hook;
    f->advance_to = t;
    bool moves = t > f->time;
    if (moves)
        QFP_TRY(qfp_propagator_advance(f->propagator, f->u, t - f->time, after_step, f));
    f->time = t;
    if (moves && f->flow != NULL) /* its last step was looked at */
        return QFP_OK;
    return qfp_fourier_monitor_check(&f->monitor, f->u, t);
}

/* Wehrl entropy and the smallest Q. */
static qfp_status observe_husimi(fourier *f, double *wehrl, double *min_q)
{
    double max;
    qfp_status status = qfp_wehrl_evaluate(f->wehrl, f->u, wehrl, &f->wehrl_error, min_q, &max);
    if (status == QFP_NOT_FINITE)
        return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: Q is no longer finite", f->time);
    QFP_TRY(status);
    return qfp_unbalanced_check_husimi(&f->monitor.unbalanced, f->time, *min_q, max);
}

/* ⟨H(t)⟩ */
static qfp_status renew_energy(fourier *f)
{
    qfp_polynomial wick;
    qfp_status status = qfp_config_wick_at(f->config, f->time, &wick);
    if (status == QFP_OK)
        status = qfp_observable_list_hamiltonian(&f->observables, &wick);
    qfp_polynomial_destroy(&wick);
    return status == QFP_OK ? qfp_moments_renew_energy(f->moments, f->equation->c) : status;
}

static qfp_status means(void *self, double *values)
{
    fourier *f = self;
    if (f->config->varies)
        QFP_TRY(renew_energy(f));
    return qfp_moments_evaluate(f->moments, f->u, values);
}

static qfp_status diagnose(void *self, double *values)
{
    fourier *f = self;
    size_t at = 0;
    double squared;
    if (f->config->varies)
        QFP_TRY(qfpi_fourier_renew_current(f));
    QFP_TRY(qfp_fourier_monitor_norm(&f->monitor, f->u, &squared));
    if (f->with_purity)
        QFP_TRY(purity(f, &values[at++]));
    QFP_TRY(observe_husimi(f, &values[at], &values[at + 1]));
    at += 2;
    if (f->with_spread) {
        double known = qfpi_fourier_state_error(f), state = isfinite(known) ? known : 0.0;
        QFP_TRY(qfp_wehrl_spread(f->wehrl, f->current, &f->now.dissipation, f->u, state, f->scratch,
                                 &f->spread));
        values[at++] = f->spread.trace;
        values[at++] = f->spread.production;
    }
    QFP_TRY(qfp_edges_evaluate(f->monitor.edges, f->u, &values[at], &values[at + 1]));
    at += 2;
    if (f->monitor.unbalanced.active) {
        QFP_TRY(qfp_unbalanced_observe(&f->monitor.unbalanced, squared,
                                       qfp_grid_generator_map(f->generator), f->u, f->scratch,
                                       &values[at]));
        at += QFP_UNBALANCED_OBSERVABLES;
    }
    if (f->with_residual) {
        QFP_TRY(qfp_husimi_apply(f->husimi, f->u, f->q));
        QFP_TRY(qfpi_fourier_residual(f, &values[at]));
    }
    return QFP_OK;
}

static qfp_status marginal(void *self, int mode, double *out)
{
    fourier *f = self;
    return qfp_synthesis_marginal(f->synthesis, mode, f->u, out);
}

static qfp_status full(void *self, const qfp_slices *to)
{
    fourier *f = self;
    return qfp_synthesis_full(f->synthesis, f->u, to);
}

static qfp_status plane(void *self, const qfp_axis_pair *pair, double *out)
{
    fourier *f = self;
    return qfp_synthesis_plane(f->synthesis, pair->first, pair->second, f->u, out);
}

/* What u is at c = ½. */
static qfp_status wigner(void *self, int mode, double *out)
{
    fourier *f = self;
    return qfp_synthesis_marginal(f->interpolation, mode, f->u, out);
}

static const char *warning(void *self)
{
    fourier *f = self;
    if (f->monitor.unbalanced.active)
        return f->monitor.unbalanced.warning;
    double error = qfp_fourier_monitor_error(&f->monitor);
    if (f->warning[0] != '\0' || qfpi_fourier_has_errors(f) ||
        !(error > 100.0 * f->config->tolerance))
        return f->warning;
    snprintf(f->limits, sizeof f->limits,
             "the grid limits the accuracy to about %.0e (tolerance %.0e), which is a guess: for "
             "this theory at this ordering no error can be stated; %s",
             error, f->config->tolerance,
             f->config->points[0] > 0 ? "leave solver.grid out, or use more points"
                                      : "give solver.grid more points than were planned");
    return f->limits;
}

static void report(void *self, qfp_effort *out)
{
    fourier *f = self;
    out->integrator = qfp_propagator_name(f->propagator);
    out->applications = qfp_grid_generator_map(f->generator)->applications;
}

static qfp_status name_observables(fourier *f, qfp_solution *out)
{
    const char *more[9 + QFP_UNBALANCED_OBSERVABLES];
    size_t extra = 0;
    if (f->with_purity)
        more[extra++] = "purity";
    more[extra++] = "wehrl";
    more[extra++] = "min_q";
    if (f->with_spread) {
        more[extra++] = "trace_d";
        more[extra++] = "entropy_production";
    }
    more[extra++] = "edge_x";
    more[extra++] = "edge_k";
    for (int i = 0; f->monitor.unbalanced.active && i < QFP_UNBALANCED_OBSERVABLES; i++)
        more[extra++] = qfp_unbalanced_names[i];
    if (f->with_residual)
        more[extra++] = "fpe_residual";
    f->diagnostics = extra;
    more[extra++] = "truncation";
    return qfp_solution_name(out, &f->observables, extra, more);
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out)
{
    fourier *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "a Fourier solution"));
    out->self = f;
    f->plan = *plan;
    QFP_TRY(qfp_fourier_frame_create(config, equation, plan, &f->frame));
    f->config = f->frame.config;
    f->equation = f->frame.equation;
    QFP_TRY(build(f));
    snprintf(out->ordering, sizeof out->ordering, "%.12g", f->equation->c);
    snprintf(out->backend, sizeof out->backend, "%s", f->engine.name);
    snprintf(out->note, sizeof out->note, "%s", f->engine.note);
    QFP_TRY(name_observables(f, out));
    return f->engine.backend->device->describe(f->engine.context, out->device, sizeof out->device);
}

const qfp_basis_table qfp_basis_fourier = {
    .supports = qfpi_fourier_supports,
    .plan = qfp_fourier_plan,
    .measure = qfp_fourier_measure,
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .means = means,
    .diagnose = diagnose,
    .errors = qfpi_fourier_errors,
    .errors_of_means = qfpi_fourier_errors_of_means,
    .sharpness = 100.0,
    .marginal = marginal,
    .full = full,
    .plane = plane,
    .wigner = wigner,
    .state = qfpi_fourier_state,
    .write_fields = qfpi_fourier_write_fields,
    .state_count = qfpi_fourier_state_count,
    .save = qfpi_fourier_save,
    .load = qfpi_fourier_load,
    .warning = warning,
    .report = report,
};
