/* audit_numbers.h - INTERNAL to run: the constraints C1 to C7 measured on the user's Hamiltonian.
 *
 * The symbolic verdicts say what must hold; these figures say what does, from the code that runs: D
 * and its eigenpairs from the kernels at random points, the generator on a Gaussian density, the
 * propagator there and back in the Fock basis.
 */
#ifndef QFPI_AUDIT_NUMBERS_H
#define QFPI_AUDIT_NUMBERS_H

#include "run/audit_facts.h"
#include "run/audit_writer.h"

enum { QFP_AUDIT_STEPS = 4 };         /* values of κ, and of C */
enum { QFP_REVERSAL_MOST_MODES = 2 }; /* the state of three modes is too large for an audit */

/* A relative distance of generators below this is rounding: they are sums of at most some hundred
 * products of coefficients. */
#define QFP_AUDIT_ZERO 1e-11

typedef enum qfp_reversal_state {
    QFP_REVERSAL_MEASURED,
    QFP_REVERSAL_TOO_MANY_MODES,
    QFP_REVERSAL_NOT_SKEW /* the way back would amplify rounding */
} qfp_reversal_state;

typedef struct qfp_audit_numbers {
    /* largest violations on random points, relative to the largest |D| met (1 if D = 0) */
    double asymmetry, trace; /* |D − Dᵀ|, |Tr D| */
    double pairing;          /* |λ_i + λ_{2N+1−i}|: eigenvalues come in ± pairs */
    double partners;         /* |D J v + λ J v| of an eigenvector v with Dv = λv */
    double contraction;      /* |Σ D_ab H_ab|, relative to |D| |H''| */
    double energy; /* largest coefficient of Lᵀ H_aW: d⟨H⟩/dt, relative to those of L H */

    double kappa[QFP_AUDIT_STEPS], classical[QFP_AUDIT_STEPS]; /* distance to Liouville */
    double classical_order; /* expected 1; NaN: the distance vanishes */
    double C[QFP_AUDIT_STEPS], schrodinger[QFP_AUDIT_STEPS]; /* distance to Schrödinger */
    double schrodinger_own;                                  /* of the theory as configured */
    double schrodinger_order; /* in |C − 1|; NaN: no distance, or one that stays at C = 1 */

    qfp_reversal_state reversal_state;
    double reversal;            /* relative error of t, T, t, T; NaN: not measured */
    double free_part;           /* |D| of the quadratic part with the configured lengths */
    double free_part_stretched; /* and with all lengths times 3/2 */
    double free_part_error;     /* largest difference of the two to the closed form */
} qfp_audit_numbers;

qfp_status qfp_audit_numbers_find(const qfp_config *config, const qfp_audit_facts *facts,
                                  qfp_audit_numbers *out) QFP_MUST_USE;

/* Adds the section "measured" to a report. */
qfp_status qfpi_audit_numbers_write(const qfp_config *config, const qfp_audit_facts *facts,
                                    qfp_audit_writer *writer) QFP_MUST_USE;

#endif
