/* ket_hamiltonian.h - INTERNAL: a Hamiltonian as a dense matrix on products of number states. */
#ifndef QFPI_KET_HAMILTONIAN_H
#define QFPI_KET_HAMILTONIAN_H

#include <complex.h>

#include "algebra/polynomial.h"

/* P H P exactly, [D][D] by rows, D = Π levels, the last mode running fastest; number states of mode j of width[j]:
 * Q = width q, P = p/width.  `wick` in α_1…α_N, α*_1…α*_N.  Free *out. */
qfp_status qfp_ket_hamiltonian(const qfp_polynomial *wick, int modes, const size_t *levels,
                               const double *width, double complex **out) QFP_MUST_USE;

#endif
