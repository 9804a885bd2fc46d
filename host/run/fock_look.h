/* fock_look.h - what is read off a state in the Fock basis on the output grid. */
#ifndef QFPI_FOCK_LOOK_H
#define QFPI_FOCK_LOOK_H

#include "fock/fock_husimi.h"
#include "fock/fock_wehrl.h"
#include "run/fock_stage.h"
#include "run/solution.h"

typedef struct qfp_fock_look {
    const qfp_config *config;
    const qfp_fock_stage *stage; /* whose u is looked at */
    bool produces;               /* the production of entropy is looked at: it is not dear */
    double *axis_q, *axis_p;     /* dimensionless output axes, [modes][points] */
    qfp_husimi_tables tables[QFP_MAX_MODES], whole; /* of the marginals; of all of Q of mode 1 */
} qfp_fock_look;

/* The stage may be made anew while this lives.  Give `out` to the other either way. */
qfp_status qfp_fock_look_create(const qfp_config *config, const qfp_fock_stage *stage,
                                qfp_fock_look *out) QFP_MUST_USE;
void qfp_fock_look_destroy(qfp_fock_look *look);

/* Of mode 1, with D⁺ of the time t. */
qfp_status qfp_fock_look_entropy(qfp_fock_look *look, double t, qfp_fock_entropy *out) QFP_MUST_USE;

/* Of one mode: the diagnostics wehrl, min_q and, with dissipation, trace_d and, where it is not dear,
 * entropy_production, into `values`;
 * their errors when the state is off by `state` in the trace norm, into `errors`.  Both give how many. */
size_t qfp_fock_look_names(const qfp_fock_look *look, const char *names[4]);
size_t qfp_fock_look_values(const qfp_fock_look *look, const qfp_fock_entropy *seen,
                            double *values);
size_t qfp_fock_look_errors(const qfp_fock_look *look, const qfp_fock_entropy *seen, double state,
                            double *errors);

/* As in run/basis.h. */
qfp_status qfp_fock_look_marginal(qfp_fock_look *look, int mode, double *out) QFP_MUST_USE;
qfp_status qfp_fock_look_full(const qfp_fock_look *look, const qfp_slices *to) QFP_MUST_USE;
qfp_status qfp_fock_look_plane(const qfp_fock_look *look, const qfp_axis_pair *pair,
                               double *out) QFP_MUST_USE;
qfp_status qfp_fock_look_wigner(const qfp_fock_look *look, int mode, double *out) QFP_MUST_USE;
qfp_status qfp_fock_look_state(const qfp_fock_look *look, qfp_given_state *out) QFP_MUST_USE;

/* Drift and D, where they are asked for (field_output.h). */
qfp_status qfp_fock_look_fields(const qfp_fock_look *look, const qfp_equation *equation,
                                bool at_start, double t, qfp_snapshot *snapshot) QFP_MUST_USE;

#endif
