#include "run/flow_choice.h"

#include <math.h>

#include "evolve/mode_flow.h"
#include "run/fourier_trial.h"

/* Seconds on one core of 2020's machines: of an application and of a frame with its figures, per cell; of an operation of a
 * product of matrices. */
#define APPLICATION 6e-8
#define FRAME 1e-6
#define OPERATION 1.5e-10
#define MARGIN 2.0
enum { STEPS = 2 }; /* of a run by flow, beside its frames */

qfp_status qfp_flow_is_cheaper(const qfp_config *config, const qfp_equation *equation,
                               const qfp_plan *steps, const qfp_plan *flow, bool *out)
{
    double frames = (double)config->time_count, duration = config->times[config->time_count - 1];
    double radius, moves = STEPS + 2.0 * frames; /* the witness moves too */
    QFP_TRY(qfp_fourier_radius(config, equation, steps, &radius));
    double by_steps =
        steps->cells * (APPLICATION * fmax(4.0, radius * duration / 0.6) + FRAME * frames);
    double by_flow = OPERATION * (moves * qfp_mode_flow_flops(flow->modes, flow->points) +
                                  qfp_mode_flow_setup_flops(flow->modes, flow->points)) +
                     FRAME * flow->cells * (frames + 0.5 * STEPS);
    *out = MARGIN * by_flow < by_steps;
    return QFP_OK;
}
