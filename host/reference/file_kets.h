/* file_kets.h - INTERNAL to reference: an initial state read from an HDF5 file.
 *
 * ket             [n] or, mode by mode, [n_1, …, n_N]       complex (compound) or real
 * density matrix  [n, n] or [n_1, …, n_N, n_1, …, n_N]      complex (compound) or real
 * A trailing axis of length 2 of a real dataset is read as (re, im) where the rank asks for it.
 * For two modes [n, m] is a ket, also when n = m.  A flat index runs over the product basis, last
 * mode fastest, and needs solver.levels when there is more than one mode.  A Q grid does not
 * determine kets in a stable way: QFP_UNSUPPORTED.
 */
#ifndef QFPI_FILE_KETS_H
#define QFPI_FILE_KETS_H

#include "reference/one_mode_kets.h"

/* Raises levels to the shape found, where it is given mode by mode (or there is one mode). */
qfp_status qfp_file_levels(const qfp_state *state, int modes, int *levels) QFP_MUST_USE;

/* The ket, normalised, or the eigenvectors of the density matrix with positive weight, embedded in
 * the basis.  QFP_CONFIG: shape does not fit the levels, no density matrix (trace 1, Hermitian,
 * eigenvalues not negative), zero ket. */
qfp_status qfp_file_kets(const qfp_state *state, int modes, const int *levels,
                         qfp_ket_set *out) QFP_MUST_USE;

#endif
