/* process_density.h - INTERNAL: the Fokker-Planck equation (3) of a Markov process in finite
 * volumes,
 *
 *     ∂p/∂t = −Σ ∂_i(a_i p) + ½ Σ ∂_i ∂_j(D_ij p),   D = c cᵀ  (4),
 *
 * by Scharfetter and Gummel's (1969) exponential fitting in every direction: probabilities stay
 * positive in one variable, Σ P is conserved, the error falls as the square of the cell. */
#ifndef QFPI_ENSEMBLE_PROCESS_DENSITY_H
#define QFPI_ENSEMBLE_PROCESS_DENSITY_H

#include "ensemble/process.h"

typedef struct qfp_process_density {
    const qfp_backend *backend;
    qfp_process_cells cells; /* of the output */
    int variables;
    size_t refine, n, size;          /* cells of the output are cut in `refine`; n, n^variables */
    size_t columns;                  /* 1, or one per cell of the output in which a path began */
    double first, width;             /* of the fine cells */
    double *up[2], *down[2], *cross; /* [size] */
    double fastest;                  /* a bound of |dP/dt|/|P| */
    int preparations;
    double *p[QFP_MAX_PREPARATIONS]; /* [size][columns] */
} qfp_process_density;

/* Give it to the destroy function also after a failure. */
qfp_status qfp_process_density_create(const qfp_process_settings *process,
                                      const qfp_backend *backend, const qfp_process_cells *cells,
                                      qfp_process_density *out) QFP_MUST_USE;
void qfp_process_density_destroy(qfp_process_density *density);
/* QFP_TOLERANCE when more than a thousandth of the probability is in the outermost cells. */
qfp_status qfp_process_density_advance(qfp_process_density *density, double duration) QFP_MUST_USE;
void qfp_process_density_marginal(const qfp_process_density *density, int preparation, int variable,
                                  double *out);
void qfp_process_density_figures(const qfp_process_density *density, int preparation, double *out);
void qfp_process_density_joint(const qfp_process_density *density, int preparation, double *out);

#endif
