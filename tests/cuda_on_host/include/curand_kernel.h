/* curand_kernel.h - Philox 4x32-10 with the conventions of cuRAND's device interface.
 *
 * The generator is that of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1,
 * 2, 3" (SC11, 2011): output block b of a sequence is the 10-round cipher of the counter (b mod
 * 2^32, b / 2^32, sequence mod 2^32, sequence / 2^32) under the key (seed mod 2^32, seed / 2^32).
 * An offset counts single 32-bit numbers.
 */
#ifndef QFP_SHIM_CURAND_KERNEL_H
#define QFP_SHIM_CURAND_KERNEL_H

#include <cuda_runtime.h>

typedef struct curandStatePhilox4_32_10 {
    uint4 counter;
    uint2 key;
    unsigned int used; /* numbers of the counter's block already handed out, below 4 */
} curandStatePhilox4_32_10_t;

namespace shim {

static inline uint4 philox(uint4 c, uint2 key)
{
    for (int round = 0; round < 10; ++round) {
        uint64_t a = uint64_t{0xD2511F53u} * c.x, b = uint64_t{0xCD9E8D57u} * c.z;
        c = make_uint4((uint32_t)(b >> 32) ^ c.y ^ key.x, (uint32_t)b,
                       (uint32_t)(a >> 32) ^ c.w ^ key.y, (uint32_t)a);
        key.x += 0x9E3779B9u;
        key.y += 0xBB67AE85u;
    }
    return c;
}

/* To the next block; the carry runs through all four words, as in cuRAND. */
static inline void philox_next_block(uint4 *c)
{
    if (++c->x == 0 && ++c->y == 0 && ++c->z == 0)
        ++c->w;
}

/* 53 bits of two words, in (0, 1]: the midpoints of cells of width 2^-53. */
static inline double philox_unit(uint32_t low, uint32_t high)
{
    uint64_t bits = (uint64_t)low ^ (uint64_t)high << 21;
    return (double)bits * 0x1p-53 + 0x1p-54;
}

} // namespace shim

static inline void curand_init(unsigned long long seed, unsigned long long sequence,
                               unsigned long long offset, curandStatePhilox4_32_10_t *state)
{
    unsigned long long blocks = offset / 4;
    state->key = make_uint2((unsigned int)seed, (unsigned int)(seed >> 32));
    state->counter = make_uint4((unsigned int)blocks, (unsigned int)(blocks >> 32),
                                (unsigned int)sequence, (unsigned int)(sequence >> 32));
    state->used = (unsigned int)(offset % 4);
}

static inline unsigned int curand(curandStatePhilox4_32_10_t *state)
{
    uint4 block = shim::philox(state->counter, state->key);
    const unsigned int word[4] = {block.x, block.y, block.z, block.w};
    unsigned int number = word[state->used];
    if (++state->used == 4) {
        state->used = 0;
        shim::philox_next_block(&state->counter);
    }
    return number;
}

static inline uint4 curand4(curandStatePhilox4_32_10_t *state)
{
    unsigned int word[4];
    for (unsigned int &w : word)
        w = curand(state);
    return make_uint4(word[0], word[1], word[2], word[3]);
}

/* In (0, 1], of one number: 32 bits only, as in cuRAND. */
static inline double curand_uniform_double(curandStatePhilox4_32_10_t *state)
{
    return (double)curand(state) * 0x1p-32 + 0x1p-32;
}

static inline double2 curand_uniform2_double(curandStatePhilox4_32_10_t *state)
{
    uint4 four = curand4(state);
    return make_double2(shim::philox_unit(four.x, four.y), shim::philox_unit(four.z, four.w));
}

/* Box and Muller: √(-2 ln u) (sin 2πv, cos 2πv). */
static inline double2 curand_normal2_double(curandStatePhilox4_32_10_t *state)
{
    double2 uniform = curand_uniform2_double(state);
    double s, c, radius = sqrt(-2.0 * log(uniform.x));
    sincospi(2.0 * uniform.y, &s, &c);
    return make_double2(radius * s, radius * c);
}

#endif
