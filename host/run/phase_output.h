/* phase_output.h - what an output time writes beside the marginals of Q, where it is asked for: Q of
 * other planes, Wigner functions, the state. */
#ifndef QFPI_PHASE_OUTPUT_H
#define QFPI_PHASE_OUTPUT_H

#include "run/basis.h"

/* The next time of /husimi/x_1_p_2 … and /wigner/mode_j, and the state at t where it is one of
 * output.state.times; `error` is what the state is stated to be off by. */
qfp_status qfp_phase_output_write(const qfp_basis_table *basis, void *self,
                                  const qfp_config *config, double t, double error,
                                  qfp_snapshot *snapshot) QFP_MUST_USE;

/* The two axes are those of one mode. */
bool qfp_phase_output_is_marginal(const qfp_config *config, const qfp_axis_pair *pair);

#endif
