/* conserved.h - weighted numbers of quanta W = Σ_j w_j n_j that an evolution keeps. */
#ifndef QFPI_CONSERVED_H
#define QFPI_CONSERVED_H

#include <stdbool.h>

#include "qfp/limits.h"

/* weight [QFP_MAX_MODES] ← the smallest weights up to 3 of as many modes as possible, two at least, of which keeps(data, weight)
 * is true; all 0 where there are none. */
void qfp_conserved_weights(int modes, bool (*keeps)(const void *data, const int *weight),
                           const void *data, int *weight);

/* How many of the states of a box of `levels` have W ≤ most: all with weights 0. */
double qfp_conserved_states(int modes, const int *levels, const int *weight, int most);

/* Above it no W is looked at. */
#define QFP_MOST_CONSERVED 20000

#endif
