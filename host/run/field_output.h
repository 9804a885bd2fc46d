/* field_output.h - local fields on the product of the output grids: /fields of the file.
 *
 * drift a, diffusion D (Eqs. 52, 56) and current J in physical x and p: with x = ℓQ, p = κP/ℓ and
 * the diagonal L of these scales, La, LDL and LJ.  The eigenpairs are those of the dimensionless D; in a
 * closed system they come in ± pairs v, Jv.  Dissipation adds to a and D, what it adds to D stands beside it, and
 * Tr D, of the dimensionless D, is what it adds to the trace.  Of a system that depends on time the fields are
 * those of every output time.  Derivative orders above two are in none of them.  Shapes: points of (x_1, p_1,
 * x_2, p_2, …), then the components over (x_1…x_N, p_1…p_N).
 */
#ifndef QFPI_FIELD_OUTPUT_H
#define QFPI_FIELD_OUTPUT_H

#include "io/config.h"
#include "io/snapshot.h"
#include "run/equation.h"
#include "state/current.h"
#include "state/synthesis.h"

/* Bytes needed for the fields the configuration asks for, 0 for none. */
double qfp_field_output_bytes(const qfp_config *config);

/* drift, diffusion and what belongs to it, as asked for: before the first time, where they stay what they are,
 * else at every output time t.  axis_q, axis_p: dimensionless output axes [modes][points]. */
qfp_status qfp_field_output_local(const qfp_equation *equation, const qfp_config *config,
                                  const qfp_backend *backend, qfp_context *context, bool at_start,
                                  double t, const double *axis_q, const double *axis_p,
                                  qfp_snapshot *snapshot) QFP_MUST_USE;

/* One time of /fields/current; q on the solver's grid, `interpolation` a synthesis with c = 0. */
qfp_status qfp_field_output_current(const qfp_equation *equation, const qfp_config *config,
                                    qfp_current *current, qfp_synthesis *interpolation,
                                    qfp_buffer *q, qfp_snapshot *snapshot) QFP_MUST_USE;

#endif
