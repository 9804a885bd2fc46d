/* plane_geometry.cuh - how planes of n × n points are cut: radices, lanes, warps, rows; all of it
 * known when a kernel is compiled for its n.
 *
 * A line of n = FIRST × SECOND points is transformed in two passes, x[b + SECOND q] by butterflies
 * over q and, after twiddles, over b (plane_line.cuh).  It is the work of SECOND neighbouring lanes
 * of one warp, so that nothing but the warp has to wait between the passes; a warp takes as many
 * lines at a time as it has lanes for.
 */
#ifndef QFPI_CUDA_PLANE_GEOMETRY_CUH
#define QFPI_CUDA_PLANE_GEOMETRY_CUH

#include <stddef.h>

#include "shared/common.h"

#define CUDA_WARP 32u

struct cuda_plane_geometry {
    unsigned first, second; /* radices of the forward passes, first ≤ second */
    unsigned lines;         /* that a warp takes at a time */
    unsigned sets;          /* of so many lines in a plane */
    unsigned warps;         /* of a block; each takes every warps-th set */
    unsigned blocks;        /* at a time on a multiprocessor */
    unsigned pitch; /* of the rows in shared memory: odd, so that a column meets all banks */
};

/* Radices with a butterfly. */
static constexpr QFP_HD bool cuda_plane_radix(unsigned r)
{
    return r >= 1 && r <= 16 && r != 11 && r != 13 && r != 15;
}

/* The larger radix of n points, the smallest there is; 0 where there is none. */
static constexpr QFP_HD unsigned cuda_plane_second(unsigned n)
{
    for (unsigned r = 1; r <= 16; ++r)
        if (r * r >= n && n % r == 0 && cuda_plane_radix(r) && cuda_plane_radix(n / r))
            return r;
    return 0;
}

/* Shared memory of a multiprocessor where there is most of it (compute capability 9.0). */
#define CUDA_SHARED (228u * 1024u)

/* Registers that a thread can do with: a line's share twice (what moves and what is gathered),
 * twiddles, and what addresses take; 24 of them may pass through local memory, a hundred bytes,
 * where that gives more warps. */
static constexpr QFP_HD unsigned cuda_plane_registers(unsigned first, unsigned second,
                                                      unsigned real_words)
{
    return real_words * (2 * 2 * second + 2 * (first - 1)) + 36 - 24;
}

/* Warps with so many registers a thread: a quarter of a multiprocessor has 512 times 32, given out
 * in eights. */
static constexpr QFP_HD unsigned cuda_plane_warps(unsigned registers)
{
    for (unsigned each = 16; each > 0; --each)
        if (512 / each / 8 * 8 >= registers)
            return 4 * each;
    return 4;
}

/* real_words: 2 for double, 1 for float.
 *
 * As many rounds over the sets as give the multiprocessor most warps, 16 being enough, with the
 * blocks that its registers and, for two complex planes each, its shared memory have room for. */
static constexpr QFP_HD cuda_plane_geometry cuda_plane_geometry_of(unsigned n, unsigned real_words)
{
    cuda_plane_geometry g = {};
    g.second = cuda_plane_second(n);
    g.first = n / g.second;
    g.lines = CUDA_WARP / g.second;
    g.sets = (n + g.lines - 1) / g.lines;
    g.pitch = n | 1;
    unsigned most = cuda_plane_warps(cuda_plane_registers(g.first, g.second, real_words));
    unsigned by_shared = CUDA_SHARED / (16 * real_words * n * g.pitch + 1024), best = 0;
    by_shared = by_shared < 1 ? 1 : by_shared;
    for (unsigned rounds = 1; rounds <= g.sets && best < 16; ++rounds) {
        unsigned warps = (g.sets + rounds - 1) / rounds, blocks = (16 + warps - 1) / warps;
        blocks = blocks * warps <= most ? blocks : most / warps;
        blocks = blocks <= by_shared ? blocks : by_shared;
        if (warps <= 16 && warps * blocks > best) {
            best = warps * blocks;
            g.warps = warps;
            g.blocks = blocks;
        }
    }
    return g;
}

#endif
