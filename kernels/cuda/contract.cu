/* contract.cu - a dense matrix applied to one axis: a matrix product in tiles of shared memory.
 *
 * A column of the product is one (o, i): TILE rows by TILE columns are the work of one block, one
 * element per thread, whose sum runs over n in turn.
 */
#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"

constexpr unsigned TILE = 16, PITCH = TILE + 1; /* rows of a tile start in different banks */

struct contraction {
    size_t n, inner, m, columns; /* columns = outer · inner */
    unsigned row_tiles;
};

static __device__ size_t column_start(const contraction &c, size_t column, size_t length)
{
    return column / c.inner * length * c.inner + column % c.inner;
}

template <class R>
static __global__ void k_contract(contraction c, const double *matrix, const R *x, R *y)
{
    QFP_SHARED(double, left); /* [rows][n], then [n][columns] */
    double *right = left + TILE * PITCH;
    unsigned tx = threadIdx.x % TILE, ty = threadIdx.x / TILE;
    size_t first_row = (size_t)(blockIdx.x % c.row_tiles) * TILE;
    size_t first_column = (size_t)(blockIdx.x / c.row_tiles) * TILE;
    /* Neighbouring threads read neighbours in memory: along n where inner is 1. */
    unsigned load_k = c.inner == 1 ? tx : ty, load_column = c.inner == 1 ? ty : tx;
    size_t from = first_column + load_column;
    const R *at = x + (from < c.columns ? column_start(c, from, c.n) : 0);
    double sum = 0.0;
    for (size_t k = 0; k < c.n; k += TILE) {
        size_t row = first_row + ty;
        left[ty * PITCH + tx] = row < c.m && k + tx < c.n ? matrix[row * c.n + k + tx] : 0.0;
        right[load_k * PITCH + load_column] =
            from < c.columns && k + load_k < c.n ? (double)at[(k + load_k) * c.inner] : 0.0;
        __syncthreads();
        unsigned depth = c.n - k < TILE ? (unsigned)(c.n - k) : TILE;
        /* The element this thread stores, so that stores too are neighbours. */
        unsigned r = c.inner == 1 ? tx : ty, column = c.inner == 1 ? ty : tx;
        for (unsigned i = 0; i < depth; ++i)
            sum += left[r * PITCH + i] * right[i * PITCH + column];
        __syncthreads();
    }
    size_t row = first_row + (c.inner == 1 ? tx : ty);
    if (from < c.columns && row < c.m)
        y[column_start(c, from, c.m) + row * c.inner] = (R)sum;
}

template <class R>
static qfp_status contract(qfp_context *context, const contraction *c, unsigned blocks,
                           const double *matrix, const qfp_buffer *x, qfp_buffer *y)
{
    double *device = nullptr;
    QFP_TRY(cuda_stage(context, matrix, c->m * c->n, "a matrix", &device));
    QFP_LAUNCH(k_contract<R>, blocks, TILE * TILE, 2 * TILE * PITCH * sizeof(double),
               context->stream, *c, (const double *)device, (const R *)cuda_data<R>(x),
               cuda_data<R>(y));
    cudaError_t error = cudaGetLastError();
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(context->stream); /* before the matrix goes */
    (void)cudaFree(device);
    QFP_CUDA_TRY(error, "launching k_contract");
    return QFP_OK;
}

qfp_status cuda_contract(size_t slices, size_t of_slice, size_t n, size_t inner, size_t m,
                         const double *matrix, const qfp_buffer *x, qfp_buffer *y)
{
    cuda_range range("contract");
    size_t outer = slices * of_slice;
    if (outer == 0 || n == 0 || inner == 0 || m == 0)
        return QFP_FAIL(QFP_INTERNAL, "a contraction with an empty axis");
    size_t row_tiles = (m + TILE - 1) / TILE, column_tiles = (outer * inner + TILE - 1) / TILE;
    if (row_tiles > 0x7fffffff / column_tiles)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "a contraction of %zu x %zu x %zu to %zu: too many tiles for one launch",
                        outer, n, inner, m);
    contraction c = {n, inner, m, outer * inner, (unsigned)row_tiles};
    unsigned blocks = (unsigned)(row_tiles * column_tiles);
    return CUDA_BY_PRECISION(x->context, contract, x->context, &c, blocks, matrix, x, y);
}
