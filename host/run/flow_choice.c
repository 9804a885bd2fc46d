#include "run/flow_choice.h"

#include <math.h>

#include "evolve/mode_flow.h"
#include "run/fourier_trial.h"

/* Seconds on one core of 2020's machines: of an application, of a frame with its figures, one by steps and one by flow with its
 * witness, and of a start, per cell; of an operation of a product of matrices.  Measured on dimers of 5e4 to 5e6 cells. */
#define APPLICATION 1.1e-7
#define FRAME_BY_STEPS 5e-7
#define FRAME_BY_FLOW 8e-7
#define START 3e-7
#define OPERATION 3e-11
#define MARGIN 1.2  /* the larger grid takes its memory too */
enum { STEPS = 2 }; /* of a run by flow, beside its frames */

qfp_status qfp_flow_is_cheaper(const qfp_config *config, const qfp_equation *equation,
                               const qfp_plan *steps, const qfp_plan *flow, bool *out)
{
    double frames = (double)config->time_count, duration = config->times[config->time_count - 1];
    double radius, moves = STEPS + 2.0 * frames; /* the witness moves too */
    QFP_TRY(qfp_fourier_radius(config, equation, steps, &radius));
    double by_steps =
        steps->cells * (START + APPLICATION * qfp_fourier_unitary_applications(radius * duration) +
                        FRAME_BY_STEPS * frames);
    double by_flow = OPERATION * (moves * qfp_mode_flow_flops(flow->modes, flow->points) +
                                  qfp_mode_flow_setup_flops(flow->modes, flow->points)) +
                     flow->cells * (START + FRAME_BY_FLOW * frames + APPLICATION * STEPS);
    *out = MARGIN * by_flow < by_steps;
    return QFP_OK;
}
