/* process_file.c - the output file of a process:
 *
 *     /time [T]  /axes/x [n]  /observables/NAME, NAME_stderr, NAME_step_error, NAME_exact [T]
 *     /histogram/x_V, /density/x_V [T, n] per unit of x (x_V_prep_K of the later preparations)
 *     /paths [T, path, variable] when asked for
 *     /kernel/joint_K (density equation), /kernel/counts_K (paths) [n at t = 0, n at the end]
 *     /kernel/distances [6] between the kernels of the first two preparations
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/figures.h"
#include "ensemble/process_pass.h"
#include "io/provenance.h"

/* ", preparation 2"; nothing where there is one only. */
static void name_preparation(const qfp_process_pass *s, size_t k, char out[40])
{
    out[0] = '\0';
    if (s->ensembles > 1)
        snprintf(out, 40, ", preparation %zu", k + 1);
}

/* The figures of every observable, to be freed. */
static qfp_status list_columns(const qfp_process_pass *s, qfp_quantity **out)
{
    static const char *const meanings[] = {"mean of x_1", "variance of x_1", "mean of x_2",
                                           "variance of x_2", "covariance of x_1 and x_2"};
    const qfp_sample_result *r = s->result;
    QFP_TRY(QFP_ALLOCATE(*out, QFP_FIGURES * r->observable_count, "observables"));
    for (size_t k = 0; k < r->observable_count; k++) {
        char preparation[40];
        qfp_quantity mean = {.unit = "1"};
        name_preparation(s, k / s->figures, preparation);
        snprintf(mean.name, sizeof mean.name, "%s", r->names[k]);
        snprintf(mean.long_name, sizeof mean.long_name, "%s%s", meanings[k % s->figures],
                 preparation);
        qfp_figures_describe(&mean, *out + QFP_FIGURES * k);
    }
    return QFP_OK;
}

qfp_status qfpi_process_describe(const void *self)
{
    const qfp_process_pass *s = self;
    const qfp_ensemble_settings *e = &s->config->ensemble;
    const int64_t seed = (int64_t)e->seed, paths = e->paths, steps = e->steps;
    const qfp_provenance p = {.config = s->config,
                              .kind = "process",
                              .backend = "cpu",
                              .device = "CPU",
                              .basis = "trajectories",
                              .ordering = "none (trajectories)",
                              .theory = s->result->method};
    QFP_TRY(qfp_provenance_write(&p, s->snapshot));
    QFP_TRY(qfp_provenance_write_theory(&p, s->snapshot));
    QFP_TRY(qfp_snapshot_set_attribute(s->snapshot, "method", s->result->method));
    QFP_TRY(qfp_snapshot_set_attribute(s->snapshot, "ensemble", s->result->statement));
    QFP_TRY(qfp_snapshot_set_attribute(s->snapshot, "density", s->process.density_name));
    QFP_TRY(qfp_snapshot_set_integers(s->snapshot, "seed", 1, &seed));
    QFP_TRY(qfp_snapshot_set_integers(s->snapshot, "paths", 1, &paths));
    return qfp_snapshot_set_integers(s->snapshot, "steps", 1, &steps);
}

static qfp_status append_figures(const qfp_process_pass *s, size_t row)
{
    const qfp_sample_result *r = s->result;
    double *figures = NULL;
    QFP_TRY(QFP_ALLOCATE(figures, QFP_FIGURES * r->observable_count, "observables"));
    for (size_t k = 0; k < r->observable_count; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        memcpy(figures + QFP_FIGURES * k,
               (const double[]){e->value, e->stderr_, e->step_error, e->exact},
               QFP_FIGURES * sizeof *figures);
    }
    qfp_status status = qfp_snapshot_append(s->snapshot, s->config->times[row], NULL, figures);
    free(figures);
    return status;
}

/* The next time of every marginal in [marginals][n]. */
static qfp_status append_marginals(const qfp_process_pass *s, const char *group, const char *what,
                                   const double *all)
{
    size_t variables = (size_t)s->process.variables;
    for (size_t at = 0; at < s->marginals; at++) {
        char name[96], preparation[40], meaning[160];
        name_preparation(s, at / variables, preparation);
        snprintf(name, sizeof name, "/%s/x_%zu%s", group, at % variables + 1,
                 qfpi_preparation_suffix[at / variables]);
        snprintf(meaning, sizeof meaning, "probability density of x_%zu %s%s", at % variables + 1,
                 what, preparation);
        const qfp_dataset_spec spec = {.name = name,
                                       .units = "per unit of x",
                                       .long_name = meaning,
                                       .grows = true,
                                       .rank = 1,
                                       .axes = &s->axis};
        QFP_TRY(qfp_snapshot_write(s->snapshot, &spec, all + at * s->cells.n));
    }
    return QFP_OK;
}

static qfp_status append_paths(const qfp_process_pass *s)
{
    static const char *const labels[QFP_MAX_VARIABLES_OF_PROCESS] = {"x_1", "x_2"};
    size_t variables = (size_t)s->process.variables;
    const qfp_axis axes[] = {
        {.name = "path", .count = s->trail_count, .long_name = "number of a trajectory"},
        {.name = "variable",
         .count = variables,
         .long_name = "variable of the process",
         .labels = labels}};
    const qfp_dataset_spec spec = {.name = "/paths",
                                   .units = "1",
                                   .long_name = "single trajectories of the first preparation",
                                   .grows = true,
                                   .rank = 2,
                                   .axes = axes};
    return s->trail_count > 0 ? qfp_snapshot_write(s->snapshot, &spec, s->trails) : QFP_OK;
}

static qfp_status put_distances(const qfp_process_pass *s)
{
    static const char *const labels[] = {"forward_solved",  "forward_sampled",  "forward_noise",
                                         "backward_solved", "backward_sampled", "backward_noise"};
    const double distances[] = {s->forward.solved,  s->forward.sampled,  s->forward.noise,
                                s->backward.solved, s->backward.sampled, s->backward.noise};
    const qfp_axis axis = {.name = "distance",
                           .count = sizeof distances / sizeof *distances,
                           .long_name =
                               "direction in time, and whether by the density equation, by "
                               "the paths, or what equal kernels would show",
                           .labels = labels};
    const qfp_dataset_spec spec = {.name = "/kernel/distances",
                                   .units = "1",
                                   .long_name = "mean total variation between the transition "
                                                "kernels of preparations 1 and 2",
                                   .rank = 1,
                                   .axes = &axis};
    return qfp_snapshot_write(s->snapshot, &spec, distances);
}

qfp_status qfpi_process_write_kernels(const qfp_process_pass *s)
{
    qfp_axis axes[2] = {s->axis, s->axis};
    axes[0].name = "x0";
    axes[0].long_name = "x at t = 0, centre of a cell";
    for (size_t k = 0; k < s->ensembles && s->counts[k] != NULL; k++) {
        char name[48], meaning[160], preparation[40];
        qfp_dataset_spec spec = {
            .name = name, .units = "1", .long_name = meaning, .rank = 2, .axes = axes};
        name_preparation(s, k, preparation);
        snprintf(name, sizeof name, "/kernel/joint_%zu", k + 1);
        snprintf(meaning, sizeof meaning,
                 "probability of being in cell x0 at t = 0 and in cell x at the end%s",
                 preparation);
        QFP_TRY(qfp_snapshot_write(s->snapshot, &spec, s->joint[k]));
        snprintf(name, sizeof name, "/kernel/counts_%zu", k + 1);
        snprintf(meaning, sizeof meaning,
                 "number of paths in cell x0 at t = 0 and in cell x at the end%s", preparation);
        QFP_TRY(qfp_snapshot_write(s->snapshot, &spec, s->counts[k]));
    }
    return s->ensembles < 2 || s->counts[0] == NULL ? QFP_OK : put_distances(s);
}

qfp_status qfpi_process_write_row(const qfp_process_pass *s, size_t row)
{
    char solved[96];
    snprintf(solved, sizeof solved, "by %s", s->process.density_name);
    QFP_TRY(append_marginals(s, "histogram", "of the paths", s->histogram));
    QFP_TRY(append_marginals(s, "density", solved, s->density));
    QFP_TRY(append_paths(s));
    return append_figures(s, row); /* last: the time is in the file when all of it is */
}

qfp_status qfpi_process_lay_out(qfp_process_pass *s)
{
    QFP_TRY(QFP_ALLOCATE(s->x, s->cells.n, "output axes"));
    for (size_t i = 0; i < s->cells.n; i++)
        s->x[i] = s->cells.first + s->cells.width * ((double)i + 0.5);
    s->axis = (qfp_axis){
        .name = "x", .count = s->cells.n, .long_name = "x, centre of a cell", .values = s->x};
    QFP_TRY(list_columns(s, &s->columns));
    s->layout = (qfp_snapshot_layout){.kind = "process",
                                      .x_count = s->cells.n,
                                      .x = s->x,
                                      .observable_count = QFP_FIGURES * s->result->observable_count,
                                      .observables = s->columns};
    return QFP_OK;
}
