/* describe_process.c - a process in real variables. */
#include <math.h>

#include "io/hdf5_access.h"
#include "plot/describe.h"

enum { MOST_TRAILS = 40, MOST_PREPARATIONS = 4, MOST_TIMES = 3 };

static const char *name_of(qfp_source *f, const char *stem, int variable, int preparation)
{
    return preparation > 1
               ? qfpi_picture_text(f->picture, "%s_%d_prep_%d", stem, variable, preparation)
               : qfpi_picture_text(f->picture, "%s_%d", stem, variable);
}

static int count_preparations(qfp_source *f)
{
    int count = 1;
    while (count < MOST_PREPARATIONS && qfpi_file_has(f, name_of(f, "/histogram/x", 1, count + 1)))
        count++;
    return count;
}

static qfp_status add_trails(qfp_source *f, int variable)
{
    qfp_picture *q = f->picture;
    size_t shape[3], start[3] = {0, 0, (size_t)variable - 1};
    double *all = NULL;
    qfp_panel *panel = NULL;
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, "/paths", 3, shape));
    if (shape[0] != f->times || shape[1] == 0 || shape[2] < (size_t)variable)
        return QFP_FAIL(QFP_IO, "%s: /paths has another shape", f->path);
    size_t count = shape[1] < MOST_TRAILS ? shape[1] : MOST_TRAILS;
    const size_t block[3] = {f->times, count, 1};
    QFP_TRY(qfpi_file_block(f, "/paths", 3, shape, start, block, &all));
    QFP_TRY(qfpi_course_panel(f, "trajectories", &panel));
    panel->axis[1] = qfpi_picture_text(q, "x%s", qfpi_subscript(variable));
    for (size_t i = 0; i < count; i++) {
        double *one = NULL;
        QFP_TRY(QFP_ROOM(q, one, f->times));
        for (size_t t = 0; t < f->times; t++)
            one[t] = all[t * count + i];
        const qfp_layer layer = {
            .mark = QFP_THIN, .colour = qfpi_colour(0), .count = f->times, .at = {f->time, one}};
        QFP_TRY(qfpi_panel_layer(q, panel, layer));
    }
    return QFP_OK;
}

/* What was sampled and what it should be at one time. */
static qfp_status add_densities(qfp_source *f, int variable, int preparations, size_t column,
                                size_t columns)
{
    static const char *const groups[] = {"/histogram/x", "/density/x"};
    qfp_picture *q = f->picture;
    qfp_panel *panel = NULL;
    size_t n, time = qfpi_file_time(f, columns, column);
    const double *grid;
    QFP_TRY(qfpi_file_axis(f, "/axes/x", 2, &n, &grid));
    QFP_TRY(qfpi_picture_panel(q, q->rows - f->is_movie * (column > 0), NULL, &panel));
    panel->frame = qfpi_file_frame(f, column);
    panel->title = qfpi_picture_text(q, "density at t = %.4g", f->time[time]);
    panel->axis[0] = qfpi_picture_text(q, "x%s", qfpi_subscript(variable));
    panel->axis[1] = "";
    for (int k = 0; k < 2 * preparations; k++) {
        double *values = NULL;
        int preparation = k / 2 + 1;
        QFP_TRY(qfpi_file_at(f, name_of(f, groups[k % 2], variable, preparation), 2,
                             (const size_t[]){f->times, n}, time, &values));
        const char *which = qfpi_picture_text(q, "preparation %d", preparation);
        const qfp_layer layer = {.mark = k % 2 == 0 ? QFP_STEPS : QFP_LINE,
                                 .name = k % 2 == 1 && preparations > 1 ? which : NULL,
                                 .colour = qfpi_colour((size_t)k / 2),
                                 .count = n,
                                 .at = {grid, values}};
        QFP_TRY(qfpi_panel_layer(q, panel, layer));
    }
    return QFP_OK;
}

static qfp_status add_figure(qfp_source *f, const char *stem, const char *title, int variable,
                             int preparations)
{
    qfp_panel *panel = NULL;
    for (int k = 1; k <= preparations; k++) {
        bool found;
        qfp_course c = {
            .dataset = name_of(f, stem, variable, k),
            .legend = preparations > 1 ? qfpi_picture_text(f->picture, "preparation %d", k) : NULL,
            .colour = qfpi_colour((size_t)k - 1)};
        QFP_TRY(qfpi_course_read(f, "", &c, &found));
        if (found && panel == NULL)
            QFP_TRY(qfpi_course_panel(f, title, &panel));
        if (found)
            QFP_TRY(qfpi_course_draw(f, &c, panel));
    }
    return QFP_OK;
}

/* The probability density of the outcome under each condition; conditions met by few paths stay empty, for there is
 * no kernel to see. */
static qfp_status add_kernel(qfp_source *f, int k, bool backward, int row, qfp_scale *scale)
{
    const double least = 50.0;
    qfp_picture *q = f->picture;
    size_t n;
    const double *grid;
    double *counts = NULL, *kernel = NULL;
    qfp_panel *panel = NULL;
    QFP_TRY(qfpi_file_axis(f, "/axes/x", 2, &n, &grid));
    QFP_TRY(qfpi_file_numbers(f, qfpi_picture_text(q, "/kernel/counts_%d", k), 2,
                              (const size_t[]){n, n}, &counts));
    QFP_TRY(QFP_ROOM(q, kernel, n * n));
    for (size_t condition = 0; condition < n; condition++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += counts[backward ? i * n + condition : condition * n + i];
        for (size_t i = 0; i < n; i++)
            kernel[condition * n + i] =
                sum >= least ? counts[backward ? i * n + condition : condition * n + i] /
                                   (sum * (grid[1] - grid[0]))
                             : NAN;
    }
    const char *title =
        qfpi_picture_text(q, backward ? "backward, preparation %d" : "forward, preparation %d", k);
    QFP_TRY(qfpi_picture_map(q, row, title, (const size_t[]){n, n},
                             (const double *const[]){grid, grid}, kernel, scale, &panel));
    panel->marginal[0] = panel->marginal[1] = NULL;
    panel->axis[0] = backward ? "x at the end" : "x at t = 0";
    panel->axis[1] = backward ? "x at t = 0" : "x at the end";
    return QFP_OK;
}

static qfp_status add_kernels(qfp_source *f, int preparations)
{
    qfp_scale *scale;
    QFP_TRY(qfpi_picture_scale(f->picture, "probability per x", false, &scale));
    for (int backward = 0; backward < 2; backward++) {
        int row = f->picture->rows;
        for (int k = 1; k <= preparations; k++)
            if (qfpi_file_has(f, qfpi_picture_text(f->picture, "/kernel/counts_%d", k)))
                QFP_TRY(add_kernel(f, k, backward == 1, row, scale));
    }
    return QFP_OK;
}

qfp_status qfpi_describe_process(qfp_source *f)
{
    int preparations = count_preparations(f);
    size_t columns = qfpi_file_columns(f, MOST_TIMES);
    for (int v = 1; v == 1 || (v < 3 && qfpi_file_has(f, name_of(f, "/histogram/x", v, 1))); v++) {
        int first = f->picture->rows;
        if (qfpi_file_has(f, "/paths"))
            QFP_TRY(add_trails(f, v));
        for (size_t i = 0; i < columns; i++)
            QFP_TRY(add_densities(f, v, preparations, i, columns));
        QFP_TRY(add_figure(f, "mean_x", "mean", v, preparations));
        QFP_TRY(add_figure(f, "var_x", "variance", v, preparations));
        qfpi_spread_rows(f->picture, first);
    }
    qfpi_picture_note(f->picture, "steps: sampled; lines: the density that is solved for; dashed: "
                                  "exact");
    return f->is_movie ? QFP_OK : add_kernels(f, preparations);
}
