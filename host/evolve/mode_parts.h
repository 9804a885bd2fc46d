/* mode_parts.h - INTERNAL to evolve: the terms of one mode's planes, sorted by their spectators. */
#ifndef QFPI_MODE_PARTS_H
#define QFPI_MODE_PARTS_H

#include "evolve/generator_parts.h"

/* The mode of all derivatives of a term of the real form, -1 where there are several or none. */
int qfpi_mode_of_derivatives(const qfp_term *term, int modes);

/* Σ spectator × operator of mode `mode` with as few products as possible.  The terms of `form` hold
 * derivatives of this mode only.  What has no spectator is one part, the first. */
qfp_status qfpi_mode_parts_create(const qfp_polynomial *form, int modes, int mode, bool symmetrised,
                                  qfp_mode_parts *out) QFP_MUST_USE;
void qfpi_mode_parts_destroy(qfp_mode_parts *parts);

#endif
