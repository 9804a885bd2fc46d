/* gaussian.c - method gaussian: a Gaussian state in the equations of Hartree, Fock and Bogoliubov.
 *
 * Its figures are those of the equations, without sampling error; its trajectories are draws from
 * the Gaussian at every output time, every path with its own ξ: α = mean + L ξ, L Lᵀ = covariance.
 */
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/gaussian_flow.h"
#include "ensemble/method.h"

typedef struct gaussian {
    qfp_method_setting setting;
    qfp_gaussian_flow flow;
    qfp_gaussian_state fine, coarse;
} gaussian;

static void destroy(void *self)
{
    gaussian *g = self;
    if (g == NULL)
        return;
    qfp_gaussian_flow_destroy(&g->flow);
    free(g);
}

/* Means are sums over pairings, which grow too fast with the degree. */
static qfp_status check_observables(const qfp_config *config)
{
    for (size_t i = 0; i < config->observable_count; i++) {
        const qfp_user_observable *o = &config->observables[i];
        int degree = qfp_polynomial_degree(&o->wick, 0, 2 * config->modes);
        if (degree > QFP_GAUSSIAN_DEGREE)
            return QFP_FAIL(QFP_CONFIG,
                            "%s: output.observables: %s is of degree %d, and gaussian takes "
                            "operators up to degree %d",
                            config->path, o->name, degree, QFP_GAUSSIAN_DEGREE);
    }
    return QFP_OK;
}

qfp_status qfp_gaussian_check(const qfp_config *config)
{
    qfp_polynomial antiwick;
    QFP_TRY(qfp_ensemble_refuse_dissipation(config));
    qfp_polynomial_init(&antiwick, 2 * config->modes);
    qfp_status status = qfp_symbol_exp_laplacian(&config->wick, -1.0, &antiwick);
    int degree = qfp_polynomial_degree(&antiwick, 0, 2 * config->modes);
    qfp_polynomial_destroy(&antiwick);
    if (status == QFP_OK && degree > QFP_GAUSSIAN_DEGREE)
        return QFP_FAIL(
            QFP_CONFIG,
            "%s: ensemble.method: gaussian takes Hamiltonians up to degree %d, this one "
            "has %d",
            config->path, QFP_GAUSSIAN_DEGREE, degree);
    if (status == QFP_OK && config->ensemble.target_error > 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble.target_error: the figures of gaussian have no sampling error "
                        "to be reached",
                        config->path);
    return status == QFP_OK ? check_observables(config) : status;
}

/* Covariance of (Re α_1, Im α_1, …): E (Re u)(Re v) = ½ Re(E uv + E u* v), and so on. */
static void real_covariance(const qfp_gaussian_state *s, int reals, double *out)
{
    for (int i = 0; i < s->modes; i++)
        for (int j = 0; j < s->modes; j++) {
            double complex m = s->m[i][j], n = s->n[i][j] + (i == j ? 1.0 : 0.0);
            double *at = out + 2 * i * reals + 2 * j;
            at[0] = 0.5 * (creal(m) + creal(n));
            at[1] = 0.5 * (cimag(m) + cimag(n));
            at[reals] = 0.5 * (cimag(m) - cimag(n));
            at[reals + 1] = 0.5 * (creal(n) - creal(m));
        }
}

/* x ← draws from the Husimi function of the state. */
static qfp_status place(const gaussian *g, const qfp_gaussian_state *s, const qfp_path_set *set,
                        qfp_buffer *x)
{
    enum { MOST = 2 * QFP_MAX_MODES };
    double mean[MOST], root[MOST * MOST];
    int reals = 2 * s->modes;
    real_covariance(s, reals, root);
    for (int c = 0; c < reals; c++)
        mean[c] = c % 2 == 0 ? creal(s->alpha[c / 2]) : cimag(s->alpha[c / 2]);
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', reals, root, reals) != 0)
        return QFP_FAIL(QFP_TOLERANCE,
                        "the covariance of the Gaussian is not positive: the step is too large for "
                        "its equations; raise ensemble.steps");
    for (int row = 0; row < reals; row++)
        for (int column = row + 1; column < reals; column++)
            root[row * reals + column] = 0.0;
    return g->setting.backend->paths->gaussian(g->setting.context, set, 0, 0, mean, root, x);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    const gaussian *g = self;
    return place(g, &g->fine, set, x);
}

/* From output time to output time, in as many steps as the configuration asks for. */
static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    gaussian *g = self;
    const qfp_config *config = g->setting.config;
    double end = config->times[config->time_count - 1];
    double pairs = fmax(1.0, ceil(h * config->ensemble.steps / end - 1e-9));
    (void)t, (void)step;
    for (double pair = 0.0; pair < pairs; pair++) {
        qfp_gaussian_flow_step(&g->flow, h / pairs, &g->fine);
        qfp_gaussian_flow_step(&g->flow, h / pairs, &g->fine);
        qfp_gaussian_flow_step(&g->flow, 2.0 * h / pairs, &g->coarse);
    }
    QFP_TRY(place(g, &g->fine, set, x));
    return place(g, &g->coarse, set, coarse);
}

/* Means and covariances, those of the fine steps first. */
enum { OFFSET = offsetof(qfp_gaussian_state, alpha), BYTES = sizeof(qfp_gaussian_state) - OFFSET };

static size_t carried_count(const void *self)
{
    (void)self;
    return 2 * BYTES / sizeof(double);
}

static qfp_status save(const void *self, double *out)
{
    const gaussian *g = self;
    if (out == NULL)
        return QFP_OK;
    memcpy(out, (const char *)&g->fine + OFFSET, BYTES);
    memcpy(out + BYTES / sizeof *out, (const char *)&g->coarse + OFFSET, BYTES);
    return QFP_OK;
}

static void load(void *self, const double *from)
{
    gaussian *g = self;
    memcpy((char *)&g->fine + OFFSET, from, BYTES);
    memcpy((char *)&g->coarse + OFFSET, from + BYTES / sizeof *from, BYTES);
}

static void means(const void *self, bool is_coarse, size_t count,
                  const qfp_path_polynomial *functions, double *out)
{
    const gaussian *g = self;
    const qfp_gaussian_state *s = is_coarse ? &g->coarse : &g->fine;
    for (size_t k = 0; k < count; k++) {
        out[k] = 0.0;
        for (size_t t = 0; t < functions[k].term_count; t++) {
            const qfp_symbol_term *term = &functions[k].terms[t];
            out[k] += creal(CMPLX(term->re, term->im) * qfp_gaussian_moment(s, term->power));
        }
    }
}

static qfp_status build(gaussian *g, bool *is_exact)
{
    const qfp_config *config = g->setting.config;
    qfp_reference_kets kets;
    qfp_polynomial antiwick;
    qfp_polynomial_init(&antiwick, 2 * config->modes);
    qfp_reference_state(g->setting.reference, &kets);
    qfp_status status;
    QFP_TRY_GOTO(qfp_gaussian_state_of(&kets, config->modes, &g->fine));
    g->coarse = g->fine;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(&config->wick, -1.0, &antiwick));
    *is_exact = qfp_polynomial_degree(&antiwick, 0, 2 * config->modes) <= 2;
    status = qfp_gaussian_flow_create(&antiwick, config->modes, config->kappa, &g->flow);
done:
    qfp_polynomial_destroy(&antiwick);
    return status;
}

qfp_status qfp_gaussian_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    gaussian *g = NULL;
    bool is_exact = false;
    QFP_TRY(QFP_ALLOCATE(g, 1, "a Gaussian state"));
    g->setting = *setting;
    qfp_status status = build(g, &is_exact);
    if (status != QFP_OK) {
        destroy(g);
        return status;
    }
    *out = (qfp_ensemble_object){.self = g,
                                 .coordinates = setting->config->modes,
                                 .ordering = 1.0,
                                 .histogram = true,
                                 .exact_steps = true,
                                 .draw = draw,
                                 .advance = advance,
                                 .means = means,
                                 .carried = {carried_count, save, load},
                                 .destroy = destroy};
    snprintf(out->statement, sizeof out->statement,
             "Gaussian state with the means and covariances of the initial state, moved by the "
             "equations of Hartree, Fock and Bogoliubov; the Hamiltonian is %s; figures without "
             "sampling error, histograms of draws from the Gaussian",
             is_exact ? "quadratic, which makes its first and second moments exact"
                      : "not quadratic: an approximation for short times, whose error is the "
                        "distance to the exact figures and nothing else here");
    return QFP_OK;
}
