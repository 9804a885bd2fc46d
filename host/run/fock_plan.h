/* fock_plan.h - levels and memory of a run in the Fock basis.
 *
 * A mode gets the levels that the initial state needs (amplitude outside: a tolerance), or
 * those that the classical flow of its contour asks for, n = R²/2 with R its reach, whichever is
 * more; but no more than all quanta of the modes it exchanges them with, when H keeps their total.  Where its number is
 * known to stay above a level, the window of levels begins there (fock_window.h).
 *
 * Of an exact equation that never raises a weighted total of several modes (fock_total.h) only the states
 * up to a total are kept beyond which the initial state has nothing that counts.
 */
#ifndef QFPI_FOCK_PLAN_H
#define QFPI_FOCK_PLAN_H

#include "qfp/plan.h"
#include "run/equation.h"

/* plan and measure of run/basis.h: levels, dimension, bytes and krylov_vectors; given levels
 * stay. */
qfp_status qfp_fock_plan(const qfp_config *config, const qfp_equation *equation,
                         qfp_plan *plan) QFP_MUST_USE;
qfp_status qfp_fock_measure(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                            qfp_plan_timing *out) QFP_MUST_USE;

/* What these levels take, plan->first being the lowest. */
void qfp_fock_plan_size(const qfp_config *config, const int *levels, qfp_plan *plan);

/* "24 × 24", "24 × 370 (from 720)"; first NULL: from the vacuum. */
void qfp_levels_describe(int modes, const int *levels, const int *first, char *text, size_t size);

/* Did the configuration leave the levels open? */
bool qfp_fock_plan_is_free(const qfp_config *config);

#endif
