/* vector.h - INTERNAL: arrays of real numbers in a device's memory. */
#ifndef QFPI_BACKEND_VECTOR_H
#define QFPI_BACKEND_VECTOR_H

#include "backend/device.h"

typedef struct qfp_buffer qfp_buffer; /* `count` real numbers in the device's memory */

/* Where rows of a matrix are in a buffer: row i begins at first + i step. */
typedef struct qfp_rows {
    size_t first, step;
} qfp_rows;

/* What another process on this machine opens a buffer by. */
typedef struct qfp_buffer_key {
    char bytes[64];
} qfp_buffer_key;

typedef struct qfp_vector_operations {
    /* Contents of a new buffer are undefined. */
    qfp_status (*create)(qfp_context *context, size_t count, qfp_buffer **out);
    void (*destroy)(qfp_buffer *buffer);
    /* A buffer in memory that other processes on this machine can open by its key, and such a one of another process, which
     * both destroy.  QFP_UNSUPPORTED where a backend has none; an open that fails is no error of this process. */
    qfp_status (*create_shared)(qfp_context *context, size_t count, qfp_buffer **out,
                                qfp_buffer_key *key);
    qfp_status (*open_shared)(qfp_context *context, size_t count, const qfp_buffer_key *key,
                              qfp_buffer **out);
    /* Elements `offset` … of a buffer as a buffer of `count`; destroyed before the buffer. */
    qfp_status (*view)(const qfp_buffer *of, size_t offset, size_t count, qfp_buffer **out);
    /* Everything queued is done, and a library that passes the contents on may read, or write, them at
     * *address (on a device: of the device), until the buffer is taken back.  Other operations may go on
     * where the library does not write. */
    qfp_status (*lend)(qfp_buffer *buffer, int for_writing, void **address);
    qfp_status (*take_back)(qfp_buffer *buffer);
    qfp_status (*upload)(qfp_buffer *to, size_t offset, size_t count, const double *from);
    qfp_status (*download)(const qfp_buffer *from, size_t offset, size_t count, double *to);
    /* y[to.first + i to.step + k] = x[from.first + i from.step + k] for i < rows, k < run: a block of a matrix.  x ≠ y.
     * Bytes: 16 rows run. */
    qfp_status (*copy_rows)(size_t rows, size_t run, const qfp_buffer *x, qfp_rows from,
                            qfp_buffer *y, qfp_rows to);

    /* y = beta y + Σ_k a_k x_k over the first `count` doubles; beta = 0 never reads y.
     * y may not be among the x; terms may be 0.  Bytes: (terms + 1 + (beta≠0)) 8 count. */
    qfp_status (*combine)(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                          qfp_buffer *const *x);
    /* out[k] = Σ_i x_k[i] y[i], fixed pairwise tree (kernels/shared/pairwise.h); y may be among the
     * x.  Bytes: (terms + 1) 8 count. */
    qfp_status (*inner)(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                        double *out);
    /* Smallest and largest value, and whether all are finite.  NaNs are skipped in min and max,
     * infinities are not; without any number min = +inf and max = -inf. */
    qfp_status (*extrema)(size_t count, const qfp_buffer *x, double *min, double *max, int *finite);
    /* out = Σ_z -q ln(scale q) over the cells with q > 0. */
    qfp_status (*entropy)(size_t count, const qfp_buffer *q, double scale, double *out);
} qfp_vector_operations;

#endif
