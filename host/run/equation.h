/* equation.h - the equation of motion ∂Q/∂t = LQ that one theory makes of the configured H and dissipation,
 * derived once and handed to whatever solves, plans or reports it.  Of a system that depends on time it is
 * the equation of t = 0, io/config_time.h has the others; what it is called below it is at all times. */
#ifndef QFPI_EQUATION_H
#define QFPI_EQUATION_H

#include "io/config.h"
#include "io/time_course.h"

typedef struct qfp_equation {
    const qfp_polynomial *wick; /* of H; the configuration's */
    qfp_polynomial antiwick;
    qfp_polynomial derived;        /* iκL at c = 0, every order, C = 1 */
    qfp_lindblad lindblad;         /* H and the channels */
    qfp_time_course course;        /* of the same over the run */
    qfp_lindblad most;             /* with every coefficient at its largest during the run */
    qfp_polynomial hamiltonian;    /* the part of H in L at c = 0 */
    qfp_polynomial husimi;         /* L at c = 0: of Q itself, and of the Fock basis */
    qfp_polynomial generator;      /* L at ordering c, on u with Q = e^{cΔ}u */
    qfp_polynomial symmetric_part; /* S = ½(L + Lᵀ) of H at the balanced ordering */
    double c;                      /* of the run */
    double balanced_c;             /* where S is judged: C/2, 0 when order 1 drops second order */
    bool is_exact;                 /* nothing was truncated, C = 1 */
    bool is_open;                  /* there is dissipation */
    bool varies;                   /* with the time */
    bool is_unitary;               /* Schrödinger's equation: exact and not open; H may vary */
    bool is_fokker_planck;         /* L at c = 0 is of at most second order: Eq. (56) holds */
    bool balanced;                 /* S vanishes */
} qfp_equation;

/* Of the theory that is selected in `config`, which it must not outlive. */
qfp_status qfp_equation_create(const qfp_config *config, qfp_equation *out) QFP_MUST_USE;
void qfp_equation_destroy(qfp_equation *equation);

/* QFP_UNBALANCED with the sentence why, when the theory has no well-posed initial-value problem and
 * theory.accept_unbalanced does not ask for it all the same. */
qfp_status qfp_equation_refuse(const qfp_equation *equation, const qfp_config *config) QFP_MUST_USE;

/* Why an unbalanced theory is ill-posed, in one clause with S and its growth rate on a few levels,
 * malloc'ed. */
qfp_status qfp_equation_explain(const qfp_equation *equation, const qfp_config *config,
                                char **out) QFP_MUST_USE;

/* "order exact, C = 0.9" */
void qfp_theory_describe(const qfp_theory *theory, char *out, size_t size);

#endif
