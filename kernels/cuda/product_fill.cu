/* product_fill.cu - u = Σ_t Re(w_t Π_j table_tj[Q_j][P_j]), cell by cell. */
#include <stdlib.h>
#include <string.h>

#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"
#include "shared/product_cell.h"

/* All terms in one block of memory: weights [terms][2], then tables [terms][Σ_j 2 n_j²], of a slab its own lengths. */
struct product_view {
    qfpi_shape shape;
    int modes;
    size_t cells, terms, table_doubles;
    size_t table_offset[QFP_MAX_MODES]; /* of mode j in the tables of a term */
    const double *weight, *table;
};

template <class R> static __global__ void k_product_fill(product_view v, R *u)
{
    for (size_t cell = cuda_first_cell(); cell < v.cells; cell += cuda_cell_step()) {
        size_t index[2 * QFP_MAX_MODES];
        size_t last = cell % v.shape.row;
        double sum = 0.0;
        qfpi_row_indices(&v.shape, cell / v.shape.row, index);
        index[v.shape.axes - 1] = last;
        for (size_t t = 0; t < v.terms; ++t) {
            double w[2] = {v.weight[2 * t], v.weight[2 * t + 1]};
            const double *table = v.table + t * v.table_doubles, *at = table;
            for (int j = 0; j < v.modes; ++j) {
                at = table + v.table_offset[j] +
                     2 * (index[j] * v.shape.length[v.modes + j] + index[v.modes + j]);
                if (j < v.modes - 1)
                    qfpi_product_factor_cell(w, at);
            }
            sum += qfpi_product_cell(w[0], w[1], at[0], at[1]);
        }
        u[cell] = (R)sum;
    }
}

static void pack(const product_view *v, const qfp_product_term *terms, double *block)
{
    double *table = block + 2 * v->terms;
    for (size_t t = 0; t < v->terms; ++t) {
        block[2 * t] = terms[t].weight_re;
        block[2 * t + 1] = terms[t].weight_im;
        for (int j = 0; j < v->modes; ++j)
            memcpy(table + t * v->table_doubles + v->table_offset[j], terms[t].table[j],
                   2 * v->shape.length[j] * v->shape.length[v->modes + j] * sizeof *table);
    }
}

template <class R>
static qfp_status fill(qfp_context *context, product_view *v, const double *block, qfp_buffer *u)
{
    double *device = nullptr;
    QFP_TRY(cuda_stage(context, block, v->terms * (2 + v->table_doubles),
                       "the tables of an initial state", &device));
    v->weight = device;
    v->table = device + 2 * v->terms;
    QFP_LAUNCH(k_product_fill<R>, cuda_blocks(v->cells), CUDA_THREADS, 0, context->stream, *v,
               cuda_data<R>(u));
    cudaError_t error = cudaGetLastError();
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(context->stream); /* before the tables go */
    (void)cudaFree(device);
    QFP_CUDA_TRY(error, "launching k_product_fill");
    return QFP_OK;
}

qfp_status cuda_product_fill(qfp_grid_plan *plan, size_t term_count, const qfp_product_term *terms,
                             qfp_buffer *u)
{
    cuda_range range("product_fill");
    product_view v = {};
    v.shape = plan->shape[QFP_SPACE_Z];
    v.modes = plan->grid.modes;
    v.cells = plan->doubles[QFP_SPACE_Z];
    v.terms = term_count;
    for (int j = 0; j < v.modes; ++j) {
        v.table_offset[j] = v.table_doubles;
        v.table_doubles += 2 * v.shape.length[j] * v.shape.length[v.modes + j];
    }
    double *block = nullptr;
    QFP_TRY(
        QFP_ALLOCATE(block, term_count * (2 + v.table_doubles), "the tables of an initial state"));
    pack(&v, terms, block);
    qfp_status status = CUDA_BY_PRECISION(plan->context, fill, plan->context, &v, block, u);
    free(block);
    return status;
}
