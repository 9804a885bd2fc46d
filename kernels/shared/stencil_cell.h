/* stencil_cell.h - one element of a generator in the Fock basis.
 *
 *   (Lρ)_mn = Σ_t row_t[m] column_t[n] ρ_{m + row_shift_t, n + column_shift_t}
 *
 * on the packed upper triangle of backend/stencil.h, whose entries are √2 ρ_mn above the diagonal and
 * ρ_mm on it.  A term with row_t[m] = 0 or with n + column_shift_t outside [0, D) is not read; a
 * source below the diagonal is the conjugate of its mirror image.
 */
#ifndef QFPI_SHARED_STENCIL_CELL_H
#define QFPI_SHARED_STENCIL_CELL_H

#include <math.h>

#include "shared/common.h"

#define QFPI_ROOT_TWO 1.4142135623730951
#define QFPI_ROOT_HALF 0.7071067811865476

/* Pointers into the memory of the backend. */
typedef struct qfpi_stencil_view {
    size_t dimension, terms, diagonal_terms; /* those with both shifts zero come first */
    const ptrdiff_t *row_shift, *column_shift;
    const double *row;    /* complex [terms][D] */
    const double *column; /* [terms][D] */
} qfpi_stencil_view;

/* Where row m begins, in complex numbers: entry (m, n), n ≥ m, is at
 * qfpi_triangle(D, m) + n − m. */
static inline QFP_HD size_t qfpi_triangle(size_t dimension, size_t m)
{
    return m * (2 * dimension - m + 1) / 2;
}

/* A and B of y = A + iB: what the real and what the imaginary parts of the row factors add up
 * to. */
typedef struct qfpi_stencil_sums {
    double a_re, a_im, b_re, b_im;
} qfpi_stencil_sums;

/* A += Re row column v, B += Im row column v, in this order of operations everywhere. */
static inline QFP_HD void qfpi_stencil_add(double row_re, double row_im, double column, double v_re,
                                           double v_im, qfpi_stencil_sums *sums)
{
    double a = row_re * column, b = row_im * column;
    sums->a_re += a * v_re;
    sums->a_im += a * v_im;
    sums->b_re += b * v_re;
    sums->b_im += b * v_im;
}

/* √2 ρ_rc for any r, c is (re_factor re, im_factor im) of the entry at the returned place. */
static inline QFP_HD size_t qfpi_stencil_place(size_t dimension, size_t r, size_t c,
                                               double *re_factor, double *im_factor)
{
    size_t low = r < c ? r : c, high = r < c ? c : r;
    *re_factor = r == c ? QFPI_ROOT_TWO : 1.0;
    *im_factor = r < c ? 1.0 : r > c ? -1.0 : 0.0;
    return qfpi_triangle(dimension, low) + high - low;
}

/* Entry (m, n) times exp(t λ_mn), λ_mn = Σ row[m] column[n] over the terms without a shift. */
static inline QFP_HD void qfpi_stencil_exponential_cell(const qfpi_stencil_view *s, double t,
                                                        size_t m, size_t n, double *re, double *im)
{
    double rate = 0.0, frequency = 0.0;
    for (size_t k = 0; k < s->diagonal_terms; ++k) {
        double column = s->column[k * s->dimension + n];
        rate += s->row[2 * (k * s->dimension + m)] * column;
        frequency += s->row[2 * (k * s->dimension + m) + 1] * column;
    }
    double size = exp(t * rate), c = cos(t * frequency), d = sin(t * frequency);
    double old_re = *re, old_im = *im;
    *re = m == n ? size * old_re : size * (c * old_re - d * old_im);
    *im = m == n ? 0.0 : size * (c * old_im + d * old_re);
}

#endif
