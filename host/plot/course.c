/* course.c - a quantity against time: what a file knows of it, and how that is drawn. */
#include <math.h>

#include "plot/describe.h"

enum { FEW = 24, MOST_POINTS = 60 }; /* fewer make no line, more are no points */

static const double *read_optional(qfp_source *f, const char *name, size_t count)
{
    return qfpi_has(f, name) ? qfpi_whole(f, name, 1, &count) : NULL;
}

bool qfpi_course_read(qfp_source *f, const char *group, qfp_course *c)
{
    qfp_picture *q = f->picture;
    const char *time = qfpi_text(q, "%s/series/time", group), *of = "series/";
    const char *name = qfpi_text(q, "%s/series/%s", group, c->dataset);
    c->count = f->times;
    c->time = f->time;
    if (f->fixed_count == 0 && qfpi_has(f, name) && qfpi_has(f, time)) {
        c->time = qfpi_axis(f, time, 1, &c->count);
    } else {
        name = qfpi_text(q, "%s/observables/%s", group, c->dataset);
        of = "";
    }
    if (q->status != QFP_OK || !qfpi_has(f, name))
        return false;
    c->value = qfpi_whole(f, name, 1, &c->count);
    c->exact = read_optional(f, qfpi_text(q, "%s_exact", name), c->count);
    c->error = read_optional(f, qfpi_text(q, "%s_stderr", name), c->count);
    if (c->error == NULL)
        c->error =
            read_optional(f, qfpi_text(q, "%s/errors/%s%s", group, of, c->dataset), c->count);
    return q->status == QFP_OK;
}

static void find_span(size_t count, const double *values, double *low, double *high)
{
    for (size_t i = 0; values != NULL && i < count; i++)
        if (qfpi_is_drawn(values[i])) {
            *low = fmin(*low, values[i]);
            *high = fmax(*high, values[i]);
        }
}

bool qfpi_course_is_constant(const qfp_course *c)
{
    double low = INFINITY, high = -INFINITY;
    find_span(c->count, c->value, &low, &high);
    find_span(c->count, c->exact, &low, &high);
    for (size_t i = 0; i < c->count; i++)
        if (!qfpi_is_drawn(c->value[i]))
            return false;
    return high - low <=
           1e-7 * fmax(1.0, fabs(high)); /* what is conserved, to more than is drawn */
}

/* Where it is wider than the line. */
static void draw_band(qfp_picture *q, const qfp_course *c, qfp_panel *panel)
{
    double low = INFINITY, high = -INFINITY, none = INFINITY, most = 0.0;
    find_span(c->count, c->value, &low, &high);
    find_span(c->count, c->error, &none, &most);
    double *edge[2] = {qfpi_numbers(q, c->count), qfpi_numbers(q, c->count)};
    if (q->status != QFP_OK || !(most > 2e-3 * (high - low)))
        return;
    for (size_t i = 0; i < c->count; i++) {
        edge[0][i] = c->value[i] - c->error[i];
        edge[1][i] = c->value[i] + c->error[i];
    }
    qfpi_draw(q, panel,
              (qfp_layer){QFP_BAND, c->colour, NULL, c->count, {c->time, edge[0], edge[1]}, NULL});
}

qfp_mark qfpi_course_mark(size_t count)
{
    return count > MOST_POINTS ? QFP_LINE : count > FEW ? QFP_POINTS : QFP_GUIDED;
}

void qfpi_course_draw(qfp_source *f, const qfp_course *c, bool is_named, qfp_panel *panel)
{
    qfp_picture *q = f->picture;
    qfp_mark mark = qfpi_course_mark(c->count);
    const char *name = is_named ? c->name : NULL;
    draw_band(q, c, panel);
    qfpi_draw(q, panel, (qfp_layer){mark, c->colour, name, c->count, {c->time, c->value}, NULL});
    if (c->exact != NULL)
        qfpi_draw(q, panel,
                  (qfp_layer){mark == QFP_GUIDED ? QFP_CROSSES : QFP_DASHED,
                              mark == QFP_GUIDED ? c->colour : 0x222222,
                              NULL,
                              c->count,
                              {c->time, c->exact},
                              NULL});
}

qfp_panel *qfpi_course_panel(qfp_source *f, const char *title)
{
    qfp_panel *panel = qfpi_panel(f->picture, f->picture->rows, title, f->against, "");
    panel->is_in_time = true;
    return panel;
}

/* Above 0 throughout, and a fourth of it below a thousandth of its largest value. */
void qfpi_choose_logarithm(qfp_panel *panel)
{
    double most = 0.0;
    size_t all = 0, low = 0;
    for (int pass = 0; pass < 2; pass++)
        for (const qfp_layer *layer = panel->first; layer != NULL; layer = layer->next)
            for (size_t i = 0; i < layer->count && layer->mark != QFP_BAND; i++) {
                double value = layer->at[1][i];
                if (!qfpi_is_drawn(value))
                    continue;
                if (!(value > 0.0))
                    return;
                most = fmax(most, value);
                all += (size_t)pass;
                low += pass == 1 && value < 1e-3 * most;
            }
    panel->logarithmic[1] = 4 * low > all;
}
