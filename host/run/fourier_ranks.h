/* fourier_ranks.h - INTERNAL: what several ranks take of a run in the Fourier basis, by the division of kernels/distributed.
 *
 * R ranks have slabs of Q_1, of which the largest holds ⌈U/R⌉ of U units; with w ranks that have any, one sends
 *     bytes = transpositions × (1 − 1/w) × its part of u      in an application, in k (w − 1) messages each,
 * k pieces (qfp_slab_pieces), and two sums of w numbers go round, log_2 w messages each.  Its own work is that of its
 * part; while a transposition lasts E seconds the transform of what has come goes on, C seconds that read and write
 * a part of u once, so that (1 − 1/k) min(E, C) of it takes no time.
 */
#ifndef QFPI_FOURIER_RANKS_H
#define QFPI_FOURIER_RANKS_H

#include "core/ranks.h"
#include "io/config.h"
#include "qfp/plan.h"

/* plan->ranks and working; the share of the grid that the rank with the most of it has. */
double qfpi_fourier_share(const qfp_config *config, qfp_plan *plan);

/* Bytes that a rank has beside its part of the arrays, for arrays on their way; `real`: of a number. */
double qfpi_fourier_exchanged_bytes(const qfp_plan *plan, double real, double share);

/* What was measured on these ranks, `done` applications with `traffic` and out->application_seconds, both of the
 * run's size, becomes what it is on those of the plan: application_seconds, bytes_sent, exchange_seconds. */
void qfpi_fourier_time_ranks(const qfp_config *config, const qfp_plan *plan,
                             const qfpi_traffic *traffic, qfp_plan_timing *out);

#endif
