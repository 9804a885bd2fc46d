/* guided_score_cell.h - the score ∂ ln Q/∂α* of the kets that guide a trajectory.
 *
 * Q = e^{−|α|²} Σ_k w_k |F_k(α*)|²/π^N with F_k(z) = Σ_m c_{k,m} Π_j z_j^{m_j}/√(m_j!).
 */
#ifndef QFPI_SHARED_GUIDED_SCORE_CELL_H
#define QFPI_SHARED_GUIDED_SCORE_CELL_H

#include "backend.h"
#include "shared/path_polynomial.h"

/* What the kernel needs of a staged guide; pointers into the memory of the backend. */
typedef struct qfpi_guide_view {
    int modes;
    size_t dimension, ket_count;
    double lambda;
    int coupled; /* S_ij ≠ 0 for some i ≠ j */
    /* A, S, ∂S of mode 0, of mode 1, …; coupled: every A_i, every S_ij, every ∂S_ij/∂α_k at
     * N + N² + (kN + i)N + j */
    const qfp_symbol_term *terms;
    const size_t *first; /* [number of lists + 1] */
    /* [modes]; not an array in here, whose variable index would keep a compiler for the device from
     * seeing through `modes` and `coupled` where they are constants */
    const int *levels;
    const double *inverse_root; /* 1/√n, n < the largest number of levels */
    const double *weights;      /* [ket_count] */
    const double *kets[3];      /* at the begin, middle and end of the step */
} qfpi_guide_view;

/* c(τ) of the parabola through the three kets, τ in [0, 1] of the step; only: the ket that it is at
 * τ = 0, ½, 1, where most drifts are taken, else −1. */
typedef struct qfpi_parabola {
    double begin, middle, end;
    int only;
} qfpi_parabola;

static inline QFP_HD qfpi_parabola qfpi_parabola_at(double tau)
{
    qfpi_parabola w = {(1.0 - tau) * (1.0 - 2.0 * tau), 4.0 * tau * (1.0 - tau),
                       tau * (2.0 * tau - 1.0),
                       tau == 0.0   ? 0
                       : tau == 0.5 ? 1
                       : tau == 1.0 ? 2
                                    : -1};
    return w;
}

/* The amplitudes of a ket with the levels of all modes but the last held fixed. */
typedef struct qfpi_ket_row {
    int levels;
    const double *inverse_root;
    const double *begin, *middle, *end; /* complex [levels] */
} qfpi_ket_row;

static inline QFP_HD qfpi_ket_row qfpi_ket_row_at(const qfpi_guide_view *g, size_t row)
{
    int levels = g->levels[g->modes - 1];
    size_t at = 2 * row * (size_t)levels;
    qfpi_ket_row r = {levels, g->inverse_root, g->kets[0] + at, g->kets[1] + at, g->kets[2] + at};
    return r;
}

static inline QFP_HD qfpi_complex qfpi_ket_entry(qfpi_ket_row r, qfpi_parabola w, int n)
{
    if (w.only >= 0) {
        const double *ket = w.only == 0 ? r.begin : w.only == 1 ? r.middle : r.end;
        qfpi_complex entry = {ket[2 * n], ket[2 * n + 1]};
        return entry;
    }
    qfpi_complex c = {w.begin * r.begin[2 * n] + w.middle * r.middle[2 * n] + w.end * r.end[2 * n],
                      w.begin * r.begin[2 * n + 1] + w.middle * r.middle[2 * n + 1] +
                          w.end * r.end[2 * n + 1]};
    return c;
}

typedef struct qfpi_bargmann_value {
    qfpi_complex value, slope; /* F, F' */
} qfpi_bargmann_value;

/* Horner along the last mode: F = Σ_n c_n z^n/√n! and F' = dF/dz.  The loop is entered without a
 * question, or the CPU could not turn a loop over paths around it into vectors; a single level
 * passes it once with 1/√0 counted as 0. */
static inline QFP_HD qfpi_bargmann_value qfpi_bargmann_row(qfpi_ket_row r, qfpi_parabola w,
                                                           qfpi_complex z)
{
    int n = r.levels - 1, below = n - (n > 0);
    qfpi_complex f = qfpi_ket_entry(r, w, n), d = {0.0, 0.0};
    do { /* f ← c_{n−1} + (z/√n) f,  d ← (f + z d)/√n */
        double root = r.inverse_root[n];
        qfpi_complex c = qfpi_ket_entry(r, w, below--);
        qfpi_complex zd = qfpi_times(z, d), zf = qfpi_times(z, f);
        d.re = root * (f.re + zd.re);
        d.im = root * (f.im + zd.im);
        f.re = c.re + root * zf.re;
        f.im = c.im + root * zf.im;
    } while (--n > 0);
    qfpi_bargmann_value both = {f, d};
    return both;
}

/* F_k and its derivatives; `power` and `power_slope` hold z_j^n/√n! and their derivatives of the
 * leading modes. */
static inline QFP_HD void qfpi_bargmann(const qfpi_guide_view *g, qfpi_parabola w, size_t ket,
                                        const qfpi_complex *z, qfpi_complex *value,
                                        qfpi_complex *slope)
{
    int last = g->modes - 1, index[QFP_MAX_MODES] = {0};
    size_t rows = g->dimension / (size_t)g->levels[last];
    if (last == 0) {
        qfpi_bargmann_value only = qfpi_bargmann_row(qfpi_ket_row_at(g, ket), w, z[0]);
        *value = only.value;
        slope[0] = only.slope;
        return;
    }
    value->re = value->im = 0.0;
    for (int j = 0; j < g->modes; ++j)
        slope[j].re = slope[j].im = 0.0;
    qfpi_complex power[QFP_MAX_MODES], below[QFP_MAX_MODES]; /* z^n/√n!, z^{n−1}/√(n−1)! */
    for (int j = 0; j < last; ++j) {
        power[j].re = 1.0;
        power[j].im = below[j].re = below[j].im = 0.0;
    }
    for (size_t row = 0; row < rows; ++row) {
        qfpi_complex product = {1.0, 0.0};
        qfpi_bargmann_value inner =
            qfpi_bargmann_row(qfpi_ket_row_at(g, ket * rows + row), w, z[last]);
        qfpi_complex f = inner.value, d = inner.slope;
        for (int j = 0; j < last; ++j)
            product = qfpi_times(product, power[j]);
        qfpi_complex pf = qfpi_times(product, f), pd = qfpi_times(product, d);
        value->re += pf.re;
        value->im += pf.im;
        slope[last].re += pd.re;
        slope[last].im += pd.im;
        for (int j = 0; j < last; ++j) { /* d/dz (z^n/√n!) = √n z^{n−1}/√(n−1)! */
            if (index[j] == 0)
                continue;
            double root = (double)index[j] * g->inverse_root[index[j]];
            qfpi_complex other = {root, 0.0};
            for (int k = 0; k < last; ++k)
                other = qfpi_times(other, k == j ? below[k] : power[k]);
            other = qfpi_times(other, f);
            slope[j].re += other.re;
            slope[j].im += other.im;
        }
        for (int j = last - 1; j >= 0; --j) { /* the next level of the leading modes */
            if (++index[j] < g->levels[j]) {
                qfpi_complex next = qfpi_times(power[j], z[j]);
                double root = g->inverse_root[index[j]];
                below[j] = power[j];
                power[j].re = root * next.re;
                power[j].im = root * next.im;
                break;
            }
            index[j] = 0;
            power[j].re = 1.0;
            power[j].im = below[j].re = below[j].im = 0.0;
        }
    }
}

/* What ket k adds to Σ_k w_k F_k* ∂_jF_k. */
static inline QFP_HD void qfpi_score_add(double weight, qfpi_complex value, qfpi_complex slope,
                                         qfpi_complex *sum)
{
    sum->re += weight * (value.re * slope.re + value.im * slope.im);
    sum->im += weight * (value.re * slope.im - value.im * slope.re);
}

/* score_j = ∂ ln Q/∂α*_j = −α_j + Σ_k w_k F_k* ∂_jF_k / Σ_k w_k |F_k|². */
static inline QFP_HD void qfpi_score(const qfpi_guide_view *g, qfpi_parabola w,
                                     const qfpi_complex *alpha, qfpi_complex *score)
{
    qfpi_complex z[QFP_MAX_MODES], value, slope[QFP_MAX_MODES];
    double weight = 0.0;
    for (int j = 0; j < g->modes; ++j) {
        z[j].re = alpha[j].re;
        z[j].im = -alpha[j].im;
        score[j].re = score[j].im = 0.0;
    }
    for (size_t k = 0; k < g->ket_count; ++k) {
        qfpi_bargmann(g, w, k, z, &value, slope);
        weight += g->weights[k] * (value.re * value.re + value.im * value.im);
        for (int j = 0; j < g->modes; ++j)
            qfpi_score_add(g->weights[k], value, slope[j], &score[j]);
    }
    for (int j = 0; j < g->modes; ++j) {
        score[j].re = score[j].re / weight - alpha[j].re;
        score[j].im = score[j].im / weight - alpha[j].im;
    }
}

#endif
