/* marginal.c - sums a Z array over all axes but the two of one mode.
 *
 * Seen from mode j the array is [before][Q_j][between][P_j][after].  One thread makes whole rows of
 * the plane, in an order of its own indices only.
 */
#include "cpu/grid_plan.h"
#include "shared/pairwise.h"

typedef struct view {
    size_t before, n, between, after;
} view;

static double lane_sum(size_t count, const double *x)
{
    double lane[QFPI_LANES] = {0};
    for (size_t i = 0; i < count; ++i)
        lane[i % QFPI_LANES] += x[i];
    return qfpi_lanes_fold(lane);
}

static void plane_row(const view *v, const double *x, size_t q, double *restrict row)
{
    size_t slab = v->between * v->n * v->after;
    for (size_t p = 0; p < v->n; ++p)
        row[p] = 0.0;
    for (size_t b = 0; b < v->before; ++b)
        for (size_t m = 0; m < v->between; ++m) {
            const double *restrict at = x + (b * v->n + q) * slab + m * v->n * v->after;
            if (v->after == 1)
                for (size_t p = 0; p < v->n; ++p)
                    row[p] += at[p];
            else
                for (size_t p = 0; p < v->n; ++p)
                    row[p] += lane_sum(v->after, at + p * v->after);
        }
}

qfp_status cpu_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    const qfp_grid *grid = &plan->grid;
    if (mode < 0 || mode >= grid->modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", mode, grid->modes);
    view v = {.before = 1, .n = (size_t)grid->points[mode], .between = 1, .after = 1};
    for (int j = 0; j < grid->modes; ++j) {
        size_t n = (size_t)grid->points[j];
        v.before *= j < mode ? n : 1;
        v.between *= j != mode ? n : 1; /* Q axes behind mode j, P axes in front of it */
        v.after *= j > mode ? n : 1;
    }
    int threads = cpu_threads_for(plan->context, plan->doubles[QFP_SPACE_Z]);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t q = 0; q < v.n; ++q)
        plane_row(&v, x->data, q, plane + q * v.n);
    return QFP_OK;
}
