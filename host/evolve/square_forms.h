/* square_forms.h - INTERNAL to evolve: a master equation in the letters of the grid (algebra/squares.h). */
#ifndef QFPI_SQUARE_FORMS_H
#define QFPI_SQUARE_FORMS_H

#include "algebra/squares.h"

typedef struct qfpi_square_forms {
    qfp_polynomial body; /* symmetrised: the skew part, the symmetric rest and the squares in it */
    qfp_polynomial rest; /* the symmetric rest alone */
    size_t count;
    qfp_polynomial *root; /* [count]: sign × (the symmetrised form twice) is a square */
    double *sign;         /* [count] */
} qfpi_square_forms;

/* Squares of multipliers of one mode in one of the mixed spaces are in the body.  Give `out` to destroy
 * either way. */
qfp_status qfpi_square_forms_create(const qfp_lindblad *lindblad, const qfp_theory *theory,
                                    qfpi_square_forms *out) QFP_MUST_USE;
void qfpi_square_forms_destroy(qfpi_square_forms *f);

/* An upper bound of the symmetric rest where |Q|, |P| ≤ radius and their wavenumbers ≤ 2 radius, radius
 * [2N] of the axes Q_1…P_N; 0 if that is negative. */
double qfpi_square_forms_bound(const qfpi_square_forms *f, const double *radius);

#endif
