#include "io/plot_picture.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"
#include "io/plot_ensemble.h"
#include "io/snapshot.h"

void qfp_picture_destroy(qfp_picture *q)
{
    free(q->title);
    free(q->time);
    free(q->series);
    free(q->x);
    free(q->p);
    free(q->paths);
    for (size_t i = 0; i < q->husimi_count; ++i)
        free(q->husimi[i]);
    for (size_t i = 0; i < q->panel_count; ++i)
        for (size_t c = 0; c < q->panels[i].count; ++c)
            free(q->panels[i].curves[c].values);
}

qfp_panel *qfpi_picture_panel(qfp_picture *q, const char *title)
{
    if (q->panel_count == QFP_MAX_PANELS)
        return NULL;
    qfp_panel *panel = &q->panels[q->panel_count++];
    *panel = (qfp_panel){.title = title};
    return panel;
}

qfp_status qfpi_picture_dataset(const char *path, const char *name, int rank, const size_t *shape,
                                double **out)
{
    int found_rank, is_complex;
    size_t found[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &found_rank, found, &is_complex, &data));
    bool same = found_rank == rank && !is_complex;
    for (int i = 0; same && i < rank; ++i)
        same = shape[i] == 0 || found[i] == shape[i];
    if (!same) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", path, name);
    }
    *out = data;
    return QFP_OK;
}

qfp_status qfpi_picture_husimi(qfp_picture *q, const char *name, const double **out)
{
    const size_t shape[3] = {q->time_count, q->x_count, q->p_count};
    if (q->husimi_count == sizeof q->husimi / sizeof *q->husimi)
        return QFP_FAIL(QFP_INTERNAL, "%s: too many maps for one picture", q->path);
    QFP_TRY(qfpi_picture_dataset(q->path, name, 3, shape, &q->husimi[q->husimi_count]));
    *out = q->husimi[q->husimi_count++];
    return QFP_OK;
}

static qfp_status read_axis(const char *path, const char *name, size_t *count, double **out)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &rank, shape, &is_complex, &data));
    if (rank != 1 || is_complex || shape[0] == 0) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s is empty or no list of numbers", path, name);
    }
    *count = shape[0];
    *out = data;
    return QFP_OK;
}

/* Adds a curve when the file has it; an output may carry any selection of observables. */
static qfp_status read_curve(qfp_picture *q, hid_t file, const char *name, const char *label,
                             qfp_panel *panel)
{
    const char *group = q->series != NULL ? "/series" : "/observables";
    char dataset[64];
    snprintf(dataset, sizeof dataset, "%s/%s", group, name);
    if (panel == NULL || panel->count == QFP_MAX_CURVES ||
        H5Lexists(file, group, H5P_DEFAULT) <= 0 || H5Lexists(file, dataset, H5P_DEFAULT) <= 0)
        return QFP_OK;
    qfp_curve *curve = &panel->curves[panel->count];
    QFP_TRY(qfpi_picture_dataset(q->path, dataset, 1, &q->curve_count, &curve->values));
    snprintf(curve->name, sizeof curve->name, "%s", label);
    ++panel->count;
    return QFP_OK;
}

static qfp_status count_modes(qfp_picture *q, hid_t file)
{
    char name[32] = "/husimi/mode_1";
    while (q->modes < QFP_MAX_MODES && H5Lexists(file, "/husimi", H5P_DEFAULT) > 0 &&
           H5Lexists(file, name, H5P_DEFAULT) > 0)
        snprintf(name, sizeof name, "/husimi/mode_%d", ++q->modes + 1);
    if (q->modes == 0)
        return QFP_FAIL(
            QFP_IO,
            "%s: has no dataset /husimi/mode_1; it is no output of qfp, or one without a Q to draw",
            q->path);
    return QFP_OK;
}

static qfp_status read_panels(qfp_picture *q, hid_t file)
{
    static const char *const subscripts[QFP_MAX_MODES + 1] = {"",  "₁", "₂", "₃", "₄",
                                                              "₅", "₆", "₇", "₈"};
    if (H5Lexists(file, "/series", H5P_DEFAULT) > 0) {
        QFP_TRY(read_axis(q->path, "/series/time", &q->curve_count, &q->series));
        q->curve_time = q->series;
    }
    qfp_panel *n = qfpi_picture_panel(q, "mean quanta");
    qfp_panel *a = qfpi_picture_panel(q, "mean amplitude");
    for (int j = 1; j <= q->modes; ++j) {
        char name[32], label[32];
        snprintf(name, sizeof name, "n_%d", j);
        snprintf(label, sizeof label, "n%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, n));
        snprintf(name, sizeof name, "re_a_%d", j);
        snprintf(label, sizeof label, "Re a%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, a));
        snprintf(name, sizeof name, "im_a_%d", j);
        snprintf(label, sizeof label, "Im a%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, a));
    }
    if (q->panel_count > 2 && q->map_count < 5)
        return QFP_OK; /* no room for a fourth */
    qfp_panel *energy = qfpi_picture_panel(q, "energy");
    QFP_TRY(read_curve(q, file, "energy", "energy", energy));
    return read_curve(q, file, "energy_exact", "exact", energy);
}

/* A row of maps at a choice of times, evenly over the run, first and last included. */
static qfp_status read_row(qfp_picture *q, const char *dataset, const char *title)
{
    const double *all = NULL;
    int row = q->rows++;
    size_t gaps = q->map_count > 1 ? q->map_count - 1 : 1;
    QFP_TRY(qfpi_picture_husimi(q, dataset, &all));
    snprintf(q->row_title[row], sizeof q->row_title[row], "%s", title);
    for (size_t i = 0; i < q->map_count; ++i) {
        size_t time = (i * (q->time_count - 1) + gaps / 2) / gaps;
        q->map_time[i] = time;
        q->map[row][i] = all + time * q->x_count * q->p_count;
        snprintf(q->map_title[i], sizeof q->map_title[i], "t = %.4g", q->time[time]);
    }
    return QFP_OK;
}

static qfp_status read_times(qfp_picture *q, hid_t file)
{
    bool sampled = H5Lexists(file, "/histogram", H5P_DEFAULT) > 0;
    q->map_count = q->time_count < QFP_MAX_MAPS ? q->time_count : QFP_MAX_MAPS;
    for (int j = 1; j <= q->modes; ++j) {
        char name[32], title[32] = "";
        if (sampled) {
            snprintf(name, sizeof name, "/histogram/mode_%d", j);
            snprintf(title, sizeof title, q->modes > 1 ? "sampled, mode %d" : "sampled", j);
            q->row_mode[q->rows] = j;
            QFP_TRY(read_row(q, name, title));
        }
        snprintf(name, sizeof name, "/husimi/mode_%d", j);
        if (q->modes > 1)
            snprintf(title, sizeof title, sampled ? "Q, mode %d" : "mode %d", j);
        else
            snprintf(title, sizeof title, "%s", sampled ? "Q" : "");
        QFP_TRY(read_row(q, name, title));
    }
    if (sampled && H5Lexists(file, "paths", H5P_DEFAULT) > 0)
        QFP_TRY(qfpi_picture_trajectories(q));
    return sampled ? qfpi_picture_outcomes(q, 0, 1) : QFP_OK; /* of mode 1 */
}

static qfp_status read_title(qfp_picture *q, hid_t file)
{
    q->title = qfp_hdf5_read_text(file, "title");
    if (q->title == NULL || q->title[0] == '\0') {
        free(q->title);
        const char *slash = strrchr(q->path, '/');
        q->title = qfpi_format("%s", slash != NULL ? slash + 1 : q->path);
    }
    return q->title != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", q->path);
}

static qfp_status read_all(qfp_picture *q, hid_t file)
{
    QFP_TRY(read_axis(q->path, "/time", &q->time_count, &q->time));
    q->curve_count = q->time_count;
    q->curve_time = q->time;
    QFP_TRY(read_axis(q->path, "/axes/x", &q->x_count, &q->x));
    QFP_TRY(read_axis(q->path, "/axes/p", &q->p_count, &q->p));
    if (q->x_count < 2 || q->p_count < 2)
        return QFP_FAIL(QFP_IO, "%s: the axes have fewer than two points", q->path);
    QFP_TRY(count_modes(q, file));
    QFP_TRY(read_title(q, file));
    char *theories = qfp_hdf5_read_text(file, "theories");
    if (theories == NULL) {
        QFP_TRY(read_times(q, file));
        return read_panels(q, file);
    }
    qfp_status status = qfpi_picture_theories(q, theories);
    free(theories);
    return status;
}

qfp_status qfp_picture_read(const char *path, qfp_picture *out)
{
    *out = (qfp_picture){.path = path};
    hid_t file;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfp_hdf5_open(path, &file);
    if (status == QFP_OK) {
        status = read_all(out, file);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}
