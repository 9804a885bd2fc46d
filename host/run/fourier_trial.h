/* fourier_trial.h - INTERNAL to the plan of the Fourier basis: what an application of the generator takes, tried
 * out within a third of a second whatever the grid.
 *
 * A grid of many cells is tried on one of the same modes with fewer points per axis, and the time scaled by the
 * cells and the passes of their transforms.  The spectral radius is found by a Krylov space where that takes no longer,
 * else by the peak of the generator's symbol (evolve/symbol_peak.h).
 */
#ifndef QFPI_FOURIER_TRIAL_H
#define QFPI_FOURIER_TRIAL_H

#include "evolve/grid_generator.h"
#include "qfp/plan.h"
#include "run/engine.h"
#include "run/equation.h"

/* The plan with as few points as are tried on this engine; the same where it has no more. */
qfp_plan qfp_fourier_trial_plan(const qfp_engine *engine, const qfp_plan *plan);

/* Krylov's, of a unitary run over a radius times its duration. */
double qfp_fourier_unitary_applications(double phase);

/* Of `generator`, on the grid of qfp_fourier_trial_plan, for `plan`: all of `out` but what the exact flow takes. */
qfp_status qfp_fourier_trial(const qfp_config *config, const qfp_equation *equation,
                             const qfp_plan *plan, const qfp_plan *tried,
                             qfp_grid_generator *generator, qfp_plan_timing *out) QFP_MUST_USE;
/* The spectral radius of the generator on a grid, by the peak of its symbol. */
qfp_status qfp_fourier_radius(const qfp_config *config, const qfp_equation *equation,
                              const qfp_plan *plan, double *radius) QFP_MUST_USE;

#endif
