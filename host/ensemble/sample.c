/* sample.c - `qfp sample`: draws, moves from output time to output time, measures, writes. */
#include "qfp/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ensemble/chi_squared.h"
#include "ensemble/method.h"
#include "ensemble/path_observables.h"
#include "io/output_path.h"
#include "io/progress.h"
#include "io/snapshot.h"
#include "qfp/version.h"
#include "run/engine.h"

enum { GAUSS = 3 }; /* points per axis for the integral of Q over a cell */
static const double gauss_node[GAUSS] = {-0.7745966692414834, 0.0, 0.7745966692414834};
static const double gauss_weight[GAUSS] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};

/* name, name_stderr, name_step_error, name_exact in the file */
enum { FIGURES = 4 };
static const char *const figure_suffix[FIGURES] = {"", "_stderr", "_step_error", "_exact"};

typedef struct sampler {
    const qfp_config *config;
    const qfp_sample_options *options;
    qfp_sample_result *result;
    qfp_engine engine;
    const qfp_path_backend *backend;
    qfp_reference *reference;
    qfp_ensemble_object ensemble;
    qfp_path_observables observables;
    qfp_path_set set;
    double weight; /* Σ w of the trajectories */
    qfp_buffer *fine, *coarse;
    qfp_snapshot *snapshot;
    qfp_progress *progress;
    double *axis, *counts, *expected, *density, *figures, *scratch;
    double *marginals[QFP_MAX_MODES];
} sampler;

static void sampler_destroy(sampler *s)
{
    if (s->engine.backend != NULL) {
        s->engine.backend->buffer_destroy(s->fine);
        s->engine.backend->buffer_destroy(s->coarse);
    }
    if (s->ensemble.destroy != NULL)
        s->ensemble.destroy(s->ensemble.self);
    qfp_path_observables_destroy(&s->observables);
    qfp_reference_destroy(s->reference);
    qfp_engine_destroy(&s->engine);
    qfp_progress_destroy(s->progress);
    qfp_snapshot_abandon(s->snapshot);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(s->marginals[j]);
    free(s->axis);
    free(s->counts);
    free(s->expected);
    free(s->density);
    free(s->figures);
    free(s->scratch);
}

static qfp_status allocate(sampler *s)
{
    size_t n = (size_t)s->config->husimi_points, times = s->config->time_count;
    size_t count = s->observables.count, modes = (size_t)s->config->modes;
    qfp_sample_result *r = s->result;
    QFP_TRY(QFP_ALLOCATE(s->axis, n, "output axes"));
    QFP_TRY(QFP_ALLOCATE(s->counts, n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->expected, n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->density, GAUSS * GAUSS * n * n, "a histogram"));
    QFP_TRY(QFP_ALLOCATE(s->figures, FIGURES * count + 3 * modes, "observables"));
    QFP_TRY(QFP_ALLOCATE(s->scratch, 5 * count, "observables"));
    for (int j = 0; j < s->config->modes; j++)
        QFP_TRY(QFP_ALLOCATE(s->marginals[j], n * n, "a Husimi marginal"));
    double step = (s->config->husimi_to - s->config->husimi_from) / (double)(n - 1);
    for (size_t i = 0; i < n; i++)
        s->axis[i] = i + 1 == n ? s->config->husimi_to : s->config->husimi_from + (double)i * step;
    r->observable_count = count;
    r->modes = s->config->modes;
    r->paths = s->config->ensemble.paths;
    r->steps = s->config->ensemble.steps;
    QFP_TRY(QFP_ALLOCATE(r->names, count, "observables"));
    QFP_TRY(QFP_ALLOCATE(r->times, times, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->estimates, times * count, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2, times * modes, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_cells, times * modes, "estimates"));
    QFP_TRY(QFP_ALLOCATE(r->chi2_probability, times * modes, "estimates"));
    memcpy(r->names, s->observables.name, count * sizeof *r->names);
    return QFP_OK;
}

static qfp_status choose_backend(sampler *s)
{
    if (s->config->backend == QFP_BACKEND_CUDA)
        return QFP_FAIL(QFP_DEVICE,
                        "%s: backend: trajectory ensembles run on the CPU in this "
                        "version; take `backend: cpu`",
                        s->config->path);
    QFP_TRY(qfp_engine_create(QFP_BACKEND_CPU, QFP_PRECISION_DOUBLE, &s->engine));
    s->backend = qfp_path_backend_cpu();
    return QFP_OK;
}

static bool compares_density(const sampler *s)
{
    return s->ensemble.density_is_q || s->ensemble.histogram;
}

static qfp_status create_ensemble(sampler *s)
{
    const qfp_method_setting setting = {.config = s->config,
                                        .backend = s->backend,
                                        .buffers = s->engine.backend,
                                        .context = s->engine.context,
                                        .reference = s->reference};
    switch (s->config->ensemble.method) {
    case QFP_ENSEMBLE_GUIDED:
        QFP_TRY(qfp_guided_create(&setting, &s->ensemble));
        break;
    case QFP_ENSEMBLE_FORWARD_BACKWARD:
        QFP_TRY(qfp_forward_backward_create(&setting, &s->ensemble));
        break;
    case QFP_ENSEMBLE_ACTION:
        QFP_TRY(qfp_action_create(&setting, &s->ensemble));
        break;
    default:
        QFP_TRY(qfp_doubled_create(&setting, &s->ensemble));
    }
    snprintf(s->result->method, sizeof s->result->method, "%s", s->ensemble.method);
    memcpy(s->result->statement, s->ensemble.statement, sizeof s->result->statement);
    return QFP_OK;
}

static qfp_status create_observables(sampler *s)
{
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, 2 * s->config->modes);
    qfp_status status = qfp_ensemble_symbol(s->config, s->ensemble.ordering, &symbol);
    if (status == QFP_OK)
        status = qfp_path_observables_create(&symbol, s->config->modes, s->ensemble.ordering,
                                             s->ensemble.doubled, &s->observables);
    qfp_polynomial_destroy(&symbol);
    return status;
}

/* Signed weights: Σ w = N/Z with Z = ∫|w|, and the estimates spread as those of (Σ w)²/N
 * trajectories of weight 1 would. */
static qfp_status weigh(sampler *s)
{
    const qfp_symbol_term one = {.re = 1.0};
    const qfp_path_polynomial constant = {.term_count = 1, .terms = &one};
    qfp_sample_result *r = s->result;
    double paths = (double)s->set.paths;
    size_t used = strlen(r->statement);
    s->weight = paths;
    if (s->ensemble.weights == NULL)
        return QFP_OK;
    QFP_TRY(s->backend->sums(s->engine.context, &s->set, 0, 1, &constant, 1, s->fine,
                             s->ensemble.weights, &s->weight));
    if (!(s->weight > 0.0))
        return QFP_FAIL(QFP_TOLERANCE,
                        "the signs of the %zu trajectories cancel (sum %g); raise ensemble.paths",
                        s->set.paths, s->weight);
    snprintf(r->statement + used, sizeof r->statement - used,
             "; negative mass %.3g, effective sample size %.6g", 0.5 * (paths / s->weight - 1.0),
             s->weight * s->weight / paths);
    return QFP_OK;
}

static qfp_status create_paths(sampler *s)
{
    qfp_reference_kets kets;
    s->set = (qfp_path_set){.paths = (size_t)s->config->ensemble.paths,
                            .coordinates = s->ensemble.coordinates,
                            .seed = s->config->ensemble.seed};
    size_t doubles = 2 * s->set.paths * (size_t)s->set.coordinates;
    const qfp_backend *b = s->engine.backend;
    qfp_reference_state(s->reference, &kets);
    for (int j = 0; j < s->config->modes; j++)
        if (kets.levels[j] > 512)
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "%s: mode %d needs %d levels; trajectories are drawn from at most 512",
                            s->config->path, j + 1, kets.levels[j]);
    QFP_TRY(b->buffer_create(s->engine.context, doubles, &s->fine));
    QFP_TRY(b->buffer_create(s->engine.context, doubles, &s->coarse));
    QFP_TRY(s->ensemble.draw(s->ensemble.self, &s->set, s->fine));
    QFP_TRY(weigh(s));
    qfp_buffer *const sources[] = {s->fine};
    return b->combine(doubles, 0.0, s->coarse, 1, (const double[]){1.0}, sources);
}

enum { ATTRIBUTES = 14 };

static qfp_status open_snapshot(sampler *s)
{
    const qfp_config *config = s->config;
    qfp_sample_result *r = s->result;
    size_t count = r->observable_count, modes = (size_t)r->modes;
    size_t columns = FIGURES * count + (compares_density(s) ? 3 * modes : 0);
    char(*names)[48] = NULL;
    const char **list = NULL;
    char seed[32], paths[32], steps[32];
    qfp_status status;
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)config->ensemble.seed);
    snprintf(paths, sizeof paths, "%d", r->paths);
    snprintf(steps, sizeof steps, "%d", r->steps);
    QFP_TRY_GOTO(QFP_ALLOCATE(names, columns, "observable names"));
    QFP_TRY_GOTO(QFP_ALLOCATE(list, columns, "observable names"));
    for (size_t k = 0; k < count; k++)
        for (int f = 0; f < FIGURES; f++)
            snprintf(names[FIGURES * k + (size_t)f], sizeof *names, "%s%s", r->names[k],
                     figure_suffix[f]);
    for (size_t j = 0; j < modes && compares_density(s); j++) {
        char(*name)[48] = names + FIGURES * count + 3 * j;
        snprintf(name[0], sizeof *names, "chi2_mode_%zu", j + 1);
        snprintf(name[1], sizeof *names, "chi2_mode_%zu_degrees", j + 1);
        snprintf(name[2], sizeof *names, "chi2_mode_%zu_probability", j + 1);
    }
    for (size_t k = 0; k < columns; k++)
        list[k] = names[k];
    const qfp_attribute attributes[ATTRIBUTES] = {
        {"format_version", "1"},
        {"program_version", QFP_VERSION},
        {"git_commit", QFP_GIT_COMMIT},
        {"title", config->title},
        {"config", config->text},
        {"backend", s->engine.backend->name},
        {"method", r->method},
        {"seed", seed},
        {"paths", paths},
        {"steps", steps},
        {"ensemble", r->statement},
        {"theory", "order exact, C = 1"},
        {"operator", config->expression},
        {"units", "x and p physical, alpha = (x/l + i p l/kappa)/sqrt(2), time with 1/kappa, "
                  "histograms and Husimi functions per d2alpha = dx dp/(2 kappa)"},
    };
    const qfp_snapshot_layout layout = {.modes = config->modes,
                                        .x_count = (size_t)config->husimi_points,
                                        .p_count = (size_t)config->husimi_points,
                                        .x = s->axis,
                                        .p = s->axis,
                                        .observable_count = columns,
                                        .observable_names = list,
                                        .attribute_count = ATTRIBUTES,
                                        .attributes = attributes};
    status = qfp_snapshot_create(s->options->output_path, &layout, &s->snapshot);
done:
    free(names);
    free(list);
    return status;
}

/* Q of the exact state on the axes. */
static qfp_status exact_marginal(sampler *s, int mode)
{
    const qfp_config *config = s->config;
    size_t n = (size_t)config->husimi_points;
    double *q = NULL, *p = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(q, n, "output axes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(p, n, "output axes"));
    for (size_t i = 0; i < n; i++) {
        q[i] = s->axis[i] / config->length[mode];
        p[i] = s->axis[i] * config->length[mode] / config->kappa;
    }
    status = qfp_reference_husimi(s->reference, mode, n, q, n, p, s->marginals[mode]);
done:
    free(q);
    free(p);
    return status;
}

/* Its integral over the cells around them (Gauss-Legendre), times the number of trajectories. */
static qfp_status expect_counts(sampler *s, int mode, double cell_q, double cell_p)
{
    const qfp_config *config = s->config;
    size_t n = (size_t)config->husimi_points, m = GAUSS * n;
    double *q = NULL, *p = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(q, m, "output axes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(p, m, "output axes"));
    for (size_t i = 0; i < n; i++)
        for (size_t g = 0; g < GAUSS; g++) {
            q[GAUSS * i + g] = s->axis[i] / config->length[mode] + 0.5 * cell_q * gauss_node[g];
            p[GAUSS * i + g] =
                s->axis[i] * config->length[mode] / config->kappa + 0.5 * cell_p * gauss_node[g];
        }
    QFP_TRY_GOTO(qfp_reference_husimi(s->reference, mode, m, q, m, p, s->density));
    double measure = 0.5 * cell_q * cell_p * s->weight; /* d²α = dQ dP/2 */
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0.0;
            for (size_t g = 0; g < GAUSS; g++)
                for (size_t h = 0; h < GAUSS; h++)
                    sum += gauss_weight[g] * gauss_weight[h] *
                           s->density[(GAUSS * i + g) * m + GAUSS * k + h];
            s->expected[i * n + k] = measure * sum;
        }
done:
    free(q);
    free(p);
    return status;
}

/* The histogram of one mode as a density per d²α, against the exact Q. */
static qfp_status measure_histogram(sampler *s, int mode, size_t row)
{
    const qfp_config *config = s->config;
    qfp_sample_result *r = s->result;
    size_t n = (size_t)config->husimi_points, at = row * (size_t)r->modes + (size_t)mode;
    double cell = s->axis[1] - s->axis[0];
    double cell_q = cell / config->length[mode],
           cell_p = cell * config->length[mode] / config->kappa;
    const double bounds[4] = {s->axis[0] / config->length[mode] - 0.5 * cell_q,
                              s->axis[n - 1] / config->length[mode] + 0.5 * cell_q,
                              s->axis[0] * config->length[mode] / config->kappa - 0.5 * cell_p,
                              s->axis[n - 1] * config->length[mode] / config->kappa + 0.5 * cell_p};
    QFP_TRY(s->backend->histogram(s->engine.context, &s->set, mode, n, bounds, s->fine,
                                  s->ensemble.weights, s->counts));
    QFP_TRY(exact_marginal(s, mode));
    QFP_TRY(expect_counts(s, mode, cell_q, cell_p));
    /* counts of signs have another variance than their mean: no χ² then */
    qfp_chi_squared chi = {.probability = NAN};
    if (s->ensemble.weights == NULL)
        chi = qfp_chi_squared_of(n * n, s->counts, s->expected, (double)s->set.paths);
    r->chi2[at] = chi.value;
    r->chi2_cells[at] = chi.degrees;
    r->chi2_probability[at] = chi.probability;
    for (size_t i = 0; i < n * n; i++) /* counts → density */
        s->counts[i] /= 0.5 * cell_q * cell_p * s->weight;
    return s->snapshot != NULL ? qfp_snapshot_append_histogram(s->snapshot, mode, s->counts)
                               : QFP_OK;
}

/* A sampling error that jumps tells that few trajectories have come to carry the means. */
static qfp_status watch_for_spikes(const sampler *s, size_t row, const double *error)
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

static qfp_status measure(sampler *s, size_t row)
{
    qfp_sample_result *r = s->result;
    size_t count = r->observable_count;
    double *fine = s->scratch, *error = fine + count, *coarse = error + count;
    double *ignored = coarse + count, *exact = ignored + count;
    const qfp_path_observables *o = &s->observables;
    QFP_TRY(qfp_reference_evolve(s->reference, s->config->times[row]));
    QFP_TRY(qfp_path_observables_evaluate(o, s->backend, s->engine.context, &s->set, s->fine,
                                          s->ensemble.weights, fine, error));
    QFP_TRY(qfp_path_observables_evaluate(o, s->backend, s->engine.context, &s->set, s->coarse,
                                          s->ensemble.weights, coarse, ignored));
    QFP_TRY(qfp_path_observables_exact(o, s->reference, exact));
    for (size_t k = 0; s->ensemble.has_no_state && k < count; k++)
        exact[k] = NAN;
    QFP_TRY(watch_for_spikes(s, row, error));
    for (size_t k = 0; k < count; k++) {
        if (!isfinite(fine[k]) || !isfinite(coarse[k]))
            return QFP_FAIL(QFP_NOT_FINITE,
                            "t = %.6g: the mean of %s over the trajectories is not "
                            "finite",
                            s->config->times[row], r->names[k]);
        qfp_estimate e = {fine[k], error[k], fine[k] - coarse[k], exact[k]};
        r->estimates[row * count + k] = e;
        memcpy(s->figures + FIGURES * k,
               (const double[]){e.value, e.stderr_, e.step_error, e.exact},
               FIGURES * sizeof(double));
    }
    for (int j = 0; j < r->modes; j++) {
        if (!compares_density(s)) {
            QFP_TRY(exact_marginal(s, j));
            continue;
        }
        QFP_TRY(measure_histogram(s, j, row));
        size_t at = row * (size_t)r->modes + (size_t)j;
        double *figures = s->figures + FIGURES * count + 3 * (size_t)j;
        figures[0] = r->chi2[at];
        figures[1] = r->chi2_cells[at];
        figures[2] = r->chi2_probability[at];
    }
    if (s->snapshot != NULL)
        QFP_TRY(qfp_snapshot_append(s->snapshot, s->config->times[row],
                                    (const double *const *)s->marginals, NULL, s->figures));
    r->times[row] = s->config->times[row];
    r->time_count = row + 1;
    return QFP_OK;
}

/* Pairs of fine steps from time `from` to `to`. */
static qfp_status advance(sampler *s, double from, double to, uint64_t *step)
{
    double end = s->config->times[s->config->time_count - 1];
    double wanted = ceil(0.5 * (double)s->config->ensemble.steps * (to - from) / end - 1e-9);
    size_t pairs = wanted < 1.0 || s->ensemble.exact_steps ? 1 : (size_t)wanted;
    double h = 0.5 * (to - from) / (double)pairs;
    for (size_t pair = 0; pair < pairs; pair++, *step += 2) {
        QFP_TRY(s->ensemble.advance(s->ensemble.self, &s->set, from + 2.0 * h * (double)pair, h,
                                    *step, s->fine, s->coarse));
        qfp_progress_update(s->progress, (from + 2.0 * h * (double)(pair + 1)) / end, NULL);
    }
    return QFP_OK;
}

static qfp_status draw_and_move(sampler *s)
{
    double t = 0.0;
    uint64_t step = 0;
    for (size_t row = 0; row < s->config->time_count; row++) {
        if (s->config->times[row] > t)
            QFP_TRY(advance(s, t, s->config->times[row], &step));
        t = s->config->times[row];
        QFP_TRY(measure(s, row));
    }
    return QFP_OK;
}

/* Completes the file, also of an ensemble that had to stop after some times, or removes it. */
static qfp_status close_snapshot(sampler *s, qfp_status status)
{
    qfp_snapshot *snapshot = s->snapshot;
    char sentence[1024];
    if (snapshot == NULL ||
        (status != QFP_OK && (qfp_status_exit(status) != 3 || s->result->time_count == 0)))
        return status;
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    if (status != QFP_OK)
        QFP_TRY(qfp_snapshot_set_attribute(snapshot, "stopped", sentence));
    s->snapshot = NULL;
    QFP_TRY(qfp_snapshot_finish(snapshot, 0));
    return status == QFP_OK ? QFP_OK : QFP_FAIL(status, "%s", sentence);
}

static qfp_status check(const qfp_config *config)
{
    if (config->ensemble.method == QFP_ENSEMBLE_NONE)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble: missing; `qfp sample` needs for example "
                        "ensemble: {method: guided, paths: 100000, steps: 2000}",
                        config->path);
    if (config->theory_count > 1 || config->theory.order != QFP_ORDER_EXACT ||
        config->theory.C != 1.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: theory: trajectories are compared with the exact state; take theory: "
                        "{order: exact, C: 1}",
                        config->path);
    switch (config->ensemble.method) {
    case QFP_ENSEMBLE_GUIDED:
        return qfp_guided_check(config);
    case QFP_ENSEMBLE_FORWARD_BACKWARD:
        return qfp_forward_backward_check(config);
    case QFP_ENSEMBLE_ACTION:
        return qfp_action_check(config);
    default:
        return qfp_doubled_check(config);
    }
}

qfp_status qfp_sample(const qfp_config *config, const qfp_sample_options *options,
                      qfp_sample_result *out)
{
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    sampler s = {.config = config, .options = options, .result = out};
    *out = (qfp_sample_result){0};
    qfp_status status;
    if (options->output_path != NULL)
        QFP_TRY_GOTO(qfpi_output_path_differs(options->output_path, config->path));
    QFP_TRY_GOTO(check(config)); /* before the reference, which may take long */
    QFP_TRY_GOTO(choose_backend(&s));
    QFP_TRY_GOTO(qfp_reference_create(config, &s.reference));
    QFP_TRY_GOTO(create_ensemble(&s));
    QFP_TRY_GOTO(create_observables(&s));
    QFP_TRY_GOTO(allocate(&s));
    QFP_TRY_GOTO(create_paths(&s));
    if (options->output_path != NULL)
        QFP_TRY_GOTO(open_snapshot(&s));
    s.progress = qfp_progress_create(options->show_progress ? config->title : NULL);
    status = close_snapshot(&s, draw_and_move(&s));
done:
    sampler_destroy(&s);
    clock_gettime(CLOCK_MONOTONIC, &end);
    out->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    if (status != QFP_OK && qfp_status_exit(status) != 3)
        qfp_sample_result_destroy(out);
    return status;
}

void qfp_sample_result_destroy(qfp_sample_result *result)
{
    if (result == NULL)
        return;
    free(result->names);
    free(result->times);
    free(result->estimates);
    free(result->chi2);
    free(result->chi2_cells);
    free(result->chi2_probability);
    *result = (qfp_sample_result){0};
}
