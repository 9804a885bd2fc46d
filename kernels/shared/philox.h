/* philox.h - counter-based random numbers: the n-th number of a trajectory is a function of (seed,
 * trajectory, n), so that no generator state is stored and no launch shape matters.
 *
 * Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw, SC 2011): a bijection of a 128-bit
 * counter under a 64-bit key.  The layout is cuRAND's: key = seed, counter = (block, sequence), so
 * that curand_init(seed, sequence, 4 block) followed by curand4 gives the same four words;
 * block < 2^62.  A backend that has a generator of its own defines
 * QFPI_PHILOX_BLOCK(seed, sequence, block, word[4]) ahead.
 */
#ifndef QFPI_SHARED_PHILOX_H
#define QFPI_SHARED_PHILOX_H

#include <math.h>
#include <stdint.h>

#include "shared/common.h"
#include "shared/elementary.h"

typedef struct qfpi_random4 {
    uint32_t word[4];
} qfpi_random4;

static inline QFP_HD qfpi_random4 qfpi_philox(uint64_t seed, uint64_t sequence, uint64_t block)
{
#ifdef QFPI_PHILOX_BLOCK
    qfpi_random4 own;
    QFPI_PHILOX_BLOCK(seed, sequence, block, own.word);
    return own;
#else
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
    uint32_t c2 = (uint32_t)sequence, c3 = (uint32_t)(sequence >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(b >> 32) ^ c1 ^ k0, n2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    qfpi_random4 r = {{c0, c1, c2, c3}};
    return r;
#endif
}

/* Uniform in (0, 1) with 52 random bits: neither 0 nor 1 can come out. */
static inline QFP_HD double qfpi_uniform(uint32_t low, uint32_t high)
{
    uint64_t bits = ((uint64_t)high << 20) ^ low;
    return qfpi_double_of_whole(bits) * 0x1p-52 + 0x1p-53;
}

/* Two independent standard normal numbers of one block (Box and Muller 1958). */
static inline QFP_HD void qfpi_normal2(uint64_t seed, uint64_t sequence, uint64_t block,
                                       double *first, double *second)
{
    qfpi_random4 r = qfpi_philox(seed, sequence, block);
    double radius = sqrt(-2.0 * qfpi_log(qfpi_uniform(r.word[0], r.word[1]))), sine, cosine;
    qfpi_sin_cos_turns(qfpi_uniform(r.word[2], r.word[3]), &sine, &cosine);
    *first = radius * sine;
    *second = radius * cosine;
}

#endif
