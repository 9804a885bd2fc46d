/* audit_facts.h - INTERNAL to run: what the audit reports, as polynomials and verdicts.
 *
 * In real coordinates z = (Q_1…Q_N, P_1…P_N), with H the anti-Wick symbol and J = [[0, I], [−I,
 * 0]]:
 *
 *   dQ_j/dt = ∂H/∂P_j/κ      dP_j/dt = −∂H/∂Q_j/κ      D(z) = (C/2κ) [H''(z), J]        (Eq. 52)
 */
#ifndef QFPI_AUDIT_FACTS_H
#define QFPI_AUDIT_FACTS_H

#include "algebra/class.h"
#include "run/equation.h"

#define QFP_AUDIT_AXES (2 * QFP_MAX_MODES)

typedef enum qfp_audit_constraint_index {
    QFP_C1_CLASSICAL_LIMIT,
    QFP_C2_FOKKER_PLANCK_FORM,
    QFP_C3_LOCAL_HAMILTONIAN,
    QFP_C4_TIME_REVERSAL,
    QFP_C5_ENERGY,
    QFP_C6_MINIMALITY,
    QFP_C7_FREE_PART,
    QFP_CONSTRAINT_COUNT
} qfp_audit_constraint_index;

typedef struct qfp_audit_facts {
    int modes;
    qfp_equation equation;   /* at the ordering of the run */
    qfp_polynomial weyl;     /* symbol of H; Wick and anti-Wick are in `equation` */
    qfp_polynomial real;     /* anti-Wick symbol in Q, P */
    qfp_polynomial odd_in_p; /* its terms that change sign with P */
    double C;                /* of the second order kept: theory.C, 0 when order 1 drops it */
    qfp_polynomial drift[QFP_AUDIT_AXES];                     /* dz/dt */
    qfp_polynomial hessian[QFP_AUDIT_AXES][QFP_AUDIT_AXES];   /* H'' */
    qfp_polynomial diffusion[QFP_AUDIT_AXES][QFP_AUDIT_AXES]; /* D */
    double free_hessian[QFP_AUDIT_AXES][QFP_AUDIT_AXES];      /* of the quadratic part of H_Weyl */
    qfp_hamiltonian_class class;
    bool holds[QFP_CONSTRAINT_COUNT];
} qfp_audit_facts;

/* The verdicts C3 and C1 hold by construction: every coefficient is a derivative of H, and in
 * physical units the term with m derivatives is proportional to κ^{m−1}. */
qfp_status qfp_audit_facts_create(const qfp_config *config, qfp_audit_facts *out) QFP_MUST_USE;
void qfp_audit_facts_destroy(qfp_audit_facts *facts);

#endif
