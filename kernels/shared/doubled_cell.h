/* doubled_cell.h - one step of a trajectory in the doubled phase space (α, β), β in place of α*.
 *
 *   dα_j = A_j dt + √S_j dW_j,   dβ_j = A'_j dt + √S'_j dW'_j                               (Ito)
 *   positive P   A = −(i/κ) ∂H_W/∂β,   S = −(i/κ) ∂²H_W/∂β²,    A' = (i/κ) ∂H_W/∂α,   S' = (i/κ)
 * ∂²H_W/∂α² doubled Q    the same with H_aW in the drift, and the opposite sign of S and S'
 *   truncated Wigner   H_Weyl, S = S' = 0, β = α*
 *
 * The noise of mode j must depend on its own S_j only.  The step is Heun's rule for the
 * Stratonovich form, whose drift is A − ¼ ∂S/∂α (S depends on α alone in the class of Eq. 64): weak
 * error of first order in the step with noise, of second without.
 */
#ifndef QFPI_SHARED_DOUBLED_CELL_H
#define QFPI_SHARED_DOUBLED_CELL_H

#include "shared/guided_cell.h"

typedef struct qfpi_doubled_view {
    int modes;
    const qfp_symbol_term *terms; /* A_j, S_j, ∂S_j of α, then the same of β, for every mode */
    const size_t *first;          /* [6 modes + 1] */
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

/* Moves z = (α, β); 0 when some |α_j β_j| passed `limit` or stopped being a number. */
static inline QFP_HD int qfpi_doubled_cell(const qfpi_doubled_view *v, double h, uint64_t seed,
                                           uint64_t sequence, uint64_t step, int merge,
                                           double limit, qfpi_complex *z)
{
    int n = v->modes;
    double w[2 * QFPI_MAX_MODES];
    qfpi_complex gain[2 * QFPI_MAX_MODES], ahead[2 * QFPI_MAX_MODES];
    qfpi_complex branch[2 * QFPI_MAX_MODES];
    for (int j = 0; j < n; ++j) {
        w[j] = w[n + j] = 0.0;
        for (int m = 0; m < merge; ++m) {
            double x, y, root = sqrt(h / merge);
            qfpi_normal2(seed, sequence, ((step + (uint64_t)m) << QFPI_STEP_BITS) + (uint64_t)j, &x,
                         &y);
            w[j] += root * x;
            w[n + j] += root * y;
        }
    }
    for (int c = 0; c < 2 * n; ++c) {
        branch[c].re = branch[c].im = 0.0;
        gain[c] = qfpi_doubled_gain(v, c, h, w[c], z, &branch[c]);
        ahead[c].re = z[c].re + gain[c].re;
        ahead[c].im = z[c].im + gain[c].im;
    }
    for (int c = 0; c < 2 * n; ++c) {
        qfpi_complex second = qfpi_doubled_gain(v, c, h, w[c], ahead, &branch[c]);
        gain[c].re = 0.5 * (gain[c].re + second.re);
        gain[c].im = 0.5 * (gain[c].im + second.im);
    }
    int inside = 1;
    for (int c = 0; c < 2 * n; ++c) {
        z[c].re += gain[c].re;
        z[c].im += gain[c].im;
    }
    for (int j = 0; j < n; ++j) {
        qfpi_complex product = qfpi_times(z[j], z[n + j]);
        inside = inside && product.re * product.re + product.im * product.im <= limit * limit;
    }
    return inside;
}

#endif
