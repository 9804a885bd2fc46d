#include "io/plot_ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"

enum { TRAILS = 3, DOTS = 200 }; /* more of them hide the map */

/* Density of one axis of a map, its sum times the step made 1: out[count]. */
static void marginal(const qfp_picture *q, const double *map, bool along_x, double *out)
{
    size_t count = along_x ? q->x_count : q->p_count, across = along_x ? q->p_count : q->x_count;
    const double *axis = along_x ? q->x : q->p;
    double sum = 0.0;
    for (size_t i = 0; i < count; ++i) {
        out[i] = 0.0;
        for (size_t k = 0; k < across; ++k) {
            double v = along_x ? map[i * q->p_count + k] : map[k * q->p_count + i];
            out[i] += isfinite(v) ? v : 0.0;
        }
        sum += out[i];
    }
    double unit = sum * (axis[1] - axis[0]);
    for (size_t i = 0; i < count && unit > 0.0; ++i)
        out[i] /= unit;
}

static double variance(const double *axis, size_t count, const double *density)
{
    double weight = 0.0, mean = 0.0, square = 0.0;
    for (size_t i = 0; i < count; ++i) {
        weight += density[i];
        mean += density[i] * axis[i];
        square += density[i] * axis[i] * axis[i];
    }
    return weight > 0.0 ? square / weight - mean * mean / (weight * weight) : 0.0;
}

/* The share above 0: the weight of the upper of two branches around it. */
static double share_above(const double *axis, size_t count, const double *density)
{
    double all = 0.0, above = 0.0;
    for (size_t i = 0; i < count; ++i) {
        all += density[i];
        above += axis[i] > 0.0 ? density[i] : axis[i] == 0.0 ? 0.5 * density[i] : 0.0;
    }
    return all > 0.0 ? above / all : 0.0;
}

qfp_status qfpi_picture_outcomes(qfp_picture *q, int sampled_row, int exact_row)
{
    static const char *const names[2] = {"sampled", "Q"};
    const int rows[2] = {sampled_row, exact_row};
    size_t most = q->x_count > q->p_count ? q->x_count : q->p_count, last = q->map_count - 1;
    qfp_panel *panel = qfpi_picture_panel(q, NULL);
    if (panel == NULL)
        return QFP_OK;
    for (int i = 0; i < 2; ++i) {
        QFP_TRY(QFP_ALLOCATE(panel->curves[i].values, most, "curves"));
        ++panel->count;
    }
    double *values = panel->curves[1].values;
    marginal(q, q->map[exact_row][last], true, values);
    double spread_x = variance(q->x, q->x_count, values);
    marginal(q, q->map[exact_row][last], false, values);
    bool along_x = spread_x >= variance(q->p, q->p_count, values);
    panel->at = along_x ? q->x : q->p;
    panel->is_histogram = true;
    panel->at_count = along_x ? q->x_count : q->p_count;
    panel->axis = along_x ? "x" : "p";
    for (int i = 0; i < 2; ++i) {
        marginal(q, q->map[rows[i]][last], along_x, panel->curves[i].values);
        snprintf(panel->curves[i].name, sizeof panel->curves[i].name, "%s, %.1f %% above 0",
                 names[i],
                 100.0 * share_above(panel->at, panel->at_count, panel->curves[i].values));
    }
    snprintf(panel->text, sizeof panel->text, "outcomes of %s at %s", panel->axis,
             q->map_title[last]);
    panel->title = panel->text;
    return QFP_OK;
}

qfp_status qfpi_picture_trajectories(qfp_picture *q)
{
    const size_t start[3] = {0, 0, 0};
    size_t shape[3];
    QFP_TRY(qfpi_hdf5_shape(q->file, q->path, "/paths", 3, shape));
    /* (x, p) of every mode; (α, β) of a doubled phase space have no place on the maps */
    if (shape[0] != q->time_count || shape[2] != 2 * (size_t)q->modes)
        return QFP_OK;
    shape[1] = shape[1] < DOTS ? shape[1] : DOTS;
    QFP_TRY(QFP_ALLOCATE(q->paths, shape[0] * shape[1] * shape[2], "/paths"));
    q->path_count = shape[1];
    return qfpi_hdf5_read_block(q->file, q->path, "/paths", 3, start, shape, q->paths);
}

static const double *point_of(const qfp_picture *q, size_t time, size_t path, int mode)
{
    return q->paths + (time * q->path_count + path) * 2 * (size_t)q->modes + 2 * (size_t)mode;
}

void qfpi_plot_trajectory_styles(FILE *out, const qfp_picture *q, int row)
{
    if (q->paths != NULL && q->row_mode[row] > 0)
        fputs(", '-' using 1:2 with lines lw 0.8 lc rgb '#ffffff', '-' using 1:2 with points pt 7 "
              "ps 0.3 lc rgb '#ff8c69'",
              out);
}

void qfpi_plot_trajectories(FILE *out, const qfp_picture *q, int row, size_t index)
{
    int mode = q->row_mode[row] - 1;
    if (q->paths == NULL || mode < 0)
        return;
    for (size_t i = 0; i < q->path_count && i < TRAILS; ++i) {
        for (size_t t = 0; t <= q->map_time[index]; ++t) {
            const double *z = point_of(q, t, i, mode);
            if (qfpi_picture_is_drawn(z[0]) && qfpi_picture_is_drawn(z[1]))
                fprintf(out, "%.6g %.6g\n", z[0], z[1]);
        }
        fputc('\n', out); /* a gap between trails */
    }
    fputs("e\n", out);
    for (size_t i = 0; i < q->path_count; ++i) {
        const double *z = point_of(q, q->map_time[index], i, mode);
        if (qfpi_picture_is_drawn(z[0]) && qfpi_picture_is_drawn(z[1]))
            fprintf(out, "%.6g %.6g\n", z[0], z[1]);
    }
    fputs("e\n", out);
}
