/* time_mesh.h - real functions of time on a fine mesh, and what the two Gauss points of a step miss of
 * them.
 *
 * A step of a Magnus propagator sees a coefficient f(t) at two points only, and the estimate of its
 * error sees what the step does: a pulse between the points is seen by neither.  The mesh does: f is
 * a cubic between its points, and over a step from t to t + h
 *     ∫f ds,  ∫(s − t − ½h) f ds    stand against    ½h (f₁ + f₂),  (√3/12) h² (f₂ − f₁).
 */
#ifndef QFPI_TIME_MESH_H
#define QFPI_TIME_MESH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

typedef struct qfp_time_mesh {
    size_t points, functions;
    double *time;          /* [points], increasing */
    double *value, *slope; /* [functions][points] */
    double *scale;         /* [functions]: about the norm of the map that the function multiplies */
    double *largest;       /* [functions], of |f| */
} qfp_time_mesh;

/* Takes over `time` [points ≥ 3], increasing, `value` [functions][points] and `scale` [functions], all
 * malloc'ed, also when it fails.  Functions that stay what they are do not count and are dropped. */
qfp_status qfp_time_mesh_create(size_t points, double *time, size_t functions, double *value,
                                double *scale, qfp_time_mesh *out) QFP_MUST_USE;
void qfp_time_mesh_destroy(qfp_time_mesh *mesh);

/* The length of a step from t, at most h, both of whose halves see every function: what they miss,
 * times its scale, is below rate × h, or is the smooth error of their rule, which falls as a step is
 * halved and of which the estimate of the step will tell.  Not below half the distance of two points. */
double qfp_time_mesh_step(const qfp_time_mesh *mesh, double t, double h, double rate);

/* Until when, from t and at most `end`, no function changes. */
double qfp_time_mesh_still(const qfp_time_mesh *mesh, double t, double end);

/* Where function i is smallest (side 0) or largest (1). */
double qfp_time_mesh_extreme(const qfp_time_mesh *mesh, size_t i, int side);

#endif
