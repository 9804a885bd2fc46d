/* unbalanced.h - what watches a theory that is ill-posed as an initial-value problem and was
 * accepted all the same (theory.accept_unbalanced), in every basis.
 *
 * Two observables and two limits:
 *   norm_u = ‖u(t)‖/‖u(0)‖          a balanced theory at its ordering keeps it at 1
 *   growth = ⟨u, Lu⟩/⟨u, u⟩ = d ln‖u‖/dt
 *   ‖u‖ > 2 ‖u(0)‖ stops: whatever a norm-conserving evolution makes of the same initial state is
 *     then at least ‖u(0)‖ away, an error of 100 %.
 *   min Q < −0.1 max Q at two output times in a row stops: negative lobes of a tenth of the peak
 *     that stay are no ripple, and Q is no longer a density of anything.
 */
#ifndef QFPI_UNBALANCED_H
#define QFPI_UNBALANCED_H

#include "evolve/linear_map.h"
#include "run/equation.h"

#define QFP_UNBALANCED_NORM 2.0
#define QFP_UNBALANCED_NEGATIVE 0.1

typedef struct qfp_unbalanced {
    bool active;    /* false: a balanced theory, nothing is watched */
    double initial; /* ‖u(0)‖², in the units of the later calls */
    /* a checkpoint holds both: */
    double negative_in_a_row; /* output times at which Q was too negative */
    double last_output;       /* the last that was looked at; −1 before the first */
    char warning[1024];       /* the sentence for the end of the run */
} qfp_unbalanced;

/* Starts the watch over a run whose initial ‖u‖² is `initial`; inactive for a balanced theory. */
qfp_status qfp_unbalanced_begin(const qfp_equation *equation, const qfp_config *config,
                                double initial, qfp_unbalanced *out) QFP_MUST_USE;

/* QFP_GROWTH once ‖u‖ has doubled. */
qfp_status qfp_unbalanced_check_norm(const qfp_unbalanced *watch, double t,
                                     double squared) QFP_MUST_USE;
/* At every output time, which counts once; QFP_GROWTH when Q stays negative. */
qfp_status qfp_unbalanced_check_husimi(qfp_unbalanced *watch, double t, double min_q,
                                       double max_q) QFP_MUST_USE;

/* values[0] = norm_u, values[1] = growth; `squared` is ‖u‖², `scratch` holds L u afterwards. */
enum { QFP_UNBALANCED_OBSERVABLES = 2 };
extern const char *const qfp_unbalanced_names[QFP_UNBALANCED_OBSERVABLES];
qfp_status qfp_unbalanced_observe(const qfp_unbalanced *watch, double squared, qfp_linear_map *map,
                                  qfp_buffer *u, qfp_buffer *scratch, double *values) QFP_MUST_USE;

#endif
