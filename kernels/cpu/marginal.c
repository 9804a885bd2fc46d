/* marginal.c - sums a Z array over all axes but the two of one mode, slice by slice of Q_1
 * (qfpi_marginal).  One thread makes whole rows of a slice's plane, in an order of its own indices only.
 */
#include <stdlib.h>

#include "cpu/grid_plan.h"
#include "shared/pairwise.h"

static double lane_sum(size_t count, const double *x)
{
    double lane[QFPI_LANES] = {0};
    for (size_t i = 0; i < count; ++i)
        lane[i % QFPI_LANES] += x[i];
    return qfpi_lanes_fold(lane);
}

static void plane_row(const qfpi_marginal *m, const double *x, size_t q, double *restrict row)
{
    for (size_t p = 0; p < m->n; ++p)
        row[p] = 0.0;
    for (size_t b = 0; b < m->before; ++b)
        for (size_t i = 0; i < m->between; ++i) {
            const double *restrict at = x + ((b * m->rows + q) * m->between + i) * m->n * m->after;
            if (m->after == 1)
                for (size_t p = 0; p < m->n; ++p)
                    row[p] += at[p];
            else
                for (size_t p = 0; p < m->n; ++p)
                    row[p] += lane_sum(m->after, at + p * m->after);
        }
}

/* out[Q_1][rows][n] */
static void sum_slices(const qfp_grid_plan *plan, const qfpi_marginal *m, const double *x,
                       double *out)
{
    size_t rows = m->slices * m->rows, slice = plan->doubles[QFP_SPACE_Z] / m->slices;
    int threads = cpu_threads_for(plan->context, plan->doubles[QFP_SPACE_Z]);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t r = 0; r < rows; ++r)
        plane_row(m, x + r / m->rows * slice, r % m->rows, out + r * m->n);
}

qfp_status cpu_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    const qfp_grid *grid = &plan->grid;
    QFP_TRY(qfpi_marginal_check(grid, mode));
    const qfpi_shape *shape = &plan->shape[QFP_SPACE_Z];
    qfpi_marginal m;
    qfpi_marginal_fill(grid, shape, mode, &m);
    if (mode == 0 || grid->slab.count > 0) {
        sum_slices(plan, &m, x->data, plane);
        return QFP_OK;
    }
    size_t cells = m.n * m.n;
    double *slices = NULL;
    QFP_TRY(QFP_ALLOCATE(slices, m.slices * cells, "the slices of a marginal"));
    sum_slices(plan, &m, x->data, slices);
    for (size_t cell = 0; cell < cells; ++cell)
        plane[cell] = qfpi_pairwise_sum(m.slices, slices + cell, cells);
    free(slices);
    return QFP_OK;
}
