/* figures.h - INTERNAL: the figures of an estimate, as columns of /observables: NAME, NAME_stderr,
 * NAME_step_error and NAME_exact. */
#ifndef QFPI_ENSEMBLE_FIGURES_H
#define QFPI_ENSEMBLE_FIGURES_H

#include "algebra/observable.h"

enum { QFP_FIGURES = 4, QFP_FIGURES_WITHOUT_EXACT = 3 };

void qfp_figures_describe(const qfp_quantity *mean, qfp_quantity figures[QFP_FIGURES]);

#endif
