/* file_density.h - a ket or a density matrix of any number of modes, read from an HDF5 file.
 *
 * ket             [n] or, mode by mode, [n_1, …, n_N]          complex (compound {r, i}) or real
 * density matrix  [n, n] or [n_1, …, n_N, n_1, …, n_N]         complex (compound {r, i}) or real
 * Q grid          [x, p] or [T, x, p], one mode (io/husimi_file.h): becomes a density matrix
 *
 * A first axis labelled "time" holds times, of which the last is taken.  A trailing axis of length 2 of a real dataset is read as (re, im) where the rank asks for it,
 * one of length 1 makes a ket a column, as QuTiP keeps it.  A
 * flat index runs over the product basis, last mode fastest; solver.levels say how it is divided.  For
 * two modes a square [n, n] is what its norm says: a ket has Σ|c|² = 1, a density matrix is Hermitian
 * with trace 1; where both hold, solver.levels decide.
 */
#ifndef QFPI_FILE_DENSITY_H
#define QFPI_FILE_DENSITY_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "io/config.h"

typedef struct qfp_file_density {
    int modes;
    bool is_matrix; /* else a ket */
    bool is_flat;   /* only while it is read */
    int levels[QFP_MAX_MODES];
    size_t dimension;      /* Π levels */
    double complex *value; /* [dimension], or [dimension][dimension]; owned */
    double
        error; /* of the state, in the trace norm: of a Q grid, or as stated in the file, else 0 */
    char note[300]; /* a sentence about it, "" when there is nothing to say */
} qfp_file_density;

/* QFP_CONFIG: a shape that is none of the above, a ket or a trace that is not 1 within 1e-6 (files may
 * hold single precision), a value that is not finite, or no density matrix: not Hermitian, an
 * eigenvalue below −1e-6.  QFP_RESOLUTION: a Q grid that fixes no state as well as state->accuracy
 * asks.  `out` is empty on failure. */
qfp_status qfp_file_density_read(const qfp_state *state, int modes,
                                 qfp_file_density *out) QFP_MUST_USE;
void qfp_file_density_destroy(qfp_file_density *file);

/* What Q grids among the parts of a state leave open of it, in the trace norm, and the most levels
 * one of them has; both 0 where there are none. */
typedef struct qfp_file_doubt {
    double error;
    int levels;
} qfp_file_doubt;
qfp_status qfp_file_density_doubt(const qfp_state *state, int modes,
                                  qfp_file_doubt *out) QFP_MUST_USE;

/* ρ_mn, flat indices of the file. */
double complex qfp_file_density_element(const qfp_file_density *file, size_t m, size_t n);

/* population[levels[mode]] of one mode, the others traced out. */
void qfp_file_density_populations(const qfp_file_density *file, int mode, double *population);

/* The fewest levels of one mode that leave less than `cut` of its population outside, at least 1. */
qfp_status qfp_file_density_occupied(const qfp_file_density *file, int mode, double cut,
                                     int *levels) QFP_MUST_USE;

#endif
