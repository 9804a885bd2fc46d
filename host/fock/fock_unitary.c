#include "fock/fock_unitary.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_unitary_object.h"
#include "fock/rank.h"

#define NEGLIGIBLE 1e-28  /* population of a block that is left out: its amplitude is rounding */
#define MOST_FLOPS 1e11   /* of one step */
#define MOST_COMPACT 4096 /* states of ρ that is to be looked at for kets */
enum { LARGEST_BLOCK = 512, SHARE_OF_KETS = 8 };

/* a b, without C's test for infinities */
static double complex times(double complex a, double complex b)
{
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b),
                 creal(a) * cimag(b) + cimag(a) * creal(b));
}

/* ---- creation ------------------------------------------------------------------------------ */

static qfp_status build(qfp_fock_unitary *w, const qfp_polynomial *generator, bool *splits)
{
    size_t d = w->space.dimension;
    QFP_TRY(qfp_fock_terms_create(&w->space, generator, &w->terms));
    QFP_TRY(qfpi_fock_unitary_split(w, splits));
    if (!*splits)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(w->states, d, "the blocks of the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(w->owner, d, "the blocks of the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(w->place, d, "the blocks of the Hamiltonian"));
    return qfpi_fock_unitary_blocks(w);
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
    memset(w->space.weight, 0, sizeof w->space.weight); /* blocks without population are left out */
    w->space.most = 0;
    qfp_status status = build(w, generator, &splits);
    if (status != QFP_OK || !splits) {
        qfp_fock_unitary_destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

static void clear_matrices(qfp_fock_unitary *w)
{
    free(w->start);
    free(w->now);
    free(w->work);
    free(w->phase);
    free(w->ket);
    free(w->moved);
    free(w->back);
    w->start = w->now = w->work = w->phase = w->ket = w->moved = w->back = NULL;
    w->rank = 0;
}

void qfp_fock_unitary_destroy(qfp_fock_unitary *w)
{
    if (w == NULL)
        return;
    for (size_t b = 0; w->blocks != NULL && b < w->block_count; b++) {
        free(w->blocks[b].adjoint);
        free(w->blocks[b].energy);
    }
    clear_matrices(w);
    free(w->blocks);
    free(w->states);
    free(w->owner);
    free(w->place);
    free(w->begun);
    free(w->packed);
    qfp_fock_terms_destroy(&w->terms);
    free(w);
}

/* ---- evolution ----------------------------------------------------------------------------- */

/* Marks the blocks where ρ lives.  *fits: they are few and small enough; *may_fit: if ρ is made of few kets. */
static void find_occupied(qfp_fock_unitary *w, bool *fits, bool *may_fit)
{
    double total = 0.0, flops = 0.0;
    size_t largest = 0;
    for (size_t m = 0; m < w->space.dimension; m++)
        total += fabs(w->begun[2 * qfp_fock_offset(&w->space, m)]);
    w->compact = 0;
    for (size_t b = 0; b < w->block_count; b++) {
        qfpi_block *own = &w->blocks[b];
        double inside = 0.0;
        for (size_t i = 0; i < own->size; i++)
            inside += fabs(w->begun[2 * qfp_fock_offset(&w->space, own->state[i])]);
        own->is_occupied = inside > NEGLIGIBLE * total;
        own->first = w->compact;
        if (!own->is_occupied)
            continue;
        w->compact += own->size;
        largest = own->size > largest ? own->size : largest;
        flops += (double)own->size * (double)own->size;
    }
    *fits = largest <= LARGEST_BLOCK && 16.0 * flops * (double)w->compact <= MOST_FLOPS;
    *may_fit = largest <= (size_t)QFP_FOCK_DIAGONALISED && w->compact <= MOST_COMPACT;
}

static qfp_status diagonalise_occupied(qfp_fock_unitary *w)
{
    for (size_t b = 0; b < w->block_count; b++)
        if (w->blocks[b].is_occupied && w->blocks[b].energy == NULL)
            QFP_TRY(qfpi_fock_unitary_diagonalise(w, &w->blocks[b]));
    return QFP_OK;
}

static void find_places(qfp_fock_unitary *w)
{
    for (size_t b = 0; b < w->block_count; b++)
        for (size_t i = 0; i < w->blocks[b].size; i++)
            w->place[w->blocks[b].state[i]] =
                w->blocks[b].is_occupied ? w->blocks[b].first + i : QFPI_ABSENT;
}

/* now = V† now V (left none, right conjugate) or V now V† (the other way), block by block */
static void sandwich(qfp_fock_unitary *w, CBLAS_TRANSPOSE left, CBLAS_TRANSPOSE right)
{
    const double complex one = 1.0, zero = 0.0;
    int all = (int)w->compact;
    for (size_t b = 0; b < w->block_count; b++) {
        const qfpi_block *own = &w->blocks[b];
        int size = (int)own->size;
        size_t row = own->first * w->compact;
        if (own->is_occupied)
            cblas_zgemm(CblasRowMajor, left, CblasNoTrans, size, all, size, &one, own->adjoint,
                        size, w->now + row, all, &zero, w->work + row, all);
    }
    for (size_t b = 0; b < w->block_count; b++) {
        const qfpi_block *own = &w->blocks[b];
        int size = (int)own->size;
        if (own->is_occupied)
            cblas_zgemm(CblasRowMajor, CblasNoTrans, right, all, size, size, &one,
                        w->work + own->first, all, own->adjoint, size, &zero, w->now + own->first,
                        all);
    }
}

/* now = ρ of the occupied blocks */
static qfp_status gather(qfp_fock_unitary *w)
{
    size_t d = w->space.dimension;
    QFP_TRY(QFP_ALLOCATE(w->now, w->compact * w->compact, "the occupied blocks"));
    find_places(w);
    for (size_t m = 0; m < d; m++) {
        const double *row = w->begun + 2 * (qfp_fock_offset(&w->space, m) - m);
        size_t i = w->place[m];
        for (size_t n = m; i != QFPI_ABSENT && n < d; n++) {
            size_t k = w->place[n];
            double scale = n > m ? M_SQRT1_2 : 1.0;
            if (k == QFPI_ABSENT)
                continue;
            w->now[i * w->compact + k] = CMPLX(scale * row[2 * n], scale * row[2 * n + 1]);
            w->now[k * w->compact + i] = CMPLX(scale * row[2 * n], -scale * row[2 * n + 1]);
        }
    }
    return QFP_OK;
}

/* The kets that `now` is made of, if they are few. */
static qfp_status find_kets(qfp_fock_unitary *w)
{
    size_t most = w->compact / SHARE_OF_KETS;
    double *rest = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(rest, w->compact, "the occupied blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(w->ket, (most + 1) * w->compact, "kets"));
    w->rank = qfp_fock_factor(w->compact, w->now, w->compact, most, rest, w->ket);
done:
    free(rest);
    return status;
}

/* to = from Vᵀ† of every block, V† being what is kept: ψ̃ = V†ψ of kets in rows; or, `back`, ψ* = Vᵀψ̃*. */
static void transform(const qfp_fock_unitary *w, bool back, const double complex *from,
                      double complex *to)
{
    const double complex one = 1.0, zero = 0.0;
    int all = (int)w->compact;
    for (size_t b = 0; b < w->block_count; b++) {
        const qfpi_block *own = &w->blocks[b];
        int size = (int)own->size;
        if (own->is_occupied)
            cblas_zgemm(CblasRowMajor, CblasNoTrans, back ? CblasNoTrans : CblasTrans, (int)w->rank,
                        size, size, &one, from + own->first, all, own->adjoint, size, &zero,
                        to + own->first, all);
    }
}

static qfp_status begin_kets(qfp_fock_unitary *w)
{
    free(w->now);
    w->now = NULL;
    QFP_TRY(diagonalise_occupied(w));
    find_places(w);
    QFP_TRY(QFP_ALLOCATE(w->moved, w->rank * w->compact, "kets"));
    QFP_TRY(QFP_ALLOCATE(w->back, w->rank * w->compact, "kets"));
    QFP_TRY(QFP_ALLOCATE(w->phase, w->compact, "kets"));
    transform(w, false, w->ket, w->moved);
    memcpy(w->ket, w->moved, w->rank * w->compact * sizeof *w->ket);
    return QFP_OK;
}

static qfp_status begin_matrix(qfp_fock_unitary *w)
{
    size_t square = w->compact * w->compact;
    QFP_TRY(QFP_ALLOCATE(w->start, square, "the occupied blocks"));
    QFP_TRY(QFP_ALLOCATE(w->work, square, "the occupied blocks"));
    QFP_TRY(QFP_ALLOCATE(w->phase, w->compact, "the occupied blocks"));
    QFP_TRY(diagonalise_occupied(w));
    find_places(w);
    sandwich(w, CblasNoTrans, CblasConjTrans);
    memcpy(w->start, w->now, square * sizeof *w->start);
    return QFP_OK;
}

/* As far as it is cheap: *fits, and w->now or w->ket. */
static qfp_status look_at(qfp_fock_unitary *w, const qfp_buffer *u, bool *fits)
{
    bool may_fit;
    clear_matrices(w);
    if (w->packed == NULL)
        QFP_TRY(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    if (w->begun == NULL)
        QFP_TRY(QFP_ALLOCATE(w->begun, w->space.count, "a state"));
    QFP_TRY(w->backend->vector->download(u, 0, w->space.count, w->begun));
    find_occupied(w, fits, &may_fit);
    if (!*fits && !may_fit)
        return QFP_OK;
    QFP_TRY(gather(w));
    if (may_fit)
        QFP_TRY(find_kets(w));
    *fits = *fits || w->rank > 0;
    return QFP_OK;
}

qfp_status qfp_fock_unitary_begin(qfp_fock_unitary *w, const qfp_buffer *u, bool *fits)
{
    QFP_TRY(look_at(w, u, fits));
    if (!*fits)
        return QFP_OK;
    return w->rank > 0 ? begin_kets(w) : begin_matrix(w);
}

qfp_status qfp_fock_unitary_expect(qfp_fock_unitary *w, const qfp_buffer *u, qfp_fock_effort *out)
{
    double all, squares = 0.0, rank;
    *out = (qfp_fock_effort){0};
    QFP_TRY(look_at(w, u, &out->is_unitary));
    all = (double)w->compact;
    rank = (double)w->rank;
    for (size_t b = 0; b < w->block_count; b++) {
        double size = w->blocks[b].is_occupied ? (double)w->blocks[b].size : 0.0;
        out->cubes += size * size * size;
        squares += size * size;
    }
    out->products =
        rank > 0.0 ? 4.0 * rank * squares + 2.0 * rank * all * all : 2.0 * squares * all;
    clear_matrices(w);
    return QFP_OK;
}

void qfp_fock_unitary_expect_ket(const qfp_fock_unitary *w, qfp_fock_effort *out)
{
    double all = (double)w->space.dimension;
    *out = (qfp_fock_effort){.is_unitary = all <= MOST_COMPACT, .products = 2.0 * all * all};
    for (size_t b = 0; b < w->block_count; b++) {
        double size = (double)w->blocks[b].size;
        out->is_unitary = out->is_unitary && size <= QFP_FOCK_DIAGONALISED;
        out->cubes += size * size * size;
        out->products += 4.0 * size * size;
    }
}

static void find_phases(qfp_fock_unitary *w, double t)
{
    for (size_t b = 0; b < w->block_count; b++)
        for (size_t i = 0; w->blocks[b].is_occupied && i < w->blocks[b].size; i++) {
            double angle = w->blocks[b].energy[i] * t;
            w->phase[w->blocks[b].first + i] = CMPLX(cos(angle), -sin(angle));
        }
}

/* packed = Σ ψψ† of the conjugates in `back` */
static void spread_kets(qfp_fock_unitary *w)
{
    size_t d = w->space.dimension;
    for (size_t m = 0; m < d; m++) {
        double *row = w->packed + 2 * (qfp_fock_offset(&w->space, m) - m);
        size_t i = w->place[m];
        for (size_t k = 0; i != QFPI_ABSENT && k < w->rank; k++) {
            const double complex *psi = w->back + k * w->compact, own = conj(psi[i]);
            for (size_t n = m; n < d; n++) {
                if (w->place[n] == QFPI_ABSENT)
                    continue;
                double complex x = times(own, psi[w->place[n]]);
                row[2 * n] += (n > m ? M_SQRT2 : 1.0) * creal(x);
                row[2 * n + 1] += n > m ? M_SQRT2 * cimag(x) : 0.0;
            }
        }
    }
}

/* now = ρ̃ turned by the phases */
static void turn(qfp_fock_unitary *w)
{
    for (size_t i = 0; i < w->compact; i++)
        for (size_t k = 0; k < w->compact; k++)
            w->now[i * w->compact + k] =
                times(times(w->phase[i], conj(w->phase[k])), w->start[i * w->compact + k]);
}

/* packed = ρ of the blocks in `now` */
static void spread_matrix(qfp_fock_unitary *w)
{
    size_t d = w->space.dimension;
    for (size_t m = 0; m < d; m++) {
        double *row = w->packed + 2 * (qfp_fock_offset(&w->space, m) - m);
        size_t i = w->place[m];
        for (size_t n = m; i != QFPI_ABSENT && n < d; n++) {
            if (w->place[n] == QFPI_ABSENT)
                continue;
            double complex x = w->now[i * w->compact + w->place[n]];
            row[2 * n] = (n > m ? M_SQRT2 : 1.0) * creal(x);
            row[2 * n + 1] = n > m ? M_SQRT2 * cimag(x) : 0.0;
        }
    }
}

const double *qfp_fock_unitary_beginning(const qfp_fock_unitary *w)
{
    return w->begun;
}

qfp_status qfp_fock_unitary_at(qfp_fock_unitary *w, double t, qfp_buffer *u)
{
    find_phases(w, t);
    memset(w->packed, 0, w->space.count * sizeof *w->packed);
    if (w->rank > 0) {
        for (size_t k = 0; k < w->rank; k++)
            for (size_t i = 0; i < w->compact; i++)
                w->moved[k * w->compact + i] = conj(times(w->phase[i], w->ket[k * w->compact + i]));
        transform(w, true, w->moved, w->back);
        spread_kets(w);
    } else {
        turn(w);
        sandwich(w, CblasConjTrans, CblasNoTrans);
        spread_matrix(w);
    }
    return w->backend->vector->upload(u, 0, w->space.count, w->packed);
}
