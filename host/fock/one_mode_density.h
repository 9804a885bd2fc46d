/* one_mode_density.h - kets and density matrices of one mode in the Fock basis. */
#ifndef QFPI_ONE_MODE_DENSITY_H
#define QFPI_ONE_MODE_DENSITY_H

#include "io/config.h"

/* c[n], n < levels, of a coherent, number or squeezed state; QFP_CONFIG for other kinds. */
qfp_status qfp_fock_one_mode_ket(const qfp_state *state, int mode, int levels,
                                 double complex *c) QFP_MUST_USE;

/* D(α) ρ_thermal D†(α): with t = n̄/(1+n̄) and μ = α/(1+n̄) the recurrence
 *     √(m+1) ρ_{m+1,n} = μ ρ_mn + t √n ρ_{m,n−1},   ρ_00 = e^{−|α|²/(1+n̄)}/(1+n̄),
 * whose terms all have the phase of ρ_{m+1,n}: nothing cancels.  rho [levels][levels]. */
qfp_status qfp_fock_displaced_thermal(double complex alpha, double nbar, int levels,
                                      double complex *rho) QFP_MUST_USE;

/* population[n] = ρ_nn, n < levels, of any state that is a product over the modes: no matrix. */
qfp_status qfp_fock_one_mode_populations(const qfp_state *state, int mode, int levels,
                                         double *population) QFP_MUST_USE;

/* Any state that is a product over the modes. */
qfp_status qfp_fock_one_mode_density(const qfp_state *state, int mode, int levels,
                                     double complex *rho) QFP_MUST_USE;

#endif
