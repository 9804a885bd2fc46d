/* describe_outcomes.c - how the outcomes of an ensemble at the last time are distributed, beside those of Q: along the
 * axis on which Q spreads more, with the shares above 0, the Born weight of a branch. */
#include "plot/describe.h"

static double add_up(size_t n, const double *density, const double *grid, double *above,
                     double *spread)
{
    double all = 0.0, mean = 0.0, square = 0.0;
    *above = 0.0;
    for (size_t i = 0; i < n; i++) {
        all += density[i];
        *above += grid[i] > 0.0 ? density[i] : grid[i] == 0.0 ? 0.5 * density[i] : 0.0;
        mean += density[i] * grid[i];
        square += density[i] * grid[i] * grid[i];
    }
    *above = all > 0.0 ? *above / all : 0.0;
    *spread = all > 0.0 ? square / all - mean * mean / (all * all) : 0.0;
    return all;
}

void qfpi_describe_outcomes(qfp_source *f)
{
    const qfp_panel *exact = f->outcomes[1];
    qfp_picture *q = f->picture;
    double share, spread[2];
    if (f->outcomes[0] == NULL || f->is_movie || q->status != QFP_OK)
        return;
    const qfp_plane *plane = &exact->plane;
    for (int k = 0; k < 2; k++)
        (void)add_up(plane->n[k], exact->marginal[k], plane->grid[k], &share, &spread[k]);
    int axis = spread[0] >= spread[1] ? 0 : 1;
    size_t n = plane->n[axis];
    const double *grid = plane->grid[axis];
    const char *title =
        qfpi_text(q, "outcomes of %s at t = %.4g", plane->name[axis], f->time[f->times - 1]);
    qfp_panel *panel = qfpi_panel(q, q->rows, title, plane->name[axis], "density");
    for (int i = 0; i < 2; i++) {
        const double *marginal = f->outcomes[i]->marginal[axis];
        double *density = qfpi_numbers(q, n), all = add_up(n, marginal, grid, &share, spread);
        for (size_t k = 0; k < n && all > 0.0 && density != NULL; k++)
            density[k] = marginal[k] / (all * (grid[1] - grid[0]));
        const char *name =
            qfpi_text(q, "%s, %.1f %% above 0", i == 0 ? "sampled" : "Q", 100.0 * share);
        qfpi_draw(q, panel,
                  (qfp_layer){i == 0 ? QFP_STEPS : QFP_LINE,
                              qfpi_colour((size_t)i),
                              name,
                              n,
                              {grid, density},
                              NULL});
    }
}
