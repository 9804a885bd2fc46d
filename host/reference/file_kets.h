/* file_kets.h - INTERNAL to reference: an initial state read from an HDF5 file (io/file_density.h). */
#ifndef QFPI_FILE_KETS_H
#define QFPI_FILE_KETS_H

#include "reference/kept.h"
#include "reference/one_mode_kets.h"

/* Raises levels to those of the file in which there is anything. */
qfp_status qfp_file_levels(const qfp_state *state, int modes, int *levels) QFP_MUST_USE;

/* Raises *most to the largest W = Σ_j weight[j] n_j of which the file holds anything. */
qfp_status qfp_file_most(const qfp_state *state, int modes, const int *weight,
                         int *most) QFP_MUST_USE;

/* The ket, or the eigenvectors of the density matrix with positive weight, embedded in the basis.
 * QFP_CONFIG: more levels than are kept, or what the reader refuses. */
qfp_status qfp_file_kets(const qfp_state *state, const qfp_kept *kept,
                         qfp_ket_set *out) QFP_MUST_USE;

#endif
