/* path_polynomial.h - complex numbers and polynomials of one trajectory. */
#ifndef QFPI_SHARED_PATH_POLYNOMIAL_H
#define QFPI_SHARED_PATH_POLYNOMIAL_H

#include "backend.h"
#include "shared/common.h"

typedef struct qfpi_complex {
    double re, im;
} qfpi_complex;

static inline QFP_HD qfpi_complex qfpi_times(qfpi_complex a, qfpi_complex b)
{
    qfpi_complex c = {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
    return c;
}

/* A list of terms (re + i im) Π α_j^power[j] α*_j^power[N+j]. */
static inline QFP_HD qfpi_complex qfpi_path_polynomial(int modes, size_t first, size_t last,
                                                       const qfp_symbol_term *terms,
                                                       const qfpi_complex *alpha,
                                                       const qfpi_complex *beta)
{
    qfpi_complex sum = {0.0, 0.0};
    for (size_t t = first; t < last; ++t) {
        qfpi_complex value = {terms[t].re, terms[t].im};
        for (int j = 0; j < modes; ++j) {
            for (int p = 0; p < terms[t].power[j]; ++p)
                value = qfpi_times(value, alpha[j]);
            for (int p = 0; p < terms[t].power[modes + j]; ++p)
                value = qfpi_times(value, beta[j]);
        }
        sum.re += value.re;
        sum.im += value.im;
    }
    return sum;
}

#endif
