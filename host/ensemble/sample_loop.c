/* sample_loop.c - `qfp sample`: a pass of the configured method, moved from output time to output
 * time; with target_error several passes of growing size. */
#include "qfp/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "ensemble/path_observables.h"
#include "ensemble/sample_pass.h"
#include "io/output_claim.h"
#include "io/progress.h"

/* Pairs of fine steps from time `from` to `to`. */
static qfp_status advance(const qfp_config *config, const qfp_sample_pass *pass, double from,
                          double to, uint64_t *step, qfp_progress *progress)
{
    double end = config->times[config->time_count - 1];
    double wanted = ceil(0.5 * (double)config->ensemble.steps * (to - from) / end - 1e-9);
    size_t pairs = wanted < 1.0 || pass->exact_steps ? 1 : (size_t)wanted;
    double h = 0.5 * (to - from) / (double)pairs;
    for (size_t pair = 0; pair < pairs; pair++, *step += 2) {
        QFP_TRY(pass->advance(pass->self, from + 2.0 * h * (double)pair, h, *step));
        qfp_progress_update(progress, (from + 2.0 * h * (double)(pair + 1)) / end, NULL);
    }
    return QFP_OK;
}

static qfp_status move(const qfp_config *config, const qfp_sample_pass *pass,
                       qfp_progress *progress)
{
    double t = 0.0;
    uint64_t step = 0;
    for (size_t row = 0; row < config->time_count; row++) {
        if (config->times[row] > t)
            QFP_TRY(advance(config, pass, t, config->times[row], &step, progress));
        t = config->times[row];
        QFP_TRY(pass->measure(pass->self, row));
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

/* One ensemble of config->ensemble.paths trajectories.  The file is completed only when it will be
 * the last one: *wanted is the number of trajectories that the target needs. */
static qfp_status sample_once(const qfp_config *config, const qfp_sample_options *options, int most,
                              qfp_sample_result *out, int *wanted)
{
    qfp_sample_pass pass;
    snprintf(out->method, sizeof out->method, "%s", config->ensemble.method->name);
    QFP_TRY(qfpi_method_of(config)->pass(config, options, out, &pass));
    qfp_progress *progress =
        qfp_progress_create(options->show_progress ? config->title : NULL, qfpi_seconds_now);
    qfp_status status = move(config, &pass, progress);
    *wanted = paths_wanted(config, out, most);
    if (status != QFP_OK || *wanted <= config->ensemble.paths) {
        if (status == QFP_OK)
            status = check_target(config, out);
        status = pass.finish(pass.self, status);
    }
    qfp_progress_destroy(progress);
    pass.destroy(pass.self);
    return status;
}

static qfp_status sample_all(const qfp_config *config, const qfp_sample_options *options,
                             qfp_sample_result *out)
{
    const int first_paths = 16 * QFP_BATCHES;
    qfp_config pass = *config; /* borrows everything; only the number of paths differs */
    int most = config->ensemble.paths, wanted = most;
    if (config->ensemble.target_error > 0.0 && wanted > first_paths)
        wanted = first_paths;
    qfp_status status;
    do {
        qfp_sample_result_destroy(out);
        pass.ensemble.paths = wanted;
        status = sample_once(&pass, options, most, out, &wanted);
    } while (status == QFP_OK && wanted > pass.ensemble.paths);
    return status;
}

qfp_status qfp_sample(const qfp_config *config, const qfp_sample_options *options,
                      qfp_sample_result *out)
{
    const qfp_output_terms terms = {.force = options->force != 0};
    qfp_output_claim *claim = NULL;
    double start = qfpi_seconds_now();
    *out = (qfp_sample_result){0};
    QFP_TRY(check(config)); /* before the reference, which may take long */
    if (options->output_path != NULL)
        QFP_TRY(qfp_output_claim_create(config, options->output_path, terms, &claim));
    qfp_status status = sample_all(config, options, out);
    snprintf(out->kept, sizeof out->kept, "%s", qfp_output_claim_kept(claim));
    qfp_output_claim_release(claim);
    out->seconds = qfpi_seconds_now() - start;
    if (status != QFP_OK && qfp_status_exit(status) != 3)
        qfp_sample_result_destroy(out);
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
    *result = (qfp_sample_result){0};
}
