/* fourier_state.h - the state of a run on a grid as a density matrix, for output.state.
 *
 * u is the Wigner function there, so that ρ_mn = π^N ∫ u W_{|n⟩⟨m|} d^{2N}α (state/dyad_grid.h), for
 * as many levels as the grid resolves; those beyond the state are left out again.
 */
#ifndef QFPI_FOURIER_STATE_H
#define QFPI_FOURIER_STATE_H

#include "run/fourier_solution.h"

/* QFP_UNSUPPORTED where u is no Wigner function and output.state or output.wigner ask for one. */
qfp_status qfpi_fourier_supports(const qfp_config *config,
                                 const qfp_equation *equation) QFP_MUST_USE;

/* Bytes that output.state takes beside the run. */
double qfpi_fourier_state_bytes(const qfp_config *config, const qfp_plan *plan);

/* `state` of run/basis.h; out->error is what the levels left out cost. */
qfp_status qfpi_fourier_state(void *self, qfp_given_state *out) QFP_MUST_USE;

#endif
