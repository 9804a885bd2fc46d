#include "evolve/low_rank.h"

#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/dense.h"
#include "core/hermitian.h"

#define ROUNDED 1e-15 /* of its largest eigenvalue */
enum { FIRST_RANK = 4, GROWTH = 4 };

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53 - 0.5;
}

static double norm(size_t count, const double complex *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += creal(x[i]) * creal(x[i]) + cimag(x[i]) * cimag(x[i]);
    return sqrt(sum);
}

static qfp_status orthonormalise(size_t n, size_t rank, double complex *q, double complex *tau)
{
    lapack_int rows = (lapack_int)n, columns = (lapack_int)rank;
    if (LAPACKE_zgeqrf(LAPACK_ROW_MAJOR, rows, columns, q, columns, tau) != 0 ||
        LAPACKE_zungqr(LAPACK_ROW_MAJOR, rows, columns, columns, q, columns, tau) != 0)
        return QFP_FAIL(QFP_INTERNAL,
                        "the columns of a density matrix could not be orthonormalised");
    return QFP_OK;
}

/* With `rank` columns: is what they leave of ρ within the error? */
static qfp_status try_rank(size_t n, size_t rank, const double complex *rho, double size,
                           qfp_low_rank *out, bool *is_enough)
{
    double complex *tau = NULL, *part = NULL, *rest = NULL;
    uint64_t state = 7;
    qfp_status status;
    out->rank = rank;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->q, n * rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->b, rank * rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(tau, rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(part, n * rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rest, n * n, "a density matrix"));
    for (size_t i = 0; i < n * rank; i++)
        part[i] = uniform(&state) + I * uniform(&state);
    qfpi_multiply(n, rank, n, CblasNoTrans, rho, CblasNoTrans, part, 1.0, out->q);
    QFP_TRY_GOTO(orthonormalise(n, rank, out->q, tau));
    qfpi_multiply(n, rank, n, CblasNoTrans, rho, CblasNoTrans, out->q, 1.0, part); /* ρQ */
    qfpi_multiply(rank, rank, n, CblasConjTrans, out->q, CblasNoTrans, part, 1.0, out->b);
    qfpi_multiply(n, n, rank, CblasNoTrans, part, CblasConjTrans, out->q, 1.0, rest); /* ρQQ† */
    for (size_t i = 0; i < n * n; i++)
        rest[i] -= rho[i];
    *is_enough = norm(n * n, rest) <= QFP_LOW_RANK_ERROR * size;
done:
    free(tau);
    free(part);
    free(rest);
    return status;
}

/* Q V of the eigenvectors of B that hold anything: what is left of the others is rounding. */
static qfp_status keep_what_holds(qfp_low_rank *l)
{
    size_t n = l->n, rank = l->rank, kept = 0;
    double *weight = NULL, largest = 0.0;
    double complex *v = NULL, *turned = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(weight, rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(v, rank * rank, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(turned, n * rank, "a density matrix"));
    memcpy(v, l->b, rank * rank * sizeof *v);
    QFP_TRY_GOTO(qfpi_hermitian_eigen(rank, v, weight));
    for (size_t k = 0; k < rank; k++)
        largest = fmax(largest, fabs(weight[k]));
    for (size_t k = 0; k < rank; k++) /* v_k by rows */
        if (fabs(weight[k]) >= ROUNDED * largest) {
            memmove(v + kept * rank, v + k * rank, rank * sizeof *v);
            weight[kept++] = weight[k];
        }
    qfpi_multiply(n, kept, rank, CblasNoTrans, l->q, CblasTrans, v, 1.0, turned);
    memset(l->b, 0, rank * rank * sizeof *l->b);
    for (size_t k = 0; k < kept; k++)
        l->b[k * kept + k] = weight[k];
    memcpy(l->q, turned, n * kept * sizeof *turned);
    l->rank = kept;
done:
    free(weight);
    free(v);
    free(turned);
    return status;
}

static qfp_status take_all(size_t n, const double complex *rho, qfp_low_rank *out)
{
    out->rank = n;
    QFP_TRY(QFP_ALLOCATE(out->q, n * n, "a density matrix"));
    QFP_TRY(QFP_ALLOCATE(out->b, n * n, "a density matrix"));
    for (size_t i = 0; i < n; i++)
        out->q[i * n + i] = 1.0;
    memcpy(out->b, rho, n * n * sizeof *rho);
    return QFP_OK;
}

qfp_status qfp_low_rank_create(size_t n, const double complex *rho, qfp_low_rank *out)
{
    double size = norm(n * n, rho);
    *out = (qfp_low_rank){.n = n};
    if (!isfinite(size))
        return take_all(n, rho, out);
    for (size_t rank = FIRST_RANK; rank < n / 2; rank *= GROWTH) {
        bool is_enough = false;
        QFP_TRY(try_rank(n, rank, rho, size, out, &is_enough));
        if (is_enough)
            return keep_what_holds(out);
        qfp_low_rank_destroy(out);
        out->n = n;
    }
    return take_all(n, rho, out);
}

void qfp_low_rank_destroy(qfp_low_rank *l)
{
    free(l->q);
    free(l->b);
    *l = (qfp_low_rank){0};
}
