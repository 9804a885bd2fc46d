/* one_mode.h - one-mode kets and what |a⟩⟨b| looks like in phase space at ordering c.
 *
 * A dyad's symbol u is normalised per d²α and related to its Husimi function by Q = e^{cΔ}u.
 * With s = 1 − c and τ = c/(1 − c):
 *     |α⟩⟨β|   u(γ) = ⟨β|α⟩ e^{−(γ−α)(γ*−β*)/s} / (π s)
 *     |m⟩⟨n|   u(γ) = e^{−|γ|²/s}/(π s) √(m!n!) Σ_k (−τ)^k/k! (γ* /s)^{m−k}/(m−k)!
 *                                                       (γ/s)^{n−k}/(n−k)!
 * c = 0 gives the Husimi, c = ½ the Wigner function.
 */
#ifndef QFPI_ONE_MODE_H
#define QFPI_ONE_MODE_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "io/config.h"

/* A normalised one-mode ket: coherent (exact for any |α|), or Fock coefficients. */
typedef struct qfp_one_mode_ket {
    int is_coherent;
    double complex alpha; /* coherent */
    int levels;           /* else */
    double complex *fock; /* [levels], owned */
} qfp_one_mode_ket;

/* Whether a state of one mode is a ket that qfp_one_mode_ket_of makes. */
bool qfp_one_mode_is_ket(const qfp_state *state);
/* The ket of one mode of a product of kets, of one mode also of a superposition; QFP_CONFIG for every
 * other state. */
qfp_status qfp_one_mode_ket_of(const qfp_state *state, int mode,
                               qfp_one_mode_ket *out) QFP_MUST_USE;
/* The Fock coefficients of any ket. */
qfp_status qfp_one_mode_in_fock(const qfp_one_mode_ket *ket, qfp_one_mode_ket *out) QFP_MUST_USE;
void qfp_one_mode_ket_destroy(qfp_one_mode_ket *ket);

qfp_status qfp_one_mode_overlap(const qfp_one_mode_ket *bra, const qfp_one_mode_ket *ket,
                                double complex *out) QFP_MUST_USE;

/* out[levels (levels + 1)/2]: u of |n+d⟩⟨n| at γ, for d = 0, 1, … the n with n + d < levels; that
 * of |n⟩⟨n+d| is its conjugate.  Three-term recurrence along a diagonal (associated Laguerre
 * functions, smooth at c = 0): u_{n+1} = [(|γ|²/s² − τ(2n+1+d)) u_n − τ² √(n(n+d))
 * u_{n−1}]/√((n+1)(n+1+d)). */
void qfp_one_mode_number_dyads(int levels, double c, double complex gamma, double complex *out);

/* Tables are complex [n][n] over (q[i], p[k]). */
qfp_status qfp_one_mode_dyad(const qfp_one_mode_ket *ket, const qfp_one_mode_ket *bra, double c,
                             int n, const double *q, const double *p,
                             double complex *table) QFP_MUST_USE;
/* Σ ρ_mn |m⟩⟨n|, rho row-major [levels][levels]. */
qfp_status qfp_one_mode_density(int levels, const double complex *rho, double c, int n,
                                const double *q, const double *p,
                                double complex *table) QFP_MUST_USE;
/* Covariance of the Wigner function of one mode of a Gaussian state in (Q, P): xx, xp, pp. */
void qfp_one_mode_covariance(const qfp_state *state, int mode, double out[3]);
/* The table of the Gaussian with mean α and that covariance. */
void qfp_one_mode_gaussian(double complex alpha, const double covariance[3], double c, int n,
                           const double *q, const double *p, double complex *table);

#endif
