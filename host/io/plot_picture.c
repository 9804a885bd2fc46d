#include "io/plot_picture.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"
#include "io/plot_correlations.h"
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
    for (size_t i = 0; i < q->own_axis_count; ++i)
        free(q->own_axes[i]);
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

bool qfpi_picture_is_drawn(double value)
{
    return fabs(value) < QFP_MOST_DRAWN; /* NaN is not */
}

static qfp_status wrong_shape(const char *path, const char *name)
{
    return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", path, name);
}

static qfp_status check_shape(hid_t file, const char *path, const char *name, int rank,
                              const size_t *shape)
{
    size_t found[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfpi_hdf5_shape(file, path, name, rank, found));
    for (int i = 0; i < rank; ++i)
        if (found[i] != shape[i])
            return wrong_shape(path, name);
    return QFP_OK;
}

qfp_status qfpi_picture_dataset(hid_t file, const char *path, const char *name, int rank,
                                const size_t *shape, double **out)
{
    const size_t start[QFP_HDF5_MAX_RANK] = {0};
    size_t all = 1;
    double *data = NULL;
    QFP_TRY(check_shape(file, path, name, rank, shape));
    for (int i = 0; i < rank; ++i)
        all *= shape[i];
    QFP_TRY(QFP_ALLOCATE(data, all, name));
    qfp_status status = qfpi_hdf5_read_block(file, path, name, rank, start, shape, data);
    if (status == QFP_OK)
        *out = data;
    else
        free(data);
    return status;
}

qfp_status qfpi_picture_husimi(qfp_picture *q, const char *name, size_t time, const double **out)
{
    const size_t shape[3] = {q->time_count, q->x_count, q->p_count};
    const size_t start[3] = {time, 0, 0}, block[3] = {1, q->x_count, q->p_count};
    double **map = &q->husimi[q->husimi_count];
    if (q->husimi_count == sizeof q->husimi / sizeof *q->husimi)
        return QFP_FAIL(QFP_INTERNAL, "%s: too many maps for one picture", q->path);
    QFP_TRY(check_shape(q->file, q->path, name, 3, shape));
    QFP_TRY(QFP_ALLOCATE(*map, q->x_count * q->p_count, name));
    *out = q->husimi[q->husimi_count++];
    return qfpi_hdf5_read_block(q->file, q->path, name, 3, start, block, *map);
}

/* What curves and maps are drawn against. */
static qfp_status check_growth(const char *path, const char *name, size_t count,
                               const double *values)
{
    for (size_t i = 0; i < count; ++i) {
        if (!qfpi_picture_is_drawn(values[i]))
            return QFP_FAIL(QFP_IO, "%s: entry %zu of %s is %g: nothing can be drawn against it",
                            path, i + 1, name, values[i]);
        if (i > 0 && !(values[i] > values[i - 1]))
            return QFP_FAIL(QFP_IO,
                            "%s: entry %zu of %s, %g, is not larger than the one before it, %g",
                            path, i + 1, name, values[i], values[i - 1]);
    }
    return QFP_OK;
}

qfp_status qfpi_picture_axis(hid_t file, const char *path, const char *name, size_t least,
                             size_t *count, double **out)
{
    QFP_TRY(qfpi_hdf5_shape(file, path, name, 1, count));
    if (*count == 0)
        return QFP_FAIL(QFP_IO, "%s: %s is empty", path, name);
    if (*count < least)
        return QFP_FAIL(QFP_IO, "%s: %s has %zu entries; a picture needs %zu", path, name, *count,
                        least);
    QFP_TRY(qfpi_picture_dataset(file, path, name, 1, count, out));
    return check_growth(path, name, *count, *out);
}

/* Adds a curve when the file has it; an output may carry any selection of observables. */
static qfp_status read_curve(qfp_picture *q, const char *name, const char *label, qfp_panel *panel)
{
    const char *group = q->series != NULL ? "/series" : "/observables";
    char dataset[64];
    snprintf(dataset, sizeof dataset, "%s/%s", group, name);
    if (panel == NULL || panel->count == QFP_MAX_CURVES ||
        H5Lexists(q->file, group, H5P_DEFAULT) <= 0 ||
        H5Lexists(q->file, dataset, H5P_DEFAULT) <= 0)
        return QFP_OK;
    qfp_curve *curve = &panel->curves[panel->count];
    QFP_TRY(qfpi_picture_dataset(q->file, q->path, dataset, 1, &q->curve_count, &curve->values));
    snprintf(curve->name, sizeof curve->name, "%s", label);
    ++panel->count;
    return QFP_OK;
}

static qfp_status count_modes(qfp_picture *q)
{
    char name[32] = "/husimi/mode_1";
    while (q->modes < QFP_MAX_MODES && H5Lexists(q->file, "/husimi", H5P_DEFAULT) > 0 &&
           H5Lexists(q->file, name, H5P_DEFAULT) > 0)
        snprintf(name, sizeof name, "/husimi/mode_%d", ++q->modes + 1);
    if (q->modes == 0)
        return QFP_FAIL(
            QFP_IO,
            "%s: has no dataset /husimi/mode_1; it is no output of qfp, or one without a Q to draw",
            q->path);
    return QFP_OK;
}

static qfp_status read_panels(qfp_picture *q)
{
    static const char *const subscripts[QFP_MAX_MODES + 1] = {"",  "₁", "₂", "₃", "₄",
                                                              "₅", "₆", "₇", "₈"};
    if (H5Lexists(q->file, "/series", H5P_DEFAULT) > 0) {
        QFP_TRY(
            qfpi_picture_axis(q->file, q->path, "/series/time", 1, &q->curve_count, &q->series));
        q->curve_time = q->series;
    }
    qfp_panel *n = qfpi_picture_panel(q, "mean quanta");
    qfp_panel *a = qfpi_picture_panel(q, "mean amplitude");
    for (int j = 1; j <= q->modes; ++j) {
        char name[32], label[32];
        snprintf(name, sizeof name, "n_%d", j);
        snprintf(label, sizeof label, "n%s", subscripts[j]);
        QFP_TRY(read_curve(q, name, label, n));
        snprintf(name, sizeof name, "re_a_%d", j);
        snprintf(label, sizeof label, "Re a%s", subscripts[j]);
        QFP_TRY(read_curve(q, name, label, a));
        snprintf(name, sizeof name, "im_a_%d", j);
        snprintf(label, sizeof label, "Im a%s", subscripts[j]);
        QFP_TRY(read_curve(q, name, label, a));
    }
    if (qfpi_picture_has_correlations(q))
        return qfpi_picture_correlations(q);
    if (q->panel_count > 2 && q->map_count < 5)
        return QFP_OK; /* no room for a fourth */
    qfp_panel *energy = qfpi_picture_panel(q, "energy");
    QFP_TRY(read_curve(q, "energy", "energy", energy));
    QFP_TRY(read_curve(q, "energy_exact", "exact", energy));
    if (q->map_count < 5)
        return QFP_OK;
    qfp_panel *arrow = qfpi_picture_panel(q, "irreversibility");
    QFP_TRY(read_curve(q, "trace_d", "Tr D", arrow));
    return read_curve(q, "entropy_production", "Π", arrow);
}

int qfpi_picture_row(qfp_picture *q, const char *title)
{
    int row = q->rows++;
    snprintf(q->row_title[row], sizeof q->row_title[row], "%s", title);
    strcpy(q->row_axes[row][0], "x");
    strcpy(q->row_axes[row][1], "p");
    return row;
}

/* A row of maps at a choice of times, evenly over the run, first and last included. */
static qfp_status read_row(qfp_picture *q, const char *dataset, const char *title)
{
    int row = qfpi_picture_row(q, title);
    size_t gaps = q->map_count > 1 ? q->map_count - 1 : 1;
    for (size_t i = 0; i < q->map_count; ++i) {
        size_t time = (i * (q->time_count - 1) + gaps / 2) / gaps;
        QFP_TRY(qfpi_picture_husimi(q, dataset, time, &q->map[row][i]));
        q->map_time[i] = time;
        snprintf(q->map_title[i], sizeof q->map_title[i], "t = %.4g", q->time[time]);
    }
    return QFP_OK;
}

/* /husimi/x_1_p_2 and the like. */
static qfp_status read_plane(qfp_picture *q, int first, int second)
{
    char name[64], title[32];
    int row = q->rows, modes = q->modes;
    char a = first < modes ? 'x' : 'p', b = second < modes ? 'x' : 'p';
    snprintf(name, sizeof name, "/husimi/%c_%d_%c_%d", a, first % modes + 1, b, second % modes + 1);
    if (row == QFP_MAX_ROWS || H5Lexists(q->file, name, H5P_DEFAULT) <= 0)
        return QFP_OK;
    snprintf(title, sizeof title, "Q(%c_%d, %c_%d)", a, first % modes + 1, b, second % modes + 1);
    QFP_TRY(read_row(q, name, title));
    snprintf(q->row_axes[row][0], sizeof q->row_axes[row][0], "%c_%d", a, first % modes + 1);
    snprintf(q->row_axes[row][1], sizeof q->row_axes[row][1], "%c_%d", b, second % modes + 1);
    return QFP_OK;
}

/* What output.planes and output.wigner added. */
static qfp_status read_more_rows(qfp_picture *q)
{
    for (int a = 0; a < 2 * q->modes; ++a)
        for (int b = 0; b < 2 * q->modes; ++b)
            QFP_TRY(read_plane(q, a, b));
    for (int j = 1; j <= q->modes && H5Lexists(q->file, "/wigner", H5P_DEFAULT) > 0; ++j) {
        char name[32], title[32];
        int row = q->rows;
        snprintf(name, sizeof name, "/wigner/mode_%d", j);
        if (row == QFP_MAX_ROWS || H5Lexists(q->file, name, H5P_DEFAULT) <= 0)
            continue;
        snprintf(title, sizeof title, q->modes > 1 ? "W, mode %d" : "W", j);
        QFP_TRY(read_row(q, name, title));
        q->row_is_signed[row] = true;
    }
    return QFP_OK;
}

static qfp_status read_times(qfp_picture *q)
{
    bool sampled = H5Lexists(q->file, "/histogram", H5P_DEFAULT) > 0;
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
    QFP_TRY(read_more_rows(q));
    if (sampled && H5Lexists(q->file, "paths", H5P_DEFAULT) > 0)
        QFP_TRY(qfpi_picture_trajectories(q));
    return sampled ? qfpi_picture_outcomes(q, 0, 1) : QFP_OK; /* of mode 1 */
}

static qfp_status read_title(qfp_picture *q)
{
    QFP_TRY(qfp_hdf5_read_text(q->file, q->path, "title", &q->title));
    if (q->title == NULL || q->title[0] == '\0') {
        free(q->title);
        const char *slash = strrchr(q->path, '/');
        q->title = qfpi_format("%s", slash != NULL ? slash + 1 : q->path);
    }
    return q->title != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", q->path);
}

qfp_status qfp_picture_read(hid_t file, const char *path, qfp_picture *out)
{
    *out = (qfp_picture){.path = path, .file = file};
    QFP_TRY(qfpi_picture_axis(file, path, "/time", 1, &out->time_count, &out->time));
    out->curve_count = out->time_count;
    out->curve_time = out->time;
    QFP_TRY(qfpi_picture_axis(file, path, "/axes/x", 2, &out->x_count, &out->x));
    QFP_TRY(qfpi_picture_axis(file, path, "/axes/p", 2, &out->p_count, &out->p));
    QFP_TRY(count_modes(out));
    QFP_TRY(read_title(out));
    char *theories;
    QFP_TRY(qfp_hdf5_read_text(file, path, "theories", &theories));
    if (theories == NULL) {
        QFP_TRY(read_times(out));
        return read_panels(out);
    }
    qfp_status status = qfpi_picture_theories(out, theories);
    free(theories);
    return status;
}
