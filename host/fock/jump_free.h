/* jump_free.h - what a master equation is without its jumps, and the inverse of that.
 *
 *     L = L₀ + Σ γ c·c†,     L₀ ρ = Aρ + ρA†,     A = −(i/κ)H − ½ Σ γ c†c
 *
 * With the Schur form A = Z T Z† the equation (L₀ − s) X = R is one of Lyapunov, T'Y + YT'† = Z†RZ, Y = Z†XZ,
 * T' = T − s/2, solved by halves in work of order D³: for D² unknowns that is next to nothing, and (L − s)(L₀ − s)⁻¹
 * is 1 less what one jump makes, whose powers die out as fast as jumps forget.
 */
#ifndef QFPI_JUMP_FREE_H
#define QFPI_JUMP_FREE_H

#include "algebra/lindblad.h"
#include "fock/fock_space.h"

typedef struct qfp_jump_free qfp_jump_free;

/* QFP_TOLERANCE when LAPACK finds no Schur form. */
qfp_status qfp_jump_free_create(const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                double kappa, qfp_jump_free **out) QFP_MUST_USE;
void qfp_jump_free_destroy(qfp_jump_free *j);

/* x ← (L₀ − shift)⁻¹ x on the D² real unknowns (unknown_map.h), shift > 0. */
qfp_status qfp_jump_free_solve(qfp_jump_free *j, double shift, double *x) QFP_MUST_USE;

#endif
