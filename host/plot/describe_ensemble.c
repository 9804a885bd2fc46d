/* describe_ensemble.c - how the outcomes of an ensemble are distributed, beside those of Q. */
#include <math.h>

#include "plot/describe.h"

static double sum_of(size_t n, const double *density, double *share_above, const double *grid,
                     double *spread)
{
    double all = 0.0, above = 0.0, mean = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        all += density[i];
        above += grid[i] > 0.0 ? density[i] : grid[i] == 0.0 ? 0.5 * density[i] : 0.0;
        mean += density[i] * grid[i];
        square += density[i] * grid[i] * grid[i];
    }
    *share_above = all > 0.0 ? above / all : 0.0;
    *spread = all > 0.0 ? square / all - mean * mean / (all * all) : 0.0;
    return all;
}

qfp_status qfpi_describe_outcomes(qfp_source *f)
{
    const qfp_panel *const *sources = f->outcomes, *exact = sources[1];
    double share, spread[2], time = f->time[f->times - 1];
    qfp_panel *panel = NULL;
    qfp_picture *q = f->picture;
    if (exact == NULL || f->is_movie)
        return QFP_OK;
    for (int k = 0; k < 2; k++)
        (void)sum_of(exact->n[k], exact->marginal[k], &share, exact->grid[k], &spread[k]);
    int axis = spread[0] >= spread[1] ? 0 : 1;
    size_t n = exact->n[axis];
    const double *grid = exact->grid[axis];
    QFP_TRY(qfpi_picture_panel(q, q->rows, NULL, &panel));
    panel->title = qfpi_picture_text(q, "outcomes of %s at t = %.4g", exact->axis[axis], time);
    panel->axis[0] = exact->axis[axis];
    panel->axis[1] = "density";
    for (int i = 0; i < 2; i++) {
        double *density = NULL;
        QFP_TRY(QFP_ROOM(q, density, n));
        double all = sum_of(n, sources[i]->marginal[axis], &share, grid, spread);
        for (size_t k = 0; k < n && all > 0.0; k++)
            density[k] = sources[i]->marginal[axis][k] / (all * (grid[1] - grid[0]));
        QFP_TRY(qfpi_panel_layer(
            q, panel,
            (qfp_layer){.mark = i == 0 ? QFP_STEPS : QFP_LINE,
                        .name = qfpi_picture_text(q, "%s, %.1f %% above 0",
                                                  i == 0 ? "sampled" : "Q", 100.0 * share),
                        .colour = qfpi_colour((size_t)i),
                        .count = n,
                        .at = {grid, density}}));
    }
    return QFP_OK;
}
