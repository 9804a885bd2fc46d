/* process_pass.c - a pass over the trajectories of a process: draws, moves, measures, writes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "ensemble/chi_squared.h"
#include "ensemble/process_pass.h"
#include "ensemble/sample_pass.h"

const char *const qfpi_preparation_suffix[QFP_MAX_PREPARATIONS] = {"", "_prep_2", "_prep_3",
                                                                   "_prep_4"};

static void destroy(void *self)
{
    qfp_process_pass *s = self;
    if (s->process.destroy != NULL)
        s->process.destroy(s->process.self);
    qfp_share_destroy(&s->share);
    for (int k = 0; k < QFP_MAX_PREPARATIONS; k++) {
        free(s->fine[k]);
        free(s->coarse[k]);
        free(s->start[k]);
        free(s->joint[k]);
        free(s->counts[k]);
    }
    free(s->x);
    free(s->columns);
    free(s->histogram);
    free(s->density);
    free(s->trails);
    free(s);
}

/* Which of the five figures an observable is, in the order of printing. */
static const int figure_of[QFPI_PROCESS_MOMENTS] = {QFP_MEAN_1, QFP_VAR_1, QFP_MEAN_2, QFP_VAR_2,
                                                    QFP_COV};

static void name_observables(const qfp_process_pass *s)
{
    static const char *const names[QFPI_PROCESS_MOMENTS] = {"mean_x_1", "var_x_1", "mean_x_2",
                                                            "var_x_2", "cov_x_1_x_2"};
    qfp_sample_result *r = s->result;
    for (size_t k = 0; k < s->ensembles; k++) {
        const char *suffix = qfpi_preparation_suffix[k];
        for (size_t f = 0; f < s->figures; f++)
            snprintf(r->names[k * s->figures + f], sizeof r->names[0], "%s%s", names[f], suffix);
        for (int v = 0; v < s->process.variables; v++) {
            char *label = r->labels[k * (size_t)s->process.variables + (size_t)v];
            snprintf(label, sizeof r->labels[0], "x_%d%s against %s", v + 1, suffix,
                     s->process.density_name);
        }
    }
}

static qfp_status allocate(qfp_process_pass *s)
{
    const qfp_config *config = s->config;
    qfp_sample_result *r = s->result;
    size_t times = config->time_count, n = s->cells.n, paths = s->share.paths;
    size_t all = s->share.batches.paths;
    size_t variables = (size_t)s->process.variables;
    s->ensembles = (size_t)s->process.preparations;
    s->marginals = s->ensembles * variables;
    s->figures = variables == 1 ? 2 : QFPI_PROCESS_MOMENTS;
    s->trail_count = (size_t)config->path_count < all ? (size_t)config->path_count : all;
    r->observable_count = s->ensembles * s->figures;
    r->modes = (int)s->marginals;
    r->paths = config->ensemble.paths;
    r->steps = config->ensemble.steps;
    r->has_exact = 1;
    snprintf(r->effort, sizeof r->effort, "%d steps", r->steps);
    QFP_TRY(QFP_ALLOCATE(r->names, r->observable_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(r->labels, s->marginals, "observables"));
    QFP_TRY(QFP_ALLOCATE(r->times, times, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->estimates, times * r->observable_count, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2, times * s->marginals, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_cells, times * s->marginals, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_probability, times * s->marginals, "estimates"));
    QFP_TRY(QFP_ALLOCATE(s->histogram, s->marginals * n, "histograms"));
    QFP_TRY(QFP_ALLOCATE(s->density, s->marginals * n, "histograms"));
    QFP_TRY(QFP_ALLOCATE(s->trails, s->trail_count * variables, "trajectories to write"));
    for (size_t k = 0; k < s->ensembles; k++) {
        QFP_TRY(QFP_ALLOCATE(s->fine[k], paths * variables, "trajectories"));
        QFP_TRY(QFP_ALLOCATE(s->coarse[k], paths * variables, "trajectories"));
        if (s->process.joint != NULL)
            QFP_TRY(QFP_ALLOCATE(s->start[k], paths, "trajectories"));
        s->sets[k] = (qfp_process_set){.paths = paths,
                                       .variables = s->process.variables,
                                       .seed = config->ensemble.seed,
                                       .first_path = k * all + s->share.before};
    }
    name_observables(s);
    return QFP_OK;
}

static void draw(qfp_process_pass *s)
{
    for (size_t k = 0; k < s->ensembles; k++) {
        size_t paths = s->sets[k].paths;
        s->process.draw(s->process.self, (int)k, &s->sets[k], s->fine[k]);
        memcpy(s->coarse[k], s->fine[k], paths * (size_t)s->process.variables * sizeof(double));
        if (s->start[k] != NULL)
            memcpy(s->start[k], s->fine[k], paths * sizeof(double));
    }
}

/* Sums of `paths` paths to means and covariances. */
static void figures_of_sums(const double *sum, double paths, double *out)
{
    out[QFP_MEAN_1] = sum[0] / paths;
    out[QFP_MEAN_2] = sum[1] / paths;
    out[QFP_VAR_1] = sum[2] / paths - out[QFP_MEAN_1] * out[QFP_MEAN_1];
    out[QFP_COV] = sum[3] / paths - out[QFP_MEAN_1] * out[QFP_MEAN_2];
    out[QFP_VAR_2] = sum[4] / paths - out[QFP_MEAN_2] * out[QFP_MEAN_2];
}

/* Values of all paths and their errors by leaving out one batch at a time (jackknife). */
static qfp_status figures_of_paths(const qfp_process_pass *s, size_t k, const double *x,
                                   double *value, double *error)
{
    enum { M = QFPI_PROCESS_MOMENTS };
    const size_t batches = s->share.batches.of, paths = s->share.batches.paths;
    const qfp_batches cut = {.paths = paths, .of = batches, .count = batches};
    double own[QFP_BATCHES * M], sums[QFP_BATCHES * M];
    double all[M] = {0.0}, mean[M] = {0.0}, square[M] = {0.0};
    s->backend->process->moments(&s->sets[k], &s->share.batches, x, own);
    QFP_TRY(qfp_share_sums(&s->share, M, own, sums));
    for (size_t b = 0; b < batches; b++)
        for (size_t m = 0; m < M; m++)
            all[m] += sums[m * batches + b];
    figures_of_sums(all, (double)paths, value);
    for (size_t b = 0; b < batches; b++) {
        double rest[M], left[M];
        size_t count = qfpi_paths_before(&cut, b + 1) - qfpi_paths_before(&cut, b);
        for (size_t m = 0; m < M; m++)
            rest[m] = all[m] - sums[m * batches + b];
        figures_of_sums(rest, (double)(paths - count), left);
        for (size_t m = 0; m < M; m++) { /* about `value`: the sums would lose digits */
            mean[m] += (left[m] - value[m]) / (double)batches;
            square[m] += (left[m] - value[m]) * (left[m] - value[m]);
        }
    }
    for (size_t m = 0; m < M; m++)
        error[m] = sqrt(fmax(square[m] - (double)batches * mean[m] * mean[m], 0.0) *
                        (double)(batches - 1) / (double)batches);
    return QFP_OK;
}

static qfp_status measure_figures(qfp_process_pass *s, size_t row)
{
    qfp_sample_result *r = s->result;
    for (size_t k = 0; k < s->ensembles; k++) {
        double fine[QFPI_PROCESS_MOMENTS], error[QFPI_PROCESS_MOMENTS];
        double coarse[QFPI_PROCESS_MOMENTS], ignored[QFPI_PROCESS_MOMENTS];
        double exact[QFPI_PROCESS_MOMENTS];
        QFP_TRY(figures_of_paths(s, k, s->fine[k], fine, error));
        QFP_TRY(figures_of_paths(s, k, s->coarse[k], coarse, ignored));
        s->process.figures(s->process.self, (int)k, exact);
        for (size_t f = 0; f < s->figures; f++) {
            int m = figure_of[f];
            size_t at = row * r->observable_count + k * s->figures + f;
            r->estimates[at] = (qfp_estimate){fine[m], error[m], fine[m] - coarse[m], exact[m]};
            if (!isfinite(fine[m]) || !isfinite(coarse[m]))
                return QFP_FAIL(QFP_NOT_FINITE,
                                "t = %.6g: %s of the trajectories is not finite; raise "
                                "ensemble.steps, or the process explodes",
                                s->config->times[row], r->names[k * s->figures + f]);
        }
    }
    return QFP_OK;
}

static qfp_status measure_densities(qfp_process_pass *s, size_t row)
{
    qfp_sample_result *r = s->result;
    size_t n = s->cells.n, variables = (size_t)s->process.variables;
    double *expected = NULL, paths = (double)s->share.batches.paths;
    QFP_TRY(QFP_ALLOCATE(expected, n, "a histogram"));
    for (size_t at = 0; at < s->marginals; at++)
        s->backend->process->histogram(s->share.paths, n, s->cells.first, s->cells.width,
                                       s->fine[at / variables] + at % variables * s->share.paths,
                                       NULL, s->histogram + at * n);
    qfp_status status = qfpi_ranks_add(s->histogram, s->marginals * n);
    for (size_t at = 0; at < s->marginals; at++) {
        size_t k = at / variables, v = at % variables;
        double *counts = s->histogram + at * n, *density = s->density + at * n;
        s->process.density(s->process.self, (int)k, (int)v, density);
        for (size_t i = 0; i < n; i++)
            expected[i] = density[i] * paths;
        qfp_chi_squared chi = qfp_chi_squared_of(n, counts, expected, paths);
        r->chi2[row * s->marginals + at] = chi.value;
        r->chi2_cells[row * s->marginals + at] = chi.degrees;
        r->chi2_probability[row * s->marginals + at] = chi.probability;
        for (size_t i = 0; i < n; i++) {
            counts[i] /= paths * s->cells.width;
            density[i] /= s->cells.width;
        }
    }
    free(expected);
    return status;
}

static qfp_status collect_trails(qfp_process_pass *s)
{
    size_t variables = (size_t)s->process.variables, count = s->trail_count;
    double *columns = NULL;
    QFP_TRY(QFP_ALLOCATE(columns, count * variables, "trajectories to write"));
    qfp_status status = qfp_share_paths(&s->share, variables, s->fine[0], count, columns);
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < variables; v++)
            s->trails[i * variables + v] = columns[v * count + i];
    free(columns);
    return status;
}

/* The densities follow the paths from output time to output time. */
static qfp_status measure(void *self, size_t row)
{
    qfp_process_pass *s = self;
    double before = row > 0 ? s->config->times[row - 1] : 0.0;
    QFP_TRY(s->process.follow(s->process.self, s->config->times[row] - before));
    QFP_TRY(measure_figures(s, row));
    QFP_TRY(measure_densities(s, row));
    QFP_TRY(collect_trails(s));
    if (s->snapshot != NULL)
        QFP_TRY(qfpi_process_write_row(s, row));
    s->result->times[row] = s->config->times[row];
    s->result->time_count = row + 1;
    return QFP_OK;
}

static qfp_status advance(void *self, double t, double h, uint64_t step)
{
    qfp_process_pass *s = self;
    (void)t;
    s->process.prepare(s->process.self, h);
    for (size_t k = 0; k < s->ensembles; k++)
        s->process.advance(s->process.self, &s->sets[k], h, step, s->fine[k], s->coarse[k]);
    return QFP_OK;
}

qfp_status qfpi_process_check(const qfp_config *config)
{
    if (config->backend == QFP_BACKEND_CUDA)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: backend: the methods markov and nelson run on the CPU only; take "
                        "backend: auto or cpu",
                        config->path);
    if (config->husimi_points < 3)
        return QFP_FAIL(QFP_CONFIG, "%s: output.husimi.points: at least 3 cells are needed, not 2",
                        config->path);
    return QFP_OK;
}

static qfp_status build(qfp_process_pass *s)
{
    const qfp_config *config = s->config;
    size_t n = (size_t)config->husimi_points;
    const qfp_interval *x = &config->husimi_window[0][0];
    double width = (x->to - x->from) / (double)(n - 1);
    s->cells = (qfp_process_cells){n, x->from - 0.5 * width, width};
    QFP_TRY(qfp_share_create((size_t)config->ensemble.paths, &s->share));
    QFP_TRY(qfpi_method_of(config)->create_process(config, s->backend, &s->cells, &s->process));
    snprintf(s->result->statement, sizeof s->result->statement, "%s", s->process.statement);
    QFP_TRY(allocate(s));
    draw(s);
    return qfpi_process_lay_out(s);
}

static qfp_status conclude(void *self)
{
    qfp_process_pass *s = self;
    QFP_TRY(qfpi_process_kernels(s));
    return s->snapshot != NULL ? qfpi_process_write_kernels(s) : QFP_OK;
}

/* Fine and coarse paths of all ranks of every preparation, then what the process carries. */
static size_t buffered(const qfp_process_pass *s)
{
    return s->share.batches.paths * (size_t)s->process.variables;
}

static size_t carried(const void *self)
{
    const qfp_process_pass *s = self;
    return 2 * s->ensembles * buffered(s) + s->process.carried.count(s->process.self);
}

static qfp_status save(const void *self, double *out)
{
    const qfp_process_pass *s = self;
    size_t count = buffered(s), all = s->share.batches.paths;
    size_t variables = (size_t)s->process.variables;
    for (size_t k = 0; k < s->ensembles; k++) {
        double *to = out != NULL ? out + 2 * k * count : NULL;
        QFP_TRY(qfp_share_paths(&s->share, variables, s->fine[k], all, to));
        QFP_TRY(qfp_share_paths(&s->share, variables, s->coarse[k], all,
                                to != NULL ? to + count : NULL));
    }
    return s->process.carried.save(s->process.self,
                                   out != NULL ? out + 2 * s->ensembles * count : NULL);
}

/* Those of this rank, from those of all. */
static void load_paths(const qfp_process_pass *s, const double *from, double *x)
{
    for (size_t v = 0; v < (size_t)s->process.variables; v++)
        memcpy(x + v * s->share.paths, from + v * s->share.batches.paths + s->share.before,
               s->share.paths * sizeof *x);
}

static qfp_status load(void *self, const double *from)
{
    qfp_process_pass *s = self;
    size_t count = buffered(s);
    for (size_t k = 0; k < s->ensembles; k++, from += 2 * count) {
        load_paths(s, from, s->fine[k]);
        load_paths(s, from + count, s->coarse[k]);
    }
    s->process.carried.load(s->process.self, from);
    return QFP_OK;
}

qfp_status qfpi_process_create(const qfp_config *config, qfp_sample_result *result,
                               qfp_sample_pass *out)
{
    qfp_process_pass *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "an ensemble"));
    s->config = config;
    s->backend = qfp_backend_cpu();
    s->result = result;
    qfp_status status = build(s);
    if (status != QFP_OK) {
        destroy(s);
        return status;
    }
    *out = (qfp_sample_pass){.self = s,
                             .layout = &s->layout,
                             .file = &s->snapshot,
                             .advance = advance,
                             .measure = measure,
                             .describe = qfpi_process_describe,
                             .conclude = conclude,
                             .carried = carried,
                             .save = save,
                             .load = load,
                             .destroy = destroy};
    return QFP_OK;
}
