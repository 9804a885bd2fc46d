/* describe_process.c - a process in real variables. */
#include <math.h>

#include "plot/describe.h"

enum { MOST_TRAILS = 40, MOST_PREPARATIONS = 4, MOST_TIMES = 3 };

static const char *name_of(qfp_source *f, const char *stem, int variable, int preparation)
{
    return preparation > 1 ? qfpi_text(f->picture, "%s_%d_prep_%d", stem, variable, preparation)
                           : qfpi_text(f->picture, "%s_%d", stem, variable);
}

static void add_trails(qfp_source *f, int variable, const char *axis)
{
    size_t shape[3], start[3] = {0, 0, (size_t)variable - 1};
    if (!qfpi_has(f, "/paths"))
        return;
    if (!qfpi_extents(f, "/paths", 3, shape) || shape[0] != f->times || shape[2] <= start[2]) {
        f->picture->status = QFP_FAIL(QFP_IO, "%s: /paths has another shape", f->path);
        return;
    }
    size_t count = shape[1] < MOST_TRAILS ? shape[1] : MOST_TRAILS;
    const double *all = qfpi_block(f, "/paths", 3, shape, start, (size_t[]){f->times, count, 1});
    qfp_panel *panel = qfpi_course_panel(f, "trajectories");
    panel->axis[1] = axis;
    for (size_t i = 0; i < count && f->picture->status == QFP_OK; i++) {
        double *one = qfpi_numbers(f->picture, f->times);
        for (size_t t = 0; t < f->times && one != NULL; t++)
            one[t] = all[t * count + i];
        qfpi_draw(f->picture, panel,
                  (qfp_layer){QFP_THIN, qfpi_colour(0), NULL, f->times, {f->time, one}, NULL});
    }
}

/* What was sampled and what it should be, at a choice of times. */
static void add_densities(qfp_source *f, int variable, int preparations, const char *axis)
{
    qfp_picture *q = f->picture;
    size_t n = 0, columns = qfpi_columns(f, MOST_TIMES);
    const double *grid = qfpi_axis(f, "/axes/x", 2, &n);
    for (size_t i = 0; i < columns && q->status == QFP_OK; i++) {
        size_t time = qfpi_time(f, columns, i), shape[2] = {f->times, n};
        const char *title = qfpi_text(q, "density at t = %.4g", f->time[time]);
        qfp_panel *panel = qfpi_panel(q, q->rows - (f->is_movie && i > 0), title, axis, "");
        panel->frame = qfpi_frame(f, i);
        for (int k = 1; k <= preparations; k++) {
            unsigned colour = qfpi_colour((size_t)k - 1);
            const char *name = preparations > 1 ? qfpi_text(q, "preparation %d", k) : NULL;
            const double *sampled =
                qfpi_at(f, name_of(f, "/histogram/x", variable, k), 2, shape, time);
            const double *solved =
                qfpi_at(f, name_of(f, "/density/x", variable, k), 2, shape, time);
            qfpi_draw(q, panel, (qfp_layer){QFP_STEPS, colour, NULL, n, {grid, sampled}, NULL});
            qfpi_draw(q, panel, (qfp_layer){QFP_LINE, colour, name, n, {grid, solved}, NULL});
        }
    }
}

/* The probability density of the outcome under each condition; conditions met by few paths stay empty, for there is
 * no kernel to see. */
static void add_kernel(qfp_source *f, int k, bool backward, int row, qfp_scale *scale)
{
    const double least = 50.0;
    qfp_picture *q = f->picture;
    const char *counts_name = qfpi_text(q, "/kernel/counts_%d", k);
    qfp_plane plane = {.name = {backward ? "x at the end" : "x at t = 0",
                                backward ? "x at t = 0" : "x at the end"}};
    if (!qfpi_has(f, counts_name))
        return;
    for (int axis = 0; axis < 2; axis++)
        plane.grid[axis] = qfpi_axis(f, "/axes/x", 2, &plane.n[axis]);
    size_t n = plane.n[0], from = backward ? 1 : n, to = backward ? n : 1; /* steps in the counts */
    const double *counts = qfpi_whole(f, counts_name, 2, plane.n);
    double *kernel = qfpi_numbers(q, n * n);
    for (size_t condition = 0; condition < n && kernel != NULL; condition++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += counts[from * condition + to * i];
        double unit = sum >= least ? sum * (plane.grid[0][1] - plane.grid[0][0]) : NAN;
        for (size_t i = 0; i < n; i++)
            kernel[condition * n + i] = counts[from * condition + to * i] / unit;
    }
    const char *title = qfpi_text(q, "%s, preparation %d", backward ? "backward" : "forward", k);
    (void)qfpi_map(q, row, title, &plane, kernel, scale, false);
}

void qfpi_describe_process(qfp_source *f)
{
    qfp_picture *q = f->picture;
    int preparations = 1;
    while (preparations < MOST_PREPARATIONS &&
           qfpi_has(f, name_of(f, "/histogram/x", 1, preparations + 1)))
        preparations++;
    for (int v = 1; v == 1 || (v < 3 && qfpi_has(f, name_of(f, "/histogram/x", v, 1))); v++) {
        int first = q->rows;
        const char *axis = qfpi_text(q, "x%s", qfpi_subscript(v));
        add_trails(f, v, axis);
        add_densities(f, v, preparations, axis);
        qfpi_spread_rows(q, first);
    }
    qfpi_note(q, "steps: sampled; lines: the density that is solved for");
    qfpi_describe_observables(f);
    qfp_scale *scale = qfpi_scale(q, "probability per x", false);
    for (int backward = 0; backward < (f->is_movie ? 0 : 2); backward++)
        for (int k = 1, row = q->rows; k <= preparations; k++)
            add_kernel(f, k, backward == 1, row, scale);
}
