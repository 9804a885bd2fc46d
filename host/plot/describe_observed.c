/* describe_observed.c - what was measured, beside what was computed, and chi squared in a sentence. */
#include <math.h>
#include <string.h>

#include "plot/describe.h"

enum { MOST = 16 }; /* groups /observed/1 … that are looked for */

typedef struct measurement {
    size_t count; /* of all points */
    const double *value, *error, *computed, *time;
} measurement;

/* Those of the mode, or x and p of the measurement. */
static void find_axes(qfp_source *f, const char *group, qfp_plane *plane)
{
    for (int a = 0; a < 2; a++) {
        const char *name = qfpi_text(f->picture, "%s/%c", group, "xp"[a]);
        if (qfpi_has(f, name))
            plane->grid[a] = qfpi_axis(f, name, 2, &plane->n[a]);
    }
}

/* The group number k, if it is of `name`; `plane` becomes that of the map, NULL for values in time. */
static bool read_measurement(qfp_source *f, int k, const char *name, qfp_plane *plane,
                             measurement *m)
{
    qfp_picture *q = f->picture;
    const char *group = qfpi_text(q, "/observed/%d", k);
    const double **parts[] = {&m->value, &m->error, &m->computed};
    static const char *const names[] = {"value", "error", "computed"};
    if (f->fixed_count > 0 || !qfpi_has(f, group) ||
        strcmp(qfpi_attribute(f, group, "name"), name) != 0)
        return false;
    if (plane == NULL) {
        m->time = qfpi_axis(f, qfpi_text(q, "%s/time", group), 1, &m->count);
    } else {
        find_axes(f, group, plane);
        m->count = plane->n[0] * plane->n[1];
    }
    for (int i = 0; i < 3; i++)
        *parts[i] = qfpi_whole(f, qfpi_text(q, "%s/%s", group, names[i]), plane != NULL ? 2 : 1,
                               plane != NULL ? plane->n : &m->count);
    return q->status == QFP_OK;
}

static void say(qfp_picture *q, const char *what, const measurement *m)
{
    double chi2 = 0.0;
    for (size_t i = 0; i < m->count; i++)
        chi2 += pow((m->computed[i] - m->value[i]) / m->error[i], 2.0);
    qfpi_note(q, qfpi_text(q, "%s observed, χ² = %.4g of %zu points", what, chi2, m->count));
}

void qfpi_observed_points(qfp_source *f, const qfp_course *c, qfp_panel *panel)
{
    measurement m = {0};
    for (int k = 1; k <= MOST; k++)
        if (read_measurement(f, k, c->dataset, NULL, &m)) {
            qfpi_draw(
                f->picture, panel,
                (qfp_layer){QFP_ERRORS, 0x222222, NULL, m.count, {m.time, m.value, m.error}, NULL});
            say(f->picture, qfpi_text(f->picture, "circles: %s", c->name), &m);
        }
}

void qfpi_observed_maps(qfp_source *f, int mode, const qfp_plane *plane, qfp_scale *scale)
{
    qfp_picture *q = f->picture;
    measurement m = {0};
    const char *name = qfpi_text(q, "mode_%d", mode), *of = f->modes > 1 ? name : "Q";
    for (int k = 1; k <= MOST && !f->is_movie; k++) {
        double *difference = NULL;
        qfp_plane own = *plane;
        if (read_measurement(f, k, name, &own, &m))
            difference = qfpi_numbers(q, m.count);
        if (difference == NULL)
            continue;
        for (size_t i = 0; i < m.count; i++)
            difference[i] = m.computed[i] - m.value[i];
        int row = q->rows;
        qfp_scale *change = qfpi_scale(q, "difference", true);
        (void)qfpi_map(q, row, qfpi_text(q, "%s observed", of), &own, m.value, scale, true);
        (void)qfpi_map(q, row, "computed − observed", &own, difference, change, true);
        say(q, of, &m);
    }
}
