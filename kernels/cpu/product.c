/* product.c - u = Σ_t Re(w_t Π_j table_tj[Q_j][P_j]), row by row. */
#include "cpu/grid_plan.h"
#include "shared/product_cell.h"

/* w times the factors of all modes but the last, and the row of the last one's table. */
static const double *row_factor(const qfpi_shape *shape, const qfp_product_term *term, size_t r,
                                double *w)
{
    size_t index[2 * QFP_MAX_MODES];
    int modes = shape->axes / 2;
    qfpi_row_indices(shape, r, index);
    w[0] = term->weight_re;
    w[1] = term->weight_im;
    for (int j = 0; j < modes - 1; ++j)
        qfpi_product_factor_cell(
            w, term->table[j] + 2 * (index[j] * shape->length[modes + j] + index[modes + j]));
    return term->table[modes - 1] + 2 * index[modes - 1] * shape->row;
}

static void fill_row(const qfpi_shape *shape, size_t term_count, const qfp_product_term *terms,
                     size_t r, double *restrict u)
{
    size_t n = shape->row;
    for (size_t i = 0; i < n; ++i)
        u[i] = 0.0;
    for (size_t t = 0; t < term_count; ++t) {
        double w[2];
        const double *restrict row = row_factor(shape, &terms[t], r, w);
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
        fill_row(shape, term_count, terms, r, u->data + r * shape->row);
    return QFP_OK;
}
