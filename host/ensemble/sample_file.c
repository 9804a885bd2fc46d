/* sample_file.c - the output file of `qfp sample`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/sampler.h"
#include "io/provenance.h"

/* The figures of every observable and, where densities are compared, of χ²; out[*count] to be freed. */
static qfp_status list_columns(const qfp_sampler *s, size_t *count, qfp_quantity **out)
{
    static const char *const kinds[3][2] = {
        {"", "chi squared of the histogram against the exact Q of mode"},
        {"_degrees", "degrees of freedom of chi squared of mode"},
        {"_probability", "probability of a larger chi squared of mode"}};
    const qfp_sample_result *r = s->result;
    size_t tests = qfpi_sampler_compares_density(s) ? (size_t)r->modes : 0;
    size_t kinds_of_mean = (size_t)qfpi_sampler_figures(s);
    *count = kinds_of_mean * r->observable_count + 3 * tests;
    QFP_TRY(QFP_ALLOCATE(*out, *count, "observables"));
    qfp_quantity *q = *out, all[QFP_FIGURES];
    for (size_t k = 0; k < r->observable_count; k++, q += kinds_of_mean) {
        qfp_figures_describe(&s->observables.list.observables[k].quantity, all);
        memcpy(q, all, kinds_of_mean * sizeof *q);
    }
    for (size_t k = 0; k < 3 * tests; k++, q++) {
        size_t mode = k / 3 + 1;
        snprintf(q->name, sizeof q->name, "chi2_mode_%zu%s", mode, kinds[k % 3][0]);
        snprintf(q->unit, sizeof q->unit, "1");
        snprintf(q->long_name, sizeof q->long_name, "%s %zu", kinds[k % 3][1], mode);
    }
    return QFP_OK;
}

qfp_status qfpi_sampler_describe(const void *self)
{
    const qfp_sampler *s = self;
    const qfp_sample_result *r = s->result;
    const int64_t seed = (int64_t)s->config->ensemble.seed, paths = r->paths, steps = r->steps;
    char device[160];
    QFP_TRY(s->engine.backend->device->describe(s->engine.context, device, sizeof device));
    const qfp_provenance p = {.config = s->config,
                              .kind = "sample",
                              .backend = s->engine.backend->name,
                              .device = device,
                              .basis = "trajectories",
                              .ordering = "none (trajectories)",
                              .theory = "order exact, C = 1"};
    QFP_TRY(qfp_provenance_write(&p, s->snapshot));
    QFP_TRY(qfp_provenance_write_theory(&p, s->snapshot));
    QFP_TRY(qfp_snapshot_set_attribute(s->snapshot, "method", r->method));
    QFP_TRY(qfp_snapshot_set_attribute(s->snapshot, "ensemble", r->statement));
    QFP_TRY(qfp_snapshot_set_integers(s->snapshot, "seed", 1, &seed));
    QFP_TRY(qfp_snapshot_set_integers(s->snapshot, "paths", 1, &paths));
    return steps > 0 ? qfp_snapshot_set_integers(s->snapshot, "steps", 1, &steps)
                     : qfp_snapshot_set_attribute(s->snapshot, "effort", r->effort);
}

qfp_status qfpi_sampler_lay_out(qfp_sampler *s)
{
    const qfp_config *config = s->config;
    size_t count;
    QFP_TRY(list_columns(s, &count, &s->columns));
    s->layout = (qfp_snapshot_layout){.kind = "sample",
                                      .modes = s->ensemble.has_no_state ? 0 : config->modes,
                                      .x_count = (size_t)config->husimi_points,
                                      .p_count = (size_t)config->husimi_points,
                                      .x = s->axis_x,
                                      .p = s->axis_p,
                                      .axes_of_modes = s->axes_of_modes,
                                      .observable_count = count,
                                      .observables = s->columns};
    return QFP_OK;
}

enum { MOST_COORDINATES = 4 * QFP_MAX_MODES };

/* "x_1, p_1, …", and Re and Im of α and β where the phase space is doubled; `list`: all of them,
 * separated by commas. */
static void name_coordinates(const qfp_sampler *s, char (*names)[24], char *list, size_t size)
{
    int modes = s->config->modes;
    size_t used = 0;
    for (int real = 0; real < 2 * s->set.coordinates; real++) {
        int c = real / 2, j = c % modes + 1;
        if (s->ensemble.doubled)
            snprintf(names[real], sizeof *names, "%s_%s_%d", real % 2 == 0 ? "re" : "im",
                     c < modes ? "alpha" : "beta", j);
        else
            snprintf(names[real], sizeof *names, "%c_%d", real % 2 == 0 ? 'x' : 'p', c + 1);
        used +=
            (size_t)snprintf(list + used, size - used, "%s%s", real > 0 ? ", " : "", names[real]);
    }
}

/* What a real coordinate is multiplied with: α as it is, or x = √2 ℓ Re α and p = √2 (κ/ℓ) Im α. */
static double coordinate_unit(const qfp_sampler *s, size_t real)
{
    const qfp_config *config = s->config;
    if (s->ensemble.doubled)
        return 1.0;
    double length = config->length[real / 2];
    return sqrt(2.0) * (real % 2 == 0 ? length : config->kappa / length);
}

static qfp_status append_paths(const qfp_sampler *s, size_t count, size_t reals, const double *rows)
{
    char names[MOST_COORDINATES][24], list[24 * MOST_COORDINATES];
    const char *labels[MOST_COORDINATES];
    name_coordinates(s, names, list, sizeof list);
    for (size_t real = 0; real < reals; real++)
        labels[real] = names[real];
    const qfp_axis axes[] = {
        {.name = "path", .count = count, .long_name = "number of a trajectory"},
        {.name = "coordinate",
         .count = reals,
         .long_name = "coordinate of phase space",
         .labels = labels}};
    const qfp_dataset_spec spec = {
        .name = "/paths",
        .units = "1",
        .long_name = s->ensemble.doubled
                         ? "single trajectories in the doubled phase space of alpha and beta"
                         : "single trajectories in phase space, x and p in the units of the axes",
        .grows = true,
        .rank = 2,
        .axes = axes};
    QFP_TRY(qfp_snapshot_write(s->snapshot, &spec, rows));
    return s->result->time_count == 0
               ? qfp_snapshot_set_attribute_of(s->snapshot, "/paths", "coordinates", list)
               : QFP_OK;
}

qfp_status qfpi_sampler_write_paths(qfp_sampler *s)
{
    size_t count = (size_t)s->config->path_count, reals = 2 * (size_t)s->set.coordinates;
    double *columns = NULL, *rows = NULL;
    qfp_status status = QFP_OK;
    count = count < s->share.batches.paths ? count : s->share.batches.paths;
    if (count == 0 || s->snapshot == NULL)
        return QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(columns, count * reals, "trajectories to write"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rows, count * reals, "trajectories to write"));
    QFP_TRY_GOTO(qfpi_sampler_gather(s, s->fine, count, columns));
    for (size_t real = 0; real < reals; real++) {
        double unit = coordinate_unit(s, real);
        for (size_t i = 0; i < count; i++)
            rows[i * reals + real] = unit * columns[real * count + i];
    }
    status = append_paths(s, count, reals, rows);
done:
    free(columns);
    free(rows);
    return status;
}
