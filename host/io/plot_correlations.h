/* plot_correlations.h - INTERNAL: panels of a two-time correlation and its spectrum. */
#ifndef QFPI_PLOT_CORRELATIONS_H
#define QFPI_PLOT_CORRELATIONS_H

#include "io/plot_picture.h"

/* Whether the file has any. */
bool qfpi_picture_has_correlations(const qfp_picture *q);

/* ⟨A(t + τ) B(t)⟩ against τ and, where there is one, S(ω): those of the first correlation that the run came
 * to, in two panels. */
qfp_status qfpi_picture_correlations(qfp_picture *q) QFP_MUST_USE;

#endif
