/* describe_maps.c - functions on phase space at a choice of times. */
#include <math.h>

#include "plot/describe.h"

enum { MOST_MAPS = 6, TRAILS = 3, DOTS = 200 }; /* more of them hide the map */

qfp_panel *qfpi_file_map(qfp_source *f, int row, const char *dataset, size_t time,
                         const qfp_plane *plane, qfp_scale *scale)
{
    const size_t shape[3] = {f->times, plane->n[0], plane->n[1]};
    const double *map = qfpi_at(f, dataset, 3, shape, time);
    return qfpi_map(f->picture, row, NULL, plane, map, scale, true);
}

/* Where trajectories were up to the time of a map, and where many of them are then. */
static void add_paths(qfp_source *f, int mode, size_t time, qfp_panel *panel)
{
    size_t shape[3], start[3] = {0, 0, 2 * (size_t)mode - 2}, length = time + 2; /* and a gap */
    /* (x, p) of every mode; (α, β) of a doubled phase space have no place on the maps */
    if (!qfpi_has(f, "/paths") || !qfpi_extents(f, "/paths", 3, shape) || shape[0] != f->times ||
        shape[2] != 2 * (size_t)f->modes)
        return;
    size_t count = shape[1] < DOTS ? shape[1] : DOTS, trails = count < TRAILS ? count : TRAILS;
    const double *all = qfpi_block(f, "/paths", 3, shape, start, (size_t[]){time + 1, count, 2});
    double *trail[2], *now[2];
    for (int k = 0; k < 2; k++) {
        trail[k] = qfpi_numbers(f->picture, trails * length);
        now[k] = qfpi_numbers(f->picture, count);
        for (size_t i = 0; i < count && f->picture->status == QFP_OK; i++) {
            for (size_t t = 0; t < length && i < trails; t++)
                trail[k][i * length + t] = t <= time ? all[2 * (t * count + i) + (size_t)k] : NAN;
            now[k][i] = all[2 * (time * count + i) + (size_t)k];
        }
    }
    qfpi_draw(f->picture, panel,
              (qfp_layer){QFP_THIN, 0xffffff, NULL, trails * length, {trail[0], trail[1]}, NULL});
    qfpi_draw(f->picture, panel,
              (qfp_layer){QFP_DOTS, 0xff8c69, NULL, count, {now[0], now[1]}, NULL});
}

/* A row, or the frames of a movie, of the trajectories of a mode too unless that is 0; its panel of the last time. */
static qfp_panel *add_row(qfp_source *f, const char *dataset, const char *corner,
                          const qfp_plane *plane, int paths_of, qfp_scale *scale)
{
    qfp_panel *panel = NULL;
    size_t columns = qfpi_columns(f, MOST_MAPS);
    int row = f->picture->rows - (f->is_movie && f->map_rows++ % 3 != 0 ? 1 : 0);
    for (size_t i = 0; i < columns && f->picture->status == QFP_OK; i++) {
        size_t time = qfpi_time(f, columns, i);
        panel = qfpi_file_map(f, row, dataset, time, plane, scale);
        panel->frame = qfpi_frame(f, i);
        if (f->is_movie || i == 0)
            panel->corner = corner;
        if (row == 0 && !f->is_movie)
            panel->title = f->fixed_count == 0 && qfpi_has(f, "/steady") ? "stationary state"
                                                                         : qfpi_when(f, time);
        if (paths_of > 0)
            add_paths(f, paths_of, time, panel);
    }
    return panel;
}

static void add_mode(qfp_source *f, int mode, qfp_scale *scale)
{
    qfp_picture *q = f->picture;
    bool sampled = qfpi_has(f, "/histogram"), several = f->modes > 1;
    qfp_plane plane = qfpi_plane(f, 'x', mode, 'p', mode);
    const char *of = several ? qfpi_text(q, "mode %d", mode) : "", *comma = several ? ", " : "";
    const char *names[2] = {qfpi_text(q, "/histogram/mode_%d", mode),
                            qfpi_text(q, "/husimi/mode_%d", mode)};
    const qfp_panel *panel[2] = {NULL};
    for (int k = sampled ? 0 : 1; k < 2; k++) {
        const char *what = k == 0 ? "sampled" : "Q";
        const char *corner = sampled ? qfpi_text(q, "%s%s%s", what, comma, of) : of;
        panel[k] = add_row(f, names[k], corner, &plane, k == 0 ? mode : 0, scale);
        f->outcomes[k] = sampled && mode == 1 ? panel[k] : f->outcomes[k];
    }
    qfpi_observed_maps(f, mode, &plane, scale);
}

/* /husimi/x_1_p_2 and the like, for numbers of axes in the order x_1, x_2, …, p_1, … */
static void add_plane(qfp_source *f, int first, int second, qfp_scale *scale)
{
    int a = first % f->modes + 1, b = second % f->modes + 1;
    char x = first < f->modes ? 'x' : 'p', y = second < f->modes ? 'x' : 'p';
    const char *name = qfpi_text(f->picture, "/husimi/%c_%d_%c_%d", x, a, y, b);
    if (!qfpi_has(f, name))
        return;
    qfp_plane plane = qfpi_plane(f, x, a, y, b);
    const char *corner = qfpi_text(f->picture, "Q(%s, %s)", plane.name[0], plane.name[1]);
    (void)add_row(f, name, corner, &plane, 0, scale);
}

static void add_wigner(qfp_source *f, int mode, qfp_scale *scale)
{
    const char *name = qfpi_text(f->picture, "/wigner/mode_%d", mode);
    const char *corner = f->modes > 1 ? qfpi_text(f->picture, "W, mode %d", mode) : "W";
    if (!qfpi_has(f, name))
        return;
    qfp_plane plane = qfpi_plane(f, 'x', mode, 'p', mode);
    (void)add_row(f, name, corner, &plane, 0, scale);
}

void qfpi_describe_maps(qfp_source *f)
{
    qfp_scale *scales[QFP_MAX_MODES];
    for (int j = 0; j < f->modes && qfpi_has(f, "/husimi/mode_1"); j++) {
        scales[j] = qfpi_scale(f->picture, "Q (vacuum: 1/π = 0.318)", false);
        add_mode(f, j + 1, scales[j]);
        if (j + 1 == f->modes)
            qfpi_share(f->picture, (size_t)f->modes, scales);
    }
    qfp_scale *planes = qfpi_scale(f->picture, "Q of two quadratures", false);
    for (int axes = 0; axes < 4 * f->modes * f->modes; axes++)
        add_plane(f, axes / (2 * f->modes), axes % (2 * f->modes), planes);
    qfp_scale *wigner = qfpi_scale(f->picture, "W (vacuum: 2/π = 0.637)", true);
    for (int j = 1; j <= f->modes; j++)
        add_wigner(f, j, wigner);
}
