/* action.h - INTERNAL: paths between mixed boundary data, sampled by their action. */
#ifndef QFPI_BACKEND_ACTION_H
#define QFPI_BACKEND_ACTION_H

#include "backend/paths.h"

typedef enum qfp_action_kind {
    QFP_ACTION_LINEAR, /* A_i = drift[i][0] x + drift[i][1] y + drift[i][2] */
    QFP_ACTION_KERR /* A_y = −A_x = Ω/√2, Ω(u) = frequency + strength e^{2u}, u = (x + y)/√2 */
} qfp_action_kind;

/* Paths between mixed boundary data, x(0) = begin and y(T) = end; kernels/shared/action_cell.h. */
typedef struct qfp_action_spec {
    qfp_action_kind kind;
    double drift[2][3];
    double frequency, strength; /* strength > 0 */
    double rate, duration;      /* variance rate d; T */
    double begin, end;
    size_t slices, sweeps; /* of [0, T]; steps of every chain */
    int merge;             /* 1, or 2: increments of two finer slices are added (coarse run) */
    double virtual_step;   /* δ ∈ (0, 2] */
    /* linear: cos, sin, α = e^{i turn} (y + ix)/√2; Kerr:
     * ln α = (x + y)/√2 + i turn[0] (x − y)/√2 */
    double turn[2];
} qfp_action_spec;

typedef struct qfp_action_operations {
    /* One chain per path, begun with a free diffusion.  out (host memory) [slice_count][Re α, Im
     * α][paths]: the last states at the slices named, 0 … slices; acceptance: the share of
     * proposals taken.  */
    qfp_status (*run)(qfp_context *context, const qfp_path_set *set, const qfp_action_spec *spec,
                      size_t slice_count, const size_t *slices, double *out, double *acceptance);
} qfp_action_operations;

#endif
