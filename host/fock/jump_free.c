#include "fock/jump_free.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdlib.h>

#include "fock/fock_ladder.h"

enum { WHOLE = 32 }; /* a block of this size is solved by LAPACK */

typedef double complex number;

static const number one = 1.0, minus_one = -1.0, zero = 0.0;

struct qfp_jump_free {
    int d;
    double shift;   /* that T is less half of */
    number *t, *z;  /* [d][d] by columns, T upper triangular */
    number *x, *xz; /* the same */
};

/* ---- A ------------------------------------------------------------------------------------------ */

/* a [d][d] by columns += factor × the matrix of a Wick symbol */
static void add_symbol(const qfp_fock_space *space, const qfp_polynomial *wick, number factor,
                       number *a)
{
    size_t d = space->dimension;
    for (size_t t = 0; t < wick->count; t++)
        for (size_t n = 0; n < d; n++) {
            double element = 1.0;
            size_t m = 0;
            for (int j = 0; j < space->modes && element != 0.0; j++) {
                int down = wick->terms[t].power[j], up = wick->terms[t].power[space->modes + j];
                int from = qfp_fock_level(space, n, j), to = from - down + up;
                bool is_kept = to >= 0 && to < space->levels[j];
                element *= is_kept ? qfp_fock_ladder(from, up, down) : 0.0;
                m += is_kept ? (size_t)to * space->stride[j] : 0;
            }
            if (element != 0.0)
                a[n * d + m] += factor * wick->terms[t].coefficient * element;
        }
}

static qfp_status fill(const qfp_fock_space *space, const qfp_lindblad *lindblad, double kappa,
                       number *a)
{
    qfp_polynomial number_of;
    qfp_status status = QFP_OK;
    qfp_polynomial_init(&number_of, lindblad->wick.variables);
    add_symbol(space, &lindblad->wick, -I / kappa, a);
    for (size_t k = 0; k < lindblad->channel_count && status == QFP_OK; k++) {
        status = qfp_symbol_square(&lindblad->channels[k].wick, &number_of);
        if (status == QFP_OK)
            add_symbol(space, &number_of, -0.5 * lindblad->channels[k].rate, a);
    }
    qfp_polynomial_destroy(&number_of);
    return status;
}

qfp_status qfp_jump_free_create(const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                double kappa, qfp_jump_free **out)
{
    size_t d = space->dimension;
    qfp_jump_free *j = NULL;
    lapack_int kept = 0;
    QFP_TRY(QFP_ALLOCATE(j, 1, "a generator without jumps"));
    *out = j;
    j->d = (int)d;
    QFP_TRY(QFP_ALLOCATE(j->t, d * d, "a generator without jumps"));
    QFP_TRY(QFP_ALLOCATE(j->z, d * d, "a generator without jumps"));
    QFP_TRY(QFP_ALLOCATE(j->x, d * d, "a generator without jumps"));
    QFP_TRY(QFP_ALLOCATE(j->xz, d * d, "a generator without jumps"));
    QFP_TRY(fill(space, lindblad, kappa, j->t));
    lapack_int failed = LAPACKE_zgees(LAPACK_COL_MAJOR, 'V', 'N', NULL, (lapack_int)d, j->t,
                                      (lapack_int)d, &kept, j->x, j->z, (lapack_int)d);
    return failed == 0
               ? QFP_OK
               : QFP_FAIL(QFP_TOLERANCE, "the generator without its jumps has no Schur form (%d)",
                          (int)failed);
}

void qfp_jump_free_destroy(qfp_jump_free *j)
{
    if (j == NULL)
        return;
    free(j->t);
    free(j->z);
    free(j->x);
    free(j->xz);
    free(j);
}

/* ---- equations of triangular matrices, by halves ------------------------------------------------------ */

/* f [p][q] ← X with T₁X + XT₂† = f */
static void sylvester(int d, int p, int q, const number *t1, const number *t2, number *f)
{
    if (p <= WHOLE && q <= WHOLE) {
        double scale = 1.0;
        (void)LAPACKE_ztrsyl_work(LAPACK_COL_MAJOR, 'N', 'C', 1, p, q, t1, d, t2, d, f, d, &scale);
        for (int column = 0; column < q && scale != 1.0; column++)
            cblas_zdscal(p, 1.0 / scale, f + (size_t)column * (size_t)d, 1);
    } else if (p >= q) {
        int upper = p / 2, lower = p - upper;
        const number *beside = t1 + (size_t)upper * (size_t)d;
        sylvester(d, lower, q, beside + upper, t2, f + upper);
        cblas_zgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, upper, q, lower, &minus_one, beside,
                    d, f + upper, d, &one, f, d);
        sylvester(d, upper, q, t1, t2, f);
    } else {
        int left = q / 2, right = q - left;
        const number *beside = t2 + (size_t)left * (size_t)d;
        number *last = f + (size_t)left * (size_t)d;
        sylvester(d, p, right, t1, beside + left, last);
        cblas_zgemm(CblasColMajor, CblasNoTrans, CblasConjTrans, p, left, right, &minus_one, last,
                    d, beside, d, &one, f, d);
        sylvester(d, p, left, t1, t2, f);
    }
}

/* f [p][p] ← X with TX + XT† = f, of Hermitian f, in the upper triangle */
static void lyapunov(int d, int p, const number *t, number *f)
{
    if (p <= WHOLE) {
        for (int n = 0; n < p; n++)
            for (int m = n + 1; m < p; m++)
                f[(size_t)n * (size_t)d + (size_t)m] = conj(f[(size_t)m * (size_t)d + (size_t)n]);
        sylvester(d, p, p, t, t, f);
        return;
    }
    int upper = p / 2, lower = p - upper;
    const number *beside = t + (size_t)upper * (size_t)d;
    number *corner = f + (size_t)upper * (size_t)d, *last = corner + upper;
    lyapunov(d, lower, beside + upper, last);
    /* corner − T₁₂X₂₂ */
    cblas_zhemm(CblasColMajor, CblasRight, CblasUpper, upper, lower, &minus_one, last, d, beside, d,
                &one, corner, d);
    sylvester(d, upper, lower, t, beside + upper, corner);
    /* f − T₁₂X₁₂† − X₁₂T₁₂† */
    cblas_zher2k(CblasColMajor, CblasUpper, CblasNoTrans, upper, lower, &minus_one, beside, d,
                 corner, d, 1.0, f, d);
    lyapunov(d, upper, t, f);
}

/* ---- the inverse ------------------------------------------------------------------------------------ */

/* Between the unknowns, row after row of the upper triangle with √2 off the diagonal, and that
 * triangle by columns. */
static void spread(const qfp_jump_free *j, const double *unknowns, number *x)
{
    size_t d = (size_t)j->d, at = 0;
    for (size_t m = 0; m < d; m++) {
        x[m * d + m] = unknowns[at++];
        for (size_t n = m + 1; n < d; n++, at += 2)
            x[n * d + m] = M_SQRT1_2 * CMPLX(unknowns[at], unknowns[at + 1]);
    }
}

static void gather(const qfp_jump_free *j, const number *x, double *unknowns)
{
    size_t d = (size_t)j->d, at = 0;
    for (size_t m = 0; m < d; m++) {
        unknowns[at++] = creal(x[m * d + m]);
        for (size_t n = m + 1; n < d; n++, at += 2) {
            unknowns[at] = M_SQRT2 * creal(x[n * d + m]);
            unknowns[at + 1] = M_SQRT2 * cimag(x[n * d + m]);
        }
    }
}

qfp_status qfp_jump_free_solve(qfp_jump_free *j, double shift, double *x)
{
    int d = j->d;
    for (int i = 0; i < d; i++)
        j->t[(size_t)i * (size_t)(d + 1)] -= 0.5 * (shift - j->shift);
    j->shift = shift;
    spread(j, x, j->x);
    cblas_zhemm(CblasColMajor, CblasLeft, CblasUpper, d, d, &one, j->x, d, j->z, d, &zero, j->xz,
                d);
    cblas_zgemm(CblasColMajor, CblasConjTrans, CblasNoTrans, d, d, d, &one, j->z, d, j->xz, d,
                &zero, j->x, d);
    lyapunov(d, d, j->t, j->x);
    cblas_zhemm(CblasColMajor, CblasRight, CblasUpper, d, d, &one, j->x, d, j->z, d, &zero, j->xz,
                d);
    cblas_zgemm(CblasColMajor, CblasNoTrans, CblasConjTrans, d, d, d, &one, j->xz, d, j->z, d,
                &zero, j->x, d);
    gather(j, j->x, x);
    return QFP_OK;
}
