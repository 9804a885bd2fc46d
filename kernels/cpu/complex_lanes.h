/* complex_lanes.h - two complex numbers at a time, as interleaved doubles in one vector.
 *
 * Compilers turn loops over interleaved complex numbers into chains of permutations; written as
 * y += c ⊙ swap(v) they need one.  The operations are those of plain loops, bit for bit.
 */
#ifndef QFPI_CPU_COMPLEX_LANES_H
#define QFPI_CPU_COMPLEX_LANES_H

#include <string.h>

typedef double qfpi_lanes __attribute__((vector_size(32)));
typedef long long qfpi_lane_index __attribute__((vector_size(32)));

static inline qfpi_lanes lanes_load(const double *from)
{
    qfpi_lanes lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

static inline void lanes_store(double *to, qfpi_lanes lanes)
{
    memcpy(to, &lanes, sizeof lanes);
}

static inline qfpi_lanes lanes_pairs(double a, double b)
{
    return (qfpi_lanes){a, a, b, b};
}

/* (re, im) → (im, re) of both numbers */
static inline qfpi_lanes lanes_swap(qfpi_lanes v)
{
#ifdef __clang__
    return __builtin_shufflevector(v, v, 1, 0, 3, 2);
#else
    return __builtin_shuffle(v, (qfpi_lane_index){1, 0, 3, 2});
#endif
}

#endif
