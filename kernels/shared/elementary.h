/* elementary.h - logarithm, sine and cosine as the normal numbers need them.
 *
 * Sums and products only, no branch and no table: a compiler turns loops over them into vectors,
 * and in strict mode every backend finds the same bits, whatever mathematical library it has.
 */
#ifndef QFPI_SHARED_ELEMENTARY_H
#define QFPI_SHARED_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#include "shared/common.h"

static inline QFP_HD double qfpi_double_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The whole number n < 2^52 as a double: 2^52 + n has n in its lowest bits. */
static inline QFP_HD double qfpi_double_of_whole(uint64_t n)
{
    return qfpi_double_of_bits(n | 0x4330000000000000u) - 0x1p52;
}

/* ln u of a normal number u > 0, relative error below 4e-16: u = 2^e m with √½ < m ≤ √2 and
 * ln m = 2 artanh((m − 1)/(m + 1)), whose series is cut at a term below 3e-17. */
static inline QFP_HD double qfpi_log(double u)
{
    uint64_t bits;
    memcpy(&bits, &u, sizeof bits);
    double e = qfpi_double_of_whole(bits >> 52) - 1023.0;
    double m = qfpi_double_of_bits((bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u);
    int upper = m > 1.4142135623730951;
    m = upper ? 0.5 * m : m;
    e = upper ? e + 1.0 : e;
    double s = (m - 1.0) / (m + 1.0), q = s * s, tail = 1.0 / 19.0;
    tail = tail * q + 1.0 / 17.0;
    tail = tail * q + 1.0 / 15.0;
    tail = tail * q + 1.0 / 13.0;
    tail = tail * q + 1.0 / 11.0;
    tail = tail * q + 1.0 / 9.0;
    tail = tail * q + 1.0 / 7.0;
    tail = tail * q + 1.0 / 5.0;
    tail = tail * q + 1.0 / 3.0;
    return e * 0.6931471805599453 + (2.0 * s + 2.0 * s * (q * tail));
}

/* sin 2πu and cos 2πu for 0 ≤ u ≤ 1, absolute error below 4e-16: Taylor's series of the distance
 * x to the nearest quarter turn, |x| ≤ π/4, cut at terms below 5e-17. */
static inline QFP_HD void qfpi_sin_cos_turns(double u, double *sine, double *cosine)
{
    double quarter = (4.0 * u + 0x1.8p52) - 0x1.8p52; /* the nearest whole number */
    double x = 6.283185307179586 * (u - 0.25 * quarter), y = x * x;
    double s = -1.0 / 1307674368000.0, c = 1.0 / 20922789888000.0; /* 1/15!, 1/16! */
    s = s * y + 1.0 / 6227020800.0;
    s = s * y - 1.0 / 39916800.0;
    s = s * y + 1.0 / 362880.0;
    s = s * y - 1.0 / 5040.0;
    s = s * y + 1.0 / 120.0;
    s = s * y - 1.0 / 6.0;
    s = x + x * (s * y);
    c = c * y - 1.0 / 87178291200.0;
    c = c * y + 1.0 / 479001600.0;
    c = c * y - 1.0 / 3628800.0;
    c = c * y + 1.0 / 40320.0;
    c = c * y - 1.0 / 720.0;
    c = c * y + 1.0 / 24.0;
    c = c * y - 0.5;
    c = c * y + 1.0;
    int odd = (quarter == 1.0) | (quarter == 3.0);
    double a = odd ? c : s, b = odd ? s : c;
    *sine = ((quarter == 2.0) | (quarter == 3.0)) ? -a : a;
    *cosine = ((quarter == 1.0) | (quarter == 2.0)) ? -b : b;
}

#endif
