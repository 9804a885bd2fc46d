/* observable.h - what is reported about a state: name, unit, meaning and formula, each once.
 *
 * An observable is a function of a few moments Re⟨A⟩ or Im⟨A⟩; A is an operator, given as the text
 * a user would type.  A basis gives the moments of the Wick polynomials, Re⟨A⟩ = Re Σ A_pq ⟨a†^p
 * a^q⟩, and nothing else; the reference evaluates the texts with its own algebra.
 */
#ifndef QFPI_OBSERVABLE_H
#define QFPI_OBSERVABLE_H

#include "algebra/hamiltonian.h"

enum { QFP_OBSERVABLE_NAME = 32, QFP_OBSERVABLE_PARTS = 4 };

typedef struct qfp_quantity {
    char name[48]; /* of the dataset; an observable's is shorter than QFP_OBSERVABLE_NAME */
    char unit[24];
    char long_name[384];
} qfp_quantity;

typedef struct qfp_moment {
    char *text;          /* the operator A; NULL: the Hamiltonian */
    bool imaginary;      /* Im⟨A⟩ instead of Re⟨A⟩ */
    qfp_polynomial wick; /* of A, or of −iA: the moment is Re⟨wick⟩; 2N variables */
} qfp_moment;

typedef struct qfp_observable {
    qfp_quantity quantity;
    int part_count;
    size_t parts[QFP_OBSERVABLE_PARTS]; /* which moments */
    double (*combine)(const double *parts);
} qfp_observable;

typedef struct qfp_observable_list {
    size_t count, moment_count;
    qfp_observable *observables;
    qfp_moment *moments; /* none twice */
} qfp_observable_list;

/* Who reports it: runs of a basis, ensembles. */
typedef enum qfp_observable_set { QFP_OF_RUNS = 1, QFP_OF_ENSEMBLES = 2 } qfp_observable_set;

/* An operator that the user wrote.  Hermitian: one observable of this name; otherwise two, re_NAME
 * and im_NAME. */
typedef struct qfp_user_observable {
    char name[QFP_OBSERVABLE_NAME];
    char *text; /* owned */
    bool hermitian;
    qfp_polynomial wick; /* owned; 2N variables */
} qfp_user_observable;

/* The built-in observables of a set and the user's: norm, energy, the user's, those of each mode,
 * those of pairs.  `hamiltonian`: its Wick symbol.  Copies what it needs; give `out` to
 * qfp_observable_list_destroy either way. */
qfp_status qfp_observable_list_create(int modes, qfp_observable_set set,
                                      const qfp_polynomial *hamiltonian, size_t user_count,
                                      const qfp_user_observable *users,
                                      qfp_observable_list *out) QFP_MUST_USE;
void qfp_observable_list_destroy(qfp_observable_list *list);
/* The moments of the Hamiltonian are those of another one now. */
qfp_status qfp_observable_list_hamiltonian(qfp_observable_list *list,
                                           const qfp_polynomial *hamiltonian) QFP_MUST_USE;

/* values[count] of moments[moment_count]. */
void qfp_observable_list_combine(const qfp_observable_list *list, const double *moments,
                                 double *values);

/* errors[count] of the values when those moments are off by moment_errors: to first order added up,
 * and what a product of two adds. */
void qfp_observable_list_errors(const qfp_observable_list *list, const double *moments,
                                const double *moment_errors, double *errors);

/* What describes a run rather than a quantum-mechanical mean (purity, wehrl, edge_x, …); NULL for
 * another name. */
const qfp_quantity *qfp_diagnostic(const char *name);
/* Whether it is a property of the state, the same in every basis: purity and entropy.  The others are
 * of a basis and its monitors. */
bool qfp_diagnostic_is_of_state(const char *name);

/* Whether a dataset of a run or an ensemble of that many modes has this name. */
bool qfp_observable_is_taken(const char *name, int modes);

#endif
