/* basis.h - the bases, one table each: everything above them asks here. */
#ifndef QFPI_BASIS_H
#define QFPI_BASIS_H

#include "qfp/plan.h"
#include "run/equation.h"
#include "run/solution.h"

typedef struct qfp_basis_table {
    /* QFP_CONFIG or QFP_UNSUPPORTED when this basis cannot do what is asked for. */
    qfp_status (*supports)(const qfp_config *config, const qfp_equation *equation);
    /* Fills `plan`, which is zero but for its basis and modes.  QFP_MEMORY when it does not fit the
     * machine. */
    qfp_status (*plan)(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan);
    /* Tries the plan out; members of it that only a trial tells are filled then. */
    qfp_status (*measure)(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                          qfp_plan_timing *out);
    /* Borrows the configuration and the equation. */
    qfp_status (*create)(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out);
} qfp_basis_table;

extern const qfp_basis_table qfp_basis_fourier, qfp_basis_fock, qfp_basis_reference;

const qfp_basis_table *qfp_basis_of(const qfp_config *config);

/* `plan` of the configured basis. */
qfp_status qfp_basis_plan(const qfp_config *config, const qfp_equation *equation,
                          qfp_plan *out) QFP_MUST_USE;

/* Vectors of one state that the propagator keeps, beside `fixed` bytes, into plan->krylov_vectors,
 * bytes_propagator and bytes_total: a large state gets a shorter Krylov basis rather than none. */
void qfp_plan_vectors(const qfp_config *config, double fixed, qfp_plan *plan);

#endif
