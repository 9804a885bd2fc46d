/* product.c - u = Σ_t Re(w_t Π_j table_tj[Q_j][P_j]), row by row. */
#include "cpu/grid_plan.h"
#include "shared/product_cell.h"

/* w times the factors of all modes but the last, and the row of the last one's table. */
static const double *row_factor(const qfp_grid *grid, const qfp_product_term *term, size_t r,
                                double *w)
{
    size_t index[2 * QFP_MAX_MODES];
    int modes = grid->modes;
    for (int axis = 2 * modes - 2; axis >= 0; --axis) {
        size_t n = (size_t)grid->points[axis % modes];
        index[axis] = r % n;
        r /= n;
    }
    w[0] = term->weight_re;
    w[1] = term->weight_im;
    for (int j = 0; j < modes - 1; ++j) {
        size_t n = (size_t)grid->points[j];
        qfpi_product_factor_cell(w, term->table[j] + 2 * (index[j] * n + index[modes + j]));
    }
    return term->table[modes - 1] + 2 * index[modes - 1] * (size_t)grid->points[modes - 1];
}

static void fill_row(const qfp_grid *grid, size_t term_count, const qfp_product_term *terms,
                     size_t r, size_t n, double *restrict u)
{
    for (size_t i = 0; i < n; ++i)
        u[i] = 0.0;
    for (size_t t = 0; t < term_count; ++t) {
        double w[2];
        const double *restrict row = row_factor(grid, &terms[t], r, w);
        for (size_t i = 0; i < n; ++i)
            u[i] += qfpi_product_cell(w[0], w[1], row[2 * i], row[2 * i + 1]);
    }
}

qfp_status cpu_product_fill(qfp_grid_plan *plan, size_t term_count, const qfp_product_term *terms,
                            qfp_buffer *u)
{
    const qfpi_shape *shape = &plan->shape[QFP_SPACE_Z];
    int threads = cpu_threads_for(plan->context, plan->doubles[QFP_SPACE_Z]);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t r = 0; r < shape->rows; ++r)
        fill_row(&plan->grid, term_count, terms, r, shape->row, u->data + r * shape->row);
    return QFP_OK;
}
