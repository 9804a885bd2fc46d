/* eigen_cell.h - the ± eigenpairs of one traceless diffusion matrix D, with JD = -DJ.
 *
 * If D v = λ v then D (Jv) = -λ (Jv): eigenvalues come as ±λ.  The result lists λ_0 ≥ … ≥ λ_{N-1}
 * ≥ 0 with vectors v_i, then -λ_{N-1} ≥ … ≥ -λ_0 with vectors J v_i: entry 2N-1-i belongs to i.
 * For one mode this is closed: λ = |∂²_{α*}H| C/κ = sqrt(D_QQ² + D_QP²).
 */
#ifndef QFPI_SHARED_EIGEN_CELL_H
#define QFPI_SHARED_EIGEN_CELL_H

#include <math.h>

#include "shared/flow_cell.h"

#define QFPI_EIGEN_MAX 16 /* 2N for the most modes */
#define QFPI_EIGEN_SWEEPS 40
#define QFPI_EIGEN_WORK (2 * QFPI_EIGEN_MAX * QFPI_EIGEN_MAX)

/* The half-angle of (D_QQ, D_QP) by square roots alone, which every device rounds alike. */
static inline QFP_HD void qfpi_eigen_one_mode_cell(const double *D, double *value, double *vector)
{
    double r = sqrt(D[0] * D[0] + D[1] * D[1]);
    double x = 1.0, y = 0.0;
    if (r > 0.0) {
        x = D[0] >= 0.0 ? r + D[0] : fabs(D[1]);
        y = D[0] >= 0.0 ? D[1] : (D[1] >= 0.0 ? r - D[0] : -(r - D[0]));
        double norm = sqrt(x * x + y * y);
        x /= norm;
        y /= norm;
    }
    value[0] = r;
    value[1] = -r;
    vector[0] = x;
    vector[1] = y;
    vector[2] = y; /* J (x, y) = (y, -x) */
    vector[3] = -x;
}

/* Zeroes a[p][q] by a rotation, which the rows of v follow. */
static inline QFP_HD void qfpi_jacobi_rotate(int n, double *a, double *v, int p, int q)
{
    double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * a[p * n + q]);
    double t = 1.0 / (fabs(theta) + sqrt(theta * theta + 1.0));
    if (theta < 0.0)
        t = -t;
    double c = 1.0 / sqrt(t * t + 1.0), s = t * c;
    for (int k = 0; k < n; ++k) {
        double kp = a[k * n + p], kq = a[k * n + q];
        a[k * n + p] = c * kp - s * kq;
        a[k * n + q] = s * kp + c * kq;
    }
    for (int k = 0; k < n; ++k) {
        double pk = a[p * n + k], qk = a[q * n + k];
        a[p * n + k] = c * pk - s * qk;
        a[q * n + k] = s * pk + c * qk;
        double vp = v[p * n + k], vq = v[q * n + k];
        v[p * n + k] = c * vp - s * vq;
        v[q * n + k] = s * vp + c * vq;
    }
    a[p * n + q] = 0.0;
    a[q * n + p] = 0.0;
}

/* Cyclic Jacobi: a becomes diagonal, rows of v its eigenvectors. */
static inline QFP_HD void qfpi_jacobi_cell(int n, double *a, double *v)
{
    for (int i = 0; i < n * n; ++i)
        v[i] = i / n == i % n ? 1.0 : 0.0;
    for (int sweep = 0; sweep < QFPI_EIGEN_SWEEPS; ++sweep) {
        double off = 0.0, all = 0.0;
        for (int p = 0; p < n; ++p)
            for (int q = 0; q < n; ++q) {
                all += a[p * n + q] * a[p * n + q];
                off += p == q ? 0.0 : a[p * n + q] * a[p * n + q];
            }
        if (!(off > 1e-34 * all))
            return;
        for (int p = 0; p < n; ++p)
            for (int q = p + 1; q < n; ++q)
                if (a[p * n + q] != 0.0)
                    qfpi_jacobi_rotate(n, a, v, p, q);
    }
}

/* Takes out of v its components along row i of `vector` and along J times that row. */
static inline QFP_HD void qfpi_eigen_project(int modes, const double *row, double *v)
{
    int n = 2 * modes;
    double along = 0.0, across = 0.0;
    for (int a = 0; a < n; ++a) {
        along += row[a] * v[a];
        across += qfpi_partner_sign(modes, a) * row[qfpi_partner(modes, a)] * v[a];
    }
    for (int a = 0; a < n; ++a)
        v[a] -= along * row[a] + across * qfpi_partner_sign(modes, a) * row[qfpi_partner(modes, a)];
}

/* value[2N], vector[2N][2N] (rows) of the symmetric row-major D[2N][2N]; work[2 (2N)²] is scratch,
 * handed in because a device would set such an array aside for every thread it can hold.
 *
 * Vectors of λ > 0 and their J images are orthogonal by themselves.  In the kernel of D they need
 * not be: there a candidate is reduced by the pairs chosen so far and taken when enough is left
 * (with m of the kernel's 2M dimensions used up, some candidate keeps at least 1/N of its square).
 */
static inline QFP_HD void qfpi_eigen_cell(int modes, const double *D, double *value, double *vector,
                                          double *work)
{
    if (modes == 1) {
        qfpi_eigen_one_mode_cell(D, value, vector);
        return;
    }
    int n = 2 * modes, order[QFPI_EIGEN_MAX], next = 0;
    double *a = work, *v = work + n * n, rest[QFPI_EIGEN_MAX];
    for (int i = 0; i < n * n; ++i)
        a[i] = D[i];
    qfpi_jacobi_cell(n, a, v);
    for (int i = 0; i < n; ++i) {
        int place = i;
        for (; place > 0 && a[order[place - 1] * n + order[place - 1]] < a[i * n + i]; --place)
            order[place] = order[place - 1];
        order[place] = i;
    }
    for (int chosen = 0; chosen < modes; ++chosen) {
        double square = 0.0, eigenvalue = 0.0;
        for (; next < n && !(square > 0.5 / (double)modes); ++next) {
            int candidate = order[next];
            eigenvalue = a[candidate * n + candidate];
            for (int k = 0; k < n; ++k)
                rest[k] = v[candidate * n + k];
            for (int pass = 0; pass < 2;
                 ++pass) /* twice: once is orthogonal to rounding / square */
                for (int i = 0; i < chosen; ++i)
                    qfpi_eigen_project(modes, vector + i * n, rest);
            square = 0.0;
            for (int k = 0; k < n; ++k)
                square += rest[k] * rest[k];
        }
        double norm = square > 0.0 ? sqrt(square) : 1.0;
        double *row = vector + chosen * n, *image = vector + (n - 1 - chosen) * n;
        value[chosen] = eigenvalue > 0.0 ? eigenvalue : 0.0;
        value[n - 1 - chosen] = -value[chosen];
        for (int k = 0; k < n; ++k)
            row[k] = rest[k] / norm;
        for (int k = 0; k < n; ++k)
            image[k] = qfpi_partner_sign(modes, k) * row[qfpi_partner(modes, k)];
    }
}

#endif
