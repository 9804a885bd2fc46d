/* fock_wehrl.h - the Wehrl entropy of one mode in the Fock basis, and what else a look at all of Q tells. */
#ifndef QFPI_FOCK_WEHRL_H
#define QFPI_FOCK_WEHRL_H

#include <stdbool.h>

#include "algebra/dissipation_facts.h"
#include "fock/husimi_tables.h"

/* What one look at Q of one mode gives: the Wehrl entropy −∫Q ln(πQ) d²α, the smallest and the
 * largest value met.  The points are 0.08 apart in Re α and Im α and cover the levels that are
 * populated, or as far as there is anything of a closed system.  Where Q has no zeros the entropy is good to rounding, else to about 1e-6. */
typedef struct qfp_fock_entropy {
    double wehrl, min_q, max_q;
    double wehrl_error;                  /* of the rule, as two coarser ones tell */
    double trace, trace_error;           /* ∫Q Tr D⁺ d²α */
    double production, production_error; /* ½∫Q ∇ln Q·D⁺∇ln Q d²α */
    double largest_trace, largest; /* Tr D⁺ and |eigenvalue of D⁺| where the state may be */
} qfp_fock_entropy;

/* Would the production take minutes of every look at so many levels? */
bool qfp_fock_production_is_dear(int levels);

/* produces: the production is found too, which needs the eigenvectors of ρ.  spreading: D⁺ of a mode; NULL: there is none, what is of it stays 0, and a look costs little more than Q on a
 * grid.  tables: zero at first, kept by the caller from look to look. */
qfp_status qfp_fock_wehrl(qfp_husimi_tables *tables, int levels, const double complex *rho,
                          const qfp_dissipation_facts *spreading, bool produces,
                          qfp_fock_entropy *out) QFP_MUST_USE;

#endif
