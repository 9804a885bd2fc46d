/* fourier_plan.h - grid, memory and time of a run in the Fourier basis, by the rules
 * of qfp/plan.h. */
#ifndef QFPI_FOURIER_PLAN_H
#define QFPI_FOURIER_PLAN_H

#include "qfp/plan.h"
#include "run/equation.h"

/* plan and measure of run/basis.h */
qfp_status qfp_fourier_plan(const qfp_config *config, const qfp_equation *equation,
                            qfp_plan *plan) QFP_MUST_USE;
qfp_status qfp_fourier_measure(const qfp_config *config, const qfp_equation *equation,
                               qfp_plan *plan, qfp_plan_timing *out) QFP_MUST_USE;

/* "64² × 64²" */
void qfp_grid_describe(const qfp_plan *plan, char *text, size_t size);

#endif
