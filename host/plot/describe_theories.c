/* describe_theories.c - a run of several theories: Q of each where they differ, and how far from the first they
 * are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/describe.h"

enum { MOST_COLUMNS = 6, MOST_ROWS = 3 };

typedef struct theories {
    size_t count;
    const char *label[QFP_MAX_CURVES], *group[QFP_MAX_CURVES];
    size_t reached[QFP_MAX_CURVES]; /* the last time with a Q */
} theories;

/* "exact, M2" into its words; as many as there is room for. */
static qfp_status split(qfp_source *f, const char *text, theories *t)
{
    while (*text != '\0' && t->count < QFP_MAX_CURVES) {
        size_t length = strcspn(text, ","), k = t->count++;
        t->label[k] = qfpi_picture_text(f->picture, "%.*s", (int)length, text);
        t->group[k] = k == 0 ? "" : qfpi_picture_text(f->picture, "/theories/%s", t->label[k]);
        text += length;
        text += strspn(text, ", ");
    }
    return t->count > 0 ? QFP_OK
                        : QFP_FAIL(QFP_IO, "%s: the attribute theories names none", f->path);
}

/* Until when there is a Q, and the sentence with which a theory stopped. */
static qfp_status find_ends(qfp_source *f, theories *t)
{
    qfp_picture *q = f->picture;
    for (size_t k = 0; k < t->count; k++) {
        size_t n[2];
        const double *grid[2];
        double *first = NULL;
        const char *sentence;
        QFP_TRY(qfpi_file_plane(f, "xp", (const int[]){1, 1}, n, grid));
        const size_t shape[3] = {f->times, n[0], n[1]}, start[3] = {0}, count[3] = {f->times, 1, 1};
        QFP_TRY(qfpi_file_block(f, qfpi_picture_text(q, "%s/husimi/mode_1", t->group[k]), 3, shape,
                                start, count, &first));
        for (size_t i = 0; i < f->times; i++)
            t->reached[k] = isfinite(first[i]) ? i : t->reached[k];
        QFP_TRY(qfpi_file_text(f, k == 0 ? "/" : t->group[k], "stopped", &sentence));
        if (k > 0 && sentence[0] != '\0')
            qfpi_picture_note(q, qfpi_picture_text(q, "%s stopped: %s", t->label[k], sentence));
    }
    return QFP_OK;
}

/* The largest distance of the worst mode from the first theory at every time: [times]. */
static qfp_status find_distances(qfp_source *f, const theories *t, const char *kind, size_t k,
                                 double *out)
{
    for (int j = 1; j <= f->modes; j++) {
        double *values = NULL;
        QFP_TRY(qfpi_file_numbers(
            f, qfpi_picture_text(f->picture, "/distance/%s/%s_%d", t->label[k], kind, j), 1,
            &f->times, &values));
        for (size_t i = 0; i < f->times; i++)
            out[i] = j == 1 ? values[i] : fmax(out[i], values[i]);
    }
    return QFP_OK;
}

static size_t first_above(size_t count, const double *values, double least)
{
    size_t i = 0;
    while (i + 1 < count && !(values[i] >= least))
        i++;
    return i;
}

static int compare(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The last time that all reached, when a tenth of the largest distance is reached, and when the largest is. */
static qfp_status choose_times(qfp_source *f, const theories *t, size_t *count, size_t *times)
{
    double *most = NULL, *each = NULL, largest = 0.0;
    size_t common = f->times - 1;
    QFP_TRY(QFP_ROOM(f->picture, most, f->times));
    QFP_TRY(QFP_ROOM(f->picture, each, f->times));
    for (size_t k = 0; k < t->count; k++) {
        common = t->reached[k] < common ? t->reached[k] : common;
        if (k > 0)
            QFP_TRY(find_distances(f, t, "husimi_l2", k, each));
        for (size_t i = 0; i < f->times && k > 0; i++)
            most[i] = fmax(most[i], each[i]);
    }
    for (size_t i = 0; i < f->times; i++)
        largest = fmax(largest, qfpi_is_drawn(most[i]) ? most[i] : 0.0);
    const size_t wanted[MOST_ROWS] = {common, first_above(f->times, most, 0.1 * largest),
                                      first_above(f->times, most, largest)};
    size_t sorted[MOST_ROWS], found = 0;
    memcpy(sorted, wanted, sizeof wanted);
    qsort(sorted, MOST_ROWS, sizeof *sorted, compare);
    for (size_t i = 0; i < MOST_ROWS; i++)
        if (found == 0 || sorted[i] != times[found - 1])
            times[found++] = sorted[i];
    if (f->modes > 1 && found > 1) { /* the worst alone, else the picture grows too tall */
        times[0] = times[found - 1];
        found = 1;
    }
    *count = found;
    return QFP_OK;
}

static qfp_status subtract(qfp_picture *q, const qfp_panel *from, const qfp_panel *what,
                           double **out)
{
    QFP_TRY(QFP_ROOM(q, *out, from->n[0] * from->n[1]));
    for (size_t i = 0; i < from->n[0] * from->n[1]; i++)
        (*out)[i] = from->map[i] - what->map[i];
    return QFP_OK;
}

/* Below the map that it is the difference of. */
static qfp_status add_difference(qfp_picture *q, int row, const qfp_panel *above,
                                 const double *values, qfp_scale *scale, bool is_first)
{
    qfp_panel *p = NULL;
    QFP_TRY(qfpi_picture_map(q, row, NULL, above->n, above->grid, values, scale, &p));
    p->frame = above->frame;
    p->skipped = is_first ? 1 : 0; /* the first theory has none */
    p->axis[0] = above->axis[0];
    p->axis[1] = above->axis[1];
    p->corner = "difference";
    return QFP_OK;
}

/* Q of every theory that came so far in a row, and what it differs by from that of the first in the row below. */
static qfp_status add_rows(qfp_source *f, const theories *t, int mode, size_t time, int frame,
                           qfp_scale *scale)
{
    qfp_picture *q = f->picture;
    qfp_scale *change;
    qfp_panel *first = NULL, *p = NULL;
    int row = q->rows;
    QFP_TRY(qfpi_picture_scale(q, "difference", true, &change));
    for (size_t k = 0; k < t->count && k < MOST_COLUMNS; k++) {
        const qfp_map_source source = {
            .dataset = qfpi_picture_text(q, "%s/husimi/mode_%d", t->group[k], mode),
            .letters = {'x', 'p'},
            .modes = {mode, mode},
            .scale = scale};
        double *values = NULL;
        if (time > t->reached[k])
            continue;
        QFP_TRY(qfpi_file_map(f, &source, row, time, &p));
        p->frame = frame;
        p->title = t->label[k];
        p->corner = f->modes > 1 ? qfpi_picture_text(q, "mode %d, t = %.4g", mode, f->time[time])
                                 : qfpi_picture_text(q, "t = %.4g", f->time[time]);
        if (k == 0) {
            first = p;
            continue;
        }
        QFP_TRY(subtract(q, p, first, &values));
        QFP_TRY(add_difference(q, row + 1, p, values, change, first->next == p));
    }
    return QFP_OK;
}

static qfp_status add_distance(qfp_source *f, const theories *t, const char *kind,
                               const char *title)
{
    qfp_picture *q = f->picture;
    qfp_panel *panel = NULL;
    QFP_TRY(qfpi_course_panel(f, title, &panel));
    for (size_t k = 1; k < t->count; k++) {
        double *values = NULL;
        QFP_TRY(QFP_ROOM(q, values, f->times));
        QFP_TRY(find_distances(f, t, kind, k, values));
        const qfp_layer layer = {.mark = QFP_POINTS,
                                 .name = t->label[k],
                                 .colour = qfpi_colour(k),
                                 .count = f->times,
                                 .at = {f->time, values}};
        QFP_TRY(qfpi_panel_layer(q, panel, layer));
    }
    size_t first = f->time[0] > 0 ? 0 : 1; /* distances of rivals begin long before the end */
    panel->logarithmic[1] = true;
    panel->logarithmic[0] =
        f->times > first + 2 && f->time[first] > 0 && f->time[f->times - 1] > 300 * f->time[first];
    return QFP_OK;
}

/* One quantity in all theories. */
static qfp_status add_quantity(qfp_source *f, const theories *t, const char *dataset,
                               const char *title)
{
    qfp_panel *panel = NULL;
    bool found = true, moves = false;
    qfp_course courses[QFP_MAX_CURVES];
    for (size_t k = 0; k < t->count && found; k++) {
        courses[k] =
            (qfp_course){.dataset = dataset, .legend = t->label[k], .colour = qfpi_colour(k)};
        QFP_TRY(qfpi_course_read(f, t->group[k], &courses[k], &found));
        moves |= found && !qfpi_course_is_constant(&courses[k]);
    }
    if (!found || !moves)
        return QFP_OK;
    QFP_TRY(qfpi_course_panel(f, title, &panel));
    for (size_t k = 0; k < t->count; k++)
        QFP_TRY(qfpi_course_draw(f, &courses[k], panel));
    return QFP_OK;
}

qfp_status qfpi_describe_theories(qfp_source *f, const char *labels)
{
    theories t = {0};
    qfp_scale *scale;
    qfp_picture *q = f->picture;
    size_t count, times[MOST_ROWS];
    QFP_TRY(split(f, labels, &t));
    QFP_TRY(find_ends(f, &t));
    QFP_TRY(choose_times(f, &t, &count, times));
    QFP_TRY(qfpi_picture_scale(q, "Q (vacuum: 1/π = 0.318)", false, &scale));
    for (int j = 1; j <= f->modes; j++) {
        int row = q->rows;
        for (size_t i = 0; i < (f->is_movie ? f->times : count); i++) {
            q->rows = f->is_movie ? row : q->rows;
            QFP_TRY(add_rows(f, &t, j, f->is_movie ? i : times[i], qfpi_file_frame(f, i), scale));
        }
    }
    int first = q->rows;
    QFP_TRY(add_distance(f, &t, "husimi_l2", "distance of Q, relative"));
    QFP_TRY(add_distance(f, &t, "n", "distance of mean quanta"));
    QFP_TRY(add_distance(f, &t, "a", "distance of mean amplitude"));
    for (int j = 1; j <= f->modes; j++)
        QFP_TRY(add_quantity(f, &t, qfpi_picture_text(q, "n_%d", j),
                             qfpi_picture_text(q, "mean quanta n%s", qfpi_subscript(j))));
    for (int j = 1; j <= f->modes; j++)
        QFP_TRY(add_quantity(f, &t, qfpi_picture_text(q, "re_a_%d", j),
                             qfpi_picture_text(q, "mean amplitude Re a%s", qfpi_subscript(j))));
    QFP_TRY(add_quantity(f, &t, "energy", "energy"));
    qfpi_spread_rows(q, first);
    return QFP_OK;
}
