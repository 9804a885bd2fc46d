/* window.h - how much of Q the output window holds. */
#ifndef QFPI_WINDOW_H
#define QFPI_WINDOW_H

#include "run/solution.h"

typedef struct qfp_window_watch {
    double least; /* the smallest share of a mode's Q so far; 1 at the start */
    double mode;  /* whose, from 1 */
    double time;
} qfp_window_watch;

void qfp_window_begin(qfp_window_watch *w);

/* The marginal of a mode, from 0, at time t.  What points far apart
 * may miss counts as held. */
void qfp_window_note(qfp_window_watch *w, const qfp_config *config, int mode,
                     const double *marginal, double t);

/* Adds a sentence to `text` when less than 99.9 % was held. */
void qfp_window_append(const qfp_window_watch *w, const qfp_config *config, char *text,
                       size_t size);

#endif
