/* sample_loop.c - `qfp sample`: a pass of the configured method, moved from output time to output
 * time; with target_error several passes of growing size. */
#include "qfp/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/stop.h"
#include "core/turn.h"
#include "ensemble/path_observables.h"
#include "ensemble/sampling.h"
#include "io/output_claim.h"

/* Who listens hears where the pass is: the bar, the caller, and a signal that came.  What the paths reached is
 * what a resumed sample goes on from. */
static qfp_status tell(qfp_sampling *s, double done, bool is_output)
{
    const qfp_sample_options *options = s->options;
    const qfp_run_moment moment = {.time = s->time,
                                   .done = done,
                                   .is_output = is_output,
                                   .arrays = is_output ? s->record : NULL};
    bool is_end = s->row == s->config.time_count;
    qfp_progress_update(s->progress, done, NULL);
    bool enough = options->watch != NULL && options->watch(options->watch_data, &moment) != 0;
    int number = 0;
    QFP_TRY(qfpi_stop_agree_at(s->time, &number));
    if (is_end || (!enough && number == 0))
        return QFP_OK;
    QFP_TRY(qfpi_sampling_keep(s, true));
    return QFP_FAIL(QFP_INTERRUPTED, "%s at t = %.6g",
                    enough ? "stopped by the caller" : "interrupted", s->time);
}

/* Pairs of fine steps to the next output time. */
static qfp_status advance(qfp_sampling *s, double to)
{
    const qfp_config *config = &s->config;
    double from = s->row > 0 ? config->times[s->row - 1] : 0.0;
    double end = config->times[config->time_count - 1];
    double wanted = ceil(0.5 * (double)config->ensemble.steps * (to - from) / end - 1e-9);
    size_t pairs = wanted < 1.0 || s->pass.exact_steps ? 1 : (size_t)wanted;
    double h = 0.5 * (to - from) / (double)pairs;
    while (s->pair < pairs) {
        QFP_TRY(s->pass.advance(s->pass.self, from + 2.0 * h * (double)s->pair, h, s->step));
        s->has_begun = true;
        s->step += 2;
        s->time = ++s->pair < pairs ? from + 2.0 * h * (double)s->pair : to;
        QFP_TRY(tell(s, s->time / end, false));
        QFP_TRY(qfpi_sampling_keep(s, false));
    }
    return QFP_OK;
}

/* What some methods do before they have paths. */
static qfp_status work(qfp_sampling *s)
{
    double share = s->pass.work != NULL ? 0.0 : 1.0;
    while (share < 1.0) {
        QFP_TRY(s->pass.work(s->pass.self, &share));
        s->has_begun = true;
        QFP_TRY(tell(s, share, false));
        QFP_TRY(qfpi_sampling_keep(s, false));
    }
    return QFP_OK;
}

static qfp_status move(qfp_sampling *s)
{
    const qfp_config *config = &s->config;
    QFP_TRY(work(s));
    double end = config->times[config->time_count - 1];
    while (s->row < config->time_count) {
        if (config->times[s->row] > s->time)
            QFP_TRY(advance(s, config->times[s->row]));
        QFP_TRY(s->pass.measure(s->pass.self, s->row));
        s->has_begun = true;
        s->row++;
        s->pair = 0;
        QFP_TRY(tell(s, end > 0.0 ? s->time / end : 1.0, true));
    }
    return QFP_OK;
}

static qfp_status refuse_series(const qfp_config *config)
{
    char place[64] = "";
    if (config->series_line > 0)
        snprintf(place, sizeof place, ":%d:%d", config->series_line, config->series_column);
    return QFP_FAIL(QFP_CONFIG,
                    "%s%s: output.series: ensembles are measured at output.times only; leave the "
                    "key out, or use qfp run",
                    config->path, place);
}

static qfp_status check(const qfp_config *config)
{
    if (config->series_count > 0)
        return refuse_series(config);
    if (config->correlation_count > 0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: output.correlations: paths of an ensemble have no two-time "
                        "correlations of operators; leave the key out, or use qfp run",
                        config->path);
    if (config->ensemble.method == NULL)
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
    if (config->varies)
        return QFP_FAIL(
            QFP_UNSUPPORTED,
            "%s: `qfp sample` takes no system that depends on the time t; `qfp run` does",
            config->path);
    return qfpi_method_of(config)->check(config);
}

/* The largest sampling error at any time, and whose it is. */
static double worst_error(const qfp_sample_result *r, size_t *worst)
{
    double most = 0.0;
    *worst = 0;
    for (size_t i = 0; i < r->time_count * r->observable_count; i++)
        if (r->estimates[i].stderr_ > most) {
            most = r->estimates[i].stderr_;
            *worst = i;
        }
    return most;
}

/* How many trajectories reach the target: the present number when it is reached.  Errors fall with
 * the root of the number; their estimate from QFP_BATCHES batches is itself a tenth off. */
static int paths_wanted(const qfp_config *config, const qfp_sample_result *r, int most)
{
    const double margin = 1.2, least_growth = 1.5;
    size_t worst;
    double ratio = worst_error(r, &worst) / config->ensemble.target_error;
    if (config->ensemble.target_error == 0.0 || ratio <= 1.0)
        return r->paths;
    return (int)fmin(most, ceil(r->paths * fmax(margin * ratio * ratio, least_growth)));
}

/* All `paths` are used and the target is not reached. */
static qfp_status check_target(const qfp_config *config, const qfp_sample_result *r)
{
    size_t worst;
    double error = worst_error(r, &worst);
    if (config->ensemble.target_error == 0.0 || error <= config->ensemble.target_error)
        return QFP_OK;
    return QFP_FAIL(QFP_TOLERANCE,
                    "ensemble.target_error %g is not reached with %d paths: the sampling error of "
                    "%s at t = %.6g is %.3g; raise ensemble.paths to about %.2g",
                    config->ensemble.target_error, r->paths, r->names[worst % r->observable_count],
                    r->times[worst / r->observable_count], error,
                    r->paths * pow(error / config->ensemble.target_error, 2.0));
}

/* The sentence of a failure before the file is open names what an earlier pass left. */
static qfp_status begin(qfp_sampling *s)
{
    qfp_sample_result_destroy(s->result);
    snprintf(s->result->method, sizeof s->result->method, "%s", s->config.ensemble.method->name);
    qfp_status status = qfpi_method_of(&s->config)->pass(&s->config, s->result, &s->pass);
    if (status == QFP_OK) {
        qfpi_stop_heed(s->keeping.path != NULL);
        status = qfpi_sampling_open(s);
    }
    return status != QFP_OK && s->is_kept ? qfp_keeping_name(&s->keeping, status) : status;
}

/* One ensemble.  The file is completed only when it is the last one; otherwise the next will have as many
 * trajectories as the target needs, `most` at most. */
static qfp_status sample_once(qfp_sampling *s, int most)
{
    qfp_status status = begin(s);
    if (status == QFP_OK) {
        s->progress = qfp_progress_create(s->options->show_progress ? s->config.title : NULL,
                                          qfpi_seconds_now);
        status = move(s);
        qfp_progress_destroy(s->progress);
        int wanted = paths_wanted(&s->config, s->result, most);
        if (status == QFP_OK && wanted > s->config.ensemble.paths)
            status = qfpi_sampling_turn(s, wanted);
        else
            status = qfpi_sampling_close(s, status == QFP_OK ? check_target(&s->config, s->result)
                                                             : status);
    }
    qfpi_stop_heed(false);
    if (s->pass.self != NULL)
        s->pass.destroy(s->pass.self);
    s->pass = (qfp_sample_pass){0};
    return status;
}

static qfp_status sample_all(qfp_sampling *s)
{
    const int first_paths = 16 * QFP_BATCHES;
    int most = s->config.ensemble.paths, paths = first_paths;
    if (s->config.path_count > paths) /* all passes write as many to the file */
        paths = s->config.path_count;
    if (s->config.ensemble.target_error > 0.0 && paths < most)
        s->config.ensemble.paths = paths;
    if (s->options->resume)
        QFP_TRY(qfpi_sampling_read(s, most));
    do {
        paths = s->config.ensemble.paths;
        QFP_TRY(sample_once(s, most));
    } while (s->config.ensemble.paths > paths);
    return QFP_OK;
}

static qfp_status sample(const qfp_config *config, const qfp_sample_options *options,
                         qfp_record *record, qfp_sample_result *out)
{
    QFPI_TAKE_TURN();
    const qfp_output_terms terms = {.resume = options->resume != 0, .force = options->force != 0};
    qfp_sampling s = {.config = *config, .options = options, .result = out, .record = record};
    qfp_output_claim *claim = NULL;
    double start = qfpi_seconds_now();
    *out = (qfp_sample_result){0};
    QFP_TRY(qfp_config_require_point(config));
    QFP_TRY(check(config)); /* before the reference, which may take long */
    QFP_TRY(qfp_output_claim_create(config, options->output_path, terms, &claim));
    qfp_keeping_begin(&s.keeping, config, options->output_path);
    qfp_status status = sample_all(&s);
    qfpi_sampling_end(&s);
    snprintf(out->kept, sizeof out->kept, "%s", qfp_output_claim_kept(claim));
    qfp_output_claim_release(claim);
    out->seconds = qfpi_seconds_now() - start;
    bool enough = status == QFP_INTERRUPTED && record != NULL && out->time_count > 0;
    if (status != QFP_OK && qfp_status_exit(status) != 3 && !enough)
        qfp_sample_result_destroy(out);
    return status;
}

qfp_status qfp_sample(const qfp_config *config, const qfp_sample_options *options,
                      qfp_sample_result *out)
{
    qfp_record *record = NULL;
    *out = (qfp_sample_result){0};
    if (options->keep && options->output_path != NULL)
        return QFP_FAIL(QFP_USAGE,
                        "%s: a result is kept in memory in place of a file, not beside it",
                        options->output_path);
    if (options->keep)
        QFP_TRY(QFP_ALLOCATE(record, 1, "the arrays"));
    qfp_status status = sample(config, options, record, out);
    if (out->time_count > 0)
        out->arrays = record;
    else
        qfpi_record_free(record);
    return status;
}

void qfp_sample_result_destroy(qfp_sample_result *result)
{
    if (result == NULL)
        return;
    free(result->names);
    free(result->labels);
    free(result->times);
    free(result->estimates);
    free(result->chi2);
    free(result->chi2_cells);
    free(result->chi2_probability);
    qfpi_record_free(result->arrays);
    *result = (qfp_sample_result){0};
}
