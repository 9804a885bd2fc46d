/* fock_file.h - an initial state from an HDF5 file (io/file_density.h) in the Fock basis. */
#ifndef QFPI_FOCK_FILE_H
#define QFPI_FOCK_FILE_H

#include "fock/fock_space.h"
#include "io/config.h"

/* u += weight ρ of the file; `warning` gets what the file's reader says of it. */
qfp_status qfp_fock_file_add(const qfp_fock_space *space, const qfp_state *state, double weight,
                             double *u, char *warning, size_t size) QFP_MUST_USE;

/* Raises levels[modes] until each mode of the file leaves out less than `cut` of its population. */
qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut,
                                int *levels) QFP_MUST_USE;

#endif
