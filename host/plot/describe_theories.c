/* describe_theories.c - a run of several theories: Q of each where they differ, and how far from the first they
 * are. */
#include <math.h>
#include <string.h>

#include "plot/describe.h"

enum { MOST_COLUMNS = 6 };

typedef struct theories {
    size_t count;
    const char *label[QFP_MAX_CURVES], *group[QFP_MAX_CURVES];
    size_t reached[QFP_MAX_CURVES]; /* the last time with a Q */
} theories;

/* "exact, M2" into its words, as many as there is room for; until when each has a Q, and why not longer. */
static void read_theories(qfp_source *f, const char *text, theories *t)
{
    qfp_picture *q = f->picture;
    qfp_plane plane = qfpi_plane(f, 'x', 1, 'p', 1);
    const size_t shape[3] = {f->times, plane.n[0], plane.n[1]}, corner[3] = {f->times, 1, 1};
    for (; *text != '\0' && t->count < QFP_MAX_CURVES; text += strspn(text, ", ")) {
        size_t length = strcspn(text, ","), k = t->count++;
        t->label[k] = qfpi_text(q, "%.*s", (int)length, text);
        t->group[k] = k == 0 ? "" : qfpi_text(q, "/theories/%s", t->label[k]);
        text += length;
        const double *first = qfpi_block(f, qfpi_text(q, "%s/husimi/mode_1", t->group[k]), 3, shape,
                                         (const size_t[3]){0}, corner);
        for (size_t i = 0; first != NULL && i < f->times; i++)
            t->reached[k] = isfinite(first[i]) ? i : t->reached[k];
        const char *stopped = k > 0 ? qfpi_attribute(f, t->group[k], "stopped") : "";
        if (stopped[0] != '\0')
            qfpi_note(q, qfpi_text(q, "%s stopped: %s", t->label[k], stopped));
    }
}

/* Of the worst mode from the first theory at every time: [times]; NULL after a failure. */
static double *read_distance(qfp_source *f, const theories *t, const char *kind, size_t k)
{
    double *worst = NULL;
    for (int j = 1; j <= f->modes; j++) {
        const char *name = qfpi_text(f->picture, "/distance/%s/%s_%d", t->label[k], kind, j);
        double *values = qfpi_whole(f, name, 1, &f->times);
        for (size_t i = 0; worst != NULL && values != NULL && i < f->times; i++)
            values[i] = fmax(worst[i], values[i]);
        worst = values;
    }
    return worst;
}

/* Of the times at which all have a Q, at which a tenth of the largest distance is reached, and at which the largest is,
 * the different ones, in order; of several modes the last of them, else the picture grows too tall. */
static size_t choose_times(qfp_source *f, const theories *t, size_t times[3])
{
    double most = 0.0;
    size_t common = f->times - 1, tenth = f->times, worst = 0;
    for (size_t k = 0; k < t->count; k++)
        common = t->reached[k] < common ? t->reached[k] : common;
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 1; k < t->count; k++) {
            const double *distance = read_distance(f, t, "husimi_l2", k);
            for (size_t i = 0; distance != NULL && i < f->times; i++) {
                if (pass == 0 && distance[i] > most) {
                    most = distance[i];
                    worst = i;
                }
                if (pass == 1 && distance[i] >= 0.1 * most && i < tenth)
                    tenth = i;
            }
        }
    size_t count = 0;
    const size_t chosen[3] = {common, tenth < worst ? tenth : worst, worst};
    for (size_t i = 0; i < f->times; i++)
        if (i == worst || (f->modes == 1 && (i == chosen[0] || i == chosen[1])))
            times[count++] = i;
    return count;
}

/* Q of every theory that came so far, and what it differs by from that of the first: below, or where there are few
 * beside it. */
static void add_rows(qfp_source *f, const theories *t, int mode, size_t time, int frame,
                     qfp_scale *scale)
{
    qfp_picture *q = f->picture;
    qfp_scale *change = qfpi_scale(q, "difference from the first", true);
    qfp_plane plane = qfpi_plane(f, 'x', mode, 'p', mode);
    const qfp_panel *map[MOST_COLUMNS];
    size_t count = 0, points = plane.n[0] * plane.n[1];
    int row = q->rows;
    for (size_t k = 0; k < t->count && count < MOST_COLUMNS; k++) {
        if (time > t->reached[k])
            continue;
        const char *name = qfpi_text(q, "%s/husimi/mode_%d", t->group[k], mode);
        qfp_panel *p = qfpi_file_map(f, row, name, time, &plane, scale);
        const char *of = f->modes > 1 ? qfpi_text(q, "mode %d, ", mode) : "";
        p->frame = frame;
        p->title = t->label[k];
        p->corner = qfpi_text(q, "%st = %.4g", of, f->time[time]);
        map[count++] = p;
    }
    for (size_t k = 1; k < count; k++) {
        double *values = qfpi_numbers(q, points);
        for (size_t i = 0; values != NULL && i < points; i++)
            values[i] = map[k]->map[i] - map[0]->map[i];
        qfp_panel *p = qfpi_map(q, row + (count > 3), NULL, &plane, values, change, true);
        p->frame = frame;
        p->skipped = count > 3 && k == 1 ? 1 : 0; /* below the first */
        p->corner = qfpi_text(q, "%s − %s", map[k]->title, map[0]->title);
    }
}

static void add_distance(qfp_source *f, const theories *t, const char *kind, const char *title)
{
    qfp_panel *panel = qfpi_course_panel(f, title);
    for (size_t k = 1; k < t->count; k++)
        qfpi_draw(f->picture, panel,
                  (qfp_layer){qfpi_course_mark(f->times),
                              qfpi_colour(k),
                              t->label[k],
                              f->times,
                              {f->time, read_distance(f, t, kind, k)},
                              NULL});
    size_t first = f->time[0] > 0 ? 0 : 1; /* distances of rivals begin long before the end */
    panel->logarithmic[1] = true;
    panel->logarithmic[0] =
        f->times > first + 2 && f->time[first] > 0 && f->time[f->times - 1] > 300 * f->time[first];
}

/* One quantity in all theories, unless it is constant in all. */
static void add_quantity(qfp_source *f, const theories *t, const char *dataset, const char *title)
{
    bool found = true, moves = false;
    qfp_course courses[QFP_MAX_CURVES];
    for (size_t k = 0; k < t->count && found; k++) {
        courses[k] =
            (qfp_course){.dataset = dataset, .name = t->label[k], .colour = qfpi_colour(k)};
        found = qfpi_course_read(f, t->group[k], &courses[k]);
        moves |= found && !qfpi_course_is_constant(&courses[k]);
    }
    qfp_panel *panel = found && moves ? qfpi_course_panel(f, title) : NULL;
    for (size_t k = 0; k < t->count && panel != NULL; k++)
        qfpi_course_draw(f, &courses[k], true, panel);
}

void qfpi_describe_theories(qfp_source *f, const char *labels)
{
    theories t = {0};
    qfp_picture *q = f->picture;
    size_t times[3];
    read_theories(f, labels, &t);
    if (t.count == 0)
        q->status = QFP_FAIL(QFP_IO, "%s: the attribute theories names none", f->path);
    size_t count = f->is_movie ? f->times : choose_times(f, &t, times);
    qfp_scale *scale = qfpi_scale(q, "Q (vacuum: 1/π = 0.318)", false);
    for (int j = 1; j <= f->modes; j++)
        for (size_t i = 0, row = (size_t)q->rows; i < count && q->status == QFP_OK; i++) {
            q->rows = f->is_movie ? (int)row : q->rows;
            add_rows(f, &t, j, f->is_movie ? i : times[i], qfpi_frame(f, i), scale);
        }
    int first = q->rows;
    add_distance(f, &t, "husimi_l2", "distance of Q, relative");
    add_distance(f, &t, "n", "distance of mean quanta");
    add_distance(f, &t, "a", "distance of mean amplitude");
    for (int j = 1; j <= f->modes; j++) {
        const char *of = qfpi_subscript(j);
        add_quantity(f, &t, qfpi_text(q, "n_%d", j), qfpi_text(q, "mean quanta n%s", of));
        add_quantity(f, &t, qfpi_text(q, "re_a_%d", j), qfpi_text(q, "mean amplitude Re a%s", of));
    }
    add_quantity(f, &t, "energy", "energy");
    qfpi_spread_rows(q, first);
}
