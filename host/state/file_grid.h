/* file_grid.h - a one-mode initial state given as a Q grid in an HDF5 file.
 *
 * Real [nx, np] or [T, nx, np] (last time), per d²α, on the file's /axes/x and /axes/p.  It is
 * turned into u by û = Q̂ e^{+ck²/2}, which amplifies its noise without bound, so it is done only
 * for wavenumbers where Q̂ is above the noise floor of the file; the warning says what was cut.
 */
#ifndef QFPI_FILE_GRID_H
#define QFPI_FILE_GRID_H

#include <complex.h>
#include <stddef.h>

#include "core/error.h"

/* table [n][n] over (q[i], p[k]), norm 1. */
qfp_status qfp_file_grid_table(const char *path, const char *dataset, double c, int n,
                               const double *q, const double *p, double complex *table,
                               char *warning, size_t size) QFP_MUST_USE;

/* Radius of the part where Q is above 1e-3 of its largest value. */
qfp_status qfp_file_grid_radius(const char *path, const char *dataset, double *radius) QFP_MUST_USE;

#endif
