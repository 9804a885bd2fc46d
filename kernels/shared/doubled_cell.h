/* doubled_cell.h - one step of a trajectory in the doubled phase space (α, β), β in place of α*.
 *
 *   dα_j = A_j dt + √S_j dW_j,   dβ_j = A'_j dt + √S'_j dW'_j                               (Ito)
 *
 *   positive P          A = −(i/κ) ∂H_W/∂β      S = −(i/κ) ∂²H_W/∂β²
 *   doubled Q           A = −(i/κ) ∂H_aW/∂β     S = +(i/κ) ∂²H_aW/∂β²
 *   truncated Wigner    A = −(i/κ) ∂H_Weyl/∂β   S = 0, and β = α*
 *
 * with A' and S' the same for α, i → −i.  The noise of mode j must depend on its own S_j only.
 * Dissipation adds to the drift and, in the sense of Stratonovich, Σ_k V_k ∘ dW_k: vector fields V_k of all
 * coordinates with one real increment each.  A noisy step is Heun's rule for the Stratonovich form, whose drift is A − ¼ ∂S/∂α (S depends on α
 * alone in the class of Eq. 64): weak error of first order.  Without noise it is the classical
 * Runge-Kutta step of fourth order.
 */
#ifndef QFPI_SHARED_DOUBLED_CELL_H
#define QFPI_SHARED_DOUBLED_CELL_H

#include "shared/guided_cell.h"

typedef struct qfpi_doubled_view {
    int modes, fields;
    /* A_j, S_j, ∂S_j of α, then the same of β, for every mode; then V_k of every coordinate */
    const qfp_symbol_term *terms;
    const size_t *first; /* [6 modes + fields 2 modes + 1] */
} qfpi_doubled_view;

static inline QFP_HD qfpi_complex qfpi_complex_root(qfpi_complex z)
{
    double size = sqrt(z.re * z.re + z.im * z.im);
    qfpi_complex root = {sqrt(0.5 * (size + fabs(z.re))), 0.0};
    if (size == 0.0)
        return root;
    double other = 0.5 * z.im / root.re;
    if (z.re >= 0.0) {
        root.im = other;
    } else {
        root.im = z.im < 0.0 ? -root.re : root.re;
        root.re = fabs(other);
    }
    return root;
}

/* What coordinate c (α_j: c = j, β_j: c = N + j) gains in a step h with the increment w.  Of the
 * two roots of S the one nearer to *branch is taken, and handed back: the second half of a Heun
 * step must not change branch. */
static inline QFP_HD qfpi_complex qfpi_doubled_gain(const qfpi_doubled_view *v, int c, double h,
                                                    double w, const qfpi_complex *z,
                                                    qfpi_complex *branch)
{
    int n = v->modes, j = c < n ? c : c - n;
    const size_t *first = v->first + 6 * j + (c < n ? 0 : 3);
    qfpi_complex a = qfpi_path_polynomial(n, first[0], first[1], v->terms, z, z + n);
    qfpi_complex gain = {a.re * h, a.im * h};
    if (first[1] == first[2])
        return gain;
    qfpi_complex s = qfpi_path_polynomial(n, first[1], first[2], v->terms, z, z + n);
    qfpi_complex ds = qfpi_path_polynomial(n, first[2], first[3], v->terms, z, z + n);
    qfpi_complex root = qfpi_complex_root(s);
    if (root.re * branch->re + root.im * branch->im < 0.0) {
        root.re = -root.re;
        root.im = -root.im;
    }
    *branch = root;
    gain.re += root.re * w - 0.25 * ds.re * h;
    gain.im += root.im * w - 0.25 * ds.im * h;
    return gain;
}

/* Σ_k w_k V_k of coordinate c. */
static inline QFP_HD void qfpi_doubled_add_fields(const qfpi_doubled_view *v, int c,
                                                  const double *w, const qfpi_complex *z,
                                                  qfpi_complex *gain)
{
    int n = v->modes;
    for (int k = 0; k < v->fields; ++k) {
        const size_t *first = v->first + 6 * n + 2 * n * k + c;
        qfpi_complex field = qfpi_path_polynomial(n, first[0], first[1], v->terms, z, z + n);
        gain->re += w[k] * field.re;
        gain->im += w[k] * field.im;
    }
}

static inline QFP_HD int qfpi_doubled_is_noisy(const qfpi_doubled_view *v)
{
    for (int k = 0; k < 2 * v->modes; ++k)
        if (v->first[3 * k + 1] != v->first[3 * k + 2])
            return 1;
    return v->fields > 0;
}

/* Without noise: classical Runge-Kutta. */
static inline QFP_HD void qfpi_doubled_flow(const qfpi_doubled_view *v, double h, qfpi_complex *z)
{
    const double node[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1.0, 2.0, 2.0, 1.0};
    qfpi_complex k[2 * QFP_MAX_MODES], stage[2 * QFP_MAX_MODES], sum[2 * QFP_MAX_MODES];
    qfpi_complex branch = {0.0, 0.0};
    int coordinates = 2 * v->modes;
    for (int r = 0; r < 4; ++r) {
        for (int c = 0; c < coordinates; ++c) {
            stage[c] = z[c];
            if (r > 0) {
                stage[c].re += node[r] * k[c].re;
                stage[c].im += node[r] * k[c].im;
            }
        }
        for (int c = 0; c < coordinates; ++c) {
            qfpi_complex gain = qfpi_doubled_gain(v, c, h, 0.0, stage, &branch);
            k[c] = gain;
            sum[c].re = r == 0 ? gain.re : sum[c].re + weight[r] * gain.re;
            sum[c].im = r == 0 ? gain.im : sum[c].im + weight[r] * gain.im;
        }
    }
    for (int c = 0; c < coordinates; ++c) {
        z[c].re += sum[c].re / 6.0;
        z[c].im += sum[c].im / 6.0;
    }
}

/* w[count]: increments of a step h, from the blocks of normal numbers that begin at `block`. */
static inline QFP_HD void qfpi_doubled_increments(double h, uint64_t seed, uint64_t sequence,
                                                  uint64_t step, int merge, uint64_t block,
                                                  int count, double *w)
{
    double root = sqrt(h / merge);
    for (int k = 0; k < count; k += 2) {
        double sum[2] = {0.0, 0.0};
        for (int m = 0; m < merge; ++m) {
            double x, y;
            qfpi_normal2(seed, sequence,
                         ((step + (uint64_t)m) << QFPI_STEP_BITS) + block + (uint64_t)k / 2, &x,
                         &y);
            sum[0] += root * x;
            sum[1] += root * y;
        }
        w[k] = sum[0];
        if (k + 1 < count)
            w[k + 1] = sum[1];
    }
}

/* Heun's rule.  Mode j has block j of a step, its first number for α_j; the fields have the blocks behind. */
static inline QFP_HD void qfpi_doubled_noisy(const qfpi_doubled_view *v, double h, uint64_t seed,
                                             uint64_t sequence, uint64_t step, int merge,
                                             qfpi_complex *z)
{
    int n = v->modes;
    double own[2 * QFP_MAX_MODES], shared[QFPI_MOST_FIELDS];
    qfpi_complex gain[2 * QFP_MAX_MODES], ahead[2 * QFP_MAX_MODES];
    qfpi_complex branch[2 * QFP_MAX_MODES];
    qfpi_doubled_increments(h, seed, sequence, step, merge, 0, 2 * n, own);
    qfpi_doubled_increments(h, seed, sequence, step, merge, (uint64_t)n, v->fields, shared);
    for (int c = 0; c < 2 * n; ++c) {
        double w = c < n ? own[2 * c] : own[2 * (c - n) + 1];
        branch[c].re = branch[c].im = 0.0;
        gain[c] = qfpi_doubled_gain(v, c, h, w, z, &branch[c]);
        qfpi_doubled_add_fields(v, c, shared, z, &gain[c]);
        ahead[c].re = z[c].re + gain[c].re;
        ahead[c].im = z[c].im + gain[c].im;
    }
    for (int c = 0; c < 2 * n; ++c) {
        double w = c < n ? own[2 * c] : own[2 * (c - n) + 1];
        qfpi_complex second = qfpi_doubled_gain(v, c, h, w, ahead, &branch[c]);
        qfpi_doubled_add_fields(v, c, shared, ahead, &second);
        gain[c].re = 0.5 * (gain[c].re + second.re);
        gain[c].im = 0.5 * (gain[c].im + second.im);
    }
    for (int c = 0; c < 2 * n; ++c) {
        z[c].re += gain[c].re;
        z[c].im += gain[c].im;
    }
}

/* Moves z = (α, β); 0 when some |α_j β_j| passed `limit` or stopped being a number. */
static inline QFP_HD int qfpi_doubled_cell(const qfpi_doubled_view *v, double h, uint64_t seed,
                                           uint64_t sequence, uint64_t step, int merge,
                                           double limit, qfpi_complex *z)
{
    int inside = 1;
    if (qfpi_doubled_is_noisy(v))
        qfpi_doubled_noisy(v, h, seed, sequence, step, merge, z);
    else
        qfpi_doubled_flow(v, h, z);
    for (int j = 0; j < v->modes; ++j) {
        qfpi_complex product = qfpi_times(z[j], z[v->modes + j]);
        inside = inside && product.re * product.re + product.im * product.im <= limit * limit;
    }
    return inside;
}

#endif
