/* file_fill.h - a ket or density matrix of a file as u on a phase grid, piece by piece. */
#ifndef QFPI_FILE_FILL_H
#define QFPI_FILE_FILL_H

#include <stdbool.h>

#include "io/file_density.h"
#include "state/dyad_grid.h"

/* Where the points of a grid lie: Q of every mode, then P; as many both ways. */
typedef struct qfp_grid_axes {
    int modes;
    int points[QFP_MAX_MODES];
    const double *coordinates[2 * QFP_MAX_MODES];
} qfp_grid_axes;

/* Π points² */
size_t qfp_grid_axes_cells(const qfp_grid_axes *axes);

/* Doubles offset … offset + count of u in the layout of space Z: indices first … first + length of every Q, and all of
 * P. */
typedef struct qfp_grid_piece {
    size_t offset, count;
    int first[QFP_MAX_MODES], length[QFP_MAX_MODES];
} qfp_grid_piece;
/* The piece behind one, the first behind {0}: of as many slices of a Q as are `most` doubles, or one of the last Q.  No
 * piece is longer than the first.  False: there is none. */
bool qfp_grid_piece_next(const qfp_grid_axes *axes, size_t most, qfp_grid_piece *piece);

/* weight × ρ in the basis of state/dyad_grid.h, Π levels² numbers: levels that hold nothing are left out. */
typedef struct qfp_file_symbol {
    qfp_dyad_grid dyads; /* borrows the coordinates of the axes */
    double *x;
} qfp_file_symbol;
qfp_status qfp_file_symbol_create(const qfp_grid_axes *axes, const qfp_file_density *file,
                                  double weight, qfp_file_symbol *out) QFP_MUST_USE;
void qfp_file_symbol_destroy(qfp_file_symbol *s);
/* u [piece->count] += the symbol of weight × ρ at ordering c there.  Takes four times as much on the way. */
qfp_status qfp_file_symbol_add(const qfp_file_symbol *s, double c, const qfp_grid_piece *piece,
                               double *u) QFP_MUST_USE;

#endif
