/* fourier_open.h - INTERNAL to the Fourier basis: what dissipation changes there. */
#ifndef QFPI_FOURIER_OPEN_H
#define QFPI_FOURIER_OPEN_H

#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "qfp/plan.h"
#include "run/equation.h"

/* The generator of a run on its grid. */
qfp_status qfp_fourier_generator(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_phase_grid *grid, qfp_grid_generator **out) QFP_MUST_USE;

/* What a run lacks for the exact flow of evolve/mode_flow.h, on whatever grid; NULL where nothing. */
const char *qfp_fourier_flow_lacks(const qfp_config *config, const qfp_equation *equation);
/* The flow of a run on its grid.  *out is NULL where solver.integrator names another way, and with auto
 * where the grid was not planned for a flow.  QFP_CONFIG where it names split and there is none. */
qfp_status qfp_fourier_flow_create(const qfp_config *config, const qfp_equation *equation,
                                   const qfp_plan *plan, const qfp_phase_grid *grid,
                                   qfp_mode_flow **out) QFP_MUST_USE;

/* The generator of a system that depends on time, for its propagator. */
typedef struct qfp_fourier_time {
    const qfp_config *config;
    qfp_grid_generator *generator;
    qfp_time_mesh mesh;
    qfp_time_map map; /* borrows the rest: a qfp_fourier_time stays where it is */
} qfp_fourier_time;

/* Nothing of a system that stays what it is.  Give `out` to destroy either way. */
qfp_status qfp_fourier_time_create(const qfp_config *config, const qfp_equation *equation,
                                   const qfp_phase_grid *grid, qfp_grid_generator *generator,
                                   qfp_fourier_time *out) QFP_MUST_USE;
void qfp_fourier_time_destroy(qfp_fourier_time *t);

/* By how much the 2-norm of an error may have grown: at most e^{rate t}, the rate the largest value of
 * Σ ½γ [c, c†] where the grid holds a state, and at most √D for the D states that there is room for, since
 * the trace norm of no error grows, and 2-norm ≤ trace norm ≤ √D 2-norm. */
typedef struct qfp_error_growth {
    double rate, most;
} qfp_error_growth;

qfp_status qfp_error_growth_find(const qfp_equation *equation, const qfp_phase_grid *grid,
                                 qfp_error_growth *out) QFP_MUST_USE;
double qfp_error_growth_after(const qfp_error_growth *growth, double t);

#endif
