/* displace.h - a symbol as it is seen from another origin of phase space. */
#ifndef QFPI_DISPLACE_H
#define QFPI_DISPLACE_H

#include "algebra/polynomial.h"

/* out(α, α*) = symbol(α + α₀, α* + α₀*), alpha [N] = α₀: of D†AD, D = D(α₀), where `symbol` is of A, in any ordering. */
qfp_status qfp_symbol_displace(const qfp_polynomial *symbol, const double complex *alpha,
                               qfp_polynomial *out) QFP_MUST_USE;

#endif
