/* one_mode_density.h - kets and density matrices of one mode in the Fock basis. */
#ifndef QFPI_ONE_MODE_DENSITY_H
#define QFPI_ONE_MODE_DENSITY_H

#include "io/config.h"

/* c[n], n < levels, of a coherent, number or squeezed state; QFP_CONFIG for other kinds. */
qfp_status qfp_fock_one_mode_ket(const qfp_state *state, int mode, int levels,
                                 double complex *c) QFP_MUST_USE;

/* population[n] = ρ_nn, n < levels, of any state that is a product over the modes: no matrix. */
qfp_status qfp_fock_one_mode_populations(const qfp_state *state, int mode, int levels,
                                         double *population) QFP_MUST_USE;

/* Any state that is a product over the modes. */
qfp_status qfp_fock_one_mode_density(const qfp_state *state, int mode, int levels,
                                     double complex *rho) QFP_MUST_USE;

#endif
