/* symbol_reduce.cu - Σ s x and Σ s |x|²: rows are the leaves of the summation tree. */
#include "cuda/range.cuh"
#include "cuda/symbol.cuh"
#include "cuda/tree.cuh"

/* Eight threads are the lanes of one row. */
template <class R>
static __global__ void k_symbol_reduce(cuda_symbol_view v, qfp_space space, int squared, const R *x,
                                       double *partial)
{
    QFP_SHARED(double, shared);
    cuda_row_set set = cuda_symbol_fill(v, CUDA_LEAVES, 1.0, space == QFP_SPACE_B,
                                        shared + CUDA_THREADS + CUDA_LEAVES);
    unsigned row = threadIdx.x / QFPI_LANES;
    size_t n = 2 * (v.shape.row - 1); /* of the full axis, where the innermost one is halved */
    const R *at = x + (set.first + row) * v.shape.row * (size_t)v.shape.components;
    double sum = 0.0;
    for (size_t i = threadIdx.x % QFPI_LANES; row < set.rows && i < v.shape.row; i += QFPI_LANES) {
        double s = cuda_symbol_value(v, set, set.re, row, i), weight;
        if (space == QFP_SPACE_Z) {
            double value = at[i];
            weight = squared ? value * value : value;
        } else {
            double re = at[2 * i], im = at[2 * i + 1];
            weight = re * re + im * im;
        }
        if (space == QFP_SPACE_A)
            s *= qfpi_mirror_cell(i, n);
        sum += s * weight;
    }
    cuda_tree_run(sum, v.shape.rows, shared, partial + blockIdx.x);
}

template <class R>
static qfp_status reduce(const qfp_symbol *symbol, int squared, const qfp_buffer *x, double *out)
{
    qfp_context *context = symbol->plan->context;
    const cuda_symbol_view *view = &symbol->view;
    unsigned blocks = 0;
    QFP_TRY(cuda_tree_grid(view->shape.rows, &blocks));
    QFP_LAUNCH(k_symbol_reduce<R>, blocks, CUDA_THREADS,
               CUDA_TREE_SHARED + cuda_symbol_shared(view, CUDA_LEAVES), context->stream, *view,
               symbol->space, squared, (const R *)cuda_data<R>(x), context->scratch);
    QFP_CUDA_LAUNCHED("k_symbol_reduce");
    QFP_TRY(cuda_tree_queue(context, view->shape.rows, 1, 0));
    return cuda_tree_wait(context, 1, out);
}

qfp_status cuda_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    cuda_range range("symbol_sum");
    if (symbol->space != QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "symbol_sum needs a symbol on space Z");
    return CUDA_BY_PRECISION(symbol->plan->context, reduce, symbol, 0, x, out);
}

qfp_status cuda_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    cuda_range range("symbol_power");
    if (symbol->view.has_im)
        return QFP_FAIL(QFP_INTERNAL, "symbol_power needs a real symbol");
    return CUDA_BY_PRECISION(symbol->plan->context, reduce, symbol, 1, x, out);
}
