#include "fock/fock_unitary.h"

#include <cblas.h>
#include <complex.h>
#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_terms.h"

#define ADJOINT 1e-12 /* the two sides may differ by this, relative to the largest element */

struct qfp_fock_unitary {
    const qfp_backend *backend;
    qfp_fock_space space;
    double *energy;                               /* E, [D] */
    double complex *vectors, *start, *now, *work; /* V, ρ̃, and two more; [D][D] */
    double *packed;                               /* [count] */
};

static bool is_constant(const double *table, size_t count, size_t components)
{
    for (size_t n = 1; n < count; n++)
        for (size_t c = 0; c < components; c++)
            if (table[n * components + c] != table[c])
                return false;
    return true;
}

/* Adds one term to the left matrix, Lρ = left ρ, or to the right one, Lρ = ρ right. */
static bool add_term(size_t d, const qfp_stencil_term *term, double complex *left,
                     double complex *right)
{
    if (term->column_shift == 0 && is_constant(term->column, d, 1)) {
        for (size_t m = 0; m < d; m++) {
            size_t source = m + (size_t)term->row_shift;
            if (source < d)
                left[m * d + source] +=
                    CMPLX(term->row[2 * m], term->row[2 * m + 1]) * term->column[0];
        }
        return true;
    }
    if (term->row_shift != 0 || !is_constant(term->row, d, 2))
        return false;
    for (size_t n = 0; n < d; n++) {
        size_t source = n + (size_t)term->column_shift;
        if (source < d)
            right[source * d + n] += CMPLX(term->row[0], term->row[1]) * term->column[n];
    }
    return true;
}

/* left ← i left, Hermitian; false when right is not left†. */
static bool make_hermitian(size_t d, double complex *left, const double complex *right)
{
    double largest = 0.0, worst = 0.0;
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n < d; n++) {
            largest = fmax(largest, cabs(left[m * d + n]));
            worst = fmax(worst, cabs(right[n * d + m] - conj(left[m * d + n])));
            worst = fmax(worst, cabs(left[n * d + m] + conj(left[m * d + n])));
        }
    for (size_t i = 0; i < d * d; i++)
        left[i] = CMPLX(-cimag(left[i]), creal(left[i]));
    return worst <= ADJOINT * largest;
}

static qfp_status diagonalise(qfp_fock_unitary *w)
{
    int d = (int)w->space.dimension;
    if (LAPACKE_zheevd(LAPACK_ROW_MAJOR, 'V', 'U', d, w->vectors, d, w->energy) != 0)
        return QFP_FAIL(QFP_INTERNAL, "the Hamiltonian could not be diagonalised");
    return QFP_OK;
}

static qfp_status build(qfp_fock_unitary *w, const qfp_polynomial *generator, bool *splits)
{
    size_t d = w->space.dimension;
    qfp_fock_terms terms = {0};
    qfp_status status;
    double complex **matrices[] = {&w->vectors, &w->start, &w->now, &w->work};
    for (int i = 0; i < 4; i++)
        QFP_TRY_GOTO(QFP_ALLOCATE(*matrices[i], d * d, "the diagonalised Hamiltonian"));
    QFP_TRY_GOTO(QFP_ALLOCATE(w->energy, d, "the energies"));
    QFP_TRY_GOTO(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    QFP_TRY_GOTO(qfp_fock_terms_create(&w->space, generator, &terms));
    *splits = true;
    for (size_t t = 0; t < terms.count && *splits; t++)
        *splits = add_term(d, &terms.terms[t], w->vectors, w->work);
    *splits = *splits && make_hermitian(d, w->vectors, w->work);
    if (*splits)
        status = diagonalise(w);
done:
    qfp_fock_terms_destroy(&terms);
    return status;
}

qfp_status qfp_fock_unitary_create(const qfp_backend *backend, const qfp_fock_space *space,
                                   const qfp_polynomial *generator, qfp_fock_unitary **out)
{
    qfp_fock_unitary *w = NULL;
    bool splits = false;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(w, 1, "the diagonalised Hamiltonian"));
    w->backend = backend;
    w->space = *space;
    qfp_status status = build(w, generator, &splits);
    if (status != QFP_OK || !splits) {
        qfp_fock_unitary_destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

void qfp_fock_unitary_destroy(qfp_fock_unitary *w)
{
    if (w == NULL)
        return;
    free(w->energy);
    free(w->vectors);
    free(w->start);
    free(w->now);
    free(w->work);
    free(w->packed);
    free(w);
}

/* result = left x right, with daggers where asked for */
static void sandwich(qfp_fock_unitary *w, CBLAS_TRANSPOSE left, CBLAS_TRANSPOSE right,
                     double complex *x, double complex *result)
{
    const double complex one = 1.0, zero = 0.0;
    int d = (int)w->space.dimension;
    cblas_zgemm(CblasRowMajor, left, CblasNoTrans, d, d, d, &one, w->vectors, d, x, d, &zero,
                w->work, d);
    cblas_zgemm(CblasRowMajor, CblasNoTrans, right, d, d, d, &one, w->work, d, w->vectors, d, &zero,
                result, d);
}

qfp_status qfp_fock_unitary_begin(qfp_fock_unitary *w, const qfp_buffer *u)
{
    size_t d = w->space.dimension;
    QFP_TRY(w->backend->download(u, 0, w->space.count, w->packed));
    const double *at = w->packed;
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, at += 2) {
            double scale = n > m ? M_SQRT1_2 : 1.0;
            w->now[m * d + n] = CMPLX(scale * at[0], scale * at[1]);
            w->now[n * d + m] = CMPLX(scale * at[0], -scale * at[1]);
        }
    sandwich(w, CblasConjTrans, CblasNoTrans, w->now, w->start);
    return QFP_OK;
}

qfp_status qfp_fock_unitary_at(qfp_fock_unitary *w, double t, qfp_buffer *u)
{
    size_t d = w->space.dimension;
    for (size_t a = 0; a < d; a++)
        for (size_t b = 0; b < d; b++) {
            double angle = -(w->energy[a] - w->energy[b]) * t, c = cos(angle), s = sin(angle);
            double complex x = w->start[a * d + b];
            w->now[a * d + b] = CMPLX(c * creal(x) - s * cimag(x), c * cimag(x) + s * creal(x));
        }
    sandwich(w, CblasNoTrans, CblasConjTrans, w->now, w->now);
    double *at = w->packed;
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, at += 2) {
            at[0] = (n > m ? M_SQRT2 : 1.0) * creal(w->now[m * d + n]);
            at[1] = n > m ? M_SQRT2 * cimag(w->now[m * d + n]) : 0.0;
        }
    return w->backend->upload(u, 0, w->space.count, w->packed);
}
