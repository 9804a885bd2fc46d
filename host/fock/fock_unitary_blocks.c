#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/hermitian.h"
#include "fock/fock_unitary_object.h"

#define ADJOINT 1e-11 /* the sides may differ by this, relative */

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
qfp_status qfpi_fock_unitary_split(const qfp_fock_unitary *w, bool *splits)
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

qfp_status qfpi_fock_unitary_blocks(qfp_fock_unitary *w)
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
        qfpi_block *own = &w->blocks[w->owner[m]];
        own->state[own->size++] = m;
    }
done:
    free(parent);
    return status;
}

/* iA of one block, diagonalised. */
qfp_status qfpi_fock_unitary_diagonalise(qfp_fock_unitary *w, qfpi_block *own)
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
