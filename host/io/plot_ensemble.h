/* plot_ensemble.h - INTERNAL: what a picture shows of a sampled ensemble beside its maps: how
 * outcomes at the last time are distributed, and single trajectories. */
#ifndef QFPI_PLOT_ENSEMBLE_H
#define QFPI_PLOT_ENSEMBLE_H

#include <stdio.h>

#include "io/plot_picture.h"

/* A panel with the marginals of the two rows at the last time, of x or p, whichever spreads more in
 * Q; the share above 0 of each, the Born weight of a branch, is in its name. */
qfp_status qfpi_picture_outcomes(qfp_picture *q, int sampled_row, int exact_row) QFP_MUST_USE;
/* Reads /paths, which must be there. */
qfp_status qfpi_picture_trajectories(qfp_picture *q) QFP_MUST_USE;

/* The end of gnuplot's plot command of a map, and the data that it then expects: the first
 * trajectories up to the time of the map as lines, where more of them are then as dots. */
void qfpi_plot_trajectory_styles(FILE *out, const qfp_picture *q, int row);
void qfpi_plot_trajectories(FILE *out, const qfp_picture *q, int row, size_t index);

#endif
