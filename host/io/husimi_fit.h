/* husimi_fit.h - INTERNAL: a density matrix of low rank fitted to a Q grid.
 *
 * ρ = A A† with A [levels][rank]; Gauss-Newton on Σ (π Q − ⟨α|ρ|α⟩)² over points of the grid.  Being
 * positive, and of few columns, it is fixed by far coarser data than a general matrix: errors of Q are
 * not amplified by e^{k²/4}, and what lies outside the window is not needed.
 */
#ifndef QFPI_HUSIMI_FIT_H
#define QFPI_HUSIMI_FIT_H

#include <complex.h>

#include "io/husimi_file.h"

/* Starts at the columns of `vector` [levels][levels] (row k: an eigenvector) times √eigenvalue, the
 * last `rank` of them.  rho [levels][levels], of trace 1.  *error: of the state in the trace norm, from
 * what is left of Q and the normal equations. */
qfp_status qfp_husimi_fit(const qfp_husimi_grid *grid, double scale_x, double scale_p, int levels,
                          int rank, const double *eigenvalue, const double complex *vector,
                          double complex *rho, double *error) QFP_MUST_USE;

#endif
