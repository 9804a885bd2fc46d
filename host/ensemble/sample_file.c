/* sample_file.c - the output file of `qfp sample`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/sampler.h"
#include "qfp/version.h"

static const char *const figure_suffix[QFP_FIGURES] = {"", "_stderr", "_step_error", "_exact"};

enum { ATTRIBUTES = 14 };

qfp_status qfpi_sampler_open_file(qfp_sampler *s)
{
    const qfp_config *config = s->config;
    qfp_sample_result *r = s->result;
    size_t count = r->observable_count, modes = (size_t)r->modes;
    size_t columns = QFP_FIGURES * count + (qfpi_sampler_compares_density(s) ? 3 * modes : 0);
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
        for (int f = 0; f < QFP_FIGURES; f++)
            snprintf(names[QFP_FIGURES * k + (size_t)f], sizeof *names, "%s%s", r->names[k],
                     figure_suffix[f]);
    for (size_t j = 0; j < modes && qfpi_sampler_compares_density(s); j++) {
        char(*name)[48] = names + QFP_FIGURES * count + 3 * j;
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

qfp_status qfpi_sampler_close_file(qfp_sampler *s, qfp_status status)
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

/* "x_1, p_1, …", and Re and Im of α and β where the phase space is doubled. */
static void name_coordinates(const qfp_sampler *s, char *out, size_t size)
{
    int modes = s->config->modes;
    size_t used = 0;
    for (int c = 0; c < s->set.coordinates && used < size; c++) {
        const char *letter = c < modes ? "alpha" : "beta";
        int j = (c < modes ? c : c - modes) + 1;
        used +=
            (size_t)(s->ensemble.doubled ? snprintf(out + used, size - used, "%sre_%s_%d, im_%s_%d",
                                                    c > 0 ? ", " : "", letter, j, letter, j)
                                         : snprintf(out + used, size - used, "%sx_%d, p_%d",
                                                    c > 0 ? ", " : "", j, j));
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

qfp_status qfpi_sampler_write_paths(qfp_sampler *s)
{
    size_t count = (size_t)s->config->path_count, reals = 2 * (size_t)s->set.coordinates;
    double *column = NULL, *rows = NULL;
    char names[64 * 2 * QFP_MAX_MODES];
    qfp_status status = QFP_OK;
    count = count < s->set.paths ? count : s->set.paths;
    if (count == 0 || s->snapshot == NULL)
        return QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(column, count, "trajectories to write"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rows, count * reals, "trajectories to write"));
    for (size_t real = 0; real < reals; real++) {
        double unit = coordinate_unit(s, real);
        QFP_TRY_GOTO(
            s->engine.backend->vector->download(s->fine, real * s->set.paths, count, column));
        for (size_t i = 0; i < count; i++)
            rows[i * reals + real] = unit * column[i];
    }
    name_coordinates(s, names, sizeof names);
    status = qfp_snapshot_append_paths(s->snapshot, count, reals, names, rows);
done:
    free(column);
    free(rows);
    return status;
}
