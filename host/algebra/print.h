/* print.h - polynomials and generators as text and LaTeX, for `qfp audit` and error sentences. */
#ifndef QFPI_PRINT_H
#define QFPI_PRINT_H

#include "algebra/polynomial.h"

typedef enum qfp_print_style { QFP_PRINT_TEXT, QFP_PRINT_LATEX } qfp_print_style;

/* Names follow the variable sets of polynomial.h: α, α* (α₁, α₁* for several modes) for symbols,
 * Q, P for real symbols; highest degree first.  Coefficients that are a fraction with one of the
 * small denominators of the theory, times 1 or √2, to 1e-12 are written so, others with ten digits.
 * The returned string is malloc'ed; NULL when out of memory. */
char *qfp_print_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style);
char *qfp_print_real_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style);

/* The coefficients grouped per derivative, lowest order first; only the terms of the given total
 * derivative order, order 0 prints all.  Of a generator that is real, L = L*, one of each pair of
 * conjugate derivatives is written: "∂̄²(−(i/2) α*²) + c.c."; derivatives that are their own
 * conjugate come before, "∂∂̄(…) + [∂̄²(…) + c.c.]".  */
char *qfp_print_generator(const qfp_polynomial *generator, int modes, int order,
                          qfp_print_style style);

#endif
