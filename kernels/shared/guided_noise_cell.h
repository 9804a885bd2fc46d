/* guided_noise_cell.h - the noise of the guided diffusion where it couples modes.
 *
 *   S_ij = (1/κ) ∂²H_aW/∂α*_i∂α*_j      symmetric, a function of α alone in the class (64)
 *   M = (S S†)^{1/2} = V diag(m) V†      Hermitian, ≥ 0: |D|, the absolute value of the diffusion
 *
 * and, from ∂(M²)/∂α*_j = S (∂S/∂α_j)†, the divergence that Ito's drift needs,
 *
 *   Σ_j ∂M_ij/∂α*_j = Σ_j [V X_j V†]_ij,   (X_j)_ab = [V† S (∂S/∂α_j)† V]_ab / (m_a + m_b).
 *
 * The ratio stays bounded where both m vanish, and counts as 0 there: its numerator is at most
 * m_a |∂S|.  m_a is taken as the length of row a of V†S, which keeps small ones exact.
 */
#ifndef QFPI_SHARED_GUIDED_NOISE_CELL_H
#define QFPI_SHARED_GUIDED_NOISE_CELL_H

#include <math.h>

#include "shared/path_polynomial.h"

enum { QFPI_NOISE_ENTRIES = QFP_MAX_MODES * QFP_MAX_MODES, QFPI_NOISE_SWEEPS = 40 };

/* a b*, for sums over conjugated columns. */
static inline QFP_HD qfpi_complex qfpi_times_bar(qfpi_complex a, qfpi_complex b)
{
    qfpi_complex c = {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
    return c;
}

/* out = a b, out = a† b and out = a b† of n × n matrices, rows first; out is neither of them. */
static inline QFP_HD void qfpi_matrix_product(int n, int a_dagger, int b_dagger,
                                              const qfpi_complex *a, const qfpi_complex *b,
                                              qfpi_complex *out)
{
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
            qfpi_complex sum = {0.0, 0.0};
            for (int k = 0; k < n; ++k) {
                qfpi_complex x = a_dagger ? a[k * n + i] : a[i * n + k];
                qfpi_complex y = b_dagger ? b[j * n + k] : b[k * n + j];
                if (a_dagger)
                    x.im = -x.im;
                qfpi_complex xy = b_dagger ? qfpi_times_bar(x, y) : qfpi_times(x, y);
                sum.re += xy.re;
                sum.im += xy.im;
            }
            out[i * n + j] = sum;
        }
}

/* One Jacobi rotation: columns p and q of `m` by G with G_pp = G_qq = c, G_pq = s e^{iφ}, G_qp =
 * −s e^{−iφ}; `turn` is e^{iφ}. */
static inline QFP_HD void qfpi_rotate_columns(int n, int p, int q, double c, double s,
                                              qfpi_complex turn, qfpi_complex *m)
{
    for (int k = 0; k < n; ++k) {
        qfpi_complex x = m[k * n + p], y = m[k * n + q];
        qfpi_complex x_turned = qfpi_times(x, turn), y_back = qfpi_times_bar(y, turn);
        m[k * n + p].re = c * x.re - s * y_back.re;
        m[k * n + p].im = c * x.im - s * y_back.im;
        m[k * n + q].re = s * x_turned.re + c * y.re;
        m[k * n + q].im = s * x_turned.im + c * y.im;
    }
}

/* Rows by G†: those of the conjugate transpose as columns by G. */
static inline QFP_HD void qfpi_rotate_rows(int n, int p, int q, double c, double s,
                                           qfpi_complex turn, qfpi_complex *m)
{
    for (int k = 0; k < n; ++k) {
        qfpi_complex x = m[p * n + k], y = m[q * n + k];
        qfpi_complex x_back = qfpi_times_bar(x, turn), y_turned = qfpi_times(y, turn);
        m[p * n + k].re = c * x.re - s * y_turned.re;
        m[p * n + k].im = c * x.im - s * y_turned.im;
        m[q * n + k].re = s * x_back.re + c * y.re;
        m[q * n + k].im = s * x_back.im + c * y.im;
    }
}

/* Cyclic Jacobi: the columns of v become eigenvectors of the Hermitian matrix a, which is lost. */
static inline QFP_HD void qfpi_hermitian_vectors(int n, qfpi_complex *a, qfpi_complex *v)
{
    for (int k = 0; k < n * n; ++k) {
        v[k].re = k % (n + 1) == 0 ? 1.0 : 0.0;
        v[k].im = 0.0;
    }
    for (int sweep = 0; sweep < QFPI_NOISE_SWEEPS; ++sweep) {
        int rotated = 0;
        for (int p = 0; p < n; ++p)
            for (int q = p + 1; q < n; ++q) {
                qfpi_complex b = a[p * n + q];
                double size = sqrt(b.re * b.re + b.im * b.im);
                double scale = fabs(a[p * n + p].re) + fabs(a[q * n + q].re);
                if (!(size > 1e-17 * scale)) /* below rounding; also stops at NaN */
                    continue;
                double theta = (a[q * n + q].re - a[p * n + p].re) / (2.0 * size);
                double t = 1.0 / (fabs(theta) + sqrt(theta * theta + 1.0));
                if (theta < 0.0)
                    t = -t;
                double c = 1.0 / sqrt(t * t + 1.0), s = t * c;
                qfpi_complex turn = {b.re / size, b.im / size};
                qfpi_rotate_columns(n, p, q, c, s, turn, a);
                qfpi_rotate_rows(n, p, q, c, s, turn, a);
                qfpi_rotate_columns(n, p, q, c, s, turn, v);
                a[p * n + q].re = a[p * n + q].im = a[q * n + p].re = a[q * n + p].im = 0.0;
                rotated = 1;
            }
        if (!rotated)
            break;
    }
}

/* V and m of S; `rotated` becomes V†S. */
static inline QFP_HD void qfpi_noise_spectrum(int n, const qfpi_complex *S, qfpi_complex *V,
                                              double *m, qfpi_complex *rotated)
{
    qfpi_matrix_product(n, 0, 1, S, S, rotated); /* S S†, used up as work space */
    qfpi_hermitian_vectors(n, rotated, V);
    qfpi_matrix_product(n, 1, 0, V, S, rotated);
    for (int a = 0; a < n; ++a) {
        double sum = 0.0;
        for (int k = 0; k < n; ++k) {
            qfpi_complex x = rotated[a * n + k];
            sum += x.re * x.re + x.im * x.im;
        }
        m[a] = sqrt(sum);
    }
}

/* out = V diag(f) V†. */
static inline QFP_HD void qfpi_noise_function(int n, const qfpi_complex *V, const double *f,
                                              qfpi_complex *out)
{
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
            qfpi_complex sum = {0.0, 0.0};
            for (int a = 0; a < n; ++a) {
                qfpi_complex x = qfpi_times_bar(V[i * n + a], V[j * n + a]);
                sum.re += f[a] * x.re;
                sum.im += f[a] * x.im;
            }
            out[i * n + j] = sum;
        }
}

/* divergence_i += [V X_j V†]_ij for one j; slope: ∂S/∂α_j; rotated: V†S. */
static inline QFP_HD void qfpi_noise_slope(int n, int j, const qfpi_complex *V, const double *m,
                                           const qfpi_complex *rotated, const qfpi_complex *slope,
                                           qfpi_complex *divergence)
{
    qfpi_complex w[QFPI_NOISE_ENTRIES], x[QFPI_NOISE_ENTRIES];
    qfpi_matrix_product(n, 0, 1, rotated, slope, w); /* V† S (∂S)† */
    qfpi_matrix_product(n, 0, 0, w, V, x);
    for (int a = 0; a < n; ++a) {
        qfpi_complex sum = {0.0, 0.0}; /* [X V†]_aj */
        for (int b = 0; b < n; ++b) {
            double weight = m[a] + m[b] > 0.0 ? 1.0 / (m[a] + m[b]) : 0.0;
            qfpi_complex xv = qfpi_times_bar(x[a * n + b], V[j * n + b]);
            sum.re += weight * xv.re;
            sum.im += weight * xv.im;
        }
        for (int i = 0; i < n; ++i) {
            qfpi_complex vs = qfpi_times(V[i * n + a], sum);
            divergence[i].re += vs.re;
            divergence[i].im += vs.im;
        }
    }
}

#endif
