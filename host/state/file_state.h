/* file_state.h - a one-mode initial state from an HDF5 file: a ket, a density matrix or a Q grid.
 *
 * ket             complex [n]             (complex: a compound {r, i}, or a trailing axis of length
 * 2) density matrix  complex or real [n, n]  when the file has no /axes of that shape Q grid real
 * [nx, np] or [T, nx, np] (last time), per d²α, on the file's /axes/x, /axes/p
 *
 * A Q grid is turned into u by û = Q̂ e^{+ck²/2}, which amplifies its noise without bound, so it is
 * done only for wavenumbers where Q̂ is above the noise floor of the file; the warning says what
 * was cut.
 */
#ifndef QFPI_FILE_STATE_H
#define QFPI_FILE_STATE_H

#include <complex.h>
#include <stddef.h>

#include "core/error.h"

qfp_status qfp_file_state_table(const char *path, const char *dataset, double c, int n,
                                const double *q, const double *p, double complex *table,
                                char *warning, size_t size) QFP_MUST_USE;

/* Radius that holds the state: √(2n+1) of its highest populated level, or of the grid's occupied
 * part. */
qfp_status qfp_file_state_ring(const char *path, const char *dataset, double *radius) QFP_MUST_USE;

#endif
