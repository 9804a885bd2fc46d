/* fourier_box.h - can the initial state stand on a grid? */
#ifndef QFPI_FOURIER_BOX_H
#define QFPI_FOURIER_BOX_H

#include "io/config.h"
#include "state/phase_grid.h"

/* QFP_RESOLUTION, before anything is computed, when
 *   - the parts of a superposition nearly cancel, so that a sum of dyads is rounding to a large part;
 *   - a piece lies beyond the box: one that is cut by its edge is seen there, but one whose centre, or the ring of
 *     whose quanta, is outside leaves no trace on the grid.  The sentence names it and how far it reaches.  Of states
 *     in files nothing is asked: how much of one the grid holds is known by its norm. */
qfp_status qfp_fourier_box_check(const qfp_config *config, const qfp_phase_grid *grid) QFP_MUST_USE;

#endif
