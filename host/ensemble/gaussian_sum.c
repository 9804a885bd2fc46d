#include "ensemble/gaussian_sum.h"

#include <math.h>
#include <stdlib.h>

#include "state/one_mode.h"

#define PI 3.14159265358979323846

/* ψ(x) = exp(−a x²/2 + b x + c) */
typedef struct wave {
    double complex a, b, c;
} wave;

/* D(α) S(ξ)|0⟩ with D(α) = e^{ip0(x − q0/2)} e^{−q0 ∂}, and
 * S(ξ)|0⟩ = π^{−1/4} (cosh r (1 + z))^{−1/2} exp(−x²/2 (1 − z)/(1 + z)),  z = −e^{iφ} tanh r. */
static wave wave_of(const qfp_state *s)
{
    double q0 = sqrt(2.0) * creal(s->alpha[0]), p0 = sqrt(2.0) * cimag(s->alpha[0]);
    double complex z = 0.0;
    double r = 0.0;
    if (s->r[0] != 0.0) {
        r = s->r[0];
        z = -cexp(I * s->phi[0]) * tanh(r);
    }
    wave w = {.a = (1.0 - z) / (1.0 + z)};
    w.b = w.a * q0 + I * p0;
    w.c = -0.25 * log(PI) - 0.5 * log(cosh(r)) - 0.5 * clog(1.0 + z) - 0.5 * w.a * q0 * q0 -
          0.5 * I * p0 * q0;
    return w;
}

/* W of |u⟩⟨v|: the integral over y of u(q + y/2) v*(q − y/2) e^{−ipy}/(2π). */
static qfp_complex_gaussian dyad(const wave *u, const wave *v)
{
    double complex sum = u->a + conj(v->a), difference = u->a - conj(v->a);
    double complex b = u->b + conj(v->b), beta = 0.5 * (u->b - conj(v->b));
    double complex h_q = b - 2.0 * beta * difference / sum, h_p = -4.0 * I * beta / sum;
    qfp_complex_gaussian g = {
        .log_weight = 0.5 * clog(2.0 * PI / sum) + 0.5 * b * b / sum + u->c + conj(v->c),
        .covariance = {1.0 / sum, 0.5 * I * difference / sum, u->a * conj(v->a) / sum}};
    g.mean[0] = g.covariance[0] * h_q + g.covariance[1] * h_p;
    g.mean[1] = g.covariance[1] * h_q + g.covariance[2] * h_p;
    return g;
}

static bool is_wave(const qfp_state *s)
{
    return s->kind == QFP_STATE_GAUSSIAN && s->nbar[0] == 0.0;
}

static size_t terms_of(const qfp_state *s)
{
    size_t count = 0;
    if (s->kind == QFP_STATE_SUPERPOSITION)
        return s->part_count * (s->part_count + 1) / 2;
    if (s->kind != QFP_STATE_MIXTURE)
        return 1;
    for (size_t i = 0; i < s->part_count; i++)
        count += terms_of(&s->parts[i]);
    return count;
}

static bool is_known(const qfp_state *s)
{
    bool known = s->kind == QFP_STATE_SUPERPOSITION || s->kind == QFP_STATE_MIXTURE;
    for (size_t i = 0; known && i < s->part_count; i++)
        known = s->kind == QFP_STATE_MIXTURE ? is_known(&s->parts[i]) : is_wave(&s->parts[i]);
    return known || s->kind == QFP_STATE_GAUSSIAN;
}

/* Each pair once, the mixed ones doubled: the sum of |i⟩⟨j| and |j⟩⟨i| is twice its real part. */
static void add_superposition(const qfp_state *s, qfp_gaussian_sum *out)
{
    size_t first = out->count;
    double norm = 0.0;
    for (size_t i = 0; i < s->part_count; i++)
        for (size_t j = i; j < s->part_count; j++) {
            if (s->weights[i] == 0.0 || s->weights[j] == 0.0)
                continue;
            wave u = wave_of(&s->parts[i]), v = wave_of(&s->parts[j]);
            qfp_complex_gaussian g = dyad(&u, &v);
            g.log_weight += clog(s->weights[i] * conj(s->weights[j])) + (i < j ? log(2.0) : 0.0);
            norm += creal(cexp(g.log_weight));
            out->terms[out->count++] = g;
        }
    for (size_t k = first; k < out->count; k++)
        out->terms[k].log_weight -= log(norm);
}

static void add_state(const qfp_state *s, double weight, qfp_gaussian_sum *out)
{
    size_t first = out->count;
    double total = 0.0;
    if (s->kind == QFP_STATE_MIXTURE) {
        for (size_t i = 0; i < s->part_count; i++)
            total += creal(s->weights[i]);
        for (size_t i = 0; i < s->part_count; i++)
            if (creal(s->weights[i]) > 0.0)
                add_state(&s->parts[i], weight * creal(s->weights[i]) / total, out);
        return;
    }
    if (s->kind == QFP_STATE_SUPERPOSITION) {
        add_superposition(s, out);
    } else if (is_wave(s)) {
        wave u = wave_of(s);
        out->terms[out->count++] = dyad(&u, &u);
    } else {
        double covariance[3];
        qfp_one_mode_covariance(s, 0, covariance);
        out->terms[out->count++] = (qfp_complex_gaussian){
            .mean = {sqrt(2.0) * creal(s->alpha[0]), sqrt(2.0) * cimag(s->alpha[0])},
            .covariance = {covariance[0], covariance[1], covariance[2]}};
    }
    for (size_t k = first; k < out->count; k++)
        out->terms[k].log_weight += log(weight);
}

qfp_status qfp_gaussian_sum_create(const qfp_config *config, qfp_gaussian_sum *out)
{
    *out = (qfp_gaussian_sum){0};
    if (!is_known(&config->initial))
        return QFP_FAIL(
            QFP_CONFIG,
            "%s: initial: forward_backward draws boundary values from sums of "
            "Gaussians: coherent, squeezed and thermal states, superpositions of coherent "
            "and squeezed ones, and mixtures of all these",
            config->path);
    QFP_TRY(QFP_ALLOCATE(out->terms, terms_of(&config->initial), "a sum of Gaussians"));
    add_state(&config->initial, 1.0, out);
    return QFP_OK;
}

void qfp_gaussian_sum_destroy(qfp_gaussian_sum *sum)
{
    if (sum == NULL)
        return;
    free(sum->terms);
    *sum = (qfp_gaussian_sum){0};
}

void qfp_gaussian_sum_move(qfp_gaussian_sum *sum, const double centre[2], const double turn[2])
{
    double c = turn[0], s = turn[1];
    for (size_t k = 0; k < sum->count; k++) {
        qfp_complex_gaussian *g = &sum->terms[k];
        double complex q = g->mean[0] - centre[0], p = g->mean[1] - centre[1];
        double complex qq = g->covariance[0], qp = g->covariance[1], pp = g->covariance[2];
        g->mean[0] = c * q + s * p;
        g->mean[1] = c * p - s * q;
        g->covariance[0] = c * c * qq + 2.0 * c * s * qp + s * s * pp;
        g->covariance[1] = (c * c - s * s) * qp + c * s * (pp - qq);
        g->covariance[2] = s * s * qq - 2.0 * c * s * qp + c * c * pp;
    }
}

/* Exponent −½ (z − μ)ᵀ V⁻¹ (z − μ) + log of the prefactor. */
static void exponent(const qfp_complex_gaussian *g, qfp_gaussian_term *out)
{
    const double complex *v = g->covariance, *m = g->mean;
    /* the root of det V as a product of two with positive real part: the branch of the integral */
    double complex schur = v[2] - v[1] * v[1] / v[0], det = v[0] * schur;
    double complex l_qq = v[2] / det, l_qp = -v[1] / det, l_pp = v[0] / det;
    double complex h_q = l_qq * m[0] + l_qp * m[1], h_p = l_qp * m[0] + l_pp * m[1];
    const double complex e[6] = {-0.5 * l_qq,
                                 -l_qp,
                                 -0.5 * l_pp,
                                 h_q,
                                 h_p,
                                 g->log_weight - 0.5 * (h_q * m[0] + h_p * m[1]) - log(2.0 * PI) -
                                     0.5 * clog(v[0]) - 0.5 * clog(schur)};
    for (int i = 0; i < 6; i++) {
        out->re[i] = creal(e[i]);
        out->im[i] = cimag(e[i]);
    }
}

/* Centre, Cholesky factor and mass of e^{Re E}. */
static qfp_status envelope(qfp_gaussian_term *t, double mass_before)
{
    const double *e = t->re;
    double a = -2.0 * e[0], b = -e[1], c = -2.0 * e[2], det = a * c - b * b;
    if (!(a > 0.0 && c > 0.0 && det > 0.0))
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "ensemble.initialisation: the function of boundary values is not bounded "
                        "by a Gaussian for this state");
    t->mean[0] = (c * e[3] - b * e[4]) / det;
    t->mean[1] = (a * e[4] - b * e[3]) / det;
    t->root[0] = sqrt(c / det);
    t->root[1] = -b / det / t->root[0];
    t->root[2] = sqrt(1.0 / c);
    double top = e[5] + 0.5 * (e[3] * t->mean[0] + e[4] * t->mean[1]);
    t->mass_until = mass_before + 2.0 * PI / sqrt(det) * exp(top);
    return QFP_OK;
}

qfp_status qfp_gaussian_sum_terms(const qfp_gaussian_sum *sum, double stretch,
                                  qfp_gaussian_part part, qfp_gaussian_term **out)
{
    qfp_gaussian_term *terms = NULL;
    double mass = 0.0;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(terms, sum->count, "a sum of Gaussians"));
    for (size_t k = 0; k < sum->count; k++) {
        qfp_complex_gaussian g = sum->terms[k];
        g.mean[0] *= stretch;
        g.covariance[0] = stretch * stretch * g.covariance[0] + 0.5;
        g.covariance[1] *= stretch;
        g.covariance[2] += 0.5;
        if (part != QFP_PART_BOTH) {
            int other = part == QFP_PART_Q ? 1 : 0;
            g.mean[other] = 0.0;
            g.covariance[1] = 0.0;
            g.covariance[2 * other] = 1.0;
        }
        exponent(&g, &terms[k]);
        qfp_status status = envelope(&terms[k], mass);
        if (status != QFP_OK) {
            free(terms);
            return status;
        }
        mass = terms[k].mass_until;
    }
    *out = terms;
    return QFP_OK;
}
