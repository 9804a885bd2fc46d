/* file_fill.h - a ket or density matrix of a file as u on a phase grid. */
#ifndef QFPI_FILE_FILL_H
#define QFPI_FILE_FILL_H

#include "state/file_density.h"
#include "state/phase_grid.h"

/* u (host memory, layout of space Z) += weight × the symbol of ρ at ordering c.  `coordinates`: the
 * points of the 2N axes.  Levels that hold nothing are left out.  The file is neither flat nor a
 * grid.  Memory: D² numbers of the kept levels and two arrays of the grid. */
qfp_status qfp_file_fill(const qfp_phase_grid *grid, const double *const *coordinates,
                         const qfp_file_density *file, double c, double weight,
                         double *u) QFP_MUST_USE;

#endif
