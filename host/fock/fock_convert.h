/* fock_convert.h - from the balanced variable on a grid to the Fock basis and back.
 *
 * With the Wigner function W of an operator (per d²α), Tr(AB) = π ∫ W_A W_B d²α.  Hence
 *     ρ_mn = π ∫ u W_{|n⟩⟨m|} d²α,        u = Σ_mn ρ_mn W_{|m⟩⟨n|},
 * both isometries up to what the other side does not hold: levels outside the box, or structure of
 * u beyond the kept levels.  One mode; W_{|m⟩⟨n|} as in state/one_mode.h at c = ½.
 */
#ifndef QFPI_FOCK_CONVERT_H
#define QFPI_FOCK_CONVERT_H

#include <complex.h>

#include "fock/fock_space.h"
#include "io/config.h"

/* rho[levels][levels] from u on the product grid q × p, both equally spaced (rectangle rule, which
 * is spectrally accurate for functions that fade inside the box).  *kept: the share of ∫u² found
 * again in ρ, 1 − (what the levels cut); NULL if not wanted. */
qfp_status qfp_fock_from_wigner(int levels, size_t n_q, const double *q, size_t n_p,
                                const double *p, const double *u, double complex *rho,
                                double *kept) QFP_MUST_USE;

/* u on the product grid from rho; exact at every point.  *inside: the share of Tr ρ² found again in
 * the box, 1 − (what the box cuts). */
qfp_status qfp_fock_to_wigner(int levels, const double complex *rho, size_t n_q, const double *q,
                              size_t n_p, const double *p, double *u, double *inside) QFP_MUST_USE;

/* u (packed) += weight ρ of the Q grid in the state's file. */
qfp_status qfp_fock_from_file_grid(const qfp_fock_space *space, const qfp_state *state,
                                   double weight, double *u, char *warning,
                                   size_t size) QFP_MUST_USE;

#endif
