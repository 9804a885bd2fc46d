/* print.h - polynomials and generators as text and LaTeX, for `qfp audit` and error sentences. */
#ifndef QFPI_PRINT_H
#define QFPI_PRINT_H

#include "algebra/polynomial.h"

typedef enum qfp_print_style { QFP_PRINT_TEXT, QFP_PRINT_LATEX } qfp_print_style;

/* Names follow the variable sets of polynomial.h: α, α* (α_1, α_1* for several modes) for symbols;
 * ∂, ∂̄ with the coefficients grouped per derivative, "∂̄²(−(i/2) α*²)", for generators; Q, P for real
 * symbols.  The returned string is malloc'ed; NULL when out of memory. */
char *qfp_print_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style);
char *qfp_print_real_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style);
/* only the terms of the given total derivative order; order 0 prints all orders */
char *qfp_print_generator(const qfp_polynomial *generator, int modes, int order,
                          qfp_print_style style);

#endif
