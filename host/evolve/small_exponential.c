#include "evolve/small_exponential.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void multiply(int n, const double *a, const double *b, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a, n, b, n, 0.0, out, n);
}

/* out = Σ_i c_i power_i + c_0 1 over three even powers A², A⁴, A⁶ */
static void even_sum(int n, const double *const power[3], const double c[4], double *out)
{
    for (int i = 0; i < n * n; i++)
        out[i] = c[1] * power[0][i] + c[2] * power[1][i] + c[3] * power[2][i];
    for (int i = 0; i < n; i++)
        out[i * n + i] += c[0];
}

qfp_status qfp_dense_exponential(int n, const double *a, double *out)
{
    /* Coefficients of the [13/13] approximant, b_0 … b_13 (Higham, SIAM J. Matrix Anal. 26,
     * 1179). */
    static const double b[14] = {64764752532480000.0,
                                 32382376266240000.0,
                                 7771770303897600.0,
                                 1187353796428800.0,
                                 129060195264000.0,
                                 10559470521600.0,
                                 670442572800.0,
                                 33522128640.0,
                                 1323241920.0,
                                 40840800.0,
                                 960960.0,
                                 16380.0,
                                 182.0,
                                 1.0};
    const double theta = 5.371920351148152; /* largest 1-norm without scaling */
    size_t size = (size_t)n * (size_t)n;
    double *memory = NULL;
    QFP_TRY(QFP_ALLOCATE(memory, 7 * size, "a matrix exponential"));
    double *x = memory, *x2 = x + size, *x4 = x2 + size, *x6 = x4 + size, *u = x6 + size,
           *v = u + size, *w = v + size;

    double norm = 0.0;
    for (int k = 0; k < n; k++) {
        double column = 0.0;
        for (int i = 0; i < n; i++)
            column += fabs(a[i * n + k]);
        norm = fmax(norm, column);
    }
    int squarings = norm > theta ? (int)ceil(log2(norm / theta)) : 0;
    for (size_t i = 0; i < size; i++)
        x[i] = ldexp(a[i], -squarings);
    multiply(n, x, x, x2);
    multiply(n, x2, x2, x4);
    multiply(n, x4, x2, x6);
    const double *const power[3] = {x2, x4, x6};

    /* U = X (A⁶(b13 A⁶ + b11 A⁴ + b9 A²) + b7 A⁶ + b5 A⁴ + b3 A² + b1), V likewise, even b */
    even_sum(n, power, (const double[4]){0.0, b[9], b[11], b[13]}, w);
    multiply(n, x6, w, v);
    even_sum(n, power, (const double[4]){b[1], b[3], b[5], b[7]}, w);
    for (size_t i = 0; i < size; i++)
        v[i] += w[i];
    multiply(n, x, v, u);
    even_sum(n, power, (const double[4]){0.0, b[8], b[10], b[12]}, w);
    multiply(n, x6, w, v);
    even_sum(n, power, (const double[4]){b[0], b[2], b[4], b[6]}, w);
    for (size_t i = 0; i < size; i++) {
        v[i] += w[i];
        w[i] = v[i] - u[i];
        out[i] = v[i] + u[i];
    }
    lapack_int *pivots = NULL;
    qfp_status status = QFP_ALLOCATE(pivots, n, "a matrix exponential");
    if (status == QFP_OK && LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, n, w, n, pivots, out, n) != 0)
        status = QFP_FAIL(QFP_NOT_FINITE, "the exponential of a small matrix is not finite");
    for (int s = 0; s < squarings && status == QFP_OK; s++) {
        multiply(n, out, out, w);
        memcpy(out, w, size * sizeof *out);
    }
    free(pivots);
    free(memory);
    return status;
}

qfp_status qfp_skew_tridiagonal_create(int n, const double *beta, qfp_skew_tridiagonal *out)
{
    *out = (qfp_skew_tridiagonal){.n = n};
    double *off = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->eigenvalues, n, "Ritz values"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->eigenvectors, (size_t)n * (size_t)n, "Ritz vectors"));
    QFP_TRY_GOTO(QFP_ALLOCATE(off, n, "a tridiagonal matrix"));
    memcpy(off, beta, (size_t)(n - 1) * sizeof *off);
    if (LAPACKE_dstev(LAPACK_ROW_MAJOR, 'V', n, out->eigenvalues, off, out->eigenvectors, n) != 0)
        status = QFP_FAIL(QFP_NOT_FINITE, "the Ritz values of the generator are not finite");
done:
    free(off);
    if (status != QFP_OK)
        qfp_skew_tridiagonal_destroy(out);
    return status;
}

void qfp_skew_tridiagonal_destroy(qfp_skew_tridiagonal *t)
{
    free(t->eigenvalues);
    free(t->eigenvectors);
    *t = (qfp_skew_tridiagonal){0};
}

double qfp_skew_tridiagonal_entry(const qfp_skew_tridiagonal *t, double tau, int k)
{
    /* (-i)^k Σ_l S_kl S_1l e^{iτλ_l} is real: only the cosine or the sine sum survives. */
    double sum = 0.0;
    for (int l = 0; l < t->n; l++) {
        double phase = tau * t->eigenvalues[l];
        sum += t->eigenvectors[k * t->n + l] * t->eigenvectors[l] *
               (k % 2 == 0 ? cos(phase) : sin(phase));
    }
    return k % 4 == 0 || k % 4 == 1 ? sum : -sum;
}
