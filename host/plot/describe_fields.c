/* describe_fields.c - drift, diffusion and current in the plane of every mode; of several modes where the others
 * are in the middle of their axes. */
#include <math.h>
#include <stdio.h>

#include "io/hdf5_access.h"
#include "plot/describe.h"

enum { ARROWS = 13, MOST_CURRENTS = 6 }; /* along each axis; times */

/* What a field has on the plane of one mode. */
typedef struct plane {
    size_t n[2];
    const double *grid[2];
    size_t components; /* of the dataset at a point */
    double *value;     /* [n[0]][n[1]][components] */
} plane;

static qfp_status wrong_shape(const qfp_source *f, const char *name)
{
    return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", f->path, name);
}

/* `axes`: of components behind those of phase space.  A system that varies has a first axis of times. */
static qfp_status read_plane(qfp_source *f, const char *name, int axes, int mode, size_t time,
                             plane *out)
{
    size_t shape[QFP_HDF5_MAX_RANK], start[QFP_HDF5_MAX_RANK] = {0}, count[QFP_HDF5_MAX_RANK];
    int phase = 2 * f->modes, rank = phase + axes;
    if (rank + 1 > QFP_HDF5_MAX_RANK)
        return wrong_shape(f, name);
    int first = qfpi_hdf5_shape(f->file, f->path, name, rank, shape) == QFP_OK ? 0 : 1;
    if (first == 1)
        QFP_TRY(qfpi_hdf5_shape(f->file, f->path, name, rank + 1, shape));
    *out = (plane){.components = 1};
    QFP_TRY(qfpi_file_plane(f, "xp", (const int[]){mode, mode}, out->n, out->grid));
    for (int i = 0; i < rank + first; i++) {
        int axis = i - first, own = axis - 2 * (mode - 1);
        bool is_time = axis < 0, is_component = axis >= phase, is_own = own == 0 || own == 1;
        size_t expected = is_time ? f->times : is_component ? (size_t)phase : out->n[own & 1];
        if (shape[i] != expected && (is_time || is_component || is_own))
            return wrong_shape(f, name);
        bool is_whole = is_component || (is_own && !is_time);
        start[i] = is_time ? time : is_whole ? 0 : shape[i] / 2;
        count[i] = is_whole ? shape[i] : 1;
        out->components *= is_component ? shape[i] : 1;
    }
    return qfpi_file_block(f, name, rank + first, shape, start, count, &out->value);
}

/* Arrows at some of the points, `one` of them [points][2] in the units of the axes: the longest is as long as they
 * are apart, the others by the square root of their length. */
static qfp_status add_arrows(qfp_picture *q, const plane *p, const double *one, qfp_mark mark,
                             unsigned colour, qfp_panel *panel)
{
    double *at[4], span[2], most = 0.0;
    size_t step[2], used = 0;
    for (int k = 0; k < 2; k++) {
        span[k] = p->grid[k][p->n[k] - 1] - p->grid[k][0];
        step[k] = (p->n[k] + ARROWS - 1) / ARROWS;
    }
    for (size_t i = 0; i < p->n[0] * p->n[1]; i++) {
        double length = hypot(one[2 * i] / span[0], one[2 * i + 1] / span[1]);
        most = qfpi_is_drawn(length) ? fmax(most, length) : most;
    }
    for (int k = 0; k < 4; k++)
        QFP_TRY(QFP_ROOM(q, at[k], (p->n[0] / step[0] + 1) * (p->n[1] / step[1] + 1)));
    for (size_t i = step[0] / 2; i < p->n[0]; i += step[0])
        for (size_t k = step[1] / 2; k < p->n[1]; k += step[1]) {
            const double *v = one + 2 * (i * p->n[1] + k);
            double length = hypot(v[0] / span[0], v[1] / span[1]);
            if (!(length > 1e-2 * most))
                continue;
            double scale = 0.95 / ARROWS * sqrt(length / most) / length;
            for (int c = 0; c < 2; c++) {
                at[2 + c][used] = scale * v[c];
                at[c][used] = (c == 0 ? p->grid[0][i] : p->grid[1][k]) - 0.5 * scale * v[c];
            }
            used++;
        }
    const qfp_layer layer = {
        .mark = mark, .colour = colour, .count = used, .at = {at[0], at[1], at[2], at[3]}};
    return qfpi_panel_layer(q, panel, layer);
}

static qfp_status add_map(qfp_source *f, const plane *p, const double *map, const char *title,
                          int row, qfp_scale *scale, qfp_panel **panel)
{
    QFP_TRY(qfpi_picture_map(f->picture, row, title, p->n, p->grid, map, scale, panel));
    (*panel)->marginal[0] = (*panel)->marginal[1] = NULL;
    (*panel)->axis[0] = "x";
    (*panel)->axis[1] = "p";
    return QFP_OK;
}

/* A field of vectors: its size in colours, its direction in arrows. */
static qfp_status add_vectors(qfp_source *f, const char *name, const char *title, int mode,
                              size_t time, int row, qfp_scale *scale)
{
    plane p;
    qfp_panel *panel;
    double *size = NULL, *vector = NULL;
    QFP_TRY(read_plane(f, name, 1, mode, time, &p));
    size_t points = p.n[0] * p.n[1], j = (size_t)mode - 1, modes = (size_t)f->modes;
    QFP_TRY(QFP_ROOM(f->picture, size, points));
    QFP_TRY(QFP_ROOM(f->picture, vector, 2 * points));
    for (size_t i = 0; i < points; i++) {
        vector[2 * i] = p.value[i * p.components + j];
        vector[2 * i + 1] = p.value[i * p.components + modes + j];
        size[i] = hypot(vector[2 * i], vector[2 * i + 1]);
    }
    QFP_TRY(add_map(f, &p, size, title, row, scale, &panel));
    return add_arrows(f->picture, &p, vector, QFP_ARROWS, 0xffffff, panel);
}

/* The traceless part of D: the size of its pair of eigenvalues, and the directions of both. */
static qfp_status add_diffusion(qfp_source *f, const char *title, int mode, int row)
{
    plane p;
    qfp_panel *panel;
    qfp_scale *scale;
    double *size = NULL, *direction[2];
    QFP_TRY(read_plane(f, "/fields/diffusion", 2, mode, 0, &p));
    size_t points = p.n[0] * p.n[1], n = 2 * (size_t)f->modes;
    size_t x = (size_t)mode - 1, y = x + (size_t)f->modes;
    QFP_TRY(QFP_ROOM(f->picture, size, points));
    for (int k = 0; k < 2; k++)
        QFP_TRY(QFP_ROOM(f->picture, direction[k], 2 * points));
    for (size_t i = 0; i < points; i++) {
        const double *d = p.value + i * p.components;
        double difference = 0.5 * (d[x * n + x] - d[y * n + y]), mixed = d[x * n + y];
        double angle = 0.5 * atan2(mixed, difference);
        size[i] = hypot(difference, mixed);
        direction[0][2 * i] = size[i] * cos(angle);
        direction[0][2 * i + 1] = size[i] * sin(angle);
        direction[1][2 * i] = -direction[0][2 * i + 1];
        direction[1][2 * i + 1] = direction[0][2 * i];
    }
    QFP_TRY(qfpi_picture_scale(f->picture, "± eigenvalue of D", false, &scale));
    QFP_TRY(add_map(f, &p, size, title, row, scale, &panel));
    QFP_TRY(add_arrows(f->picture, &p, direction[0], QFP_NEEDLES, 0xffffff, panel));
    return add_arrows(f->picture, &p, direction[1], QFP_NEEDLES, 0xff8c69, panel);
}

static qfp_status add_trace(qfp_source *f, const char *title, int mode, int row)
{
    plane p;
    qfp_panel *panel;
    qfp_scale *scale;
    QFP_TRY(read_plane(f, "/fields/diffusion_trace", 0, mode, 0, &p));
    QFP_TRY(qfpi_picture_scale(f->picture, "Tr D", false, &scale));
    return add_map(f, &p, p.value, title, row, scale, &panel);
}

static const char *title_of(qfp_source *f, const char *what, int mode)
{
    return f->modes > 1 ? qfpi_picture_text(f->picture, "%s, mode %d", what, mode) : what;
}

static qfp_status add_mode(qfp_source *f, int mode, qfp_scale *current)
{
    int row = f->picture->rows;
    size_t columns = qfpi_file_columns(f, MOST_CURRENTS);
    qfp_scale *drift;
    QFP_TRY(qfpi_picture_scale(f->picture, "|drift|", false, &drift));
    if (qfpi_file_has(f, "/fields/drift"))
        QFP_TRY(add_vectors(f, "/fields/drift", title_of(f, "drift", mode), mode, 0, row, drift));
    if (qfpi_file_has(f, "/fields/diffusion"))
        QFP_TRY(add_diffusion(f, title_of(f, "D: + white, − orange", mode), mode, row));
    if (qfpi_file_has(f, "/fields/diffusion_trace"))
        QFP_TRY(add_trace(f, title_of(f, "Tr D", mode), mode, row));
    row = f->picture->rows;
    for (size_t i = 0; i < columns && qfpi_file_has(f, "/fields/current"); i++) {
        size_t time = qfpi_file_time(f, columns, i);
        const char *title = qfpi_picture_text(f->picture, "%s, t = %.4g",
                                              title_of(f, "current", mode), f->time[time]);
        QFP_TRY(add_vectors(f, "/fields/current", title, mode, time, row, current));
    }
    return QFP_OK;
}

qfp_status qfpi_describe_fields(qfp_source *f)
{
    qfp_scale *current;
    QFP_TRY(qfpi_picture_scale(f->picture, "|J|", false, &current));
    for (int j = 1; j <= f->modes && qfpi_file_has(f, "/fields"); j++)
        QFP_TRY(add_mode(f, j, current));
    return QFP_OK;
}
