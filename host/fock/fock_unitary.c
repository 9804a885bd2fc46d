#include "fock/fock_unitary.h"

#include <cblas.h>
#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "fock/fock_terms.h"

#define ADJOINT 1e-11       /* the sides may differ by this, relative */
#define NEGLIGIBLE 1e-28    /* population of a block that is left out: its amplitude is rounding */
#define MOST_FLOPS 1e11     /* of one step */
#define ABSENT ((size_t)-1) /* place of a state in a block that is left out */
enum { LARGEST_BLOCK = 512 };

/* a b, without C's test for infinities */
static double complex times(double complex a, double complex b)
{
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b),
                 creal(a) * cimag(b) + cimag(a) * creal(b));
}

/* States that A connects. */
typedef struct block {
    size_t size, first;      /* first: place of its first state in the compact matrices */
    size_t *state;           /* [size] flat indices, into one list of all */
    double complex *adjoint; /* V† [size][size], NULL before it is needed */
    double *energy;
    bool is_occupied;
} block;

struct qfp_fock_unitary {
    const qfp_backend *backend;
    qfp_fock_space space;
    qfp_fock_terms terms;
    size_t block_count, compact; /* compact: states of the occupied blocks */
    block *blocks;
    size_t *states;                     /* [D] sorted by blocks */
    size_t *owner;                      /* [D] block of a state */
    size_t *place;                      /* [D] in the compact matrices, or ABSENT */
    double complex *start, *now, *work; /* ρ̃ and two more, [compact][compact] */
    double complex *phase;              /* [compact] */
    double *begun, *packed;             /* [count]: where times count from; of now */
};

/* ---- the two sides ------------------------------------------------------------------------- */

static bool is_constant(const double *table, size_t count, size_t components)
{
    for (size_t n = 1; n < count; n++)
        for (size_t c = 0; c < components; c++)
            if (table[n * components + c] != table[c])
                return false;
    return true;
}

/* Left: Lρ = Aρ. */
static bool is_left(const qfp_stencil_term *term, size_t d)
{
    return term->column_shift == 0 && is_constant(term->column, d, 1);
}

static double complex left_element(const qfp_stencil_term *term, size_t m)
{
    return CMPLX(term->row[2 * m], term->row[2 * m + 1]) * term->column[0];
}

/* y += A x of a left term (A_{m, m+shift}), or B† x of a right one (B_{n+shift, n}). */
static bool add_image(const qfp_stencil_term *term, size_t d, const double complex *x,
                      double complex *y)
{
    bool left = is_left(term, d);
    if (!left && (term->row_shift != 0 || !is_constant(term->row, d, 2)))
        return false;
    for (size_t m = 0; m < d; m++) {
        size_t source = m + (size_t)(left ? term->row_shift : term->column_shift);
        if (source >= d)
            continue;
        y[m] += x[source] * (left ? left_element(term, m)
                                  : CMPLX(term->row[0], -term->row[1]) * term->column[m]);
    }
    return true;
}

/* Two images of a vector without symmetry: equal sides and a skew A give Ax = B†x and ⟨x|Ax⟩
 * imaginary; another generator would need a conspiracy. */
static qfp_status check_sides(const qfp_fock_unitary *w, bool *splits)
{
    size_t d = w->space.dimension;
    double complex *x = NULL, *by_left = NULL, *by_right = NULL;
    double largest = 0.0, worst = 0.0, real = 0.0;
    uint64_t state = 0x9e3779b97f4a7c15u;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(x, d, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(by_left, d, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(by_right, d, "a ket"));
    for (size_t m = 0; m < d; m++) {
        double part[2];
        for (int i = 0; i < 2; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            part[i] = (double)(state >> 11) * 0x1p-53 - 0.5;
        }
        x[m] = CMPLX(part[0], part[1]);
    }
    *splits = true;
    for (size_t t = 0; t < w->terms.count && *splits; t++)
        *splits = add_image(&w->terms.terms[t], d, x,
                            is_left(&w->terms.terms[t], d) ? by_left : by_right);
    for (size_t m = 0; m < d; m++) {
        largest += cabs(by_left[m]) * cabs(x[m]);
        worst += cabs(by_left[m] - by_right[m]) * cabs(x[m]);
        real += creal(conj(x[m]) * by_left[m]);
    }
    *splits = *splits && worst <= ADJOINT * largest && fabs(real) <= ADJOINT * largest;
done:
    free(x);
    free(by_left);
    free(by_right);
    return status;
}

/* ---- blocks -------------------------------------------------------------------------------- */

static size_t find_root(size_t *parent, size_t m)
{
    while (parent[m] != m)
        m = parent[m] = parent[parent[m]];
    return m;
}

/* parent[m] becomes the smallest state that A connects with m. */
static void connect(const qfp_fock_unitary *w, size_t *parent)
{
    size_t d = w->space.dimension;
    for (size_t m = 0; m < d; m++)
        parent[m] = m;
    for (size_t t = 0; t < w->terms.count; t++) {
        const qfp_stencil_term *term = &w->terms.terms[t];
        if (!is_left(term, d) || term->row_shift == 0)
            continue;
        for (size_t m = 0; m < d; m++) {
            size_t source = m + (size_t)term->row_shift;
            if (source >= d || left_element(term, m) == 0.0)
                continue;
            size_t a = find_root(parent, m), b = find_root(parent, source);
            parent[a > b ? a : b] = a > b ? b : a;
        }
    }
    for (size_t m = 0; m < d; m++)
        parent[m] = find_root(parent, m);
}

static qfp_status list_blocks(qfp_fock_unitary *w)
{
    size_t d = w->space.dimension, *parent = NULL, next = 0;
    QFP_TRY(QFP_ALLOCATE(parent, d, "the blocks of the Hamiltonian"));
    connect(w, parent);
    for (size_t m = 0; m < d; m++)
        w->block_count += parent[m] == m;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(w->blocks, w->block_count, "the blocks of the Hamiltonian"));
    /* a root comes before the states it stands for */
    for (size_t m = 0, count = 0; m < d; m++) {
        w->owner[m] = parent[m] == m ? count++ : w->owner[parent[m]];
        w->blocks[w->owner[m]].size++;
    }
    for (size_t b = 0; b < w->block_count; b++) {
        w->blocks[b].state = w->states + next;
        next += w->blocks[b].size;
        w->blocks[b].size = 0;
    }
    for (size_t m = 0; m < d; m++) {
        block *own = &w->blocks[w->owner[m]];
        own->state[own->size++] = m;
    }
done:
    free(parent);
    return status;
}

/* iA of one block, diagonalised. */
static qfp_status diagonalise(qfp_fock_unitary *w, block *own)
{
    size_t d = w->space.dimension, size = own->size, *within = w->place; /* filled anew later */
    QFP_TRY(QFP_ALLOCATE(own->adjoint, size * size, "the diagonalised Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(own->energy, size, "the energies"));
    for (size_t i = 0; i < size; i++)
        within[own->state[i]] = i;
    for (size_t t = 0; t < w->terms.count; t++) {
        const qfp_stencil_term *term = &w->terms.terms[t];
        for (size_t i = 0; is_left(term, d) && i < size; i++) {
            size_t m = own->state[i], source = m + (size_t)term->row_shift;
            double complex element = left_element(term, m);
            if (source < d && element != 0.0)
                own->adjoint[i * size + within[source]] += CMPLX(-cimag(element), creal(element));
        }
    }
    QFP_TRY(qfpi_hermitian_eigen(size, own->adjoint, own->energy));
    for (size_t i = 0; i < size * size; i++) /* eigenvectors in rows: Vᵀ */
        own->adjoint[i] = conj(own->adjoint[i]);
    return QFP_OK;
}

/* ---- creation ------------------------------------------------------------------------------ */

static qfp_status build(qfp_fock_unitary *w, const qfp_polynomial *generator, bool *splits)
{
    size_t d = w->space.dimension;
    QFP_TRY(qfp_fock_terms_create(&w->space, generator, &w->terms));
    QFP_TRY(check_sides(w, splits));
    if (!*splits)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(w->states, d, "the blocks of the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(w->owner, d, "the blocks of the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(w->place, d, "the blocks of the Hamiltonian"));
    return list_blocks(w);
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
    w->start = w->now = w->work = w->phase = NULL;
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

/* Marks the blocks where ρ lives and says whether they are few and small enough. */
static bool find_occupied(qfp_fock_unitary *w)
{
    double total = 0.0, flops = 0.0;
    bool small = true;
    for (size_t m = 0; m < w->space.dimension; m++)
        total += fabs(w->begun[2 * qfp_fock_offset(&w->space, m)]);
    w->compact = 0;
    for (size_t b = 0; b < w->block_count; b++) {
        block *own = &w->blocks[b];
        double inside = 0.0;
        for (size_t i = 0; i < own->size; i++)
            inside += fabs(w->begun[2 * qfp_fock_offset(&w->space, own->state[i])]);
        own->is_occupied = inside > NEGLIGIBLE * total;
        own->first = w->compact;
        if (!own->is_occupied)
            continue;
        w->compact += own->size;
        small = small && own->size <= LARGEST_BLOCK;
        flops += (double)own->size * (double)own->size;
    }
    return small && 16.0 * flops * (double)w->compact <= MOST_FLOPS;
}

static qfp_status prepare(qfp_fock_unitary *w)
{
    size_t square = w->compact * w->compact;
    clear_matrices(w);
    QFP_TRY(QFP_ALLOCATE(w->start, square, "the occupied blocks"));
    QFP_TRY(QFP_ALLOCATE(w->now, square, "the occupied blocks"));
    QFP_TRY(QFP_ALLOCATE(w->work, square, "the occupied blocks"));
    QFP_TRY(QFP_ALLOCATE(w->phase, w->compact, "the occupied blocks"));
    for (size_t b = 0; b < w->block_count; b++)
        if (w->blocks[b].is_occupied && w->blocks[b].energy == NULL)
            QFP_TRY(diagonalise(w, &w->blocks[b]));
    for (size_t b = 0; b < w->block_count; b++)
        for (size_t i = 0; i < w->blocks[b].size; i++)
            w->place[w->blocks[b].state[i]] =
                w->blocks[b].is_occupied ? w->blocks[b].first + i : ABSENT;
    return QFP_OK;
}

/* now = V† now V (left none, right conjugate) or V now V† (the other way), block by block */
static void sandwich(qfp_fock_unitary *w, CBLAS_TRANSPOSE left, CBLAS_TRANSPOSE right)
{
    const double complex one = 1.0, zero = 0.0;
    int all = (int)w->compact;
    for (size_t b = 0; b < w->block_count; b++) {
        const block *own = &w->blocks[b];
        int size = (int)own->size;
        size_t row = own->first * w->compact;
        if (own->is_occupied)
            cblas_zgemm(CblasRowMajor, left, CblasNoTrans, size, all, size, &one, own->adjoint,
                        size, w->now + row, all, &zero, w->work + row, all);
    }
    for (size_t b = 0; b < w->block_count; b++) {
        const block *own = &w->blocks[b];
        int size = (int)own->size;
        if (own->is_occupied)
            cblas_zgemm(CblasRowMajor, CblasNoTrans, right, all, size, size, &one,
                        w->work + own->first, all, own->adjoint, size, &zero, w->now + own->first,
                        all);
    }
}

qfp_status qfp_fock_unitary_begin(qfp_fock_unitary *w, const qfp_buffer *u, bool *fits)
{
    size_t d = w->space.dimension;
    if (w->packed == NULL)
        QFP_TRY(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    if (w->begun == NULL)
        QFP_TRY(QFP_ALLOCATE(w->begun, w->space.count, "a state"));
    QFP_TRY(w->backend->vector->download(u, 0, w->space.count, w->begun));
    *fits = find_occupied(w);
    if (!*fits)
        return QFP_OK;
    QFP_TRY(prepare(w));
    for (size_t m = 0; m < d; m++) {
        const double *row = w->begun + 2 * (qfp_fock_offset(&w->space, m) - m);
        size_t i = w->place[m];
        for (size_t n = m; i != ABSENT && n < d; n++) {
            size_t k = w->place[n];
            double scale = n > m ? M_SQRT1_2 : 1.0;
            if (k == ABSENT)
                continue;
            w->now[i * w->compact + k] = CMPLX(scale * row[2 * n], scale * row[2 * n + 1]);
            w->now[k * w->compact + i] = CMPLX(scale * row[2 * n], -scale * row[2 * n + 1]);
        }
    }
    sandwich(w, CblasNoTrans, CblasConjTrans);
    memcpy(w->start, w->now, w->compact * w->compact * sizeof *w->start);
    return QFP_OK;
}

/* now = ρ̃ turned by time t */
static void turn(qfp_fock_unitary *w, double t)
{
    for (size_t b = 0; b < w->block_count; b++)
        for (size_t i = 0; w->blocks[b].is_occupied && i < w->blocks[b].size; i++) {
            double angle = w->blocks[b].energy[i] * t;
            w->phase[w->blocks[b].first + i] = CMPLX(cos(angle), -sin(angle));
        }
    for (size_t i = 0; i < w->compact; i++)
        for (size_t k = 0; k < w->compact; k++)
            w->now[i * w->compact + k] =
                times(times(w->phase[i], conj(w->phase[k])), w->start[i * w->compact + k]);
}

const double *qfp_fock_unitary_beginning(const qfp_fock_unitary *w)
{
    return w->begun;
}

qfp_status qfp_fock_unitary_at(qfp_fock_unitary *w, double t, qfp_buffer *u)
{
    size_t d = w->space.dimension;
    turn(w, t);
    sandwich(w, CblasConjTrans, CblasNoTrans);
    memset(w->packed, 0, w->space.count * sizeof *w->packed);
    for (size_t m = 0; m < d; m++) {
        double *row = w->packed + 2 * (qfp_fock_offset(&w->space, m) - m);
        size_t i = w->place[m];
        for (size_t n = m; i != ABSENT && n < d; n++) {
            if (w->place[n] == ABSENT)
                continue;
            double complex x = w->now[i * w->compact + w->place[n]];
            row[2 * n] = (n > m ? M_SQRT2 : 1.0) * creal(x);
            row[2 * n + 1] = n > m ? M_SQRT2 * cimag(x) : 0.0;
        }
    }
    return w->backend->vector->upload(u, 0, w->space.count, w->packed);
}
