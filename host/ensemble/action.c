/* action.c - paths between mixed boundary data: x(0) of the variable that diffuses forwards and
 * y(T) of the one that diffuses backwards are given, and the density of paths is e^{−S} of
 * kernels/shared/action_cell.h.  Quadratic Hamiltonians: x = p, y = q of the eigenframe of the
 * diffusion.  Kerr: x, y of ensemble/kerr_frame.h.
 *
 * One chain per trajectory; every chain gives one path, so that trajectories are independent.  A
 * second run on half the slices sees the same noise: what it moves is the error of the slices.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ensemble/kerr_frame.h"
#include "ensemble/method.h"
#include "ensemble/quadratic_frame.h"

typedef struct action {
    qfp_method_setting setting;
    qfp_action_spec spec;
    size_t node_count;
    size_t *slices;    /* of t = 0 and of every later output time, in pairs of slices */
    double *states[2]; /* fine, coarse: [node_count][Re α, Im α][paths] */
} action;

static void destroy(void *self)
{
    action *a = self;
    if (a == NULL)
        return;
    free(a->slices);
    free(a->states[0]);
    free(a->states[1]);
    free(a);
}

static qfp_status check_times(const qfp_config *config)
{
    double last = config->times[config->time_count - 1];
    if (!(last > 0.0))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: output.times: action needs a last time above 0, where the variable "
                        "that diffuses backwards is given",
                        config->path);
    for (size_t row = 0; row < config->time_count; row++) {
        double pair = config->times[row] / last * (config->ensemble.slices / 2);
        if (fabs(pair - round(pair)) > 1e-6)
            return QFP_FAIL(QFP_CONFIG,
                            "%s: output.times: t = %.6g is no end of a pair of the %d slices of "
                            "[0, %.6g]; change ensemble.slices",
                            config->path, config->times[row], config->ensemble.slices, last);
    }
    return QFP_OK;
}

/* Drift, rate and the way back to α; *couples: the density at one time is not Q(t). */
static qfp_status read_frame(const qfp_config *config, qfp_action_spec *spec, bool *couples)
{
    qfp_kerr_frame kerr;
    qfp_quadratic_frame f;
    QFP_TRY(check_times(config));
    QFP_TRY(qfp_kerr_frame_read(config, &kerr, couples));
    if (*couples) {
        *spec = (qfp_action_spec){.kind = QFP_ACTION_KERR,
                                  .frequency = kerr.frequency,
                                  .strength = kerr.strength,
                                  .rate = 0.5 * kerr.strength,
                                  .turn = {kerr.sign, 0.0}};
        return QFP_OK;
    }
    QFP_TRY(qfp_quadratic_frame_read(config, ", and Kerr (w*n + U/2*ad^2*a^2) in ln a", &f));
    if (f.rate <= 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble.method: action needs diffusion, a term with a^2; here there "
                        "is none",
                        config->path);
    *couples = f.coupling != 0.0;
    *spec = (qfp_action_spec){
        .kind = QFP_ACTION_LINEAR,
        .drift = {{-f.rate, -f.coupling, f.force[1]}, {f.coupling, f.rate, f.force[0]}},
        .rate = f.rate,
        .turn = {f.turn[0], f.turn[1]}};
    return QFP_OK;
}

qfp_status qfp_action_check(const qfp_config *config)
{
    qfp_action_spec ignored;
    bool couples;
    return read_frame(config, &ignored, &couples);
}

static qfp_status create_nodes(action *a)
{
    const qfp_config *config = a->setting.config;
    double t = 0.0;
    QFP_TRY(QFP_ALLOCATE(a->slices, config->time_count + 1, "output times"));
    a->slices[a->node_count++] = 0;
    for (size_t row = 0; row < config->time_count; row++) {
        if (config->times[row] > t)
            a->slices[a->node_count++] = (size_t)llround(config->times[row] / a->spec.duration *
                                                         (config->ensemble.slices / 2));
        t = config->times[row];
    }
    for (int run = 0; run < 2; run++)
        QFP_TRY(QFP_ALLOCATE(a->states[run], 2 * a->node_count * (size_t)config->ensemble.paths,
                             "paths at the output times"));
    return QFP_OK;
}

static qfp_status load(const action *a, int run, const qfp_path_set *set, size_t node,
                       qfp_buffer *x)
{
    return a->setting.backend->vector->upload(x, 0, 2 * set->paths,
                                              a->states[run] + 2 * node * set->paths);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    return load(self, 0, set, 0, x);
}

static qfp_status draw_coarse(void *self, const qfp_path_set *set, qfp_buffer *coarse)
{
    return load(self, 1, set, 0, coarse);
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    size_t node = (size_t)(step / 2) + 1;
    (void)t;
    (void)h;
    QFP_TRY(load(self, 0, set, node, x));
    return load(self, 1, set, node, coarse);
}

static void describe(const action *a, bool couples, double acceptance, qfp_ensemble_object *out)
{
    bool kerr = a->spec.kind == QFP_ACTION_KERR;
    snprintf(out->statement, sizeof out->statement,
             "time-symmetric action, %s(0) = %.6g, %s(T) = %.6g%s, %zu slices, acceptance %.3f; "
             "no quantum state belongs to these figures; %s",
             kerr ? "x" : "p", a->spec.begin, kerr ? "y" : "q", a->spec.end,
             kerr ? ", ln a = (x + y)/sqrt2 + i (x - y)/sqrt2 (U < 0: - i)" : "", a->spec.slices,
             acceptance,
             couples ? "drift couples both: this is the mixed-boundary measure, its density at one "
                       "time is not Q(t)"
                     : "drift does not couple q and p: mixed over boundary data it is "
                       "forward-backward diffusion");
}

/* The run on all slices, and the one on half of them. */
static qfp_status run_chains(action *a, double *acceptance)
{
    const qfp_path_set set = {.paths = (size_t)a->setting.config->ensemble.paths,
                              .coordinates = 1,
                              .seed = a->setting.config->ensemble.seed};
    qfp_action_spec coarse = a->spec;
    double ignored;
    QFP_TRY(create_nodes(a));
    coarse.slices /= 2;
    coarse.merge = 2;
    QFP_TRY(a->setting.backend->action->run(a->setting.context, &set, &coarse, a->node_count,
                                            a->slices, a->states[1], &ignored));
    for (size_t node = 0; node < a->node_count; node++)
        a->slices[node] *= 2;
    return a->setting.backend->action->run(a->setting.context, &set, &a->spec, a->node_count,
                                           a->slices, a->states[0], acceptance);
}

qfp_status qfp_action_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    const qfp_config *config = setting->config;
    const qfp_ensemble_settings *e = &config->ensemble;
    action *a = NULL;
    double acceptance = 0.0;
    bool couples;
    QFP_TRY(QFP_ALLOCATE(a, 1, "chains of paths"));
    a->setting = *setting;
    qfp_status status = read_frame(config, &a->spec, &couples);
    a->spec.duration = config->times[config->time_count - 1];
    a->spec.begin = e->begin;
    a->spec.end = e->end;
    a->spec.slices = (size_t)e->slices;
    a->spec.sweeps = (size_t)e->sweeps;
    a->spec.merge = 1;
    a->spec.virtual_step = e->virtual_step;
    if (status == QFP_OK)
        status = run_chains(a, &acceptance);
    if (status != QFP_OK) {
        destroy(a);
        return status;
    }
    *out = (qfp_ensemble_object){.self = a,
                                 .coordinates = 1,
                                 .ordering = 1.0,
                                 .exact_steps = true,
                                 .has_no_state = true,
                                 .draw = draw,
                                 .draw_coarse = draw_coarse,
                                 .advance = advance,
                                 .destroy = destroy};
    snprintf(out->effort, sizeof out->effort, "%zu slices and %zu sweeps", a->spec.slices,
             a->spec.sweeps);
    describe(a, couples, acceptance, out);
    return QFP_OK;
}
