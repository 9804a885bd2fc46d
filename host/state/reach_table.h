/* reach_table.h - INTERNAL to reach: real polynomials in Q and P that are evaluated together very often.
 *
 * Every monomial is one product of a shorter one with a variable, so that all of them together cost a
 * multiplication each, and every polynomial one more per term.
 */
#ifndef QFPI_REACH_TABLE_H
#define QFPI_REACH_TABLE_H

#include "algebra/polynomial.h"

typedef struct qfp_reach_monomial {
    uint32_t shorter; /* place of the monomial times `variable` which this one is; 0 is 1 */
    uint32_t variable;
} qfp_reach_monomial;

typedef struct qfp_reach_entry {
    double coefficient;
    uint32_t monomial, output;
} qfp_reach_entry;

typedef struct qfp_reach_table {
    size_t outputs, monomials, entries;
    qfp_reach_monomial *monomial; /* the first, 1, has no meaning */
    qfp_reach_entry *entry;       /* by output */
    double *value;                /* [monomials], at the last point: not for two threads at once */
} qfp_reach_table;

/* The real parts of polynomials of the same variables.  Give `out` to destroy either way. */
qfp_status qfp_reach_table_create(const qfp_polynomial *polynomials, size_t outputs,
                                  qfp_reach_table *out) QFP_MUST_USE;
void qfp_reach_table_destroy(qfp_reach_table *table);

/* out [outputs] at the point z */
void qfp_reach_table_evaluate(const qfp_reach_table *table, const double *z, double *out);

/* Multiplications of one evaluation. */
static inline double qfp_reach_table_cost(const qfp_reach_table *table)
{
    return (double)(table->monomials + table->entries);
}

#endif
