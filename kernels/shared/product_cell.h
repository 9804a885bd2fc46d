/* product_cell.h - one cell of Re(w Π_j t_j): complex factors are multiplied up, then projected. */
#ifndef QFPI_SHARED_PRODUCT_CELL_H
#define QFPI_SHARED_PRODUCT_CELL_H

#include "shared/common.h"

/* w *= t, complex, interleaved */
static inline QFP_HD void qfpi_product_factor_cell(double *w, const double *t)
{
    double re = w[0] * t[0] - w[1] * t[1];
    double im = w[0] * t[1] + w[1] * t[0];
    w[0] = re;
    w[1] = im;
}

/* Re(w t) */
static inline QFP_HD double qfpi_product_cell(double w_re, double w_im, double t_re, double t_im)
{
    return w_re * t_re - w_im * t_im;
}

#endif
