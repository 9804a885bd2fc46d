/* flow_choice.h - INTERNAL to the plan of the Fourier basis: an exact flow, or steps of the generator. */
#ifndef QFPI_FLOW_CHOICE_H
#define QFPI_FLOW_CHOICE_H

#include <stdbool.h>

#include "io/config.h"
#include "qfp/plan.h"
#include "run/equation.h"

/* A flow needs the eigenvectors of H, D³, and a wider grid, whose frames take longer; Krylov as many applications as
 * the spectral radius asks for.  True where the flow is expected to take less than half of the time. */
qfp_status qfp_flow_is_cheaper(const qfp_config *config, const qfp_equation *equation,
                               const qfp_plan *steps, const qfp_plan *flow, bool *out) QFP_MUST_USE;

#endif
