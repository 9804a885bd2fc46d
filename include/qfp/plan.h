/* plan.h - what a run will use, decided before anything is computed.
 *
 * Rules (Fourier basis; physics.md 6): the state must fit a disk of radius R in each mode's plane,
 * R from the classical flow of the contour at level `tolerance`.  The box needs L ≥ 2R, the fringes
 * of the balanced variable have wavenumbers up to 2R, so n ≥ 4R²/π points per axis.
 */
#ifndef QFP_PLAN_H
#define QFP_PLAN_H

#include <stddef.h>

#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QFP_PLAN_MODES 8

typedef struct qfp_plan {
    int modes;
    int points[QFP_PLAN_MODES];          /* per axis of mode j */
    double extent[QFP_PLAN_MODES];       /* dimensionless box [-L/2, L/2) */
    double radius[QFP_PLAN_MODES];       /* estimated reach of the state */
    double taper_radius[QFP_PLAN_MODES]; /* multipliers fade out beyond it */
    int flow_escapes;                    /* the classical flow leaves every box within the run */
    int underresolved;                   /* the given grid is smaller than the rules ask for */

    double cells;            /* Π n_j² */
    double bytes_state;      /* one array of doubles */
    double bytes_generator;  /* work space of one application */
    double bytes_propagator; /* Krylov basis or series */
    double bytes_output;     /* observables and synthesis */
    double bytes_total;
    double bytes_available; /* memory of this machine */
    int krylov_vectors;
} qfp_plan;

/* Fails with QFP_MEMORY and the arithmetic when the total exceeds the memory of the machine. */
qfp_status qfp_plan_create(const qfp_config *config, qfp_plan *out) QFP_MUST_USE;

/* The same without the refusal, for printing. */
qfp_status qfp_plan_estimate(const qfp_config *config, qfp_plan *out) QFP_MUST_USE;

/* Measured on this machine: seconds of one application, applications per unit of time, and the
 * run's expected seconds.  Allocates what the run would. */
typedef struct qfp_plan_timing {
    double application_seconds, radius, applications, seconds;
    int products, half_transforms;
    double bytes, floor_bytes; /* per application */
} qfp_plan_timing;
qfp_status qfp_plan_measure(const qfp_config *config, const qfp_plan *plan,
                            qfp_plan_timing *out) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
