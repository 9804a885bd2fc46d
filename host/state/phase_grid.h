/* phase_grid.h - a 2N-dimensional periodic grid on a backend: coordinates, measure, multipliers.
 *
 * Dimensionless coordinates z_a[i] = (i - n/2) L_a/n, axes a = Q_1…Q_N, P_1…P_N; measure
 * d²α_j = dQ_j dP_j/2.
 * The spaces Z, A and B are described in backend/grid.h.
 */
#ifndef QFPI_PHASE_GRID_H
#define QFPI_PHASE_GRID_H

#include "algebra/polynomial.h"
#include "backend.h"

typedef struct qfp_phase_grid {
    const qfp_backend *backend; /* borrowed */
    qfp_context *context;       /* borrowed */
    qfp_grid_plan *plan;        /* owned */
    qfp_grid shape;
    size_t doubles[3]; /* per array, indexed by qfp_space */
    double cell;       /* Π_j ΔQ_j ΔP_j / 2, the measure d^{2N}α of one cell */
    double round_trip; /* Π_j n_j: what a forward and an inverse transform multiply by */
    double taper[2 * QFP_MAX_MODES]; /* per axis: multipliers fade out beyond it; 0: no taper */
} qfp_phase_grid;

qfp_status qfp_phase_grid_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_grid *shape, qfp_phase_grid **out) QFP_MUST_USE;
void qfp_phase_grid_destroy(qfp_phase_grid *grid);

int qfp_phase_grid_points(const qfp_phase_grid *grid, int axis);
double qfp_phase_grid_coordinate(const qfp_phase_grid *grid, int axis, int index);
double qfp_phase_grid_wavenumber(const qfp_phase_grid *grid, int axis, int index);

/* A window of one mode: f(first coordinate, second coordinate) with k given as it is. */
typedef double (*qfp_window)(const void *data, int mode, double first, double second);

/* Stages Σ terms, times Π_j window(j): `terms` as in backend/symbol.h; window may be NULL. */
qfp_status qfp_phase_grid_symbol(const qfp_phase_grid *grid, qfp_space space, size_t term_count,
                                 const qfp_symbol_term *terms, qfp_window window, const void *data,
                                 qfp_symbol **out) QFP_MUST_USE;

/* Stages what one mode contributes to a generator, where the backend has planes for it; the windows
 * of `spec` are filled in from two functions as above, which may be NULL; a spectator Q_k fades
 * like window_a at wavenumber 0, a P_k like window_b. */
qfp_status qfp_phase_grid_plane(const qfp_phase_grid *grid, const qfp_plane_spec *spec,
                                qfp_window window_a, qfp_window window_b, const void *data,
                                qfp_plane **out) QFP_MUST_USE;

/* The same as qfp_phase_grid_symbol for a polynomial in Q_1…Q_N, P_1…P_N (variables as in
 * qfp_symbol_to_real) on space Z. */
qfp_status qfp_phase_grid_real_symbol(const qfp_phase_grid *grid, const qfp_polynomial *polynomial,
                                      qfp_symbol **out) QFP_MUST_USE;

/* The Gaussian multiplier e^{-c k²/2} of Q̂ = e^{-c k²/2} û, split into its two commuting halves:
 * to[0] on space A (wavenumbers of P), to[1] on B. */
qfp_status qfp_phase_grid_gaussian(const qfp_phase_grid *grid, double c,
                                   qfp_symbol *to[2]) QFP_MUST_USE;

/* Space Z: 1 where every |z_a| ≤ 0.9 L_a/2, else 0: what is not the outer tenth of the box. */
#define QFP_INNER_FRACTION 0.9
qfp_status qfp_phase_grid_inner_box(const qfp_phase_grid *grid, qfp_symbol **out) QFP_MUST_USE;

/* Terms of a real polynomial as the backend's plain list (malloc'ed). */
qfp_status qfp_real_polynomial_terms(const qfp_polynomial *polynomial, size_t *count,
                                     qfp_symbol_term **terms) QFP_MUST_USE;

#endif
