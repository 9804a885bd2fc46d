/* fourier_solution.h - INTERNAL to fourier_solution.c, fourier_errors.c, fourier_fields.c and
 * fourier_checkpoint.c: a run on a grid. */
#ifndef QFPI_FOURIER_SOLUTION_H
#define QFPI_FOURIER_SOLUTION_H

#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/field_equation.h"
#include "run/flow_witness.h"
#include "run/fourier_frame.h"
#include "run/fourier_monitor.h"
#include "run/fourier_open.h"
#include "run/fourier_wehrl.h"

typedef struct qfp_fourier {
    qfp_fourier_frame frame; /* what the next two are of, where the box is not around the origin */
    const qfp_config *config;
    const qfp_equation *equation;
    qfp_plan plan;
    qfp_fourier_monitor monitor;
    qfp_engine engine;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_mode_flow *flow;       /* NULL: the generator is applied */
    qfp_flow_witness *witness; /* beside a flow */
    qfp_propagator *propagator;
    qfp_fourier_time driven;
    qfp_husimi *husimi;
    qfp_moments *moments;
    qfp_observable_list observables;
    qfp_field_equation now; /* what `current` is made of */
    qfp_current *current;
    qfp_synthesis *synthesis, *interpolation;
    qfp_wehrl *wehrl;
    double *axis_q, *axis_p; /* dimensionless output axes, [modes][points] */
    qfp_buffer *u, *q, *rate, *scratch;

    bool with_purity, with_residual, with_spread;
    size_t diagnostics;
    bool is_stable; /* L is skew, or the squares of a master equation: errors do not run away */
    bool keeps_purity;
    qfp_error_growth error_growth;
    double first_purity;
    double wehrl_error;            /* of the last one, by its sum alone */
    qfp_entropy_production spread; /* last */
    double time;                   /* during an advance where it began */
    const qfp_step_hook *hook;
    double advance_to;
    char warning[512]; /* of the initial state */
    char limits[512];
} qfp_fourier;

/* Of run/basis.h; `self` is a qfp_fourier. */
size_t qfpi_fourier_state_count(void *self);
qfp_status qfpi_fourier_save(void *self, qfp_state_writer *to) QFP_MUST_USE;
qfp_status qfpi_fourier_load(void *self, double t, size_t count,
                             qfp_state_reader *from) QFP_MUST_USE;
qfp_status qfpi_fourier_write_fields(void *self, qfp_snapshot *snapshot,
                                     bool at_start) QFP_MUST_USE;

/* errors and errors_of_means of run/basis.h, and whether there are any. */
qfp_status qfpi_fourier_errors(void *self, const double *values, double *state,
                               double *errors) QFP_MUST_USE;
qfp_status qfpi_fourier_errors_of_means(void *self, const double *values,
                                        double *errors) QFP_MUST_USE;
bool qfpi_fourier_has_errors(const qfp_fourier *f);
/* Of the state; NaN where there are none. */
double qfpi_fourier_state_error(const qfp_fourier *f);
double qfpi_fourier_rounding(const qfp_fourier *f);

/* f->current of the system as it is now. */
qfp_status qfpi_fourier_renew_current(qfp_fourier *f) QFP_MUST_USE;
/* What Eq. (56) makes of f->q against ∂Q/∂t of the run; the current is that of now. */
qfp_status qfpi_fourier_residual(qfp_fourier *f, double *out) QFP_MUST_USE;

#endif
