/* driven.h - a system that depends on time, for the propagator of a basis (evolve/propagator.h). */
#ifndef QFPI_DRIVEN_H
#define QFPI_DRIVEN_H

#include "evolve/time_mesh.h"
#include "run/equation.h"

/* The mesh of everything in the generator that varies.  radius [modes]: the largest |α| that matters of each
 * mode, by which the size of a term is judged. */
qfp_status qfp_driven_mesh(const qfp_time_course *course, double kappa, const double *radius,
                           qfp_time_mesh *out) QFP_MUST_USE;

/* out = Σ_k weight_k L(t_k) at c = 0, in the theory that is selected. */
qfp_status qfp_driven_generator(const qfp_config *config, int count, const double *t,
                                const double *weight, qfp_polynomial *out) QFP_MUST_USE;

#endif
