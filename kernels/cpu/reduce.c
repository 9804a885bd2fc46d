/* reduce.c - inner products, extrema and entropy of whole vectors. */
#include <math.h>

#include "cpu/buffer.h"
#include "cpu/tree.h"
#include "shared/entropy_cell.h"
#include "shared/pairwise.h"

typedef struct vectors {
    size_t count;
    const double *y;
    qfp_buffer *const *x;
    double scale;
} vectors;

static size_t block_length(size_t count, size_t block)
{
    size_t rest = count - block * QFPI_BLOCK;
    return rest < QFPI_BLOCK ? rest : QFPI_BLOCK;
}

static size_t block_count(size_t count)
{
    return (count + QFPI_BLOCK - 1) / QFPI_BLOCK;
}

/* Lanes as scalars: the compiler keeps these, but not an array, in two vector registers. */
static double inner_block(size_t n, const double *restrict x, const double *restrict y)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    size_t i = 0;
    for (; i + QFPI_LANES <= n; i += QFPI_LANES) {
        s0 += x[i] * y[i];
        s1 += x[i + 1] * y[i + 1];
        s2 += x[i + 2] * y[i + 2];
        s3 += x[i + 3] * y[i + 3];
        s4 += x[i + 4] * y[i + 4];
        s5 += x[i + 5] * y[i + 5];
        s6 += x[i + 6] * y[i + 6];
        s7 += x[i + 7] * y[i + 7];
    }
    double lane[QFPI_LANES] = {s0, s1, s2, s3, s4, s5, s6, s7};
    for (size_t l = 0; i + l < n; ++l)
        lane[l] += x[i + l] * y[i + l];
    return qfpi_lanes_fold(lane);
}

static void inner_leaf(const void *data, size_t block, int width, double *out)
{
    const vectors *v = data;
    size_t first = block * QFPI_BLOCK, n = block_length(v->count, block);
    for (int k = 0; k < width; ++k)
        out[k] = inner_block(n, v->x[k]->data + first, v->y + first);
}

qfp_status cpu_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                     double *out)
{
    int threads = cpu_threads_for(y->context, count);
    for (int k = 0; k < terms; k += CPU_TREE_WIDTH) {
        int width = terms - k < CPU_TREE_WIDTH ? terms - k : CPU_TREE_WIDTH;
        vectors v = {.count = count, .y = y->data, .x = x + k};
        QFP_TRY(cpu_tree_sum(threads, block_count(count), width, inner_leaf, &v, out + k));
    }
    return QFP_OK;
}

/* y += a x and Σ y², while a block is at hand. */
typedef struct addition {
    size_t count;
    double a, *y;
    const double *x;
} addition;

static void add_leaf(const void *data, size_t block, int width, double *out)
{
    const addition *v = data;
    size_t first = block * QFPI_BLOCK, n = block_length(v->count, block);
    double a = v->a, *restrict y = v->y + first;
    const double *restrict x = v->x + first;
    for (size_t i = 0; i < n; ++i)
        y[i] = y[i] + a * x[i];
    for (int k = 0; k < width; ++k)
        out[k] = inner_block(n, y, y);
}

qfp_status cpu_add_and_square(size_t count, double a, const qfp_buffer *x, qfp_buffer *y,
                              double *out)
{
    const addition v = {.count = count, .a = a, .y = y->data, .x = x->data};
    return cpu_tree_sum(cpu_threads_for(y->context, count), block_count(count), 1, add_leaf, &v,
                        out);
}

static void entropy_leaf(const void *data, size_t block, int width, double *out)
{
    const vectors *v = data;
    const double *q = v->y + block * QFPI_BLOCK;
    size_t n = block_length(v->count, block);
    double lane[QFPI_LANES] = {0};
    for (size_t i = 0; i < n; ++i)
        lane[i % QFPI_LANES] += qfpi_entropy_cell(q[i], v->scale);
    for (int w = 0; w < width; ++w)
        out[w] = qfpi_lanes_fold(lane);
}

qfp_status cpu_entropy(size_t count, const qfp_buffer *q, double scale, double *out)
{
    vectors v = {.count = count, .y = q->data, .scale = scale};
    return cpu_tree_sum(cpu_threads_for(q->context, count), block_count(count), 1, entropy_leaf, &v,
                        out);
}

qfp_status cpu_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite)
{
    double low = INFINITY, high = -INFINITY;
    int bad = 0;
    const double *data = x->data;
    int threads = cpu_threads_for(x->context, count);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1) reduction(min      \
                                                                                          : low)   \
    reduction(max                                                                                  \
              : high) reduction(|                                                                  \
                                : bad)
    for (size_t i = 0; i < count; ++i) {
        double value = data[i];
        low = value < low ? value : low; /* a NaN compares false and is skipped */
        high = value > high ? value : high;
        bad |= !isfinite(value);
    }
    *min = low;
    *max = high;
    *finite = !bad;
    return QFP_OK;
}
