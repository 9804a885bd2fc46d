/* doubled.h - INTERNAL: trajectories in a doubled phase space. */
#ifndef QFPI_BACKEND_DOUBLED_H
#define QFPI_BACKEND_DOUBLED_H

#include "backend/paths.h"

typedef struct qfp_doubled qfp_doubled; /* drift and noise in a doubled phase space */

#define QFPI_MOST_FIELDS 32 /* of noise that coordinates share */

typedef struct qfp_doubled_operations {
    /* polynomials [6 modes + fields 2 modes]: drift, squared noise and its slope of α_j, then of β_j, and
     * the fields of shared noise, as in kernels/shared/doubled_cell.h; coordinates of the paths are
     * (α, β). */
    qfp_status (*create)(qfp_context *context, int modes, int fields,
                         const qfp_path_polynomial *polynomials, qfp_doubled **out);
    void (*destroy)(qfp_doubled *doubled);
    /* One step; *lost counts the paths with some |α_j β_j| above `limit` afterwards. */
    qfp_status (*advance)(const qfp_doubled *doubled, const qfp_path_set *set,
                          const qfp_path_step *step, double limit, qfp_buffer *x, size_t *lost);
} qfp_doubled_operations;

#endif
