/* course.c - a quantity against time: what a file knows of it, and how that is drawn. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/describe.h"

enum { MOST_POINTS = 60 }; /* more of them make a line */

static qfp_status read_optional(qfp_source *f, const char *name, size_t count, double **out)
{
    *out = NULL;
    return qfpi_file_has(f, name) ? qfpi_file_numbers(f, name, 1, &count, out) : QFP_OK;
}

qfp_status qfpi_course_read(qfp_source *f, const char *group, qfp_course *c, bool *found)
{
    qfp_picture *q = f->picture;
    const char *time = qfpi_picture_text(q, "%s/series/time", group);
    const char *name = qfpi_picture_text(q, "%s/series/%s", group, c->dataset);
    c->is_series = qfpi_file_has(f, name) && qfpi_file_has(f, time);
    if (!c->is_series)
        name = qfpi_picture_text(q, "%s/observables/%s", group, c->dataset);
    *found = qfpi_file_has(f, name);
    if (!*found)
        return QFP_OK;
    c->count = f->times;
    c->time = f->time;
    if (c->is_series)
        QFP_TRY(qfpi_file_axis(f, time, 1, &c->count, &c->time));
    QFP_TRY(qfpi_file_numbers(f, name, 1, &c->count, &c->value));
    QFP_TRY(read_optional(f, qfpi_picture_text(q, "%s_exact", name), c->count, &c->exact));
    QFP_TRY(read_optional(f, qfpi_picture_text(q, "%s_stderr", name), c->count, &c->error));
    if (c->error != NULL)
        return QFP_OK;
    const char *errors = c->is_series ? "series/" : "";
    return read_optional(f, qfpi_picture_text(q, "%s/errors/%s%s", group, errors, c->dataset),
                         c->count, &c->error);
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
static qfp_status draw_band(qfp_picture *q, const qfp_course *c, qfp_panel *panel)
{
    double *edge[2] = {NULL}, low = INFINITY, high = -INFINITY, none = INFINITY, most = 0.0;
    find_span(c->count, c->value, &low, &high);
    find_span(c->count, c->error, &none, &most);
    if (!(most > 2e-3 * (high - low)))
        return QFP_OK;
    for (int k = 0; k < 2; k++)
        QFP_TRY(QFP_ROOM(q, edge[k], c->count));
    for (size_t i = 0; i < c->count; i++) {
        edge[0][i] = c->value[i] - c->error[i];
        edge[1][i] = c->value[i] + c->error[i];
    }
    return qfpi_panel_layer(q, panel,
                            (qfp_layer){.mark = QFP_BAND,
                                        .colour = c->colour,
                                        .count = c->count,
                                        .at = {c->time, edge[0], edge[1]}});
}

qfp_status qfpi_course_draw(qfp_source *f, const qfp_course *c, qfp_panel *panel)
{
    qfp_picture *q = f->picture;
    QFP_TRY(draw_band(q, c, panel));
    if (c->exact != NULL)
        QFP_TRY(qfpi_panel_layer(q, panel,
                                 (qfp_layer){.mark = QFP_DASHED,
                                             .colour = 0x222222,
                                             .count = c->count,
                                             .at = {c->time, c->exact}}));
    return qfpi_panel_layer(q, panel,
                            (qfp_layer){.mark = c->count > MOST_POINTS ? QFP_LINE : QFP_POINTS,
                                        .name = c->legend,
                                        .colour = c->colour,
                                        .count = c->count,
                                        .at = {c->time, c->value}});
}

qfp_status qfpi_course_panel(qfp_source *f, const char *title, qfp_panel **out)
{
    QFP_TRY(qfpi_picture_panel(f->picture, f->picture->rows, title, out));
    (*out)->axis[0] = "time";
    (*out)->axis[1] = "";
    (*out)->is_in_time = true;
    return QFP_OK;
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
                all += pass;
                low += pass == 1 && value < 1e-3 * most;
            }
    panel->logarithmic[1] = 4 * low > all;
}
