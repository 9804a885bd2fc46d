/* observables.h - expectation values and monitors of u on a phase grid.
 *
 * ⟨A⟩ = ∫ A_c u d^{2N}α with the symbol of the same gauge, A_c = e^{−(1−c)Δ} A_W.
 * Quadratures x_j, p_j are the dimensionless ones, x = (a + a†)/√2.
 */
#ifndef QFPI_OBSERVABLES_H
#define QFPI_OBSERVABLES_H

#include "state/current.h"
#include "state/husimi.h"
#include "algebra/hamiltonian.h"
#include "state/phase_grid.h"

/* norm, energy; n_j, re_a_j, im_a_j, var_x_j, var_p_j per mode; n_i_n_j (⟨n_i n_j⟩) for i < j. */
typedef struct qfp_moment_names {
    size_t count;
    char (*name)[32];
} qfp_moment_names;
qfp_status qfp_moment_names_create(int modes, qfp_moment_names *out) QFP_MUST_USE;
void qfp_moment_names_destroy(qfp_moment_names *names);

typedef struct qfp_moments qfp_moments;
qfp_status qfp_moments_create(const qfp_phase_grid *grid, const qfp_polynomial *wick, double c,
                              qfp_moments **out) QFP_MUST_USE;
void qfp_moments_destroy(qfp_moments *m);
/* values in the order of qfp_moment_names */
qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values) QFP_MUST_USE;

/* Fractions of Σ|u|² in the outer tenth of the box (any coordinate beyond 0.9 L/2) and of the
 * wavenumbers (any beyond 0.9 of the largest); the resolution of a run. */
typedef struct qfp_edges qfp_edges;
qfp_status qfp_edges_create(const qfp_phase_grid *grid, qfp_edges **out) QFP_MUST_USE;
void qfp_edges_destroy(qfp_edges *e);
qfp_status qfp_edges_evaluate(qfp_edges *e, qfp_buffer *u, double *edge_x,
                              double *edge_k) QFP_MUST_USE;

#endif
