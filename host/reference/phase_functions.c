/* phase_functions.c - Q of two quadratures and Wigner functions of the reference, by sums of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"
#include "reference/reference_object.h"

#define Q_STEP 0.4 /* of a sum over Q, whose wavenumbers end as e^{−k²/4}: e^{−61} at 2π/0.4 */
#define Q_MARGIN 9.0 /* ⟨α|n⟩ is nothing so far beyond |α|² = n, along an axis of z */
#define W_MARGIN 7.0 /* an oscillator function is nothing so far beyond its turning point */

/* ---- Q of two quadratures ------------------------------------------------------------------- */

/* weight [count][levels²] at place m levels + n: ½ ∫ ⟨α|m⟩⟨n|α⟩ dw/π over the other axis w of the mode,
 * along which the points of the sum are Q_STEP apart. */
static qfp_status integrate_other(size_t levels, bool is_p, size_t count, const double *z,
                                  double complex **weight)
{
    double reach = sqrt(2.0 * (double)levels) + Q_MARGIN;
    long last = (long)ceil(reach / Q_STEP);
    double complex *bra = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(bra, levels, "a coherent state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(*weight, count * levels * levels, "a quadrature"));
    memset(*weight, 0, count * levels * levels * sizeof **weight);
    for (size_t i = 0; i < count; i++)
        for (long k = -last; k <= last; k++) {
            double other = Q_STEP * (double)k, q = is_p ? other : z[i], p = is_p ? z[i] : other;
            double complex *row = *weight + i * levels * levels;
            qfp_coherent_bra(levels, CMPLX(q * M_SQRT1_2, p * M_SQRT1_2), bra);
            for (size_t m = 0; m < levels; m++)
                for (size_t n = 0; n < levels; n++)
                    row[m * levels + n] += 0.5 * Q_STEP / M_PI * bra[m] * conj(bra[n]);
        }
done:
    free(bra);
    return status;
}

/* Where the kept states with n_a = m / d_b and n_b = m % d_b are that hold in the other modes what |n⟩ does. */
static void pair_places(const qfp_reference *r, const int *n, int a, int b, size_t *place)
{
    int moved[QFP_MAX_MODES];
    memcpy(moved, n, sizeof moved);
    for (moved[a] = 0; moved[a] < r->kept.levels[a]; moved[a]++)
        for (moved[b] = 0; moved[b] < r->kept.levels[b]; moved[b]++)
            *place++ = qfp_kept_place(&r->kept, moved);
}

/* rho [a a'][b b'] of two modes, summed over what the others hold. */
static qfp_status pair_density(const qfp_reference *r, int a, int b, double complex *rho)
{
    size_t d_a = (size_t)r->kept.levels[a], d_b = (size_t)r->kept.levels[b], pairs = d_a * d_b;
    size_t *place = NULL;
    int level[QFP_MAX_MODES] = {0};
    QFP_TRY(QFP_ALLOCATE(place, pairs, "the levels of two modes"));
    memset(rho, 0, pairs * pairs * sizeof *rho);
    for (size_t i = 0; i < r->dim; i++, qfp_kept_next(&r->kept, level)) {
        if (level[a] > 0 || level[b] > 0)
            continue; /* what the others hold, once */
        pair_places(r, level, a, b, place);
        for (size_t k = 0; k < r->kets.count; k++) {
            const double complex *x = r->kets.ket + k * r->dim;
            for (size_t m = 0; m < pairs; m++)
                for (size_t n = 0; n < pairs && place[m] != QFP_NOT_KEPT; n++) {
                    if (place[n] == QFP_NOT_KEPT)
                        continue;
                    size_t m_a = m / d_b, m_b = m % d_b, n_a = n / d_b, n_b = n % d_b;
                    rho[(m_a * d_a + n_a) * d_b * d_b + m_b * d_b + n_b] +=
                        r->kets.weight[k] * x[place[m]] * conj(x[place[n]]);
                }
        }
    }
    free(place);
    return QFP_OK;
}

qfp_status qfp_reference_plane(const qfp_reference *r, int axis_a, size_t n_a, const double *a,
                               int axis_b, size_t n_b, const double *b, double *out)
{
    int mode_a = axis_a % r->modes, mode_b = axis_b % r->modes;
    size_t d_a = (size_t)r->kept.levels[mode_a], d_b = (size_t)r->kept.levels[mode_b];
    size_t rows = d_a * d_a, columns = d_b * d_b;
    double complex *rho = NULL, *left = NULL, *right = NULL, *half = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, rows * columns, "the density matrix of two modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(half, columns, "a plane of Q"));
    QFP_TRY_GOTO(pair_density(r, mode_a, mode_b, rho));
    QFP_TRY_GOTO(integrate_other(d_a, axis_a >= r->modes, n_a, a, &left));
    QFP_TRY_GOTO(integrate_other(d_b, axis_b >= r->modes, n_b, b, &right));
    for (size_t i = 0; i < n_a; i++) {
        memset(half, 0, columns * sizeof *half);
        for (size_t m = 0; m < rows; m++)
            for (size_t n = 0; n < columns; n++)
                half[n] += left[i * rows + m] * rho[m * columns + n];
        for (size_t k = 0; k < n_b; k++) {
            double complex sum = 0.0;
            for (size_t n = 0; n < columns; n++)
                sum += half[n] * right[k * columns + n];
            out[i * n_b + k] = 2.0 * creal(sum);
        }
    }
done:
    free(rho);
    free(left);
    free(right);
    free(half);
    return status;
}

/* ---- Wigner functions ------------------------------------------------------------------------ */

/* ψ(y) = Σ_n c_n φ_n(y), upwards; a Gaussian that underflows is carried as a power of two. */
static double complex wave_at(size_t levels, const double complex *c, double y)
{
    double now = pow(M_PI, -0.25), before = 0.0;
    double gaussian = -0.5 * y * y / log(2.0), whole = floor(gaussian);
    double scale = exp2(gaussian - whole);
    int power = (int)fmax(whole, -1e6);
    double complex sum = 0.0;
    for (size_t n = 0; n < levels; n++) {
        sum += c[n] * ldexp(now * scale, power);
        double next = (sqrt(2.0) * y * now - sqrt((double)n) * before) / sqrt((double)n + 1.0);
        before = now;
        now = next;
        if (fabs(now) > 0x1p400) {
            now = ldexp(now, -400);
            before = ldexp(before, -400);
            power += 400;
        }
    }
    return sum;
}

/* W per d²α at (q, p_k): 2/π ∫ ψ*(q + y) ψ(q − y) e^{2ipy} dy, added to out [n_p]; waves [2 last + 1] of
 * y from −last to last steps. */
static void add_row(const qfp_ket_set *kets, size_t ket, double q, size_t n_p, const double *p,
                    double step, long last, double complex *overlap, double *out)
{
    const double complex *c = kets->ket + ket * kets->dim;
    for (long i = -last; i <= last; i++) {
        double y = step * (double)i;
        overlap[i + last] = conj(wave_at(kets->dim, c, q + y)) * wave_at(kets->dim, c, q - y);
    }
    for (size_t k = 0; k < n_p; k++) {
        double sum = 0.0;
        for (long i = -last; i <= last; i++) {
            double angle = 2.0 * p[k] * step * (double)i;
            sum += creal(overlap[i + last]) * cos(angle) - cimag(overlap[i + last]) * sin(angle);
        }
        out[k] += kets->weight[ket] * 2.0 / M_PI * step * sum;
    }
}

qfp_status qfp_reference_wigner(const qfp_reference *r, int mode, size_t n_q, const double *q,
                                size_t n_p, const double *p, double *out)
{
    qfp_ket_set kets = {0};
    double complex *overlap = NULL;
    double furthest = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_reference_marginal(r, mode, &kets));
    double reach = sqrt(2.0 * (double)kets.dim + 1.0) + W_MARGIN;
    for (size_t k = 0; k < n_p; k++)
        furthest = fmax(furthest, fabs(p[k]));
    /* the integrand's wavenumbers end at 2 reach + 2 |p| */
    double step = M_PI / (reach + furthest);
    long last = (long)ceil(reach / step);
    QFP_TRY_GOTO(QFP_ALLOCATE(overlap, 2 * (size_t)last + 1, "a Wigner function"));
    memset(out, 0, n_q * n_p * sizeof *out);
    for (size_t i = 0; i < n_q; i++)
        for (size_t k = 0; k < kets.count; k++)
            add_row(&kets, k, q[i], n_p, p, step, last, overlap, out + i * n_p);
done:
    free(overlap);
    qfp_ket_set_destroy(&kets);
    return status;
}
