#include "run/run_theories.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qfp/plan.h"
#include "run/contest.h"
#include "run/equation.h"
#include "run/theory_distance.h"

/* ---- creation ----------------------------------------------------------------------------------
 */

static qfp_status check_supported(const contest *c)
{
    if (c->options->resume)
        return QFP_FAIL(QFP_USAGE,
                        "%s: --resume: a run of several theories keeps no checkpoints; run it "
                        "anew, or one theory at a time",
                        c->config->path);
    if (c->config->checkpoint_seconds > 0.0)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.checkpoint: a run of several theories keeps no checkpoints; "
                        "leave the key out, or run one theory at a time",
                        c->config->path);
    return QFP_OK;
}

/* All theories are in memory at once. */
static qfp_status check_memory(const contest *c)
{
    double total = 0.0, available = 0.0;
    for (size_t i = 0; i < c->count && c->config->basis != QFP_BASIS_REFERENCE; i++) {
        qfp_plan plan;
        QFP_TRY(qfp_plan_create(&c->runners[i].config, &plan, NULL));
        total += plan.bytes_total;
        available = plan.bytes_available;
    }
    if (total <= 0.9 * available || available == 0.0)
        return QFP_OK;
    return QFP_FAIL(QFP_MEMORY,
                    "%s: theory: %zu theories need %.3g GB together, this machine has %.3g GB; run "
                    "fewer of them, or with a coarser solver.grid",
                    c->config->path, c->count, total / 1e9, available / 1e9);
}

static qfp_status describe_theory(const contest *c, const runner *r, qfp_theory_result *out)
{
    const qfp_solution *s = &r->member.solution;
    size_t times = c->config->time_count;
    snprintf(out->label, sizeof out->label, "%s", r->label);
    qfp_theory_describe(&r->config.theory, out->theory, sizeof out->theory);
    snprintf(out->ordering, sizeof out->ordering, "%s", s->ordering);
    QFP_TRY(QFP_ALLOCATE(out->names, s->observable_count, "observable names"));
    qfp_solution_copy_names(s, out->names);
    out->observable_count = s->observable_count;
    QFP_TRY(QFP_ALLOCATE(out->values, times * s->observable_count, "observables"));
    return QFP_ALLOCATE(out->distances, times * c->result->distance_count, "distances");
}

static qfp_status describe_result(contest *c)
{
    qfp_run_result *r = c->result;
    size_t per_mode = QFP_DISTANCES_PER_MODE;
    const qfp_solution *s = &c->runners[0].member.solution;
    r->distance_count = per_mode * (size_t)c->config->modes;
    QFP_TRY(QFP_ALLOCATE(r->distance_names, r->distance_count, "distances"));
    for (size_t d = 0; d < r->distance_count; d++)
        qfp_theory_distance_name((int)(d / per_mode), (int)(d % per_mode), r->distance_names[d],
                                 sizeof *r->distance_names);
    QFP_TRY(QFP_ALLOCATE(c->distance, r->distance_count, "distances"));
    QFP_TRY(QFP_ALLOCATE(r->times, c->config->time_count, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->theories, c->count, "the theories"));
    r->theory_count = c->count;
    for (size_t i = 0; i < c->count; i++)
        QFP_TRY(describe_theory(c, &c->runners[i], &r->theories[i]));
    snprintf(r->backend, sizeof r->backend, "%s", s->backend);
    snprintf(r->device, sizeof r->device, "%s", s->device);
    snprintf(r->note, sizeof r->note, "%s", s->note);
    snprintf(r->basis, sizeof r->basis, "%s", qfp_basis_names[c->config->basis]);
    snprintf(r->ordering, sizeof r->ordering, "%s", s->ordering);
    return QFP_OK;
}

static qfp_status create_runners(contest *c)
{
    c->count = c->config->theory_count;
    QFP_TRY(QFP_ALLOCATE(c->runners, c->count, "the theories"));
    for (size_t i = 0; i < c->count; i++) {
        runner *r = &c->runners[i];
        qfp_equation equation;
        r->config = *c->config;
        r->config.theory_count = 1;
        r->label = qfp_config_theory_label(c->config, i);
        r->config.theory = c->config->theories[i].theory;
        r->config.accept_unbalanced = c->config->theories[i].accept_unbalanced;
        QFP_TRY(qfp_equation_create(&r->config, &equation));
        r->accepted = !equation.balanced;
        qfp_status status = qfp_equation_refuse(&equation, &r->config);
        qfp_equation_destroy(&equation);
        QFP_TRY(status);
    }
    QFP_TRY(check_memory(c));
    for (size_t i = 0; i < c->count; i++)
        QFP_TRY(qfp_member_create(&c->runners[i].config, &c->runners[i].member));
    return describe_result(c);
}

/* ---- evolution ---------------------------------------------------------------------------------
 */

static qfp_status after_step(void *data, double t)
{
    (void)t;
    contest *c = data;
    qfp_progress_update(c->progress, (double)c->result->time_count / (double)c->config->time_count,
                        NULL);
    return QFP_OK;
}

static qfp_status step(contest *c, runner *r, double t)
{
    const qfp_step_hook hook = {.data = c, .after_step = after_step};
    QFP_TRY(r->member.solution.advance(r->member.solution.self, t, &hook));
    QFP_TRY(qfp_member_observe(&r->member, t));
    return qfp_member_husimi(&r->member);
}

static void keep_warning(const contest *c, const runner *r)
{
    qfp_theory_result *out = &c->result->theories[r - c->runners];
    snprintf(out->warning, sizeof out->warning, "%s",
             r->member.solution.warning(r->member.solution.self));
}

/* A numerical stop ends this theory only; its memory goes to the others. */
static void stop(const contest *c, runner *r, qfp_status status)
{
    qfp_theory_result *out = &c->result->theories[r - c->runners];
    snprintf(out->stopped, sizeof out->stopped, "%s", qfp_last_error());
    keep_warning(c, r);
    r->stopped = true;
    r->status = status;
    qfp_solution_destroy(&r->member.solution);
}

/* All theories that still run, to `t`; *alive says how many arrived. */
static qfp_status advance_all(contest *c, double t, size_t *alive)
{
    *alive = 0;
    for (size_t i = 0; i < c->count; i++) {
        runner *r = &c->runners[i];
        if (r->stopped)
            continue;
        qfp_status status = step(c, r, t);
        if (qfp_status_exit(status) == 3)
            stop(c, r, status);
        else if (status != QFP_OK)
            return status;
        *alive += !r->stopped;
    }
    return QFP_OK;
}

static qfp_status record(contest *c, double t)
{
    qfp_run_result *out = c->result;
    size_t row = out->time_count, columns = out->distance_count;
    QFP_TRY(qfpi_contest_write_rows(c, t));
    for (size_t i = 0; i < c->count; i++) {
        runner *r = &c->runners[i];
        qfp_theory_result *theory = &out->theories[i];
        double *values = theory->values + row * theory->observable_count;
        for (size_t o = 0; o < theory->observable_count; o++)
            values[o] = r->stopped ? NAN : r->member.values[o];
        for (size_t d = 0; d < columns; d++)
            c->distance[d] = NAN;
        if (!r->stopped && !c->runners[0].stopped)
            qfp_theory_distance(&c->runners[0].member, &r->member, c->distance);
        memcpy(theory->distances + row * columns, c->distance, columns * sizeof *c->distance);
        if (i > 0)
            QFP_TRY(qfpi_contest_write_distance(c, r));
        theory->time_count += !r->stopped;
    }
    out->times[out->time_count++] = t;
    return QFP_OK;
}

static qfp_status evolve(contest *c)
{
    for (size_t k = 0; k < c->config->time_count; k++) {
        size_t alive;
        QFP_TRY(advance_all(c, c->config->times[k], &alive));
        if (alive == 0)
            return QFP_OK;
        QFP_TRY(record(c, c->config->times[k]));
    }
    for (size_t i = 0; i < c->count; i++)
        if (!c->runners[i].stopped)
            keep_warning(c, &c->runners[i]);
    return QFP_OK;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

/* "M2 after t = 0.02, M3 at the start", "" when every theory arrived. */
static size_t list_stopped(const contest *c, char *text, size_t size)
{
    size_t stopped = 0;
    text[0] = '\0';
    for (size_t i = 0; i < c->count; i++) {
        size_t used = strlen(text), reached = c->result->theories[i].time_count;
        if (!c->runners[i].stopped)
            continue;
        snprintf(text + used, size - used, "%s%s ", stopped > 0 ? ", " : "", c->runners[i].label);
        used = strlen(text);
        if (reached > 0)
            snprintf(text + used, size - used, "after t = %.6g", c->result->times[reached - 1]);
        else
            snprintf(text + used, size - used, "at the start");
        stopped++;
    }
    return stopped;
}

/* The status documented in qfp/run.h, and the summary as a sentence or a warning. */
static qfp_status judge(contest *c)
{
    char list[400];
    const char *reason = "";
    qfp_status status = QFP_OK;
    size_t stopped = list_stopped(c, list, sizeof list);
    if (stopped == 0)
        return QFP_OK;
    for (size_t i = c->count; i-- > 0;)
        if (c->runners[i].stopped && (i == 0 || !c->runners[i].accepted)) {
            status = c->runners[i].status;
            reason = c->result->theories[i].stopped;
        }
    if (status != QFP_OK)
        return QFP_FAIL(status, "%zu of %zu theories had to stop: %s; %s", stopped, c->count, list,
                        reason);
    snprintf(c->result->warning, sizeof c->result->warning,
             "%zu of %zu theories, accepted as unbalanced, had to stop: %s", stopped, c->count,
             list);
    return QFP_OK;
}

/* The members of the result that a run of the first theory alone would fill. */
static qfp_status copy_first(contest *c)
{
    qfp_run_result *r = c->result;
    const qfp_theory_result *first = &r->theories[0];
    size_t columns = first->observable_count;
    QFP_TRY(QFP_ALLOCATE(r->names, columns, "observable names"));
    QFP_TRY(QFP_ALLOCATE(r->values, c->config->time_count * columns, "observables"));
    memcpy(r->names, first->names, columns * sizeof *r->names);
    memcpy(r->values, first->values, r->time_count * columns * sizeof *r->values);
    r->observable_count = columns;
    if (r->warning[0] == '\0')
        snprintf(r->warning, sizeof r->warning, "%s", first->warning);
    return QFP_OK;
}

static void destroy(contest *c)
{
    for (size_t i = 0; c->runners != NULL && i < c->count; i++)
        qfp_member_destroy(&c->runners[i].member);
    free(c->runners);
    free(c->distance);
}

qfp_status qfp_run_theories(const qfp_config *config, const qfp_run_options *options,
                            qfp_run_result *out)
{
    contest c = {.config = config, .options = options, .result = out};
    qfp_status status = check_supported(&c);
    if (status == QFP_OK)
        status = create_runners(&c);
    if (status == QFP_OK)
        status = qfpi_contest_open_file(&c);
    if (status == QFP_OK) {
        c.progress = qfp_progress_create(options->show_progress ? config->title : NULL);
        status = evolve(&c);
        qfp_progress_destroy(c.progress);
    }
    status = qfpi_contest_close_file(&c, status);
    if (status == QFP_OK)
        status = copy_first(&c);
    if (status == QFP_OK)
        status = judge(&c);
    destroy(&c);
    return status;
}
