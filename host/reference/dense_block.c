#include "reference/dense_block.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/dense.h"
#include "core/hermitian.h"

void qfp_dense_block_destroy(qfp_dense_block *b)
{
    free(b->energy);
    free(b->vector);
    free(b->component);
    free(b->holds);
    free(b->residual);
    free(b->magnitude);
    free(b->which);
    free(b->where);
}

/* What the eigenpair k is off by.  The energy becomes the Rayleigh quotient, which small energies of
 * a large H need: LAPACK's are good to rounding of the largest. */
static void examine(const qfp_sparse *h, const int32_t *place, qfp_dense_block *b, size_t k)
{
    const double complex *v = b->vector + k * b->size;
    double energy = 0.0, image_squared = 0.0;
    b->magnitude[k] = 0.0;
    for (size_t i = 0; i < b->size; i++) {
        double re = 0.0, im = 0.0, sum = 0.0;
        for (size_t e = h->row[b->state[i]]; e < h->row[b->state[i] + 1]; e++) {
            double complex x = v[place[h->column[e]]], a = h->value[e];
            re += creal(a) * creal(x) - cimag(a) * cimag(x);
            im += creal(a) * cimag(x) + cimag(a) * creal(x);
            sum += qfp_absolute(a) * qfp_absolute(x);
        }
        energy += creal(v[i]) * re + cimag(v[i]) * im;
        b->magnitude[k] += cabs(v[i]) * sum;
        re -= b->energy[k] * creal(v[i]);
        im -= b->energy[k] * cimag(v[i]);
        image_squared += re * re + im * im;
    }
    b->energy[k] = energy;
    b->residual[k] = sqrt(image_squared);
}

/* Which of the kets are in the block at all. */
static void find_holders(const qfp_ket_set *kets, qfp_dense_block *b)
{
    for (size_t q = 0; q < kets->count; q++) {
        for (size_t i = 0; i < b->size && !b->holds[q]; i++)
            b->holds[q] = kets->ket[q * kets->dim + (size_t)b->state[i]] != 0.0;
        b->held += b->holds[q];
    }
}

/* ⟨v_k|ψ_q⟩ of those, row by row. */
static qfp_status find_components(const qfp_ket_set *kets, qfp_dense_block *b)
{
    size_t n = b->size, row = 0;
    double complex *part = NULL;
    QFP_TRY(QFP_ALLOCATE(b->component, b->held * n, "kets"));
    QFP_TRY(QFP_ALLOCATE(part, b->held * n, "kets"));
    for (size_t q = 0; q < kets->count; q++) {
        for (size_t i = 0; i < n && b->holds[q]; i++)
            part[row * n + i] = kets->ket[q * kets->dim + (size_t)b->state[i]];
        row += b->holds[q];
    }
    if (b->held > 0)
        qfpi_multiply(b->held, n, n, CblasNoTrans, part, CblasConjTrans, b->vector, 1.0,
                      b->component);
    free(part);
    return QFP_OK;
}

qfp_status qfp_dense_block_fill(const qfp_sparse *h, const int32_t *place, const qfp_ket_set *kets,
                                qfp_dense_block *b)
{
    size_t n = b->size;
    QFP_TRY(QFP_ALLOCATE(b->energy, n, "energies"));
    QFP_TRY(QFP_ALLOCATE(b->vector, n * n, "eigenvectors"));
    QFP_TRY(QFP_ALLOCATE(b->holds, kets->count, "kets"));
    QFP_TRY(QFP_ALLOCATE(b->residual, n, "energies"));
    QFP_TRY(QFP_ALLOCATE(b->magnitude, n, "energies"));
    for (size_t i = 0; i < n; i++)
        for (size_t k = h->row[b->state[i]]; k < h->row[b->state[i] + 1]; k++)
            b->vector[i * n + (size_t)place[h->column[k]]] = h->value[k];
    QFP_TRY(qfpi_hermitian_eigen(n, b->vector, b->energy));
    for (size_t k = 0; k < n; k++)
        examine(h, place, b, k);
    find_holders(kets, b);
    return find_components(kets, b);
}

static void find_phases(const qfp_dense_block *b, double angle, const qfp_dense_scratch *s)
{
    for (size_t k = 0; k < b->size; k++)
        s->phase[k] = cexp(CMPLX(0.0, -b->energy[k] * angle));
}

/* All kets of a block at once: e^{−iE_k t/κ}⟨v_k|ψ_q⟩, and the rows of that times the rows v_k. */
void qfp_dense_block_evolve(const qfp_dense_block *b, double angle, const qfp_dense_scratch *s,
                            qfp_ket_set *out)
{
    size_t n = b->size, row = 0;
    find_phases(b, angle, s);
    for (size_t i = 0; i < b->held; i++)
        for (size_t k = 0; k < n; k++) {
            double complex c = b->component[i * n + k], e = s->phase[k];
            s->turned[i * n + k] = CMPLX(creal(c) * creal(e) - cimag(c) * cimag(e),
                                         creal(c) * cimag(e) + cimag(c) * creal(e));
        }
    if (b->held > 0)
        qfpi_multiply(b->held, n, n, CblasNoTrans, s->turned, CblasNoTrans, b->vector, 1.0,
                      s->moved);
    for (size_t q = 0; q < out->count; q++) {
        for (size_t i = 0; i < n && b->holds[q]; i++)
            out->ket[q * out->dim + (size_t)b->state[i]] = s->moved[row * n + i];
        row += b->holds[q];
    }
}

/* ---- states that are watched ----------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

qfp_status qfp_dense_block_watch(qfp_dense_block *b, size_t count, const int32_t *state)
{
    QFP_TRY(QFP_ALLOCATE(b->which, count, "states that are watched"));
    QFP_TRY(QFP_ALLOCATE(b->where, count, "states that are watched"));
    for (size_t i = 0; i < count; i++) {
        const int32_t *found = bsearch(&state[i], b->state, b->size, sizeof *state, ascending);
        if (found == NULL)
            continue;
        b->which[b->watched] = i;
        b->where[b->watched++] = (int32_t)(found - b->state);
    }
    return QFP_OK;
}

void qfp_dense_block_look(const qfp_dense_block *b, size_t kets, double angle,
                          const qfp_dense_scratch *s, size_t stride, double complex *amplitude)
{
    size_t n = b->size;
    if (b->watched == 0 || b->held == 0)
        return;
    find_phases(b, angle, s);
    for (size_t q = 0, row = 0; q < kets; row += b->holds[q++])
        for (size_t k = 0; k < n && b->holds[q]; k++) {
            double complex c = b->component[row * n + k], e = s->phase[k];
            double re = creal(c) * creal(e) - cimag(c) * cimag(e);
            double im = creal(c) * cimag(e) + cimag(c) * creal(e);
            const double complex *v = b->vector + k * n;
            for (size_t i = 0; i < b->watched; i++) {
                double complex x = v[b->where[i]];
                amplitude[q * stride + b->which[i]] +=
                    CMPLX(re * creal(x) - im * cimag(x), re * cimag(x) + im * creal(x));
            }
        }
}

/* ---- errors ----------------------------------------------------------------------------------- */

static double norm_squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

/* Of e^{-iEt/κ} v for an exact pair near by: the energy is off by rounding and the square of the
 * residual over the gap, the vector by the residual over the gap. */
static double pair_error(const qfp_dense_block *b, size_t k, double angle)
{
    double gap = INFINITY, r = b->residual[k];
    if (k > 0)
        gap = fmin(gap, fabs(b->energy[k] - b->energy[k - 1]));
    if (k + 1 < b->size)
        gap = fmin(gap, fabs(b->energy[k + 1] - b->energy[k]));
    double grows = DBL_EPSILON * b->magnitude[k] * angle;
    return fmin(2.0, grows + fmin(r * angle, r / gap + r * r / gap * angle));
}

void qfp_dense_block_errors(const qfp_dense_block *b, size_t kets, double angle, double *squared)
{
    for (size_t k = 0; k < b->size; k++) {
        double error = pair_error(b, k, angle);
        for (size_t q = 0, row = 0; q < kets; row += b->holds[q++])
            if (b->holds[q])
                squared[q] += norm_squared(b->component[row * b->size + k]) * error * error;
    }
}
