#include "fock/factorised.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FULL = 1024, /* unknowns: 8 MB and a fraction of a second */
    PROBES = 48
};
#define MOST_FLOPS 6e10 /* ten seconds */
#define MOST_BYTES 1.5e9
#define AGREEMENT 1e-10 /* of L and its matrix, on noise */

struct qfp_factorised {
    qfp_unknown_map *map; /* borrowed */
    size_t n, reach;
    bool is_full;
    double *matrix;  /* L: full [n][n] by columns, or its band [n][2 reach + 1] */
    double *factors; /* full, or the band [n][3 reach + 1] that dgbtrf asks for */
    lapack_int *pivot;
};

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* How far the images of some unknowns reach, most of them in the first rows of the triangle, which are the
 * longest. */
static qfp_status find_reach(qfp_unknown_map *map, double *x, double *y, size_t *reach)
{
    size_t n = map->count, first = 8 * (size_t)sqrt((double)n);
    *reach = 1;
    for (size_t i = 0; i < PROBES; i++) {
        size_t at = i % 4 == 3 ? n * i / PROBES : first * i / PROBES;
        at = at < n ? at : n - 1;
        x[at] = 1.0;
        QFP_TRY(qfp_unknown_map_apply(map, x, y));
        x[at] = 0.0;
        for (size_t k = 0; k < n; k++)
            if (y[k] != 0.0 && distance(k, at) > *reach)
                *reach = distance(k, at);
    }
    return QFP_OK;
}

static double band_bytes(double n, double reach)
{
    return 8.0 * n * (5.0 * reach + 2.0);
}

static bool is_within_reach(size_t n, size_t reach)
{
    double size = (double)n, width = (double)reach;
    return 4.0 * size * width * width < MOST_FLOPS && band_bytes(size, width) < MOST_BYTES;
}

static double *element(const qfp_factorised *f, size_t row, size_t column)
{
    return f->is_full ? f->matrix + column * f->n + row
                      : f->matrix + column * (2 * f->reach + 1) + f->reach + row - column;
}

/* Columns whose images do not meet, all at once. */
static qfp_status fill(qfp_factorised *f, double *x, double *y)
{
    size_t stride = f->is_full ? f->n : 2 * f->reach + 1, width = f->is_full ? f->n : f->reach;
    for (size_t first = 0; first < stride; first++) {
        memset(x, 0, f->n * sizeof *x);
        for (size_t column = first; column < f->n; column += stride)
            x[column] = 1.0;
        QFP_TRY(qfp_unknown_map_apply(f->map, x, y));
        for (size_t column = first; column < f->n; column += stride) {
            size_t from = column > width ? column - width : 0;
            for (size_t row = from; row < f->n && row <= column + width; row++)
                *element(f, row, column) = y[row];
        }
    }
    return QFP_OK;
}

/* Whether the matrix is all of L. */
static qfp_status agree(const qfp_factorised *f, double *x, double *y, bool *same)
{
    uint64_t state = 11;
    size_t band = 2 * f->reach + 1;
    for (size_t i = 0; i < f->n; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        x[i] = (double)(state >> 11) * 0x1p-52 - 1.0;
    }
    QFP_TRY(qfp_unknown_map_apply(f->map, x, y));
    double size = cblas_dnrm2((int)f->n, y, 1);
    cblas_dgbmv(CblasColMajor, CblasNoTrans, (int)f->n, (int)f->n, (int)f->reach, (int)f->reach,
                -1.0, f->matrix, (int)band, x, 1, 1.0, y, 1);
    *same = cblas_dnrm2((int)f->n, y, 1) <= AGREEMENT * size;
    return QFP_OK;
}

static qfp_status allocate(qfp_unknown_map *map, size_t reach, qfp_factorised **out)
{
    qfp_factorised *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "a factorised generator"));
    *out = f;
    *f = (qfp_factorised){.map = map, .n = map->count, .reach = reach};
    f->is_full = f->n <= FULL;
    size_t rows = f->is_full ? f->n : 2 * reach + 1, more = f->is_full ? 0 : reach;
    QFP_TRY(QFP_ALLOCATE(f->matrix, f->n * rows, "the matrix of a generator"));
    QFP_TRY(QFP_ALLOCATE(f->factors, f->n * (rows + more), "the matrix of a generator"));
    return QFP_ALLOCATE(f->pivot, f->n, "the matrix of a generator");
}

qfp_status qfp_factorised_create(qfp_unknown_map *map, qfp_factorised **out)
{
    size_t n = map->count, reach = 0;
    double *x = NULL, *y = NULL;
    bool same = true;
    qfp_status status;
    *out = NULL;
    QFP_TRY_GOTO(QFP_ALLOCATE(x, n, "the matrix of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(y, n, "the matrix of a generator"));
    if (n > FULL)
        QFP_TRY_GOTO(find_reach(map, x, y, &reach));
    if (n > FULL && !is_within_reach(n, reach))
        goto done;
    QFP_TRY_GOTO(allocate(map, reach, out));
    QFP_TRY_GOTO(fill(*out, x, y));
    if (n > FULL)
        status = agree(*out, x, y, &same);
done:
    free(x);
    free(y);
    if (!same) {
        qfp_factorised_destroy(*out);
        *out = NULL;
    }
    return status;
}

void qfp_factorised_destroy(qfp_factorised *f)
{
    if (f == NULL)
        return;
    free(f->matrix);
    free(f->factors);
    free(f->pivot);
    free(f);
}

bool qfp_factorised_is_full(const qfp_factorised *f)
{
    return f->is_full;
}

double qfp_factorised_bytes(double n)
{
    return n <= FULL ? 16.0 * n * n : fmin(band_bytes(n, 2.0 * sqrt(n)), MOST_BYTES);
}

static lapack_int factorise_full(qfp_factorised *f, double shift)
{
    lapack_int n = (lapack_int)f->n;
    memcpy(f->factors, f->matrix, f->n * f->n * sizeof *f->matrix);
    for (size_t i = 0; i < f->n; i++)
        f->factors[i * (f->n + 1)] -= shift;
    return LAPACKE_dgetrf(LAPACK_COL_MAJOR, n, n, f->factors, n, f->pivot);
}

static lapack_int factorise_band(qfp_factorised *f, double shift)
{
    size_t band = 2 * f->reach + 1, rows = band + f->reach;
    for (size_t column = 0; column < f->n; column++) {
        double *to = f->factors + column * rows;
        memset(to, 0, f->reach * sizeof *to);
        memcpy(to + f->reach, f->matrix + column * band, band * sizeof *to);
        to[2 * f->reach] -= shift;
    }
    return LAPACKE_dgbtrf_work(LAPACK_COL_MAJOR, (lapack_int)f->n, (lapack_int)f->n,
                               (lapack_int)f->reach, (lapack_int)f->reach, f->factors,
                               (lapack_int)rows, f->pivot);
}

qfp_status qfp_factorised_shift(qfp_factorised *f, double shift)
{
    lapack_int failed = f->is_full ? factorise_full(f, shift) : factorise_band(f, shift);
    return failed == 0 ? QFP_OK
                       : QFP_FAIL(QFP_TOLERANCE, "the generator less %g has no inverse", shift);
}

qfp_status qfp_factorised_solve(const qfp_factorised *f, double *x)
{
    lapack_int n = (lapack_int)f->n, reach = (lapack_int)f->reach;
    lapack_int failed =
        f->is_full ? LAPACKE_dgetrs(LAPACK_COL_MAJOR, 'N', n, 1, f->factors, n, f->pivot, x, n)
                   : LAPACKE_dgbtrs_work(LAPACK_COL_MAJOR, 'N', n, reach, reach, 1, f->factors,
                                         3 * reach + 1, f->pivot, x, n);
    return failed == 0 ? QFP_OK
                       : QFP_FAIL(QFP_INTERNAL, "a factorised generator cannot be applied");
}
