/* field_output.h - local fields on the product of the output grids: /fields of the file.
 *
 * drift a, diffusion D (Eqs. 52, 56) and current J in physical x and p: with x = ℓQ, p = κP/ℓ and
 * the diagonal L of these scales, La, LDL and LJ.  The eigenpairs are those of the dimensionless D,
 * where they come in ± pairs v, Jv.  Shapes: points of (x_1, p_1, x_2, p_2, …), then the components
 * over (x_1…x_N, p_1…p_N).
 */
#ifndef QFPI_FIELD_OUTPUT_H
#define QFPI_FIELD_OUTPUT_H

#include "io/config.h"
#include "io/snapshot.h"
#include "state/current.h"
#include "state/synthesis.h"

/* Bytes needed for the fields the configuration asks for, 0 for none. */
double qfp_field_output_bytes(const qfp_config *config);

/* drift, diffusion, diffusion_eigenvalues, diffusion_eigenvectors as asked for; they do not depend
 * on time.  axis_q, axis_p: dimensionless output axes [modes][points]. */
qfp_status qfp_field_output_static(const qfp_config *config, const qfp_backend *backend,
                                   const qfp_flow *flow, const double *axis_q, const double *axis_p,
                                   qfp_snapshot *snapshot) QFP_MUST_USE;

/* One time of /fields/current; q on the solver's grid, `interpolation` a synthesis with c = 0. */
qfp_status qfp_field_output_current(const qfp_config *config, qfp_current *current,
                                    qfp_synthesis *interpolation, qfp_buffer *q,
                                    qfp_snapshot *snapshot) QFP_MUST_USE;

#endif
