/* file_density.h - a ket or a density matrix of any number of modes, read from an HDF5 file.
 *
 * ket             [n] or, mode by mode, [n_1, …, n_N]          complex (compound {r, i}) or real
 * density matrix  [n, n] or [n_1, …, n_N, n_1, …, n_N]         complex (compound {r, i}) or real
 *
 * A trailing axis of length 2 of a real dataset is read as (re, im) where the rank asks for it; for
 * two modes [n, m] is a ket, also when n = m.  A flat index runs over the product basis, last mode
 * fastest.  For one mode a real dataset [.., nx, np] beside /axes/x and /axes/p of these lengths is
 * a Q grid (state/file_grid.h), and nothing is read of it here.
 */
#ifndef QFPI_FILE_DENSITY_H
#define QFPI_FILE_DENSITY_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "expression/expression.h"

typedef struct qfp_file_density {
    int modes;
    bool is_grid;              /* a Q grid: the rest is empty */
    bool is_matrix;            /* else a ket */
    bool is_flat;              /* the file does not say how its states divide over the modes */
    int levels[QFP_MAX_MODES]; /* unless is_flat */
    size_t dimension;          /* Π levels */
    double complex *value;     /* [dimension], or [dimension][dimension]; owned */
} qfp_file_density;

/* Kets are normalised.  QFP_CONFIG: a shape that is none of the above, a zero ket, a value that is
 * not finite, or no density matrix: trace not 1, not Hermitian, an eigenvalue below −1e-6 (files
 * may hold single precision).  `out` is empty on failure. */
qfp_status qfp_file_density_read(const char *path, const char *dataset, int modes,
                                 qfp_file_density *out) QFP_MUST_USE;
void qfp_file_density_destroy(qfp_file_density *file);

/* ρ_mn, flat indices of the file. */
double complex qfp_file_density_element(const qfp_file_density *file, size_t m, size_t n);

/* The fewest levels of one mode that leave less than `cut` of its population outside, at least 1;
 * not for flat files. */
qfp_status qfp_file_density_occupied(const qfp_file_density *file, int mode, double cut,
                                     int *levels) QFP_MUST_USE;

#endif
