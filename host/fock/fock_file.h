/* fock_file.h - an initial state from an HDF5 file in the Fock basis.
 *
 * ket             [n] or [n_1, …, n_N]                        complex (compound) or real
 * density matrix  [n, n] or [n_1, …, n_N, n_1, …, n_N]        complex (compound) or real
 * Q grid          one mode, real [nx, np] or [T, nx, np] beside /axes/x and /axes/p: deconvolved to
 *                 the Wigner function down to the noise of the file (state/file_state.h), whose
 *                 overlaps with |m⟩⟨n| are the elements
 * A trailing axis of length 2 of a real dataset is read as (re, im) where the rank asks for it; for
 * two modes [n, m] is a ket.  A flat index runs over the product basis, last mode fastest, and must
 * have the length of the kept levels' product.
 */
#ifndef QFPI_FOCK_FILE_H
#define QFPI_FOCK_FILE_H

#include "fock/fock_space.h"
#include "io/config.h"

/* u += weight ρ of the file. */
qfp_status qfp_fock_file_add(const qfp_fock_space *space, const qfp_state *state, double weight,
                             double *u, char *warning, size_t size) QFP_MUST_USE;

/* Raises levels[modes] to what the file holds; QFP_CONFIG when several modes are given flat. */
qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut,
                                int *levels) QFP_MUST_USE;

#endif
