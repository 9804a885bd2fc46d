/* symbol_peak.h - the spectral radius of a generator on a grid, without the grid. */
#ifndef QFPI_SYMBOL_PEAK_H
#define QFPI_SYMBOL_PEAK_H

#include "algebra/polynomial.h"
#include "backend.h"

/* The largest |L(Q, P, k_Q, k_P)| of the tapered symbol of a generator, which is what its spectral radius on
 * the grid tends to with more points: ∂ = ik, what has letters of A = {Q, k_P} fades like the tapers of A and
 * what has letters of B = {P, k_Q} like those of B, inside the box and the wavenumbers of the grid.  Searched for along the
 * axes from several starts, so that it may be a little low.
 *
 * `form`: variables as in qfp_generator_to_real; taper [2N] as in state/phase_grid.h.  QFP_MEMORY.  Cost: some
 * 10⁴ values of the symbol. */
qfp_status qfp_symbol_peak(const qfp_polynomial *form, const qfp_grid *shape, const double *taper,
                           double *out) QFP_MUST_USE;

#endif
