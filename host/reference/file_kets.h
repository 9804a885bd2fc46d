/* file_kets.h - INTERNAL to reference: an initial state read from an HDF5 file (io/file_density.h). */
#ifndef QFPI_FILE_KETS_H
#define QFPI_FILE_KETS_H

#include "reference/one_mode_kets.h"

/* Raises levels to those of the file. */
qfp_status qfp_file_levels(const qfp_state *state, int modes, int *levels) QFP_MUST_USE;

/* The ket, or the eigenvectors of the density matrix with positive weight, embedded in the basis.
 * QFP_CONFIG: more levels than are kept, or what the reader refuses. */
qfp_status qfp_file_kets(const qfp_state *state, int modes, const int *levels,
                         qfp_ket_set *out) QFP_MUST_USE;

#endif
