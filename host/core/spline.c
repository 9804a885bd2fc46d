#include "core/spline.h"

#include <lapacke.h>
#include <stdlib.h>

/* The rows of the inner knots, h_{i−1} M_{i−1} + 2 (h_{i−1} + h_i) M_i + h_i M_{i+1} = 6 (s_i − s_{i−1}) with
 * the steps h, the slopes s and the second derivatives M; M at the ends, on the lines through its
 * neighbours, is put in. */
static void fill(size_t count, const double *x, const double complex *y, double *lower,
                 double *diagonal, double *upper, double complex *right)
{
    size_t inner = count - 2;
    for (size_t i = 1; i <= inner; i++) {
        double before = x[i] - x[i - 1], behind = x[i + 1] - x[i];
        diagonal[i - 1] = 2.0 * (before + behind);
        if (i > 1)
            lower[i - 2] = before;
        if (i < inner)
            upper[i - 1] = behind;
        right[i - 1] = 6.0 * ((y[i + 1] - y[i]) / behind - (y[i] - y[i - 1]) / before);
    }
    double first = x[1] - x[0], second = x[2] - x[1];
    double last = x[count - 1] - x[count - 2], but_one = x[count - 2] - x[count - 3];
    diagonal[0] += first * (1.0 + first / second);
    upper[0] -= first * first / second;
    diagonal[inner - 1] += last * (1.0 + last / but_one);
    lower[inner - 2] -= last * last / but_one;
}

static qfp_status solve(size_t count, const double *x, const double complex *y,
                        double complex *bends)
{
    size_t inner = count - 2;
    double *matrix = NULL, *right = NULL;
    QFP_TRY(QFP_ALLOCATE(matrix, 3 * inner, "a spline"));
    qfp_status status = QFP_ALLOCATE(right, 2 * inner, "a spline");
    if (status == QFP_OK) {
        double *lower = matrix, *diagonal = matrix + inner, *upper = matrix + 2 * inner;
        fill(count, x, y, lower, diagonal, upper, bends + 1);
        for (size_t i = 0; i < inner; i++) {
            right[i] = creal(bends[i + 1]);
            right[inner + i] = cimag(bends[i + 1]);
        }
        if (LAPACKE_dgtsv(LAPACK_COL_MAJOR, (lapack_int)inner, 2, lower, diagonal, upper, right,
                          (lapack_int)inner) != 0)
            status = QFP_FAIL(QFP_INTERNAL, "a spline through %zu knots has no solution", count);
        for (size_t i = 0; i < inner && status == QFP_OK; i++)
            bends[i + 1] = CMPLX(right[i], right[inner + i]);
    }
    free(matrix);
    free(right);
    return status;
}

qfp_status qfp_spline_create(size_t count, const double *x, const double complex *y,
                             double complex *bends)
{
    if (count == 2) {
        bends[0] = bends[1] = 0.0;
        return QFP_OK;
    }
    if (count == 3) {
        double complex bend =
            2.0 * ((y[2] - y[1]) / (x[2] - x[1]) - (y[1] - y[0]) / (x[1] - x[0])) / (x[2] - x[0]);
        bends[0] = bends[1] = bends[2] = bend;
        return QFP_OK;
    }
    QFP_TRY(solve(count, x, y, bends));
    size_t last = count - 1;
    bends[0] = bends[1] + (bends[1] - bends[2]) * (x[1] - x[0]) / (x[2] - x[1]);
    bends[last] = bends[last - 1] + (bends[last - 1] - bends[last - 2]) * (x[last] - x[last - 1]) /
                                        (x[last - 1] - x[last - 2]);
    return QFP_OK;
}

double complex qfp_spline_value(size_t count, const double *x, const double complex *y,
                                const double complex *bends, double at)
{
    if (at <= x[0])
        return y[0];
    if (at >= x[count - 1])
        return y[count - 1];
    size_t low = 0, high = count - 1;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        *(x[middle] <= at ? &low : &high) = middle;
    }
    double h = x[high] - x[low], b = (at - x[low]) / h, a = 1.0 - b;
    return a * y[low] + b * y[high] +
           ((a * a * a - a) * bends[low] + (b * b * b - b) * bends[high]) * h * h / 6.0;
}
