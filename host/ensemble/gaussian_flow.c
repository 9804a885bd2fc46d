#include "ensemble/gaussian_flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- moments of a state -------------------------------------------------------------------- */

/* out = a_mode ket */
static void lower(const qfp_reference_kets *kets, int modes, int mode, const double complex *ket,
                  double complex *out)
{
    size_t stride = 1, levels = (size_t)kets->levels[mode];
    for (int j = mode + 1; j < modes; j++)
        stride *= (size_t)kets->levels[j];
    for (size_t i = 0; i < kets->dimension; i++) {
        size_t n = i / stride % levels;
        out[i] = n + 1 < levels ? sqrt((double)n + 1.0) * ket[i + stride] : 0.0;
    }
}

static double complex overlap(size_t count, const double complex *a, const double complex *b)
{
    double complex sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += conj(a[i]) * b[i];
    return sum;
}

/* Adds w ⟨a_i a_j⟩ and w ⟨a_i† a_j⟩ of one ket; lowered holds a_1 ket … a_N ket, then room. */
static void add_ket(const qfp_reference_kets *kets, int modes, double w, const double complex *ket,
                    double complex *lowered, qfp_gaussian_state *out)
{
    size_t d = kets->dimension;
    double complex *twice = lowered + (size_t)modes * d;
    for (int j = 0; j < modes; j++) {
        lower(kets, modes, j, ket, lowered + (size_t)j * d);
        out->alpha[j] += w * overlap(d, ket, lowered + (size_t)j * d);
    }
    for (int j = 0; j < modes; j++)
        for (int i = 0; i < modes; i++) {
            lower(kets, modes, i, lowered + (size_t)j * d, twice);
            out->m[i][j] += w * overlap(d, ket, twice);
            out->n[i][j] += w * overlap(d, lowered + (size_t)i * d, lowered + (size_t)j * d);
        }
}

qfp_status qfp_gaussian_state_of(const qfp_reference_kets *kets, int modes, qfp_gaussian_state *out)
{
    double complex *lowered = NULL;
    *out = (qfp_gaussian_state){.modes = modes};
    QFP_TRY(QFP_ALLOCATE(lowered, ((size_t)modes + 1) * kets->dimension, "lowered kets"));
    for (size_t k = 0; k < kets->count; k++)
        add_ket(kets, modes, kets->weight[k], kets->ket + k * kets->dimension, lowered, out);
    free(lowered);
    for (int i = 0; i < modes; i++)
        for (int j = 0; j < modes; j++) {
            out->m[i][j] -= out->alpha[i] * out->alpha[j];
            out->n[i][j] -= conj(out->alpha[i]) * out->alpha[j];
        }
    return QFP_OK;
}

/* ---- means over the Gaussian --------------------------------------------------------------- */

/* E δz_u δz_v of the Husimi function, z = (α_1 … α_N, α_1* … α_N*). */
static double complex covariance(const qfp_gaussian_state *s, int u, int v)
{
    int i = u % s->modes, j = v % s->modes;
    if (u < s->modes && v < s->modes)
        return s->m[i][j];
    if (u >= s->modes && v >= s->modes)
        return conj(s->m[i][j]);
    return (u >= s->modes ? s->n[i][j] : s->n[j][i]) + (i == j ? 1.0 : 0.0);
}

/* E z_u f = (E z_u)(E f) + Σ_v E[δz_u δz_v] E ∂f/∂z_v, for a Gaussian. */
static double complex moment(const qfp_gaussian_state *s, uint8_t *power)
{
    int u = 0, variables = 2 * s->modes;
    while (u < variables && power[u] == 0)
        u++;
    if (u == variables)
        return 1.0;
    double complex mean = u < s->modes ? s->alpha[u] : conj(s->alpha[u - s->modes]);
    power[u]--;
    double complex sum = mean * moment(s, power);
    for (int v = u; v < variables; v++) {
        if (power[v] == 0)
            continue;
        double count = power[v];
        power[v]--;
        sum += count * covariance(s, u, v) * moment(s, power);
        power[v]++;
    }
    power[u]++;
    return sum;
}

double complex qfp_gaussian_moment(const qfp_gaussian_state *state, const uint8_t *power)
{
    uint8_t left[2 * QFP_MAX_MODES];
    memcpy(left, power, 2 * (size_t)state->modes);
    return moment(state, left);
}

static double complex mean_of(const qfp_gaussian_state *s, const qfp_polynomial *p)
{
    double complex sum = 0.0;
    for (size_t t = 0; t < p->count; t++)
        sum += p->terms[t].coefficient * qfp_gaussian_moment(s, p->terms[t].power);
    return sum;
}

/* ---- motion -------------------------------------------------------------------------------- */

qfp_status qfp_gaussian_flow_create(const qfp_polynomial *antiwick, int modes, double kappa,
                                    qfp_gaussian_flow *out)
{
    out->modes = modes;
    out->kappa = kappa;
    for (int i = 0; i < modes; i++) {
        qfp_polynomial_init(&out->first[i], 2 * modes);
        for (int j = 0; j < modes; j++) {
            qfp_polynomial_init(&out->mixed[i * modes + j], 2 * modes);
            qfp_polynomial_init(&out->second[i * modes + j], 2 * modes);
        }
    }
    for (int i = 0; i < modes; i++) {
        QFP_TRY(qfp_polynomial_differentiate(antiwick, modes + i, &out->first[i]));
        for (int j = 0; j < modes; j++) {
            QFP_TRY(qfp_polynomial_differentiate(&out->first[i], j, &out->mixed[i * modes + j]));
            QFP_TRY(qfp_polynomial_differentiate(&out->first[i], modes + j,
                                                 &out->second[i * modes + j]));
        }
    }
    return QFP_OK;
}

void qfp_gaussian_flow_destroy(qfp_gaussian_flow *flow)
{
    for (int i = 0; i < flow->modes; i++)
        qfp_polynomial_destroy(&flow->first[i]);
    for (int k = 0; k < flow->modes * flow->modes; k++) {
        qfp_polynomial_destroy(&flow->mixed[k]);
        qfp_polynomial_destroy(&flow->second[k]);
    }
}

static void slope(const qfp_gaussian_flow *f, const qfp_gaussian_state *s, qfp_gaussian_state *out)
{
    const double complex rate = -I / f->kappa; /* ż = (1/iκ) (…) */
    double complex h[QFP_MAX_MODES][QFP_MAX_MODES], delta[QFP_MAX_MODES][QFP_MAX_MODES];
    int N = f->modes;
    *out = (qfp_gaussian_state){.modes = N};
    for (int i = 0; i < N; i++) {
        out->alpha[i] = rate * mean_of(s, &f->first[i]);
        for (int j = 0; j < N; j++) {
            h[i][j] = mean_of(s, &f->mixed[i * N + j]);
            delta[i][j] = mean_of(s, &f->second[i * N + j]);
        }
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double complex m = delta[i][j], n = 0.0;
            for (int k = 0; k < N; k++) {
                m += h[i][k] * s->m[k][j] + s->m[i][k] * h[j][k] + delta[i][k] * s->n[k][j] +
                     conj(s->n[i][k]) * delta[k][j];
                n += s->n[i][k] * h[j][k] - conj(h[i][k]) * s->n[k][j] +
                     delta[j][k] * conj(s->m[k][i]) - conj(delta[i][k]) * s->m[k][j];
            }
            out->m[i][j] = rate * m;
            out->n[i][j] = rate * n;
        }
}

/* s + h d */
static qfp_gaussian_state moved(const qfp_gaussian_state *s, double h, const qfp_gaussian_state *d)
{
    qfp_gaussian_state out = *s;
    for (int i = 0; i < s->modes; i++) {
        out.alpha[i] += h * d->alpha[i];
        for (int j = 0; j < s->modes; j++) {
            out.m[i][j] += h * d->m[i][j];
            out.n[i][j] += h * d->n[i][j];
        }
    }
    return out;
}

void qfp_gaussian_flow_step(const qfp_gaussian_flow *flow, double h, qfp_gaussian_state *state)
{
    static const double ahead[4] = {0.0, 0.5, 0.5, 1.0};
    static const double weight[4] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};
    qfp_gaussian_state d = {.modes = state->modes}, sum = *state;
    for (int k = 0; k < 4; k++) {
        qfp_gaussian_state at = moved(state, h * ahead[k], &d);
        slope(flow, &at, &d);
        sum = moved(&sum, h * weight[k], &d);
    }
    *state = sum;
}
