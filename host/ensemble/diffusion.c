/* diffusion.c - trajectories of Q where its equation is an ordinary diffusion.
 *
 * The traceless part of D has eigenvalues of both signs, dissipation adds a positive part; where their sum is
 * positive over the region of the state, dα = f dt + dζ is an Ito equation and its density is Q(t), without a
 * guide and without doubled variables.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "algebra/lindblad.h"
#include "ensemble/method.h"
#include "io/config_time.h"

#define ROUNDING 1e-12 /* of the largest coefficient */

typedef struct diffusion {
    qfp_method_setting setting;
    qfp_diffusion *flow;
} diffusion;

/* L of the configured system at c = 0. */
static qfp_status generator_of(const qfp_config *config, qfp_polynomial *out)
{
    const double start = 0.0, once = 1.0;
    qfp_lindblad l;
    qfp_status status = qfp_config_lindblad(config, 1, &start, &once, &l);
    if (status == QFP_OK)
        status = qfp_lindblad_generator(&l, &config->theory, out);
    qfp_lindblad_destroy(&l);
    qfp_polynomial_clean(out, ROUNDING);
    return status;
}

qfp_status qfp_diffusion_check(const qfp_config *config)
{
    qfp_polynomial generator;
    qfp_polynomial_init(&generator, 4 * config->modes);
    qfp_status status = generator_of(config, &generator);
    int order = qfp_polynomial_degree(&generator, 0, 2 * config->modes);
    if (status == QFP_OK && config->channel_count == 0)
        status = QFP_FAIL(
            QFP_UNSUPPORTED,
            "%s: ensemble.method: diffusion needs dissipation that is as strong as the "
            "Hamiltonian's own diffusion, whose matrix D is traceless; take method: guided",
            config->path);
    else if (status == QFP_OK && order > 2)
        status =
            QFP_FAIL(QFP_UNSUPPORTED,
                     "%s: ensemble.method: diffusion needs an equation of Q of second order, and "
                     "this one is of order %d; qfp run takes it",
                     config->path, order);
    qfp_polynomial_destroy(&generator);
    return status;
}

/* f_i = −(what is behind ∂_i); g_ij behind ∂_i∂̄_j; m_ij behind ∂_i∂_j, twice that on the diagonal. */
static qfp_status list_polynomials(const qfp_config *config, qfp_path_polynomial *list)
{
    int n = config->modes;
    qfp_polynomial generator, p;
    qfp_polynomial_init(&generator, 4 * n);
    qfp_polynomial_init(&p, 2 * n);
    qfp_status status;
    QFP_TRY_GOTO(generator_of(config, &generator));
    for (int i = 0; i < n; i++) {
        QFP_TRY_GOTO(qfp_generator_behind(&generator, i, -1, &p));
        QFP_TRY_GOTO(qfp_ensemble_terms(&p, n, -1.0, &list[i]));
        for (int j = 0; j < n; j++) {
            QFP_TRY_GOTO(qfp_generator_behind(&generator, i, n + j, &p));
            QFP_TRY_GOTO(qfp_ensemble_terms(&p, n, 1.0, &list[n + i * n + j]));
            QFP_TRY_GOTO(qfp_generator_behind(&generator, i, j, &p));
            QFP_TRY_GOTO(
                qfp_ensemble_terms(&p, n, i == j ? 2.0 : 1.0, &list[n + n * n + i * n + j]));
        }
    }
done:
    qfp_polynomial_destroy(&generator);
    qfp_polynomial_destroy(&p);
    return status;
}

static void destroy(void *self)
{
    diffusion *d = self;
    if (d == NULL)
        return;
    d->setting.backend->diffusion->destroy(d->flow);
    free(d);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    diffusion *d = self;
    qfp_reference_kets kets;
    qfp_reference_state(d->setting.reference, &kets);
    return d->setting.backend->paths->draw(d->setting.context, set, d->setting.config->modes,
                                           kets.levels, kets.count, kets.weight,
                                           (const double *)kets.ket, x);
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    diffusion *d = self;
    const qfp_path_step steps[3] = {{h, step, 1, 0}, {h, step + 1, 1, 0}, {2.0 * h, step, 2, 0}};
    size_t lost[3];
    for (int k = 0; k < 3; k++)
        QFP_TRY(d->setting.backend->diffusion->advance(d->flow, set, &steps[k], k < 2 ? x : coarse,
                                                       &lost[k]));
    QFP_TRY(qfp_share_count(3, lost));
    for (int k = 0; k < 3; k++)
        if (lost[k] > 0)
            return QFP_FAIL(
                QFP_UNBALANCED,
                "t = %.6g: %zu of %zu trajectories are where D has a negative eigenvalue: "
                "there Q is no ordinary diffusion; stronger loss, a weaker nonlinearity or "
                "a smaller state would do, or method: truncated_wigner, positive_p, or "
                "qfp run",
                t, lost[k], d->setting.share->batches.paths);
    return QFP_OK;
}

qfp_status qfp_diffusion_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    int n = setting->config->modes, count = n + 2 * n * n;
    qfp_path_polynomial list[QFP_MAX_MODES * (1 + 2 * QFP_MAX_MODES)] = {{0}};
    diffusion *d = NULL;
    QFP_TRY(QFP_ALLOCATE(d, 1, "a diffusion"));
    d->setting = *setting;
    qfp_status status = list_polynomials(setting->config, list);
    if (status == QFP_OK)
        status = setting->backend->diffusion->create(setting->context, n, list, &d->flow);
    for (int k = 0; k < count; k++)
        free((void *)list[k].terms);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    *out = (qfp_ensemble_object){.self = d,
                                 .coordinates = n,
                                 .ordering = 1.0,
                                 .density_is_q = true,
                                 .draw = draw,
                                 .advance = advance,
                                 .destroy = destroy};
    snprintf(
        out->statement, sizeof out->statement,
        "an ordinary diffusion forward in time: D is positive wherever a trajectory came, and the "
        "density of the trajectories is Q(t)");
    return QFP_OK;
}
