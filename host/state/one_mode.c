#include "state/one_mode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_LIMIT = 80000 };
#define CANCELLED 1e-14 /* of the sum of |weights|²: what is left of a sum is rounding */

void qfp_one_mode_ket_destroy(qfp_one_mode_ket *ket)
{
    if (ket == NULL)
        return;
    free(ket->fock);
    *ket = (qfp_one_mode_ket){0};
}

static qfp_status number(int n, qfp_one_mode_ket *out)
{
    *out = (qfp_one_mode_ket){.levels = n + 1};
    QFP_TRY(QFP_ALLOCATE(out->fock, out->levels, "a number state"));
    out->fock[n] = 1.0;
    return QFP_OK;
}

/* D(α) S(ξ)|0⟩, S = exp((ξ* a² − ξ a†²)/2), ξ = r e^{iφ}: from
 * (a cosh r + a† e^{iφ} sinh r) ψ = (α cosh r + α* e^{iφ} sinh r) ψ, levels until
 * what is left, which falls like tanh^n r, has an amplitude below 1e-16.  The two-term recurrence
 * √(n+1) ψ_{n+1} = μ ψ_n − ν √n ψ_{n−1}, μ = α + α*t, ν = t = e^{iφ} tanh r, run without normalisation
 * and rescaled on the way: it never over- or underflows. */
static qfp_status squeezed(double complex alpha, double r, double phi, qfp_one_mode_ket *out)
{
    double complex t = cexp(I * phi) * tanh(r), mu = alpha + conj(alpha) * t;
    double mean = cabs(alpha) * cabs(alpha) + sinh(r) * sinh(r);
    double spread = cabs(alpha) * exp(fabs(r)) + sinh(2.0 * fabs(r)) + 1.0;
    double tail = r != 0.0 ? -75.0 / log(tanh(fabs(r))) : 0.0; /* e^{−75} = 1e-32.6 */
    double wanted = mean + 14.0 * spread + 60.0 + tail;
    if (!(wanted < LEVELS_LIMIT))
        return QFP_FAIL(QFP_CONFIG,
                        "initial: the state reaches %.3g levels; at most %d are possible", wanted,
                        LEVELS_LIMIT);
    int levels = (int)wanted;
    *out = (qfp_one_mode_ket){.levels = levels};
    QFP_TRY(QFP_ALLOCATE(out->fock, levels, "a squeezed state"));
    double complex *psi = out->fock;
    double norm = 1.0;
    psi[0] = 1.0;
    for (int n = 0; n + 1 < levels; n++) {
        psi[n + 1] = (mu * psi[n] - (n > 0 ? t * sqrt(n) * psi[n - 1] : 0.0)) / sqrt(n + 1.0);
        norm += creal(psi[n + 1] * conj(psi[n + 1]));
        if (norm > 1e200) {
            for (int m = 0; m <= n + 1; m++)
                psi[m] *= 1e-100;
            norm *= 1e-200;
        }
    }
    /* The common phase that makes the vacuum component ⟨0|D(α)S(ξ)|0⟩ right: it matters in
     * superpositions.  ⟨0|D S|0⟩ ∝ e^{−(|α|² + α*² t)/2}. */
    double complex phase = cexp(-I * 0.5 * cimag(conj(alpha) * conj(alpha) * t));
    for (int n = 0; n < levels; n++)
        psi[n] *= phase / sqrt(norm);
    /* drop the empty end */
    double rest = 0.0;
    while (out->levels > 1) {
        rest += creal(psi[out->levels - 1] * conj(psi[out->levels - 1]));
        if (rest > 1e-32)
            break;
        out->levels--;
    }
    return QFP_OK;
}

static bool is_gaussian_ket(const qfp_state *s, int mode)
{
    return s->kind == QFP_STATE_FOCK || (s->kind == QFP_STATE_GAUSSIAN && s->nbar[mode] == 0.0);
}

bool qfp_one_mode_is_ket(const qfp_state *s)
{
    if (s->kind != QFP_STATE_SUPERPOSITION && s->kind != QFP_STATE_PRODUCT)
        return is_gaussian_ket(s, 0);
    for (size_t i = 0; i < s->part_count; i++)
        if (!qfp_one_mode_is_ket(&s->parts[i]))
            return false;
    return true;
}

/* sum [LEVELS_LIMIT] += weight × the ket in number states; *levels grows to what it has. */
static qfp_status add_ket(const qfp_state *part, double complex weight, double complex *sum,
                          int *levels)
{
    qfp_one_mode_ket any = {0}, ket = {0};
    qfp_status status;
    QFP_TRY_GOTO(qfp_one_mode_ket_of(part, 0, &any));
    QFP_TRY_GOTO(qfp_one_mode_in_fock(&any, &ket));
    if (ket.levels > LEVELS_LIMIT) {
        status = QFP_FAIL(QFP_CONFIG,
                          "initial.superposition: a part has %d levels; at most %d are possible in "
                          "a product",
                          ket.levels, LEVELS_LIMIT);
        goto done;
    }
    for (int n = 0; n < ket.levels; n++)
        sum[n] += weight * ket.fock[n];
    *levels = ket.levels > *levels ? ket.levels : *levels;
done:
    qfp_one_mode_ket_destroy(&any);
    qfp_one_mode_ket_destroy(&ket);
    return status;
}

static qfp_status superposed(const qfp_state *s, qfp_one_mode_ket *out)
{
    double norm = 0.0, size = 0.0;
    *out = (qfp_one_mode_ket){0};
    QFP_TRY(QFP_ALLOCATE(out->fock, LEVELS_LIMIT, "a superposition"));
    for (size_t i = 0; i < s->part_count; i++) {
        QFP_TRY(add_ket(&s->parts[i], s->weights[i], out->fock, &out->levels));
        size += cabs(s->weights[i]) * cabs(s->weights[i]);
    }
    for (int n = 0; n < out->levels; n++)
        norm += creal(out->fock[n] * conj(out->fock[n]));
    if (!(norm > CANCELLED * size))
        return QFP_FAIL(QFP_CONFIG, "initial.superposition: the parts cancel, their sum is zero");
    for (int n = 0; n < out->levels; n++)
        out->fock[n] /= sqrt(norm);
    return QFP_OK;
}

qfp_status qfp_one_mode_ket_of(const qfp_state *s, int mode, qfp_one_mode_ket *out)
{
    if (s->kind == QFP_STATE_PRODUCT)
        return qfp_one_mode_ket_of(&s->parts[mode], 0, out);
    if (s->kind == QFP_STATE_SUPERPOSITION && qfp_one_mode_is_ket(s))
        return superposed(s, out);
    if (s->kind == QFP_STATE_FOCK)
        return number(s->level[mode], out);
    if (!is_gaussian_ket(s, mode))
        return QFP_FAIL(QFP_CONFIG, "initial: only coherent, fock and squeezed states can be "
                                    "superposed");
    if (s->r[mode] != 0.0)
        return squeezed(s->alpha[mode], s->r[mode], s->phi[mode], out);
    *out = (qfp_one_mode_ket){.is_coherent = 1, .alpha = s->alpha[mode]};
    return QFP_OK;
}

static double complex coherent_overlap(double complex beta, double complex alpha)
{
    return cexp(conj(beta) * alpha - 0.5 * creal(alpha * conj(alpha)) -
                0.5 * creal(beta * conj(beta)));
}

/* Those of a coherent state are a squeezed state's with r = 0. */
qfp_status qfp_one_mode_in_fock(const qfp_one_mode_ket *ket, qfp_one_mode_ket *out)
{
    if (ket->is_coherent)
        return squeezed(ket->alpha, 0.0, 0.0, out);
    *out = (qfp_one_mode_ket){.levels = ket->levels};
    QFP_TRY(QFP_ALLOCATE(out->fock, ket->levels, "a ket"));
    memcpy(out->fock, ket->fock, (size_t)ket->levels * sizeof *ket->fock);
    return QFP_OK;
}

qfp_status qfp_one_mode_overlap(const qfp_one_mode_ket *bra, const qfp_one_mode_ket *ket,
                                double complex *out)
{
    if (bra->is_coherent && ket->is_coherent) {
        *out = coherent_overlap(bra->alpha, ket->alpha);
        return QFP_OK;
    }
    qfp_one_mode_ket a = {0}, b = {0};
    qfp_status status;
    QFP_TRY_GOTO(qfp_one_mode_in_fock(bra, &a));
    QFP_TRY_GOTO(qfp_one_mode_in_fock(ket, &b));
    *out = 0.0;
    for (int n = 0; n < a.levels && n < b.levels; n++)
        *out += conj(a.fock[n]) * b.fock[n];
done:
    qfp_one_mode_ket_destroy(&a);
    qfp_one_mode_ket_destroy(&b);
    return status;
}

static void coherent_dyad(double complex alpha, double complex beta, double c, int n,
                          const double *q, const double *p, double complex *table)
{
    double s = 1.0 - c;
    double complex exponent =
        conj(beta) * alpha - 0.5 * creal(alpha * conj(alpha)) - 0.5 * creal(beta * conj(beta));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double complex gamma = (q[i] + I * p[k]) / sqrt(2.0);
            table[i * n + k] =
                cexp(exponent - (gamma - alpha) * (conj(gamma) - conj(beta)) / s) / (M_PI * s);
        }
}

/* Far out e^{−|γ|²/s} underflows and the Laguerre polynomials overflow, while their product is an
 * ordinary number: the values are kept as mantissas with a common power of e, which is 0 wherever
 * nothing threatens to leave the range. */
#define SAFE_EXPONENT 600.0
#define RESCALE 1e-200 /* e^{−460.5…} */

void qfp_one_mode_number_dyads(int levels, double c, double complex gamma, double complex *out)
{
    double s = 1.0 - c, tau = c / s;
    double squared = creal(gamma * conj(gamma)), exponent = squared / s;
    double first_scale = -fmax(0.0, exponent - SAFE_EXPONENT);
    double complex first = exp(-fmin(exponent, SAFE_EXPONENT)) / (M_PI * s);
    for (int d = 0; d < levels; d++) {
        if (d > 0)
            first *= conj(gamma) / (s * sqrt(d)); /* u_{d,0} */
        if (cabs(first) > 1.0 / RESCALE) {
            first *= RESCALE;
            first_scale -= log(RESCALE);
        }
        double previous = 0.0, current = 1.0, root = 0.0, scale = first_scale;
        double complex factor = first * exp(scale);
        for (int n = 0; n + d < levels; n++) {
            *out++ = current * factor;
            double next_root = sqrt((n + 1.0) * (n + 1.0 + d));
            double next = ((squared / (s * s) - tau * (2 * n + 1 + d)) * current -
                           tau * tau * root * previous) /
                          next_root;
            previous = current;
            current = next;
            root = next_root;
            if (fabs(current) > 1.0 / RESCALE) {
                current *= RESCALE;
                previous *= RESCALE;
                scale -= log(RESCALE);
                factor = first * exp(scale);
            }
        }
    }
}

/* Σ_mn ρ_mn u_mn(γ) along the diagonals m − n = d. */
static double complex density_at(int levels, const double complex *rho, const double complex *dyads)
{
    double complex sum = 0.0;
    for (int d = 0; d < levels; d++)
        for (int n = 0; n + d < levels; n++, dyads++) {
            sum += rho[(n + d) * levels + n] * *dyads;
            if (d > 0)
                sum += rho[n * levels + n + d] * conj(*dyads);
        }
    return sum;
}

qfp_status qfp_one_mode_density(int levels, const double complex *rho, double c, int n,
                                const double *q, const double *p, double complex *table)
{
    double complex *dyads = NULL;
    QFP_TRY(QFP_ALLOCATE(dyads, (size_t)levels * ((size_t)levels + 1) / 2, "a density matrix"));
    qfp_status status = QFP_OK;
    for (int i = 0; i < n && status == QFP_OK; i++)
        for (int k = 0; k < n && status == QFP_OK; k++) {
            double complex gamma = (q[i] + I * p[k]) / sqrt(2.0);
            qfp_one_mode_number_dyads(levels, c, gamma, dyads);
            table[i * n + k] = density_at(levels, rho, dyads);
            if (!isfinite(creal(table[i * n + k])) || !isfinite(cimag(table[i * n + k])))
                status = QFP_FAIL(QFP_NOT_FINITE,
                                  "the phase-space function of a state with %d levels overflows at "
                                  "radius %.3g; use a coherent form or a smaller box",
                                  levels, cabs(gamma) * sqrt(2.0));
        }
    free(dyads);
    return status;
}

qfp_status qfp_one_mode_dyad(const qfp_one_mode_ket *ket, const qfp_one_mode_ket *bra, double c,
                             int n, const double *q, const double *p, double complex *table)
{
    if (ket->is_coherent && bra->is_coherent) {
        coherent_dyad(ket->alpha, bra->alpha, c, n, q, p, table);
        return QFP_OK;
    }
    qfp_one_mode_ket a = {0}, b = {0};
    double complex *rho = NULL;
    qfp_status status;
    QFP_TRY_GOTO(qfp_one_mode_in_fock(ket, &a));
    QFP_TRY_GOTO(qfp_one_mode_in_fock(bra, &b));
    int levels = a.levels > b.levels ? a.levels : b.levels;
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, (size_t)levels * (size_t)levels, "a dyad"));
    for (int m = 0; m < a.levels; m++)
        for (int l = 0; l < b.levels; l++)
            rho[m * levels + l] = a.fock[m] * conj(b.fock[l]);
    status = qfp_one_mode_density(levels, rho, c, n, q, p, table);
done:
    qfp_one_mode_ket_destroy(&a);
    qfp_one_mode_ket_destroy(&b);
    free(rho);
    return status;
}

/* (n̄ + ½) R(φ/2) diag(e^{−2r}, e^{2r}) Rᵀ */
void qfp_one_mode_covariance(const qfp_state *s, int mode, double out[3])
{
    double size = s->nbar[mode] + 0.5, r = s->r[mode], phi = s->phi[mode];
    out[0] = size * (cosh(2 * r) - sinh(2 * r) * cos(phi));
    out[1] = 0.0 - size * sinh(2 * r) * sin(phi);
    out[2] = size * (cosh(2 * r) + sinh(2 * r) * cos(phi));
}

void qfp_one_mode_gaussian(double complex alpha, const double covariance[3], double c, int n,
                           const double *q, const double *p, double complex *table)
{
    /* e^{cΔ} adds c to both variances, so u at ordering c is wider than Wigner by ½ − c. */
    double xx = covariance[0] + 0.5 - c, xp = covariance[1], pp = covariance[2] + 0.5 - c;
    double determinant = xx * pp - xp * xp;
    double q0 = sqrt(2.0) * creal(alpha), p0 = sqrt(2.0) * cimag(alpha);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double dq = q[i] - q0, dp = p[k] - p0;
            double form = (pp * dq * dq - 2.0 * xp * dq * dp + xx * dp * dp) / determinant;
            table[i * n + k] = exp(-0.5 * form) / (M_PI * sqrt(determinant));
        }
}
