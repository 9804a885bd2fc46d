/* reach.h - how far a state will travel: the grid is sized before anything is evolved.
 *
 * Points on the contour where the Wigner function of every initial piece has fallen to `level`
 * follow the classical flow of the Weyl symbol over the run; their largest radius in each mode's
 * plane is what the grid must hold.  Exact for quadratic H, an estimate otherwise: the edge
 * monitors of the run have the last word.
 *
 * A classical flow keeps what is inside the contour inside, a quantum one does not: where a part of
 * the state goes round an orbit of its own, its Wigner function has tails as wide as a packet
 * there. So points further inside are followed too, and carry the width they were moved inwards by;
 * that changes nothing where the flow is linear and does not contract.
 *
 * Dissipation adds its drift to the flow, and its noise pushes points on: W falls like e^{−∫½w²} with the push w
 * that it takes.  What depends on time is followed in parts of the run.
 *
 * The work is bounded, some 10^6 values of the flow whatever the system: where all directions of the contours would take more, every
 * third is followed, then fewer, and no point for more steps than its share.
 */
#ifndef QFPI_REACH_H
#define QFPI_REACH_H

#include "io/config.h"

typedef struct qfp_reach {
    double of[2 * QFP_MAX_MODES]; /* per axis Q_1…Q_N, P_1…P_N: largest magnitude seen */
    double low[2 * QFP_MAX_MODES],
        high[2 * QFP_MAX_MODES]; /* least and largest value, where nothing escapes */
    bool escapes;                /* a trajectory ran away: the flow is unbounded within the run */
    double escape_time;          /* when the first one did; the end of the run where none does */
    double evaluations;          /* of the flow, made for it now: none where it is remembered */
} qfp_reach;

qfp_status qfp_reach_estimate(const qfp_config *config, double level, qfp_reach *out) QFP_MUST_USE;
/* The same of several levels, out [count], with the flow made once. */
qfp_status qfp_reach_estimate_each(const qfp_config *config, size_t count, const double *levels,
                                   qfp_reach *out) QFP_MUST_USE;
/* The same of one level, every point being followed for so many steps at most: beyond them nothing is seen. */
qfp_status qfp_reach_within(const qfp_config *config, double level, int steps,
                            qfp_reach *out) QFP_MUST_USE;

#endif
