/* accuracy.h - the stated errors of a theory: how far each value may be from the exact one.
 *
 * A basis states them (`errors` in run/basis.h): absolute errors of every value, which are written
 * to /errors/NAME beside /observables/NAME, and the error of the state, which is the value
 * `truncation`.  The state, relative to itself, is held against solver.tolerance, times
 * the sharpness of what the basis states.  An
 * expectation value weighs where the state fades by powers of its radius and may lose half of the
 * digits there: beyond that, √tolerance relative to max(1, |value|), a warning names it.
 */
#ifndef QFPI_ACCURACY_H
#define QFPI_ACCURACY_H

#include "io/file_density.h"
#include "run/solution.h"

/* The error that is most above what the tolerance allows, so far; part of a checkpoint. */
typedef struct qfp_worst {
    double excess; /* over what is allowed; 0 at the start */
    double of;     /* the observable's number; −1: the state */
    double value, time, error;
} qfp_worst;

typedef struct qfp_accuracy {
    qfp_file_doubt given; /* the initial state itself is known no better */
    double *errors; /* [observable_count], absolute, of the values observed last; NaN: not known */
    double state;   /* likewise, of the state */
    qfp_worst worst;
} qfp_accuracy;

/* Give `out` to qfp_accuracy_destroy either way. */
qfp_status qfp_accuracy_create(const qfp_solution *s, const qfp_config *config,
                               qfp_accuracy *out) QFP_MUST_USE;
void qfp_accuracy_destroy(qfp_accuracy *a);

/* `errors` and `state` are those of `values` [observable_count] at time t.  QFP_TOLERANCE when the
 * state's is above a tolerance that the user himself wrote. */
qfp_status qfp_accuracy_note(qfp_accuracy *a, const qfp_solution *s, const qfp_config *config,
                             const double *values, double t) QFP_MUST_USE;

/* Adds a sentence to `text` when an error was above the tolerance: "n_1 = 2.5 at t = 1 may be off by
 * 3e-07 (…)". */
void qfp_accuracy_append(const qfp_accuracy *a, const qfp_solution *s, const qfp_config *config,
                         char *text, size_t size);

/* Adds to `errors` [count] and `state` what the initial state leaves open, ε = ‖δρ‖₁: the evolution keeps
 * ε, and |Tr A δρ| ≤ ε ‖A‖ ≈ ε (2 n)^{degree/2} on n levels, those of the file or the mean number of
 * quanta now. */
void qfp_accuracy_add_given(qfp_accuracy *a, const qfp_solution *s, size_t count,
                            const double *values);

/* Adds to `errors` [count] the last digits of the values, which are sums of doubles. */
void qfp_accuracy_add_rounding(qfp_accuracy *a, size_t count, const double *values);

/* The next time of /errors/NAME, once the values of that time have been appended. */
qfp_status qfp_accuracy_write(const qfp_accuracy *a, const qfp_solution *s,
                              qfp_snapshot *snapshot) QFP_MUST_USE;

#endif
