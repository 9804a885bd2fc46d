/* grid_generator.h - the generator L of ∂u/∂t = L u on a phase grid.
 *
 * L = f_0(A) + g_0(B) + Σ_r ½(f_r g_r + g_r f_r)   when L is skew (the grid operator is skew too,
 *                                                   to rounding, whatever the aliasing), else
 * L = f_0(A) + g_0(B) + Σ_r f_r g_r,
 * A = {Q, ∂_P}, B = {P, ∂_Q}: each factor multiplies in one of the two mixed spaces of backend/grid.h.
 * Cost of one application with r products: 4 + 4r half transforms (of N axes each) and
 * 2 + 4r multiplier passes (skew).  Multipliers fade out beyond the taper of their axis.  Where the
 * backend works on planes of one mode (generator_parts.h), terms with derivatives of that mode
 * alone take one pass over u together; they fade out beyond the tapers of their own mode, their
 * spectators beyond their own radius.
 *
 * With dissipation, at c = ½, L is the skew part and the symmetric rest of algebra/squares.h, in one
 * symmetrised form, and ± K_i² of skew grid operators K_i, each applied twice: never positive on the grid
 * either.  A square K² of a multiplier is a multiplier, so that loss, gain and every channel of Q or of P
 * alone cost no transform; a square without products costs 4 half transforms.  Outside the tapers, where
 * the symmetric rest would grow unbalanced, u is absorbed.
 */
#ifndef QFPI_GRID_GENERATOR_H
#define QFPI_GRID_GENERATOR_H

#include "algebra/lindblad.h"
#include "evolve/generator_parts.h"
#include "evolve/linear_map.h"
#include "state/phase_grid.h"

typedef struct qfp_grid_generator qfp_grid_generator;

/* `generator`: Weyl form, already at its ordering.  It is applied in the symmetrised form when it
 * is formally skew. */
qfp_status qfp_grid_generator_create(const qfp_phase_grid *grid, const qfp_polynomial *generator,
                                     qfp_grid_generator **out) QFP_MUST_USE;
/* The L of a master equation in a theory, at ordering c. */
qfp_status qfp_grid_generator_create_open(const qfp_phase_grid *grid, const qfp_lindblad *lindblad,
                                          const qfp_theory *theory, double c,
                                          qfp_grid_generator **out) QFP_MUST_USE;
/* Another L in its place, of the same theory, ordering and number of channels: that of another time, or a
 * weighted sum of several.  Buffers stay.  Of what qfp_grid_generator_create_open made. */
qfp_status qfp_grid_generator_set(qfp_grid_generator *g, const qfp_lindblad *lindblad) QFP_MUST_USE;
void qfp_grid_generator_destroy(qfp_grid_generator *g);

/* *out: whether L takes the form of squares there: at c = ½, with an H that is skew there and nothing of
 * the dissipation truncated. */
qfp_status qfp_grid_generator_has_squares(const qfp_lindblad *lindblad, const qfp_theory *theory,
                                          double c, bool *out) QFP_MUST_USE;

/* Borrowed view for the propagators; valid while the generator lives. */
qfp_linear_map *qfp_grid_generator_map(qfp_grid_generator *g);

/* The model behind `qfp plan`, for this generator on this grid. */
void qfp_grid_generator_cost(const qfp_grid_generator *g, qfp_application_cost *out);

#endif
