#include "run/member.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/provenance.h"
#include "run/phase_output.h"

static qfp_status create_frame(qfp_member *m)
{
    const qfp_config *config = &m->config;
    size_t n = (size_t)config->husimi_points, plane = n * n, all = 1;
    QFP_TRY(qfp_output_scales(config, &m->axis_x, &m->axis_p));
    for (int j = 0; j < config->modes; j++) {
        QFP_TRY(QFP_ALLOCATE(m->marginals[j], plane, "a Husimi marginal"));
        all = all > SIZE_MAX / 16 / plane ? 0 : all * plane;
    }
    if (config->husimi_full && all == 0)
        return QFP_FAIL(QFP_MEMORY, "%s: output.husimi.full: %d points on %d axes are too many",
                        config->path, config->husimi_points, 2 * config->modes);
    QFP_TRY(qfp_accuracy_create(&m->solution, &m->config, &m->accuracy));
    qfp_window_begin(&m->window);
    QFP_TRY(qfp_series_create(config, &m->solution, &m->series));
    QFP_TRY(qfp_correlations_create(config, &m->correlations));
    return QFP_ALLOCATE(m->values, m->solution.observable_count, "observables");
}

qfp_status qfp_member_prepare(const qfp_config *config, size_t index, qfp_member *out)
{
    *out = (qfp_member){.config = *config,
                        .basis = qfp_basis_of(config),
                        .label = qfp_config_theory_label(config, index)};
    QFP_TRY(qfp_config_select_theory(&out->config, index));
    QFP_TRY(qfp_equation_create(&out->config, &out->equation));
    QFP_TRY(qfp_basis_supports(&out->config, &out->equation));
    QFP_TRY(qfp_equation_refuse(&out->equation, &out->config));
    QFP_TRY(qfp_output_window(&out->config));
    qfp_status status = qfp_basis_plan(&out->config, &out->equation, &out->plan);
    return qfp_choice_advise(&out->config, status);
}

qfp_status qfp_member_start(qfp_member *m)
{
    QFP_TRY(m->basis->create(&m->config, &m->equation, &m->plan, &m->solution));
    if (m->basis->window != NULL)
        QFP_TRY(m->basis->window(m->solution.self, &m->config));
    return create_frame(m);
}

void qfp_member_stop(qfp_member *m)
{
    if (m->solution.self != NULL)
        m->basis->destroy(m->solution.self);
    m->solution.self = NULL;
}

void qfp_member_destroy(qfp_member *m)
{
    free(m->axis_x);
    free(m->axis_p);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(m->marginals[j]);
    free(m->values);
    qfp_accuracy_destroy(&m->accuracy);
    qfp_series_destroy(&m->series);
    qfp_correlations_destroy(&m->correlations);
    qfp_member_stop(m);
    free(m->solution.observables);
    free(m->solution.degrees);
    qfp_equation_destroy(&m->equation);
    *m = (qfp_member){0};
}

static qfp_status check_finite(const qfp_member *m, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(m->values[i]))
            return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: the observable %s is not finite", m->time,
                            m->solution.observables[i].name);
    return QFP_OK;
}

static qfp_status state_errors(qfp_member *m)
{
    const qfp_solution *s = &m->solution;
    qfp_accuracy *a = &m->accuracy;
    QFP_TRY(m->basis->errors(s->self, m->values, &a->state, a->errors));
    qfp_accuracy_add_given(a, s, s->observable_count, m->values);
    qfp_accuracy_add_rounding(a, s->observable_count - 1, m->values); /* the last is an error */
    m->values[s->observable_count - 1] = a->state;
    return qfp_accuracy_note(a, s, &m->config, m->values, m->time);
}

qfp_status qfp_member_observe(qfp_member *m)
{
    const qfp_solution *s = &m->solution;
    QFP_TRY(m->basis->means(s->self, m->values));
    QFP_TRY(m->basis->diagnose(s->self, m->values + s->mean_count));
    QFP_TRY(check_finite(m, s->observable_count - 1));
    return state_errors(m);
}

qfp_status qfp_member_observe_series(qfp_member *m)
{
    const qfp_solution *s = &m->solution;
    qfp_accuracy *a = &m->accuracy;
    QFP_TRY(m->basis->means(s->self, m->values));
    QFP_TRY(check_finite(m, s->mean_count));
    QFP_TRY(m->basis->errors_of_means(s->self, m->values, a->errors));
    qfp_accuracy_add_given(a, s, s->mean_count, m->values);
    qfp_accuracy_add_rounding(a, s->mean_count, m->values);
    qfp_series_note(&m->series, m->values, a->errors);
    return QFP_OK;
}

qfp_status qfp_member_correlate(qfp_member *m, const qfp_step_hook *hook, qfp_two_time *out)
{
    qfp_given_state rho = {0};
    QFP_TRY(qfp_member_observe(m));
    qfp_status status = m->basis->state(m->solution.self, &rho);
    rho.error += m->accuracy.state;
    if (status == QFP_OK)
        status = qfp_two_time_solve(&m->config, &rho, hook, out);
    free(rho.value);
    return status;
}

qfp_status qfp_member_husimi(qfp_member *m)
{
    for (int j = 0; j < m->config.modes; j++) {
        QFP_TRY(m->basis->marginal(m->solution.self, j, m->marginals[j]));
        qfp_window_note(&m->window, &m->config, j, m->marginals[j], m->time);
    }
    return QFP_OK;
}

/* qfp_slices */
static qfp_status append_full(void *data, size_t first, size_t count, double *values)
{
    return qfp_snapshot_append_full(data, first, count, values);
}

qfp_status qfp_member_append(qfp_member *m, double t)
{
    if (m->stopped)
        return qfp_snapshot_append_blank(m->snapshot, t);
    const qfp_slices full = {.data = m->snapshot, .take = append_full};
    if (m->config.husimi_full)
        QFP_TRY(m->basis->full(m->solution.self, &full));
    QFP_TRY(qfp_snapshot_append(m->snapshot, t, (const double *const *)m->marginals, m->values));
    QFP_TRY(qfp_accuracy_write(&m->accuracy, &m->solution, m->snapshot));
    QFP_TRY(qfp_phase_output_write(m->basis, m->solution.self, &m->config, t, m->accuracy.state,
                                   m->snapshot));
    return m->basis->write_fields != NULL
               ? m->basis->write_fields(m->solution.self, m->snapshot, false)
               : QFP_OK;
}

/* ---- checkpoints --------------------------------------------------------------------------- */

typedef struct noted {
    qfp_worst worst;
    qfp_window_watch window;
    double series, correlations; /* the checksums of what precedes */
} noted;
enum { NOTED = sizeof(noted) / sizeof(double) };

size_t qfp_member_state_count(const qfp_member *m)
{
    return NOTED + m->basis->state_count(m->solution.self);
}

qfp_status qfp_member_save(qfp_member *m, qfp_state_writer *to)
{
    const noted now = {.worst = m->accuracy.worst,
                       .window = m->window,
                       .series = qfp_series_checksum(&m->series, m->time),
                       .correlations = qfp_correlations_checksum(&m->correlations, m->time)};
    QFP_TRY(to->put(to->self, NOTED, &now));
    return m->basis->save(m->solution.self, to);
}

qfp_status qfp_member_load(qfp_member *m, size_t count, qfp_state_reader *from)
{
    noted then;
    if (count < NOTED)
        return QFP_FAIL(QFP_USAGE, "the checkpoint has %zu numbers, too few for any run", count);
    QFP_TRY(from->get(from->self, NOTED, &then));
    bool is_known = then.worst.of >= -1.0 && then.worst.of < (double)m->solution.mean_count &&
                    then.window.mode >= 0.0 && then.window.mode <= (double)m->config.modes;
    if (!is_known)
        return QFP_FAIL(QFP_USAGE, "the checkpoint names observables or modes that this run lacks");
    m->accuracy.worst = then.worst;
    m->window = then.window;
    m->series.checksum = then.series;
    m->correlations.checksum = then.correlations;
    return m->basis->load(m->solution.self, m->time, count - NOTED, from);
}

/* ---- the file ------------------------------------------------------------------------------ */

qfp_snapshot_layout qfp_member_layout(const qfp_member *m)
{
    size_t points = (size_t)m->config.husimi_points;
    return (qfp_snapshot_layout){.kind = "run",
                                 .modes = m->config.modes,
                                 .x_count = points,
                                 .p_count = points,
                                 .x = m->axis_x,
                                 .p = m->axis_p,
                                 .axes_of_modes = !qfp_output_window_is_shared(&m->config),
                                 .observable_count = m->solution.observable_count,
                                 .observables = m->solution.observables,
                                 .full = m->config.husimi_full};
}

qfp_status qfp_member_describe(const qfp_member *m, bool as_group)
{
    const qfp_solution *s = &m->solution;
    const qfp_plan *plan = &m->plan;
    bool has_grid = plan->basis == QFP_BASIS_FOURIER;
    char theory[64];
    qfp_theory_describe(&m->config.theory, theory, sizeof theory);
    const qfp_provenance p = {.config = &m->config,
                              .kind = "run",
                              .backend = s->backend,
                              .device = s->device,
                              .basis = qfp_basis_names[m->config.basis],
                              .ordering = s->ordering,
                              .theory = theory,
                              .label = m->label,
                              .points = has_grid ? plan->points : NULL,
                              .extent = has_grid ? plan->extent : NULL,
                              .centre = has_grid ? plan->centre : NULL};
    if (!as_group)
        QFP_TRY(qfp_provenance_write(&p, m->snapshot));
    return qfp_provenance_write_theory(&p, m->snapshot);
}
