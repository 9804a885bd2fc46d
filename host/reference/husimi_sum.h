/* husimi_sum.h - INTERNAL to reference: sums Σ_n c_n ⟨α|n⟩ over the levels of one mode. */
#ifndef QFPI_HUSIMI_SUM_H
#define QFPI_HUSIMI_SUM_H

#include "reference/kept.h"
#include "reference/ket_tables.h"

/* bra[n] = ⟨α|n⟩ = α*^n e^{-|α|²/2}/√n! for n < levels */
void qfp_coherent_bra(size_t levels, double complex alpha, double complex *bra);

/* Few kets with weights for one mode: the kets themselves when there is one mode and few of them,
 * else eigenvectors of the reduced density matrix. */
qfp_status qfp_marginal_kets(const qfp_ket_set *kets, const qfp_kept *kept, int mode,
                             qfp_ket_set *out) QFP_MUST_USE;

/* The eigenvectors of a density matrix [n][n] with positive weight; the matrix is overwritten. */
qfp_status qfp_density_kets(size_t n, double complex *rho, qfp_ket_set *out) QFP_MUST_USE;

/* (1/π) Σ_k w_k |⟨α|ψ_k⟩|²; bra [set->dim] is scratch. */
double qfp_husimi_at(const qfp_ket_set *set, double complex alpha, double complex *bra);

/* -∫ Q ln(π Q) d²α of one mode.  *left_out: what the upper levels that were left out make of ρ in the
 * trace norm; *error: of the integral itself.  tables: zero at first, kept from call to call. */
qfp_status qfp_wehrl_entropy(qfp_ket_tables *tables, const qfp_ket_set *set, double *out,
                             double *left_out, double *error) QFP_MUST_USE;
/* Does it have to look for zeros of Q? */
qfp_status qfp_wehrl_needs_cells(qfp_ket_tables *tables, const qfp_ket_set *set,
                                 bool *needs) QFP_MUST_USE;

#endif
