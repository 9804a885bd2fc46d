/* sampler.c - a pass over the trajectories of a Hamiltonian: draws, moves, measures, writes. */
#include "ensemble/sampler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "ensemble/sample_pass.h"
#include "run/solution.h"

static void destroy(void *self)
{
    qfp_sampler *s = self;
    if (s->engine.backend != NULL) {
        s->engine.backend->vector->destroy(s->fine);
        s->engine.backend->vector->destroy(s->coarse);
    }
    if (s->ensemble.destroy != NULL)
        s->ensemble.destroy(s->ensemble.self);
    qfp_reference_means_destroy(&s->exact);
    qfp_path_observables_destroy(&s->observables);
    qfp_reference_destroy(s->reference);
    qfp_engine_destroy(&s->engine);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(s->marginals[j]);
    qfp_share_destroy(&s->share);
    free(s->columns);
    free(s->axis_x);
    free(s->axis_p);
    free(s->axis_Q);
    free(s->axis_P);
    free(s->counts);
    free(s->expected);
    free(s->density);
    free(s->figures);
    free(s->scratch);
    free(s);
}

/* Numbers of the fine paths of this rank. */
static size_t buffered(const qfp_sampler *s)
{
    return 2 * s->set.paths * (size_t)s->set.coordinates;
}

static qfp_status allocate(qfp_sampler *s)
{
    size_t n = (size_t)s->config->husimi_points, times = s->config->time_count;
    size_t count = s->observables.list.count, modes = (size_t)s->config->modes;
    qfp_sample_result *r = s->result;
    QFP_TRY(QFP_ALLOCATE(s->counts, n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->expected, n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->density, QFP_CELL_POINTS * QFP_CELL_POINTS * n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->figures, QFP_FIGURES * count + 3 * modes, "observables"));
    QFP_TRY(QFP_ALLOCATE(s->scratch, 5 * count, "observables"));
    for (int j = 0; j < s->config->modes; j++)
        QFP_TRY(QFP_ALLOCATE(s->marginals[j], n * n, "a Husimi marginal"));
    qfp_config shown = *s->config;
    QFP_TRY(qfp_output_window(&shown));
    s->axes_of_modes = !qfp_output_window_is_shared(&shown);
    QFP_TRY(qfp_output_scales(&shown, &s->axis_x, &s->axis_p));
    QFP_TRY(qfp_output_axes(&shown, &s->axis_Q, &s->axis_P));
    r->observable_count = count;
    r->modes = s->config->modes;
    r->paths = s->config->ensemble.paths;
    r->has_exact = !s->ensemble.has_no_state;
    r->steps = s->ensemble.effort[0] != '\0' ? 0 : s->config->ensemble.steps;
    if (r->steps > 0)
        snprintf(r->effort, sizeof r->effort, "%d steps", r->steps);
    else
        memcpy(r->effort, s->ensemble.effort, sizeof r->effort);
    QFP_TRY(QFP_ALLOCATE(r->names, count, "observables"));
    QFP_TRY(QFP_ALLOCATE(r->times, times, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->estimates, times * count, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2, times * modes, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_cells, times * modes, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_probability, times * modes, "estimates"));
    for (size_t k = 0; k < count; k++)
        memcpy(r->names[k], s->observables.list.observables[k].quantity.name, sizeof *r->names);
    return QFP_OK;
}

static qfp_status create_ensemble(qfp_sampler *s)
{
    const qfp_method_setting setting = {.config = s->config,
                                        .backend = s->engine.backend,
                                        .context = s->engine.context,
                                        .share = &s->share,
                                        .reference = s->reference};
    QFP_TRY(qfpi_method_of(s->config)->create(&setting, &s->ensemble));
    memcpy(s->result->statement, s->ensemble.statement, sizeof s->result->statement);
    return QFP_OK;
}

static qfp_status create_observables(qfp_sampler *s)
{
    QFP_TRY(qfp_path_observables_create(s->config, s->ensemble.ordering, s->ensemble.doubled,
                                        &s->observables));
    return qfp_reference_means_create(s->reference, &s->observables.list, &s->exact);
}

/* Signed weights: Σ w = N/Z with Z = ∫|w|, and the estimates spread as those of (Σ w)²/N
 * trajectories of weight 1 would. */
static qfp_status weigh(qfp_sampler *s)
{
    const qfp_symbol_term one = {.re = 1.0};
    const qfp_path_polynomial constant = {.term_count = 1, .terms = &one};
    const qfp_batches all = {.paths = s->set.paths, .of = 1, .count = 1};
    qfp_sample_result *r = s->result;
    double paths = (double)s->share.batches.paths;
    size_t used = strlen(r->statement);
    s->weight = paths;
    if (s->ensemble.weights == NULL)
        return QFP_OK;
    QFP_TRY(s->engine.backend->paths->sums(s->engine.context, &s->set, 0, 1, &constant, &all,
                                           s->fine, s->ensemble.weights, &s->weight));
    QFP_TRY(qfpi_ranks_add(&s->weight, 1)); /* of signs */
    if (!(s->weight > 0.0))
        return QFP_FAIL(QFP_TOLERANCE,
                        "the signs of the %zu trajectories cancel (sum %g); raise ensemble.paths",
                        s->share.batches.paths, s->weight);
    snprintf(r->statement + used, sizeof r->statement - used,
             "; negative mass %.3g, effective sample size %.6g", 0.5 * (paths / s->weight - 1.0),
             s->weight * s->weight / paths);
    return QFP_OK;
}

static qfp_status draw(qfp_sampler *s)
{
    qfp_buffer *const sources[] = {s->fine};
    QFP_TRY(s->ensemble.draw(s->ensemble.self, &s->set, s->fine));
    QFP_TRY(weigh(s));
    s->is_drawn = true;
    if (s->ensemble.draw_coarse != NULL)
        return s->ensemble.draw_coarse(s->ensemble.self, &s->set, s->coarse);
    return s->engine.backend->vector->combine(buffered(s), 0.0, s->coarse, 1, (const double[]){1.0},
                                              sources);
}

static qfp_status create_paths(qfp_sampler *s)
{
    qfp_reference_kets kets;
    s->set = (qfp_path_set){.paths = s->share.paths,
                            .coordinates = s->ensemble.coordinates,
                            .seed = s->config->ensemble.seed,
                            .first_path = s->share.before};
    const qfp_backend *b = s->engine.backend;
    qfp_reference_state(s->reference, &kets);
    for (int j = 0; j < s->config->modes; j++)
        if (kets.levels[j] > 512)
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "%s: mode %d needs %d levels; trajectories are drawn from at most 512",
                            s->config->path, j + 1, kets.levels[j]);
    QFP_TRY(b->vector->create(s->engine.context, buffered(s), &s->fine));
    QFP_TRY(b->vector->create(s->engine.context, buffered(s), &s->coarse));
    return s->ensemble.work == NULL ? draw(s) : QFP_OK;
}

/* What the work has come to say of the ensemble. */
static void describe(const qfp_sampler *s)
{
    s->ensemble.describe(s->ensemble.self, s->result->statement, sizeof s->result->statement);
}

static qfp_status work(void *self, double *share)
{
    qfp_sampler *s = self;
    *share = 1.0;
    if (s->is_drawn)
        return QFP_OK;
    QFP_TRY(s->ensemble.work(s->ensemble.self, &s->set, share));
    if (*share < 1.0)
        return QFP_OK;
    describe(s);
    return draw(s);
}

/* A sampling error that jumps tells that few trajectories have come to carry the means. */
static qfp_status watch_for_spikes(const qfp_sampler *s, size_t row, const double *error)
{
    const double jump = 10.0;
    const qfp_sample_result *r = s->result;
    for (size_t k = 1; row > 1 && k < r->observable_count; k++) { /* 0: the energy */
        double before = r->estimates[(row - 1) * r->observable_count + k].stderr_;
        if (s->ensemble.doubled && before > 0.0 && error[k] > jump * before)
            return QFP_FAIL(QFP_GROWTH,
                            "t = %.6g: the sampling error of %s rose from %.2g to %.2g between two "
                            "outputs: a few trajectories carry the mean, the useful time of this "
                            "ensemble is over",
                            s->config->times[row], r->names[k], before, error[k]);
    }
    return QFP_OK;
}

static qfp_status evaluate(const qfp_sampler *s, bool is_coarse, double *values, double *errors)
{
    const qfp_path_observables *o = &s->observables;
    double *raw = NULL;
    const qfp_weighted_paths paths = {.share = &s->share,
                                      .set = &s->set,
                                      .x = is_coarse ? s->coarse : s->fine,
                                      .weights = s->ensemble.weights};
    if (s->ensemble.means == NULL)
        return qfp_path_observables_evaluate(o, s->engine.backend, s->engine.context, &paths,
                                             values, errors);
    QFP_TRY(QFP_ALLOCATE(raw, o->raw_count, "observables"));
    s->ensemble.means(s->ensemble.self, is_coarse, o->raw_count, o->raw, raw);
    qfp_observable_list_combine(&o->list, raw, values);
    memset(errors, 0, o->list.count * sizeof *errors);
    free(raw);
    return QFP_OK;
}

/* Exact means at time t; NaN of a method that belongs to no state. */
static qfp_status find_exact(qfp_sampler *s, double t, double *exact)
{
    for (size_t k = 0; k < s->result->observable_count; k++)
        exact[k] = NAN;
    if (s->ensemble.has_no_state)
        return QFP_OK;
    QFP_TRY(qfp_reference_evolve(s->reference, t));
    return qfp_reference_means_evaluate(&s->exact, exact);
}

/* Q of every mode, and what is compared with it. */
static qfp_status measure_densities(qfp_sampler *s, size_t row)
{
    qfp_sample_result *r = s->result;
    for (int j = 0; j < r->modes && !s->ensemble.has_no_state; j++) {
        if (!qfpi_sampler_compares_density(s)) {
            QFP_TRY(qfpi_sampler_exact_marginal(s, j));
            continue;
        }
        QFP_TRY(qfpi_sampler_histogram(s, j, row));
        size_t at = row * (size_t)r->modes + (size_t)j;
        double *figures = s->figures + QFP_FIGURES * r->observable_count + 3 * (size_t)j;
        figures[0] = r->chi2[at];
        figures[1] = r->chi2_cells[at];
        figures[2] = r->chi2_probability[at];
    }
    return QFP_OK;
}

static qfp_status measure(void *self, size_t row)
{
    qfp_sampler *s = self;
    qfp_sample_result *r = s->result;
    size_t count = r->observable_count;
    double *fine = s->scratch, *error = fine + count, *coarse = error + count;
    double *ignored = coarse + count, *exact = ignored + count;
    QFP_TRY(evaluate(s, false, fine, error));
    QFP_TRY(evaluate(s, true, coarse, ignored));
    QFP_TRY(find_exact(s, s->config->times[row], exact));
    QFP_TRY(watch_for_spikes(s, row, error));
    for (size_t k = 0; k < count; k++) {
        if (!isfinite(fine[k]) || !isfinite(coarse[k]))
            return QFP_FAIL(QFP_NOT_FINITE,
                            "t = %.6g: the mean of %s over the trajectories is not "
                            "finite",
                            s->config->times[row], r->names[k]);
        qfp_estimate e = {fine[k], error[k], fine[k] - coarse[k], exact[k]};
        r->estimates[row * count + k] = e;
        size_t kinds = (size_t)qfpi_sampler_figures(s);
        memcpy(s->figures + kinds * k, (const double[]){e.value, e.stderr_, e.step_error, e.exact},
               kinds * sizeof(double));
    }
    QFP_TRY(measure_densities(s, row));
    QFP_TRY(qfpi_sampler_write_paths(s));
    if (s->snapshot != NULL)
        QFP_TRY(qfp_snapshot_append(s->snapshot, s->config->times[row],
                                    (const double *const *)s->marginals, s->figures));
    r->times[row] = s->config->times[row];
    r->time_count = row + 1;
    return QFP_OK;
}

static qfp_status advance(void *self, double t, double h, uint64_t step)
{
    qfp_sampler *s = self;
    return s->ensemble.advance(s->ensemble.self, &s->set, t, h, step, s->fine, s->coarse);
}

/* Whether the paths are drawn, the fine and the coarse ones of all ranks, the reference, what the method carries. */
static size_t all_buffered(const qfp_sampler *s)
{
    return 2 * s->share.batches.paths * (size_t)s->set.coordinates;
}

static size_t carried(const void *self)
{
    const qfp_sampler *s = self;
    const qfp_carried *own = &s->ensemble.carried;
    return 1 + 2 * all_buffered(s) + qfp_reference_carried(s->reference) +
           (own->count != NULL ? own->count(s->ensemble.self) : 0);
}

qfp_status qfpi_sampler_gather(const qfp_sampler *s, const qfp_buffer *x, size_t count, double *out)
{
    const size_t paths = s->set.paths, reals = 2 * (size_t)s->set.coordinates;
    const size_t before = s->share.before, left = count > before ? count - before : 0;
    const size_t here = left < paths ? left : paths;
    double *own = NULL;
    /* a rank without memory must not leave the others waiting for its paths */
    qfp_status status = qfpi_ranks_agree(QFP_ALLOCATE(own, here, "trajectories"));
    for (size_t real = 0; status == QFP_OK && real < reals; real++) {
        status = s->engine.backend->vector->download(x, real * paths, here, own);
        if (status == QFP_OK)
            status =
                qfp_share_paths(&s->share, 1, own, count, out != NULL ? out + real * count : NULL);
    }
    free(own);
    return status;
}

static qfp_status save_paths(const qfp_sampler *s, double *out)
{
    const size_t all = s->share.batches.paths;
    QFP_TRY(qfpi_sampler_gather(s, s->fine, all, out));
    return qfpi_sampler_gather(s, s->coarse, all, out != NULL ? out + all_buffered(s) : NULL);
}

static qfp_status save(const void *self, double *out)
{
    const qfp_sampler *s = self;
    const size_t paths = 2 * all_buffered(s), reference = qfp_reference_carried(s->reference);
    if (out != NULL) {
        out[0] = s->is_drawn;
        memset(out + 1, 0, paths * sizeof *out);
        qfp_reference_save(s->reference, out + 1 + paths);
    }
    if (s->is_drawn)
        QFP_TRY(save_paths(s, out != NULL ? out + 1 : NULL));
    return s->ensemble.carried.count != NULL
               ? s->ensemble.carried.save(s->ensemble.self,
                                          out != NULL ? out + 1 + paths + reference : NULL)
               : QFP_OK;
}

/* Those of this rank, from those of all. */
static qfp_status load_paths(const qfp_sampler *s, const double *from, qfp_buffer *x)
{
    for (size_t real = 0; real < 2 * (size_t)s->set.coordinates; real++)
        QFP_TRY(s->engine.backend->vector->upload(x, real * s->set.paths, s->set.paths,
                                                  from + real * s->share.batches.paths +
                                                      s->share.before));
    return QFP_OK;
}

static qfp_status load(void *self, const double *from)
{
    qfp_sampler *s = self;
    s->is_drawn = *from++ != 0.0;
    QFP_TRY(load_paths(s, from, s->fine));
    QFP_TRY(load_paths(s, from + all_buffered(s), s->coarse));
    from += 2 * all_buffered(s);
    QFP_TRY(qfp_reference_load(s->reference, from));
    if (s->ensemble.carried.count != NULL)
        s->ensemble.carried.load(s->ensemble.self, from + qfp_reference_carried(s->reference));
    if (s->is_drawn && s->ensemble.work != NULL)
        describe(s);
    return QFP_OK;
}

static qfp_status build(qfp_sampler *s)
{
    QFP_TRY(
        qfp_engine_create(s->config->backend, s->config->device, QFP_PRECISION_DOUBLE, &s->engine));
    QFP_TRY(qfp_share_create((size_t)s->config->ensemble.paths, &s->share));
    QFP_TRY(qfp_reference_create_boxed(s->config, &s->reference));
    QFP_TRY(create_ensemble(s));
    QFP_TRY(create_observables(s));
    QFP_TRY(allocate(s));
    QFP_TRY(create_paths(s));
    return qfpi_sampler_lay_out(s);
}

qfp_status qfpi_sampler_create(const qfp_config *config, qfp_sample_result *result,
                               qfp_sample_pass *out)
{
    qfp_sampler *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "an ensemble"));
    s->config = config;
    s->result = result;
    qfp_status status = build(s);
    if (status != QFP_OK) {
        destroy(s);
        return status;
    }
    *out = (qfp_sample_pass){.self = s,
                             .layout = &s->layout,
                             .file = &s->snapshot,
                             .exact_steps = s->ensemble.exact_steps,
                             .work = s->ensemble.work != NULL ? work : NULL,
                             .advance = advance,
                             .measure = measure,
                             .describe = qfpi_sampler_describe,
                             .carried = carried,
                             .save = save,
                             .load = load,
                             .destroy = destroy};
    return QFP_OK;
}
