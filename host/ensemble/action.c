/* action.c - paths between mixed boundary data: p(0) and q(T) are given in the eigenframe of the
 * diffusion, and the density of paths is e^{−S} of kernels/shared/action_cell.h.  One chain per
 * trajectory; every chain gives one path, so that trajectories are independent.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ensemble/method.h"
#include "ensemble/quadratic_frame.h"

typedef struct action {
    qfp_method_setting setting;
    qfp_action_spec spec;
    size_t node_count;
    size_t *slices; /* of t = 0 and of every later output time */
    double *states; /* [node_count][Re α, Im α][paths] */
} action;

static void destroy(void *self)
{
    action *a = self;
    if (a == NULL)
        return;
    free(a->slices);
    free(a->states);
    free(a);
}

static qfp_status check_frame(const qfp_config *config, qfp_quadratic_frame *out)
{
    QFP_TRY(qfp_quadratic_frame_read(config, "action", out));
    if (out->rate <= 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble.method: action needs diffusion, a term with a^2; here there "
                        "is none",
                        config->path);
    double last = config->times[config->time_count - 1];
    if (!(last > 0.0))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: output.times: action needs a last time above 0, where q is given",
                        config->path);
    for (size_t row = 0; row < config->time_count; row++) {
        double slice = config->times[row] / last * config->ensemble.slices;
        if (fabs(slice - round(slice)) > 1e-6)
            return QFP_FAIL(QFP_CONFIG,
                            "%s: output.times: t = %.6g lies between two of the %d slices of "
                            "[0, %.6g]; change ensemble.slices",
                            config->path, config->times[row], config->ensemble.slices, last);
    }
    return QFP_OK;
}

qfp_status qfp_action_check(const qfp_config *config)
{
    qfp_quadratic_frame ignored;
    return check_frame(config, &ignored);
}

static qfp_status create_nodes(action *a)
{
    const qfp_config *config = a->setting.config;
    double t = 0.0;
    QFP_TRY(QFP_ALLOCATE(a->slices, config->time_count + 1, "output times"));
    a->slices[a->node_count++] = 0;
    for (size_t row = 0; row < config->time_count; row++) {
        if (config->times[row] > t)
            a->slices[a->node_count++] =
                (size_t)llround(config->times[row] / a->spec.duration * config->ensemble.slices);
        t = config->times[row];
    }
    return QFP_ALLOCATE(a->states, 2 * a->node_count * (size_t)config->ensemble.paths,
                        "paths at the output times");
}

static qfp_status load(const action *a, const qfp_path_set *set, size_t node, qfp_buffer *x)
{
    return a->setting.buffers->upload(x, 0, 2 * set->paths, a->states + 2 * node * set->paths);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    return load(self, set, 0, x);
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    (void)t;
    (void)h;
    QFP_TRY(load(self, set, (size_t)(step / 2) + 1, x));
    return load(self, set, (size_t)(step / 2) + 1, coarse);
}

static void describe(const action *a, double coupling, double acceptance, qfp_ensemble_object *out)
{
    snprintf(out->statement, sizeof out->statement,
             "path measure of the time-symmetric action for the mixed boundary data p(0) = %.6g "
             "and q(T) = %.6g, %zu slices, acceptance %.3f; %s; no quantum state belongs to these "
             "figures, the error of the slices is not estimated",
             a->spec.begin, a->spec.end, a->spec.slices, acceptance,
             coupling != 0.0 ? "drift couples q and p: this is the mixed-boundary measure, its "
                               "density at one time is not Q(t)"
                             : "drift does not couple q and p: mixed over boundary data it is "
                               "forward-backward diffusion");
}

static qfp_status run_chains(action *a, double *acceptance)
{
    const qfp_path_set set = {.paths = (size_t)a->setting.config->ensemble.paths,
                              .coordinates = 1,
                              .seed = a->setting.config->ensemble.seed};
    QFP_TRY(create_nodes(a));
    return a->setting.backend->action_run(a->setting.context, &set, &a->spec, a->node_count,
                                          a->slices, a->states, acceptance);
}

qfp_status qfp_action_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    const qfp_config *config = setting->config;
    const qfp_ensemble_settings *e = &config->ensemble;
    action *a = NULL;
    qfp_quadratic_frame f;
    double acceptance = 0.0;
    QFP_TRY(check_frame(config, &f));
    QFP_TRY(QFP_ALLOCATE(a, 1, "chains of paths"));
    a->setting = *setting;
    a->spec = (qfp_action_spec){
        .drift = {{-f.rate, -f.coupling, f.force[1]}, {f.coupling, f.rate, f.force[0]}},
        .rate = f.rate,
        .duration = config->times[config->time_count - 1],
        .begin = e->begin,
        .end = e->end,
        .slices = (size_t)e->slices,
        .sweeps = (size_t)e->sweeps,
        .virtual_step = e->virtual_step,
        .turn = {f.turn[0], f.turn[1]}};
    qfp_status status = run_chains(a, &acceptance);
    if (status != QFP_OK) {
        destroy(a);
        return status;
    }
    *out = (qfp_ensemble_object){.self = a,
                                 .method = "action",
                                 .coordinates = 1,
                                 .ordering = 1.0,
                                 .exact_steps = true,
                                 .has_no_state = true,
                                 .draw = draw,
                                 .advance = advance,
                                 .destroy = destroy};
    describe(a, f.coupling, acceptance, out);
    return QFP_OK;
}
