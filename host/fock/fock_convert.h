/* fock_convert.h - from Wigner functions on a grid to the Fock basis, any number of modes.
 *
 * With the Wigner function W of an operator (per d^{2N}α), Tr(AB) = π^N ∫ W_A W_B d^{2N}α.  Hence
 *     ρ_mn = π^N ∫ u W_{|n⟩⟨m|} d^{2N}α,
 * an isometry up to the structure of u beyond the kept levels.  How it is computed:
 * state/dyad_grid.h.
 */
#ifndef QFPI_FOCK_CONVERT_H
#define QFPI_FOCK_CONVERT_H

#include "fock/fock_space.h"
#include "io/config.h"
#include "state/dyad_grid.h"

/* `grid` gives the axes; its levels are those of the space.  u [q_1][p_1][q_2][p_2]…, rho packed.
 * *kept: the share of ∫u² found again in ρ, 1 − (what the levels cut). */
qfp_status qfp_fock_from_wigner(const qfp_fock_space *space, const qfp_dyad_grid *grid,
                                const double *u, double *rho, double *kept) QFP_MUST_USE;

#endif
