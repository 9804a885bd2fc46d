/* boundary.h - INTERNAL: forward-backward trajectories of one mode. */
#ifndef QFPI_BACKEND_BOUNDARY_H
#define QFPI_BACKEND_BOUNDARY_H

#include "backend/paths.h"

/* Term of a sum of Gaussians f(z) = Σ e^{Re E} cos(Im E), E = e0 z0² + e1 z0 z1 + e2 z1² + e3 z0 +
 * e4 z1 + e5, with what drawing from e^{Re E} needs. */
typedef struct qfp_gaussian_term {
    double re[6], im[6];
    double mean[2], root[3]; /* of the Gaussian e^{Re E}: centre; Cholesky factor 00, 10, 11 */
    double mass_until;       /* Σ ∫ e^{Re E} up to and with this term */
} qfp_gaussian_term;

typedef enum qfp_boundary_kind {
    QFP_BOUNDARY_INDEPENDENT, /* q(T) from `end`, p(0) from `begin`: one of their variables each */
    QFP_BOUNDARY_CONDITIONAL, /* q(T) from `end`; p(0) from `begin` at the q(0) reached */
    QFP_BOUNDARY_SIGNED       /* (q(T), p(0)) from |end|, weighted with its sign */
} qfp_boundary_kind;

/* Forward-backward ensemble of one mode, kernels/shared/boundary_cell.h.  The eigenframe (q, p):
 * α = centre + e^{i turn} (q + ip)/√2. */
typedef struct qfp_boundary_spec {
    qfp_boundary_kind initialisation;
    double centre[2], turn[2]; /* turn: cos, sin */
    size_t end_count, begin_count;
    const qfp_gaussian_term *end, *begin; /* functions of (q, p) */
    size_t node_count;
    const double *decay; /* e^{−gh} of every interval between output times, [node_count] */
} qfp_boundary_spec;

typedef struct qfp_boundary_operations {
    /* Forward-backward: α(0) with its weight, ±1 [paths]; and from the begin to the end of interval
     * `node`.  */
    qfp_status (*begin)(qfp_context *context, const qfp_path_set *set,
                        const qfp_boundary_spec *spec, qfp_buffer *x, qfp_buffer *weights);
    qfp_status (*advance)(qfp_context *context, const qfp_path_set *set,
                          const qfp_boundary_spec *spec, size_t node, qfp_buffer *x);
} qfp_boundary_operations;

#endif
