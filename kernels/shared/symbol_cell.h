/* symbol_cell.h - a polynomial multiplier, evaluated along the innermost axis.
 *
 * In one row (every index fixed but the innermost) a symbol is
 *     s[i] = window[i] Σ_k c[k] T[k][i],
 * T[k] a power of the innermost variable, c the rest of the polynomial, collapsed when staged.
 */
#ifndef QFPI_SHARED_SYMBOL_CELL_H
#define QFPI_SHARED_SYMBOL_CELL_H

#include "shared/common.h"

/* c_term Π factor: one term's share of a row coefficient.  factor[axis] is the power table of the
 * axis at the row's index; `factors` leaves the innermost axis out. */
static inline QFP_HD double qfpi_row_term_cell(double coefficient, int factors,
                                               const double *factor)
{
    for (int axis = 0; axis < factors; ++axis)
        coefficient *= factor[axis];
    return coefficient;
}

/* Σ_k c[k] T[k][i], T row-major with `stride` entries per power; columns ≥ 1. */
static inline QFP_HD double qfpi_symbol_value_cell(int columns, const double *QFP_RESTRICT c,
                                                   const double *QFP_RESTRICT table, size_t stride,
                                                   size_t i)
{
    double sum = c[0] * table[i];
    for (int k = 1; k < columns; ++k)
        sum += c[k] * table[(size_t)k * stride + i];
    return sum;
}

/* (s_re + i s_im)(x_re + i x_im), split so that a loop may drop the part that is not there. */
static inline QFP_HD double qfpi_multiply_re_cell(double s_re, double s_im, double x_re,
                                                  double x_im)
{
    return s_re * x_re - s_im * x_im;
}

static inline QFP_HD double qfpi_multiply_im_cell(double s_re, double s_im, double x_re,
                                                  double x_im)
{
    return s_re * x_im + s_im * x_re;
}

/* How often index k of the halved axis of length n stands in the full array. */
static inline QFP_HD double qfpi_mirror_cell(size_t k, size_t n)
{
    return k == 0 || k == n / 2 ? 1.0 : 2.0;
}

#endif
