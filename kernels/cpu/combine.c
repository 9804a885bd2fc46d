/* combine.c - y = beta y + Σ a_k x_k, term after term in every cell. */
#include "cpu/buffer.h"

enum { STRIP = 2048 }; /* of y, which stays in the first-level cache while the terms pass by */

static void scale_strip(size_t n, double beta, double *y)
{
    if (beta == 0.0) { /* y may hold anything, NaN included */
        for (size_t i = 0; i < n; ++i)
            y[i] = 0.0;
        return;
    }
    for (size_t i = 0; i < n; ++i)
        y[i] = beta * y[i];
}

static void first_one(size_t n, double beta, double *restrict y, double a, const double *restrict x)
{
    if (beta == 0.0)
        for (size_t i = 0; i < n; ++i)
            y[i] = a * x[i];
    else
        for (size_t i = 0; i < n; ++i)
            y[i] = beta * y[i] + a * x[i];
}

static void add_one(size_t n, double *restrict y, double a, const double *restrict x)
{
    for (size_t i = 0; i < n; ++i)
        y[i] += a * x[i];
}

static void add_four(size_t n, double *restrict y, const double *a, const double *restrict x0,
                     const double *restrict x1, const double *restrict x2,
                     const double *restrict x3)
{
    double a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
    for (size_t i = 0; i < n; ++i)
        y[i] = (((y[i] + a0 * x0[i]) + a1 * x1[i]) + a2 * x2[i]) + a3 * x3[i];
}

/* Strip s of the first `count` elements. */
static void combine_strip(size_t s, size_t count, double beta, double *y, int terms,
                          const double *a, qfp_buffer *const *x)
{
    size_t first = s * STRIP, n = count - first < STRIP ? count - first : STRIP;
    y += first;
    if (terms == 0) {
        scale_strip(n, beta, y);
        return;
    }
    first_one(n, beta, y, a[0], x[0]->data + first);
    int k = 1;
    for (; k + 4 <= terms; k += 4)
        add_four(n, y, a + k, x[k]->data + first, x[k + 1]->data + first, x[k + 2]->data + first,
                 x[k + 3]->data + first);
    for (; k < terms; ++k)
        add_one(n, y, a[k], x[k]->data + first);
}

qfp_status cpu_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                       qfp_buffer *const *x)
{
    int threads = cpu_threads_for(y->context, count);
    size_t strips = (count + STRIP - 1) / STRIP;
    if (threads == 1) {
        for (size_t s = 0; s < strips; ++s)
            combine_strip(s, count, beta, y->data, terms, a, x);
        return QFP_OK;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t s = 0; s < strips; ++s)
        combine_strip(s, count, beta, y->data, terms, a, x);
    return QFP_OK;
}
