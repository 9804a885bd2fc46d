/* levels.h - INTERNAL to reference: how many levels are kept, and the most of a conserved number. */
#ifndef QFPI_LEVELS_H
#define QFPI_LEVELS_H

#include "reference/reference_object.h"

/* Everything that depends on the levels, at t = 0; also of reference.c. */
qfp_status qfp_reference_build(qfp_reference *r) QFP_MUST_USE;
/* The same for levels that became more, with the state where it is as a beginning: of a constant H without
 * dissipation. */
qfp_status qfp_reference_widen(qfp_reference *r) QFP_MUST_USE;

/* Those of the configuration or, where they are left out, raised until what leaves them over its times is within
 * the accuracy; built, at t = 0. */
qfp_status qfp_reference_choose_levels(qfp_reference *r) QFP_MUST_USE;

#endif
