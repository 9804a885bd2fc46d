/* symbol.cuh - a multiplier staged for the device: its terms and the powers of every axis.
 *
 * Nothing of the size of the grid is kept.  A block takes some rows of the innermost axis, adds up
 * the row coefficients c[k] of shared/symbol_cell.h in shared memory, and goes over the cells.
 */
#ifndef QFPI_CUDA_SYMBOL_CUH
#define QFPI_CUDA_SYMBOL_CUH

#include "cuda/grid_plan.cuh"
#include "shared/symbol_cell.h"
#include "staging/symbol_stage.h"

/* Handed to kernels by value; the pointers are device memory. */
typedef struct cuda_symbol_view {
    qfpi_shape shape;
    int modes, columns, has_re, has_im;
    const qfp_symbol_term *terms;       /* sorted by column, within one in the caller's order */
    size_t first_term[QFPI_POWERS + 1]; /* of a column; [columns] ends the last one */
    const double *powers;               /* of axis a: [power][index] from axis_offset[a] */
    size_t axis_offset[2 * QFP_MAX_MODES];
    const double *table;                 /* [columns][row], of the innermost axis */
    const double *window[QFP_MAX_MODES]; /* or NULL */
} cuda_symbol_view;

struct qfp_symbol {
    const qfp_grid_plan *plan;
    qfp_space space;
    cuda_symbol_view view;
    qfp_symbol_term *terms;
    double *powers, *table, *window[QFP_MAX_MODES];
};

/* The rows of one block, and the shared memory for their coefficients. */
static inline unsigned cuda_symbol_rows(const cuda_symbol_view *view, size_t cells_wanted,
                                        unsigned most)
{
    size_t rows = cells_wanted / view->shape.row;
    return rows < 1 ? 1 : rows > most ? most : (unsigned)rows;
}

static inline size_t cuda_symbol_shared(const cuda_symbol_view *view, unsigned rows)
{
    size_t parts = (size_t)(view->has_re != 0) + (view->has_im != 0);
    return rows * (parts * (size_t)view->columns * sizeof(double) + sizeof(double *));
}

/* The blocks that cover the rows; an error beyond what a launch can have. */
qfp_status cuda_symbol_grid(const cuda_symbol_view *view, unsigned rows,
                            unsigned *blocks) QFP_MUST_USE;

/* What a block has in shared memory: re[rows][columns], im[rows][columns] where that part is, then
 * per row its window of the last mode. */
typedef struct cuda_row_set {
    double *re, *im;
    const double **window; /* one pointer per row, NULL without a window */
    unsigned rows;         /* that exist */
} cuda_row_set;

/* How many of a block's rows from `first` on exist. */
static inline __device__ unsigned cuda_rows_there(size_t rows, size_t first, unsigned wanted)
{
    size_t rest = rows - first;
    return rest < wanted ? (unsigned)rest : wanted;
}

/* qfpi_row_indices, with the cheaper division where the number is short. */
static inline __device__ void cuda_row_indices(const qfpi_shape &shape, size_t r, size_t *index)
{
    if (r >> 32 != 0) {
        qfpi_row_indices(&shape, r, index);
        return;
    }
    unsigned rest = (unsigned)r;
    for (int axis = shape.axes - 2; axis >= 0; --axis) {
        unsigned n = (unsigned)shape.length[axis], next = rest / n;
        index[axis] = rest - next * n;
        rest = next;
    }
}

static inline __device__ double cuda_row_coefficient(const cuda_symbol_view &v, const size_t *index,
                                                     double window, int column, int imaginary)
{
    double sum = 0.0;
    for (size_t t = v.first_term[column]; t < v.first_term[column + 1]; ++t) {
        const qfp_symbol_term *term = v.terms + t;
        double product = window * (imaginary ? term->im : term->re);
        for (int axis = 0; axis < v.shape.axes - 1; ++axis) {
            int power = term->power[axis];
            if (power != 0) /* the others are factors of 1 */
                product *= v.powers[v.axis_offset[axis] + (size_t)power * v.shape.length[axis] +
                                    index[axis]];
        }
        sum += product;
    }
    return sum;
}

/* Fills the coefficients of `rows` rows, row_of(0), row_of(1), … of the array, times scale; the
 * whole block calls, `shared` has cuda_symbol_shared(rows_per_block) bytes.  mirrored: rows of B
 * count as often as they stand in the full array. */
template <class F>
static inline __device__ cuda_row_set cuda_symbol_fill(const cuda_symbol_view &v,
                                                       unsigned rows_per_block, unsigned rows,
                                                       const F &row_of, double scale, int mirrored,
                                                       double *shared)
{
    cuda_row_set set;
    unsigned columns = (unsigned)v.columns, numbers = rows_per_block * columns;
    int modes = v.modes;
    set.rows = rows;
    set.re = v.has_re ? shared : nullptr;
    set.im = v.has_im ? shared + (v.has_re ? numbers : 0) : nullptr;
    set.window =
        reinterpret_cast<const double **>(shared + ((v.has_re != 0) + (v.has_im != 0)) * numbers);
    for (unsigned k = threadIdx.x; k < set.rows * columns; k += blockDim.x) {
        size_t index[2 * QFP_MAX_MODES];
        unsigned row = k / columns;
        int column = (int)(k % columns);
        double window = 1.0, factor = scale;
        cuda_row_indices(v.shape, row_of(row), index);
        for (int j = 0; j < modes - 1; ++j)
            if (v.window[j] != nullptr)
                window *= v.window[j][index[j] * v.shape.length[modes + j] + index[modes + j]];
        if (mirrored)
            factor = qfpi_mirror_cell(index[modes - 1], 2 * (v.shape.length[modes - 1] - 1));
        if (v.has_re)
            set.re[k] = factor * cuda_row_coefficient(v, index, window, column, 0);
        if (v.has_im)
            set.im[k] = factor * cuda_row_coefficient(v, index, window, column, 1);
        if (column == 0)
            set.window[row] = v.window[modes - 1] != nullptr
                                  ? v.window[modes - 1] + index[modes - 1] * v.shape.row
                                  : nullptr;
    }
    __syncthreads();
    return set;
}

/* The real or imaginary part of the multiplier at entry i of a row. */
static inline __device__ double cuda_symbol_value(const cuda_symbol_view &v,
                                                  const cuda_row_set &set,
                                                  const double *coefficients, unsigned row,
                                                  size_t i)
{
    double s = qfpi_symbol_value_cell(v.columns, coefficients + row * (unsigned)v.columns, v.table,
                                      v.shape.row, i);
    const double *window = set.window[row];
    return window != nullptr ? window[i] * s : s;
}

/* Operations on symbols that have files of their own, symbol_multiply.cu and symbol_reduce.cu. */
qfp_status cuda_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x,
                                qfp_buffer *y, int accumulate);
qfp_status cuda_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
qfp_status cuda_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

#endif
