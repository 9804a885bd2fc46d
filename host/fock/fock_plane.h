/* fock_plane.h - Q of two quadratures of different modes, and the Wigner function of one mode, of a state
 * in the Fock basis.
 *
 * Q of one quadrature z, all else integrated out, is its probability density times the vacuum's
 * Gaussian: ⟨n|E(z)|m⟩ = ∫ φ_m φ_n e^{−(z − y)²}/√π dy with oscillator functions φ, times i^{n−m}
 * for a momentum.  Of two, Q(z_a, z_b) = 2 Tr ρ E_a(z_a) ⊗ E_b(z_b) in the measure dz_a dz_b/2.
 */
#ifndef QFPI_FOCK_PLANE_H
#define QFPI_FOCK_PLANE_H

#include <complex.h>

#include "fock/fock_space.h"

/* Dimensionless axes Q_1…Q_N, P_1…P_N by number, the two of different modes; out [n_a][n_b]. */
qfp_status qfp_fock_plane(const qfp_fock_space *space, const double *packed, int axis_a, size_t n_a,
                          const double *a, int axis_b, size_t n_b, const double *b,
                          double *out) QFP_MUST_USE;
/* Bytes that it takes with so many levels of the two modes and `points` on both axes. */
double qfp_fock_plane_bytes(double levels_a, double levels_b, double points);

/* W(q_i, p_k) per d²α of one mode, out [n_q][n_p]; rho Hermitian [levels][levels]. */
qfp_status qfp_fock_wigner(int levels, const double complex *rho, size_t n_q, const double *q,
                           size_t n_p, const double *p, double *out) QFP_MUST_USE;

#endif
