/* forward_backward.c - decoupled quadratic Hamiltonians of one mode: positive diffusion runs
 * forward from 0, negative diffusion backward from the last output time T, both by exact steps.
 *
 * The anti-Wick symbol is c α² + c* α*² + d α + d* α*.  With α = α_f + e^{iθ} α', α_f = −d/(2c) and
 * 2θ = −π/2 − arg c it is κ g q'p' + constant, g = 2|c|/κ.  A term α α* couples q' and p'.
 *
 * The marginals of q' and of p' are Q's at every time with each of the three initialisations. Their
 * joint density is Q at every time with `signed` alone: (q'(T), p'(0)) then has the density w, the
 * solution at T of the q'-part of the equation, which is not positive everywhere.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ensemble/gaussian_sum.h"
#include "ensemble/method.h"
#include "ensemble/quadratic_frame.h"

typedef struct forward_backward {
    qfp_method_setting setting;
    qfp_boundary_spec spec;
    qfp_gaussian_term *end, *begin;
    double *decay;
    double rate, final_time;
    double centre[2]; /* (q, p) of α_f */
    qfp_buffer *weights;
} forward_backward;

static qfp_status read_frame(const qfp_config *config, qfp_quadratic_frame *out)
{
    QFP_TRY(qfp_quadratic_frame_read(config, "", out));
    if (out->coupling != 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble.method: forward_backward needs a drift that does not "
                        "couple the two directions of diffusion; the term %.6g |alpha|^2 turns "
                        "one into the other, so neither can be run by itself; `method: guided` "
                        "has no such limit",
                        config->path, out->coupling * config->kappa);
    return QFP_OK;
}

qfp_status qfp_forward_backward_check(const qfp_config *config)
{
    qfp_quadratic_frame ignored;
    qfp_gaussian_sum sum;
    QFP_TRY(qfp_ensemble_refuse_dissipation(config));
    QFP_TRY(read_frame(config, &ignored));
    QFP_TRY(qfp_gaussian_sum_create(config, &sum));
    qfp_gaussian_sum_destroy(&sum);
    return QFP_OK;
}

static void destroy(void *self)
{
    forward_backward *f = self;
    if (f == NULL)
        return;
    f->setting.backend->vector->destroy(f->weights);
    free(f->end);
    free(f->begin);
    free(f->decay);
    free(f);
}

/* Intervals between output times, as the loop over them sees them. */
static qfp_status create_nodes(forward_backward *f)
{
    const qfp_config *config = f->setting.config;
    double t = 0.0;
    QFP_TRY(QFP_ALLOCATE(f->decay, config->time_count, "output times"));
    for (size_t row = 0; row < config->time_count; row++) {
        if (config->times[row] > t)
            f->decay[f->spec.node_count++] = exp(-f->rate * (config->times[row] - t));
        t = config->times[row];
    }
    f->final_time = t;
    f->spec.decay = f->decay;
    return QFP_OK;
}

static qfp_status create_boundary(forward_backward *f)
{
    const qfp_config *config = f->setting.config;
    qfp_initialisation kind = config->ensemble.initialisation;
    double stretch = exp(f->rate * f->final_time);
    qfp_gaussian_sum sum;
    QFP_TRY(qfp_gaussian_sum_create(config, &sum));
    qfp_gaussian_sum_move(&sum, f->centre, f->spec.turn);
    bool joint = kind == QFP_INITIALISATION_SIGNED;
    qfp_status status =
        qfp_gaussian_sum_terms(&sum, stretch, joint ? QFP_PART_BOTH : QFP_PART_Q, &f->end);
    if (status == QFP_OK && !joint)
        status = qfp_gaussian_sum_terms(
            &sum, 1.0, kind == QFP_INITIALISATION_INDEPENDENT ? QFP_PART_P : QFP_PART_BOTH,
            &f->begin);
    f->spec.initialisation = kind == QFP_INITIALISATION_SIGNED        ? QFP_BOUNDARY_SIGNED
                             : kind == QFP_INITIALISATION_CONDITIONAL ? QFP_BOUNDARY_CONDITIONAL
                                                                      : QFP_BOUNDARY_INDEPENDENT;
    f->spec.end = f->end;
    f->spec.begin = f->begin;
    f->spec.end_count = f->spec.begin_count = sum.count;
    qfp_gaussian_sum_destroy(&sum);
    return status;
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    forward_backward *f = self;
    return f->setting.backend->boundary->begin(f->setting.context, set, &f->spec, x, f->weights);
}

/* The steps are exact: the coarse run is the fine one. */
static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    forward_backward *f = self;
    qfp_buffer *const sources[] = {x};
    (void)t;
    (void)h;
    QFP_TRY(f->setting.backend->boundary->advance(f->setting.context, set, &f->spec,
                                                  (size_t)(step / 2), x));
    return f->setting.backend->vector->combine(2 * set->paths, 0.0, coarse, 1,
                                               (const double[]){1.0}, sources);
}

static void describe(const forward_backward *f, qfp_ensemble_object *out)
{
    static const char *const joint[] = {
        "independent boundary values: the marginals along the two directions are Q's at every "
        "time, their joint density is Q only where Q factorises",
        "p(0) drawn given q(0): the joint density is Q at t = 0, later both marginals are Q's and "
        "the joint density is not where the two directions are correlated",
        "signed boundary values: the joint density, with the weights +1 and -1 of the "
        "trajectories, is Q at every time; without the weights it is not"};
    snprintf(
        out->statement, sizeof out->statement,
        "forward-backward diffusion, amplified direction backwards from t = %g, attenuated one "
        "forwards from 0, exact steps; %s",
        f->final_time, joint[f->setting.config->ensemble.initialisation]);
}

qfp_status qfp_forward_backward_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    forward_backward *f = NULL;
    qfp_quadratic_frame h;
    qfp_status status;
    QFP_TRY(read_frame(setting->config, &h));
    QFP_TRY(QFP_ALLOCATE(f, 1, "a forward-backward ensemble"));
    f->setting = *setting;
    f->rate = h.rate;
    f->spec.turn[0] = h.turn[0];
    f->spec.turn[1] = h.turn[1];
    /* where the drift vanishes, in the turned frame and then in that of α */
    double q = -h.force[0] / h.rate, p = h.force[1] / h.rate;
    f->centre[0] = h.turn[0] * q - h.turn[1] * p;
    f->centre[1] = h.turn[1] * q + h.turn[0] * p;
    for (int i = 0; i < 2; i++)
        f->spec.centre[i] = sqrt(0.5) * f->centre[i];
    QFP_TRY_GOTO(create_nodes(f));
    QFP_TRY_GOTO(create_boundary(f));
    QFP_TRY_GOTO(
        setting->backend->vector->create(setting->context, setting->share->paths, &f->weights));
    bool weighted = setting->config->ensemble.initialisation == QFP_INITIALISATION_SIGNED;
    *out = (qfp_ensemble_object){.self = f,
                                 .coordinates = 1,
                                 .ordering = 1.0,
                                 .histogram = true,
                                 .exact_steps = true,
                                 .effort = "exact steps",
                                 .weights = weighted ? f->weights : NULL,
                                 .draw = draw,
                                 .advance = advance,
                                 .destroy = destroy};
    describe(f, out);
done:
    if (status != QFP_OK)
        destroy(f);
    return status;
}
