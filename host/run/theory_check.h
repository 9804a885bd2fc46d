/* theory_check.h - the generator a configuration asks for, and whether it may be run at all. */
#ifndef QFPI_THEORY_CHECK_H
#define QFPI_THEORY_CHECK_H

#include "io/config.h"

typedef struct qfp_theory_check {
    qfp_polynomial wick; /* of H */
    qfp_polynomial antiwick;
    qfp_polynomial husimi;    /* generator at c = 0: of Q itself, and of the Fock basis */
    qfp_polynomial generator; /* the same at ordering c */
    double c;                 /* of the run */
    double balanced_c;        /* where S is judged: C/2, 0 when order 1 drops the second order */
    bool is_exact;            /* the equation is Schrödinger's: nothing was truncated, C = 1 */
    bool is_fokker_planck; /* the generator at c = 0 is of at most second order: Eq. (56) holds */
    bool balanced;         /* S = ½(L + Lᵀ) vanishes at the balanced ordering */
    qfp_polynomial symmetric_part; /* S */
} qfp_theory_check;

qfp_status qfp_theory_check_create(const qfp_config *config, qfp_theory_check *out) QFP_MUST_USE;
void qfp_theory_check_destroy(qfp_theory_check *check);

/* QFP_UNBALANCED with the sentence why, when the theory has no well-posed initial-value problem and
 * theory.accept_unbalanced does not ask for it all the same. */
qfp_status qfp_theory_check_refuse(const qfp_theory_check *check,
                                   const qfp_config *config) QFP_MUST_USE;

/* Why an unbalanced theory is ill-posed, in one clause with S and its growth rate on a few levels,
 * malloc'ed. */
qfp_status qfp_theory_check_explain(const qfp_theory_check *check, const qfp_config *config,
                                    char **out) QFP_MUST_USE;

/* "order exact, C = 0.9" */
void qfp_theory_describe(const qfp_theory *theory, char *out, size_t size);

#endif
