/* diffusion_cell.h - one step of an ordinary diffusion whose density is the Husimi function.
 *
 *   dα_i = f_i dt + dζ_i,   E dζ_i dζ_j* = g_ij dt,   E dζ_i dζ_j = m_ij dt                     (Ito)
 *
 * where the equation of Q is of second order, with ∂̄_j∂_i(g_ij Q) and ½ ∂_i∂_j(m_ij Q) in it.  This exists where
 * the real covariance D of (Re α_1, Im α_1, …) is positive: the step takes its Cholesky factor, and fails where a
 * pivot is negative.  Euler and Maruyama: weak error of first order.
 */
#ifndef QFPI_SHARED_DIFFUSION_CELL_H
#define QFPI_SHARED_DIFFUSION_CELL_H

#include "shared/guided_cell.h"

/* Pivots this far below zero, relative to the largest element, are rounding. */
#define QFPI_DIFFUSION_ROUNDING 1e-12

typedef struct qfpi_diffusion_view {
    int modes;
    const qfp_symbol_term *terms; /* f_i, then g_ij, then m_ij, j fastest */
    const size_t *first;          /* [modes + 2 modes² + 1] */
} qfpi_diffusion_view;

/* Entry k of the list at (α, β), β = α*. */
static inline QFP_HD qfpi_complex qfpi_diffusion_value(const qfpi_diffusion_view *v, int k,
                                                       const qfpi_complex *alpha,
                                                       const qfpi_complex *beta)
{
    return qfpi_path_polynomial(v->modes, v->first[k], v->first[k + 1], v->terms, alpha, beta);
}

/* d [2 modes][2 modes] of (Re α_1, Im α_1, …): E dx_i dx_j = ½ Re(g + m), E dy_i dy_j = ½ Re(g − m),
 * E dx_i dy_j = ½ Im(m − g), E dy_i dx_j = ½ Im(m + g). */
static inline QFP_HD void qfpi_diffusion_matrix(const qfpi_diffusion_view *v,
                                                const qfpi_complex *alpha, const qfpi_complex *beta,
                                                double *d)
{
    int n = v->modes, size = 2 * n;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
            qfpi_complex g = qfpi_diffusion_value(v, n + i * n + j, alpha, beta);
            qfpi_complex m = qfpi_diffusion_value(v, n + n * n + i * n + j, alpha, beta);
            d[2 * i * size + 2 * j] = 0.5 * (g.re + m.re);
            d[(2 * i + 1) * size + 2 * j + 1] = 0.5 * (g.re - m.re);
            d[2 * i * size + 2 * j + 1] = 0.5 * (m.im - g.im);
            d[(2 * i + 1) * size + 2 * j] = 0.5 * (m.im + g.im);
        }
}

/* d ← its lower Cholesky factor; 0 where it has a negative eigenvalue or is no number. */
static inline QFP_HD int qfpi_diffusion_factor(int size, double *d)
{
    double largest = 0.0;
    for (int k = 0; k < size * size; ++k)
        largest = fabs(d[k]) > largest ? fabs(d[k]) : largest;
    for (int k = 0; k < size; ++k) {
        double pivot = d[k * size + k];
        for (int l = 0; l < k; ++l)
            pivot -= d[k * size + l] * d[k * size + l];
        if (!(pivot >= -QFPI_DIFFUSION_ROUNDING * largest))
            return 0;
        double root = pivot > QFPI_DIFFUSION_ROUNDING * largest ? sqrt(pivot) : 0.0;
        for (int i = k + 1; i < size; ++i) {
            double sum = d[i * size + k];
            for (int l = 0; l < k; ++l)
                sum -= d[i * size + l] * d[k * size + l];
            /* under an empty pivot a positive matrix has nothing, but for the root of rounding */
            if (root == 0.0 && fabs(sum) > 2e-6 * largest)
                return 0;
            d[i * size + k] = root > 0.0 ? sum / root : 0.0;
        }
        d[k * size + k] = root;
    }
    return 1;
}

/* Moves α; 0 where D has a negative eigenvalue at it, which then stays. */
static inline QFP_HD int qfpi_diffusion_cell(const qfpi_diffusion_view *v, double h, uint64_t seed,
                                             uint64_t sequence, uint64_t step, int merge,
                                             qfpi_complex *alpha)
{
    int n = v->modes, size = 2 * n;
    qfpi_complex beta[QFP_MAX_MODES], gain[QFP_MAX_MODES];
    double d[4 * QFP_MAX_MODES * QFP_MAX_MODES], w[2 * QFP_MAX_MODES];
    for (int j = 0; j < n; ++j) {
        beta[j].re = alpha[j].re;
        beta[j].im = -alpha[j].im;
    }
    qfpi_diffusion_matrix(v, alpha, beta, d);
    if (!qfpi_diffusion_factor(size, d))
        return 0;
    for (int j = 0; j < n; ++j) {
        double root = sqrt(h / merge);
        w[2 * j] = w[2 * j + 1] = 0.0;
        for (int m = 0; m < merge; ++m) {
            double x, y;
            qfpi_normal2(seed, sequence, ((step + (uint64_t)m) << QFPI_STEP_BITS) + (uint64_t)j, &x,
                         &y);
            w[2 * j] += root * x;
            w[2 * j + 1] += root * y;
        }
        qfpi_complex f = qfpi_diffusion_value(v, j, alpha, beta);
        gain[j].re = h * f.re;
        gain[j].im = h * f.im;
    }
    for (int j = 0; j < n; ++j) {
        for (int k = 0; k <= 2 * j; ++k)
            gain[j].re += d[2 * j * size + k] * w[k];
        for (int k = 0; k <= 2 * j + 1; ++k)
            gain[j].im += d[(2 * j + 1) * size + k] * w[k];
    }
    for (int j = 0; j < n; ++j) {
        alpha[j].re += gain[j].re;
        alpha[j].im += gain[j].im;
    }
    return 1;
}

#endif
