/* propagator.h - u(t + Δt) = e^{Δt L} u(t): Krylov, Chebyshev and Runge-Kutta behind one
 * interface; for an L that depends on time Magnus, with one of the first two for its exponentials. */
#ifndef QFPI_PROPAGATOR_H
#define QFPI_PROPAGATOR_H

#include "evolve/linear_map.h"
#include "evolve/mode_flow.h"
#include "evolve/time_mesh.h"
#include "io/integrators.h"

/* How the linear map of a propagator depends on time. */
typedef struct qfp_time_map {
    void *self;
    /* The map becomes Σ_k weight_k L(t_k), weights of either sign, until the next call. */
    qfp_status (*set)(void *self, int count, const double *t, const double *weight);
    const qfp_time_mesh *mesh; /* of the coefficients of L over the run */
} qfp_time_map;

typedef struct qfp_propagator_options {
    qfp_integrator integrator;
    double tolerance;  /* relative error of u in the 2-norm per unit of `time_scale` */
    double time_scale; /* total time of the run: the error budget is spread over it */
    double step;       /* rk4: fixed step, 0 for 2 / spectral radius (limit of stability 2.83) */
    size_t memory;     /* bytes a Krylov basis may use; 0: no limit */
    const qfp_time_map *time; /* NULL: L stays what it is.  Must outlive the propagator */
    qfp_mode_flow *flow;      /* NULL: there is no exact flow.  Must outlive the propagator */
    double start;             /* with `time`: when the first advance begins */
    double rounding;          /* with `time`: of the numbers of u; 0: that of doubles */
} qfp_propagator_options;

/* Called after every internal step with the time advanced so far; a failing status stops. */
typedef qfp_status (*qfp_step_monitor)(void *data, double advanced, qfp_buffer *u);

typedef struct qfp_propagator qfp_propagator;

/* Called within steps whose terms take long, after each of them, with about the time advanced so far; u is what it was
 * before the step, and a failing status leaves that. */
typedef qfp_status (*qfp_step_pulse)(void *data, double advanced);

/* Chebyshev needs a skew or a dissipative map (QFP_CONFIG otherwise).
 * auto       split where there is a flow, krylov for a skew map, chebyshev for a dissipative one
 * krylov     adaptive: a-posteriori error of every step below its share of the tolerance
 * chebyshev  series cut at rounding, one long step per call of at most 200 / radius
 * rk4        classical, fixed step, no error control: for comparison
 * split      the exact flow of options.flow (QFP_CONFIG without), a step as long as it takes
 * With options.time: the commutator-free Magnus method of order 4 (evolve/magnus.c) and one of the
 * first two for its exponentials; rk4 is refused (QFP_CONFIG). */
qfp_status qfp_propagator_create(qfp_linear_map *map, const qfp_propagator_options *options,
                                 qfp_propagator **out) QFP_MUST_USE;
void qfp_propagator_destroy(qfp_propagator *p);
/* Who is told within the steps of krylov and of chebyshev, unless they are those of a Magnus method. */
void qfp_propagator_listen(qfp_propagator *p, qfp_step_pulse pulse, void *data);
/* All that the next step depends on beside u, and how far u may be off by now, relative to it in the
 * 2-norm: what the method states of every step, added up, and rounding, which turns the phase of every
 * component by `rounding` × spectral radius × time.  krylov: the bound of its steps.  rk4: twice the
 * first term of the exponential that a step leaves out. */
typedef struct qfp_propagation {
    double error; /* Σ of the steps */
    double phase; /* Σ spectral radius × duration, as far as it was seen */
    double steps;
    double passed;    /* of the duration that is being advanced by; 0 between two calls */
    double last_step; /* krylov: the last that no end cut short; 0 before the first */
    double
        exhausted; /* krylov: vectors of the last space that was exhausted, 0 after a full basis */
    /* magnus: when the advance began; the length proposed for the next step; error beyond an even
     * share */
    double began, proposed, spent;
} qfp_propagation;
const qfp_propagation *qfp_propagator_progress(const qfp_propagator *p);
double qfp_propagation_error(const qfp_propagation *of, double rounding);

/* Goes on as the propagator did of which `progress` is: the next call advances u by what is left of the
 * same duration, in the same steps.  QFP_USAGE when it cannot be one's progress. */
qfp_status qfp_propagator_resume(qfp_propagator *p, const qfp_propagation *progress) QFP_MUST_USE;

/* "krylov", "magnus (krylov)" */
const char *qfp_propagator_name(const qfp_propagator *p);

/* Advances u in place by `duration` (≥ 0), less what has passed of it. QFP_NOT_FINITE, QFP_TOLERANCE, or what the monitor
 * says. */
qfp_status qfp_propagator_advance(qfp_propagator *p, qfp_buffer *u, double duration,
                                  qfp_step_monitor monitor, void *data) QFP_MUST_USE;

#endif
