/* batches.h - INTERNAL: the paths of an ensemble in batches, from whose differences its errors are found. */
#ifndef QFPI_BACKEND_BATCHES_H
#define QFPI_BACKEND_BATCHES_H

#include <stddef.h>

/* An ensemble of `paths` is cut into `of` batches, of which a set of paths holds `count` in whole, from number
 * `first` on: all of them, or those of one rank. */
typedef struct qfp_batches {
    size_t paths, of, first, count;
} qfp_batches;

#ifdef __CUDACC__
#define QFPI_ON_BOTH_SIDES __host__ __device__
#else
#define QFPI_ON_BOTH_SIDES
#endif

/* How many paths of the set come before its batch b ≤ count. */
static inline QFPI_ON_BOTH_SIDES size_t qfpi_paths_before(const qfp_batches *s, size_t b)
{
    return (s->first + b) * s->paths / s->of - s->first * s->paths / s->of;
}

#endif
