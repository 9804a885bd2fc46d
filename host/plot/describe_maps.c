/* describe_maps.c - functions on phase space at a choice of times. */
#include <math.h>
#include <stdio.h>

#include "io/hdf5_access.h"
#include "plot/describe.h"

enum { MOST_MAPS = 6, TRAILS = 3, DOTS = 200 }; /* more of them hide the map */

qfp_status qfpi_file_map(qfp_source *f, const qfp_map_source *source, int row, size_t time,
                         qfp_panel **out)
{
    size_t n[2];
    const double *grid[2];
    double *map = NULL;
    QFP_TRY(qfpi_file_plane(f, source->letters, source->modes, n, grid));
    const size_t shape[3] = {f->times, n[0], n[1]};
    QFP_TRY(qfpi_file_at(f, source->dataset, 3, shape, time, &map));
    QFP_TRY(qfpi_picture_map(f->picture, row, NULL, n, grid, map, source->scale, out));
    bool is_mode = source->modes[0] == source->modes[1] && source->letters[0] != source->letters[1];
    for (int k = 0; k < 2; k++)
        (*out)->axis[k] = qfpi_picture_text(f->picture, "%c%s", source->letters[k],
                                            is_mode ? "" : qfpi_subscript(source->modes[k]));
    (*out)->corner = source->corner;
    return QFP_OK;
}

/* Where trajectories were up to the time of a map, and where many of them are then. */
static qfp_status add_paths(qfp_source *f, int mode, size_t time, qfp_panel *panel)
{
    size_t shape[3], start[3] = {0, 0, 2 * (size_t)mode - 2}, used = 0;
    double *all = NULL, *trail[2], *now[2];
    if (!qfpi_file_has(f, "/paths"))
        return QFP_OK;
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, "/paths", 3, shape));
    /* (x, p) of every mode; (α, β) of a doubled phase space have no place on the maps */
    if (shape[0] != f->times || shape[1] == 0 || shape[2] != 2 * (size_t)f->modes)
        return QFP_OK;
    size_t count = shape[1] < DOTS ? shape[1] : DOTS, trails = count < TRAILS ? count : TRAILS;
    const size_t block[3] = {time + 1, count, 2};
    QFP_TRY(qfpi_file_block(f, "/paths", 3, shape, start, block, &all));
    for (int k = 0; k < 2; k++) {
        QFP_TRY(QFP_ROOM(f->picture, trail[k], trails * (time + 2)));
        QFP_TRY(QFP_ROOM(f->picture, now[k], count));
    }
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t <= time + 1; t++)
            for (int k = 0; k < 2; k++) {
                double value = t <= time ? all[(t * count + i) * 2 + (size_t)k] : NAN;
                if (i < trails)
                    trail[k][i * (time + 2) + t] = value; /* and a gap */
                if (t == time)
                    now[k][i] = value;
            }
    used = trails * (time + 2);
    QFP_TRY(qfpi_panel_layer(
        f->picture, panel,
        (qfp_layer){
            .mark = QFP_THIN, .colour = 0xffffff, .count = used, .at = {trail[0], trail[1]}}));
    return qfpi_panel_layer(
        f->picture, panel,
        (qfp_layer){.mark = QFP_DOTS, .colour = 0xff8c69, .count = count, .at = {now[0], now[1]}});
}

/* A row, or the frames of a movie; *last: its panel of the last time. */
static qfp_status add_row(qfp_source *f, const qfp_map_source *source, bool has_titles,
                          bool has_paths, qfp_panel **last)
{
    size_t columns = qfpi_file_columns(f, MOST_MAPS);
    int row = f->picture->rows - (f->is_movie && f->map_rows++ % 3 != 0 ? 1 : 0);
    for (size_t i = 0; i < columns; i++) {
        size_t time = qfpi_file_time(f, columns, i);
        QFP_TRY(qfpi_file_map(f, source, row, time, last));
        (*last)->frame = qfpi_file_frame(f, i);
        if (has_titles && !f->is_movie)
            (*last)->title = qfpi_file_has(f, "/steady")
                                 ? "stationary state"
                                 : qfpi_picture_text(f->picture, "t = %.4g", f->time[time]);
        if (i > 0 && !f->is_movie)
            (*last)->corner = NULL;
        if (has_paths)
            QFP_TRY(add_paths(f, source->modes[0], time, *last));
    }
    return QFP_OK;
}

static qfp_status add_mode(qfp_source *f, int mode, qfp_scale *scale)
{
    bool sampled = qfpi_file_has(f, "/histogram"), several = f->modes > 1;
    qfp_picture *q = f->picture;
    qfp_panel *drawn = NULL, *exact = NULL;
    qfp_map_source source = {.letters = {'x', 'p'}, .modes = {mode, mode}, .scale = scale};
    if (sampled) {
        source.dataset = qfpi_picture_text(q, "/histogram/mode_%d", mode);
        source.corner = several ? qfpi_picture_text(q, "sampled, mode %d", mode) : "sampled";
        QFP_TRY(add_row(f, &source, mode == 1, true, &drawn));
    }
    source.dataset = qfpi_picture_text(q, "/husimi/mode_%d", mode);
    source.corner = !several ? (sampled ? "Q" : NULL)
                             : qfpi_picture_text(q, sampled ? "Q, mode %d" : "mode %d", mode);
    QFP_TRY(add_row(f, &source, mode == 1 && !sampled, false, &exact));
    if (sampled && mode == 1) {
        f->outcomes[0] = drawn;
        f->outcomes[1] = exact;
    }
    return QFP_OK;
}

/* /husimi/x_1_p_2 and the like, for numbers of axes in the order x_1, x_2, …, p_1, … */
static qfp_status add_plane(qfp_source *f, int first, int second, qfp_scale *scale)
{
    qfp_panel *last;
    int modes = f->modes;
    qfp_map_source source = {.letters = {first < modes ? 'x' : 'p', second < modes ? 'x' : 'p'},
                             .modes = {first % modes + 1, second % modes + 1},
                             .scale = scale};
    source.dataset = qfpi_picture_text(f->picture, "/husimi/%c_%d_%c_%d", source.letters[0],
                                       source.modes[0], source.letters[1], source.modes[1]);
    if (!qfpi_file_has(f, source.dataset))
        return QFP_OK;
    source.corner = qfpi_picture_text(f->picture, "Q(%c%s, %c%s)", source.letters[0],
                                      qfpi_subscript(source.modes[0]), source.letters[1],
                                      qfpi_subscript(source.modes[1]));
    return add_row(f, &source, false, false, &last);
}

static qfp_status add_wigner(qfp_source *f, int mode, qfp_scale *scale)
{
    qfp_panel *last;
    qfp_map_source source = {.letters = {'x', 'p'}, .modes = {mode, mode}, .scale = scale};
    source.dataset = qfpi_picture_text(f->picture, "/wigner/mode_%d", mode);
    source.corner = f->modes > 1 ? qfpi_picture_text(f->picture, "W, mode %d", mode) : "W";
    return qfpi_file_has(f, source.dataset) ? add_row(f, &source, false, false, &last) : QFP_OK;
}

qfp_status qfpi_describe_maps(qfp_source *f)
{
    qfp_scale *scales[QFP_MAX_MODES + 1], *planes, *wigner;
    for (int j = 1; j <= f->modes && qfpi_file_has(f, "/husimi/mode_1"); j++) {
        QFP_TRY(qfpi_picture_scale(f->picture, "Q (vacuum: 1/π = 0.318)", false, &scales[j]));
        QFP_TRY(add_mode(f, j, scales[j]));
        if (j == f->modes)
            qfpi_picture_share(f->picture, (size_t)j, scales + 1);
    }
    QFP_TRY(qfpi_picture_scale(f->picture, "Q of two quadratures", false, &planes));
    for (int a = 0; a < 2 * f->modes; a++)
        for (int b = 0; b < 2 * f->modes; b++)
            QFP_TRY(add_plane(f, a, b, planes));
    QFP_TRY(qfpi_picture_scale(f->picture, "W (vacuum: 2/π = 0.637)", true, &wigner));
    for (int j = 1; j <= f->modes; j++)
        QFP_TRY(add_wigner(f, j, wigner));
    return QFP_OK;
}
