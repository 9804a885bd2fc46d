/* describe_fields.c - drift, diffusion and current in the plane of every mode; of several modes where the others
 * are in the middle of their axes. */
#include <math.h>

#include "io/hdf5_access.h"
#include "plot/describe.h"

enum { ARROWS = 13, MOST_CURRENTS = 6 }; /* along each axis; times */

/* What a field has on the plane of one mode, [n[0]][n[1]][components]; `axes` of them behind those of phase space.  A
 * system that varies has a first axis of times. */
static const double *read_field(qfp_source *f, const char *name, int axes, int mode, size_t time,
                                const qfp_plane *plane)
{
    size_t shape[QFP_HDF5_MAX_RANK], start[QFP_HDF5_MAX_RANK] = {0}, count[QFP_HDF5_MAX_RANK];
    int phase = 2 * f->modes, rank = phase + axes, first = 0;
    bool fits = rank < QFP_HDF5_MAX_RANK;
    if (fits && !qfpi_extents(f, name, rank, shape))
        fits = qfpi_extents(f, name, rank + ++first, shape);
    for (int i = 0; i < rank + first && fits; i++) {
        int axis = i - first, own = axis - 2 * (mode - 1);
        bool is_component = axis >= phase, is_own = axis >= 0 && (own == 0 || own == 1);
        size_t expected = axis < 0 ? f->times : is_component ? (size_t)phase : plane->n[own & 1];
        fits = shape[i] == expected || !(axis < 0 || is_component || is_own);
        start[i] = axis < 0 ? time : is_component || is_own ? 0 : shape[i] / 2;
        count[i] = is_component || is_own ? shape[i] : 1;
    }
    if (fits)
        return qfpi_block(f, name, rank + first, shape, start, count);
    f->picture->status =
        QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", f->path, name);
    return NULL;
}

/* Arrows at some of the points, `one` of them [points][2] in the units of the axes: the longest is as long as they
 * are apart, the others by the square root of their length. */
static void add_arrows(qfp_picture *q, const qfp_plane *p, const double *one, qfp_mark mark,
                       unsigned colour, qfp_panel *panel)
{
    double *at[4], span[2], most = 0.0;
    size_t step[2], used = 0;
    for (int k = 0; k < 2; k++) {
        span[k] = p->grid[k][p->n[k] - 1] - p->grid[k][0];
        step[k] = (p->n[k] + ARROWS - 1) / ARROWS;
    }
    for (int k = 0; k < 4; k++)
        at[k] = qfpi_numbers(q, (p->n[0] / step[0] + 1) * (p->n[1] / step[1] + 1));
    for (size_t i = 0; i < p->n[0] * p->n[1]; i++)
        most = fmax(most, hypot(one[2 * i] / span[0], one[2 * i + 1] / span[1]));
    for (size_t i = step[0] / 2; i < p->n[0] && q->status == QFP_OK; i += step[0])
        for (size_t k = step[1] / 2; k < p->n[1]; k += step[1]) {
            const double *v = one + 2 * (i * p->n[1] + k);
            double length = hypot(v[0] / span[0], v[1] / span[1]);
            double scale = 0.95 * (double)step[0] / (double)p->n[0] / sqrt(length * most);
            for (int c = 0; c < 2 && length > 1e-2 * most; c++) {
                at[2 + c][used] = scale * v[c];
                at[c][used] = (c == 0 ? p->grid[0][i] : p->grid[1][k]) - 0.5 * scale * v[c];
            }
            used += length > 1e-2 * most;
        }
    qfpi_draw(q, panel, (qfp_layer){mark, colour, NULL, used, {at[0], at[1], at[2], at[3]}, NULL});
}

/* A field of vectors: its size in colours, its direction in arrows. */
static void add_vectors(qfp_source *f, const char *name, const char *title, int mode, size_t time,
                        int row, qfp_scale *scale)
{
    qfp_picture *q = f->picture;
    qfp_plane p = qfpi_plane(f, 'x', mode, 'p', mode);
    const double *field = read_field(f, name, 1, mode, time, &p);
    size_t points = p.n[0] * p.n[1], modes = (size_t)f->modes;
    double *size = qfpi_numbers(q, points), *vector = qfpi_numbers(q, 2 * points);
    if (q->status != QFP_OK)
        return;
    for (size_t i = 0; i < points; i++) {
        for (size_t c = 0; c < 2; c++)
            vector[2 * i + c] = field[2 * i * modes + c * modes + (size_t)mode - 1];
        size[i] = hypot(vector[2 * i], vector[2 * i + 1]);
    }
    qfp_panel *panel = qfpi_map(q, row, title, &p, size, scale, false);
    add_arrows(q, &p, vector, QFP_ARROWS, 0xffffff, panel);
}

/* The traceless part of D: the size of its pair of eigenvalues, and the directions of both. */
static void add_diffusion(qfp_source *f, const char *title, int mode, int row)
{
    qfp_picture *q = f->picture;
    qfp_plane p = qfpi_plane(f, 'x', mode, 'p', mode);
    const double *field = read_field(f, "/fields/diffusion", 2, mode, 0, &p);
    size_t points = p.n[0] * p.n[1], n = 2 * (size_t)f->modes;
    size_t x = (size_t)mode - 1, y = x + (size_t)f->modes;
    double *size = qfpi_numbers(q, points);
    double *direction[2] = {qfpi_numbers(q, 2 * points), qfpi_numbers(q, 2 * points)};
    if (q->status != QFP_OK)
        return;
    for (size_t i = 0; i < points; i++) {
        const double *d = field + i * n * n;
        double difference = 0.5 * (d[x * n + x] - d[y * n + y]), mixed = d[x * n + y];
        double angle = 0.5 * atan2(mixed, difference);
        size[i] = hypot(difference, mixed);
        direction[0][2 * i] = direction[1][2 * i + 1] = size[i] * cos(angle);
        direction[0][2 * i + 1] = size[i] * sin(angle);
        direction[1][2 * i] = -direction[0][2 * i + 1];
    }
    qfp_scale *scale = qfpi_scale(q, "± eigenvalue of D", false);
    qfp_panel *panel = qfpi_map(q, row, title, &p, size, scale, false);
    add_arrows(q, &p, direction[0], QFP_NEEDLES, 0xffffff, panel);
    add_arrows(q, &p, direction[1], QFP_NEEDLES, 0xff8c69, panel);
}

static void add_mode(qfp_source *f, int mode, qfp_scale *current)
{
    qfp_picture *q = f->picture;
    int row = q->rows;
    size_t columns = qfpi_columns(f, MOST_CURRENTS);
    const char *of = f->modes > 1 ? qfpi_text(q, ", mode %d", mode) : "";
    if (qfpi_has(f, "/fields/drift"))
        add_vectors(f, "/fields/drift", qfpi_text(q, "drift%s", of), mode, 0, row,
                    qfpi_scale(q, "|drift|", false));
    if (qfpi_has(f, "/fields/diffusion"))
        add_diffusion(f, qfpi_text(q, "D%s: + white, − orange", of), mode, row);
    if (qfpi_has(f, "/fields/diffusion_trace")) {
        qfp_plane p = qfpi_plane(f, 'x', mode, 'p', mode);
        const double *trace = read_field(f, "/fields/diffusion_trace", 0, mode, 0, &p);
        (void)qfpi_map(q, row, qfpi_text(q, "Tr D(x, p)%s", of), &p, trace,
                       qfpi_scale(q, "Tr D", false), false);
    }
    row = q->rows;
    for (size_t i = 0; i < columns && qfpi_has(f, "/fields/current"); i++) {
        size_t time = qfpi_time(f, columns, i);
        add_vectors(f, "/fields/current", qfpi_text(q, "current%s, t = %.4g", of, f->time[time]),
                    mode, time, row, current);
    }
}

void qfpi_describe_fields(qfp_source *f)
{
    qfp_scale *current = qfpi_scale(f->picture, "|J|", false);
    for (int j = 1; j <= f->modes && qfpi_has(f, "/fields"); j++)
        add_mode(f, j, current);
}
