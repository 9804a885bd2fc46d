/* recurrence.h - INTERNAL: norms of a three-term recurrence, kept on the device. */
#ifndef QFPI_BACKEND_RECURRENCE_H
#define QFPI_BACKEND_RECURRENCE_H

#include "backend/vector.h"

typedef struct qfp_recurrence qfp_recurrence; /* norms of a three-term recurrence, on the device */

typedef struct qfp_recurrence_operations {
    /* The norms of a Lanczos basis, which need not come to the host while it grows: β_0 … of
     * `length` vectors, in double whatever the precision of the context. */
    qfp_status (*create)(qfp_context *context, int length, qfp_recurrence **out);
    void (*destroy)(qfp_recurrence *recurrence);
    /* y ← y + β_{j−1} x (NULL: nothing is added);  β_j = ‖y‖, summed as by `inner`;  y ← y/β_j, or
     * 0 where 1/β_j would not be finite; over the first `count` doubles, y ≠ x.  The bits are those
     * of combine, inner, combine.  Bytes: 24 count (without x 8), and 16 count for the division
     * where the next reader of y does not take it along. */
    qfp_status (*step)(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                       qfp_buffer *y);
    /* Waits: out[i] = β_{first + i}, i < count. */
    qfp_status (*norms)(const qfp_recurrence *recurrence, int first, int count, double *out);
} qfp_recurrence_operations;

#endif
