/* fock_file.h - an initial state from an HDF5 file in the Fock basis.
 *
 * Kets and density matrices as state/file_density.h reads them; one given with a flat index must
 * have the length of the kept levels' product.  A Q grid (one mode) is deconvolved to the Wigner
 * function down to the noise of the file (state/file_grid.h), whose overlaps with |m⟩⟨n| are the
 * elements.
 */
#ifndef QFPI_FOCK_FILE_H
#define QFPI_FOCK_FILE_H

#include "fock/fock_space.h"
#include "io/config.h"

/* u += weight ρ of the file. */
qfp_status qfp_fock_file_add(const qfp_fock_space *space, const qfp_state *state, double weight,
                             double *u, char *warning, size_t size) QFP_MUST_USE;

/* Raises levels[modes] until each mode of the file leaves out less than `cut` of its population;
 * for a Q grid, to what its occupied part can hold.  QFP_CONFIG when several modes are given
 * flat. */
qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut,
                                int *levels) QFP_MUST_USE;

#endif
