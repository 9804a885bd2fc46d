/* file_fill.h - a ket or density matrix of a file as u on a phase grid. */
#ifndef QFPI_FILE_FILL_H
#define QFPI_FILE_FILL_H

#include "io/file_density.h"

/* Where the points of a grid lie: Q of every mode, then P; as many both ways. */
typedef struct qfp_grid_axes {
    int modes;
    int points[QFP_MAX_MODES];
    const double *coordinates[2 * QFP_MAX_MODES];
} qfp_grid_axes;

/* Π points² */
size_t qfp_grid_axes_cells(const qfp_grid_axes *axes);

/* u (host memory, layout of space Z) += weight × the symbol of ρ at ordering c.  Levels that hold
 * nothing are left out.  Memory: D² numbers of the kept levels and two arrays of the grid. */
qfp_status qfp_file_fill(const qfp_grid_axes *axes, const qfp_file_density *file, double c,
                         double weight, double *u) QFP_MUST_USE;

#endif
