/* husimi_file.h - INTERNAL: a Q grid of one mode in an HDF5 file.
 *
 * A real dataset [x, p] or [T, x, p], of which the last time is taken, per d²α.  Its axes are the
 * dimension scales attached to it, called x… and p… (either order: [p, x] is turned), or else x and
 * p beside it, or /axes/x and /axes/p, where these have its lengths; evenly spaced.
 */
#ifndef QFPI_HUSIMI_FILE_H
#define QFPI_HUSIMI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

typedef struct qfp_husimi_grid {
    size_t nx, np;
    double *x, *p; /* physical, as in the file; increasing */
    double *q;     /* [nx][np] */
} qfp_husimi_grid;

/* *found: whether the dataset has such axes; then `out` is filled.  QFP_CONFIG: axes that are not
 * evenly spaced or values that are not finite.  QFP_IO as qfp_hdf5_read. */
qfp_status qfp_husimi_file_read(const char *path, const char *dataset, bool *found,
                                qfp_husimi_grid *out) QFP_MUST_USE;
void qfp_husimi_grid_destroy(qfp_husimi_grid *grid);

#endif
