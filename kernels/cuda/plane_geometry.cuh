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
    unsigned blocks;        /* that the registers of a multiprocessor have room for */
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

/* 32-bit registers of a thread: a line's share twice (what moves and what is gathered), twiddles,
 * and what addresses take (read off the compiled kernels). */
static constexpr QFP_HD unsigned cuda_plane_registers(unsigned first, unsigned second,
                                                      unsigned real_words)
{
    unsigned wanted = real_words * (2 * 2 * second + 2 * (first - 1)) + 36;
    return wanted < 64 ? 64 : wanted > 255 ? 255 : wanted;
}

/* real_words: 2 for double, 1 for float.  Warps: 16 at most, or as many as have registers, and no
 * more than it takes to go through the sets in as many rounds. */
static constexpr QFP_HD cuda_plane_geometry cuda_plane_geometry_of(unsigned n, unsigned real_words)
{
    cuda_plane_geometry g = {};
    g.second = cuda_plane_second(n);
    g.first = n / g.second;
    g.lines = CUDA_WARP / g.second;
    g.sets = (n + g.lines - 1) / g.lines;
    unsigned registers = cuda_plane_registers(g.first, g.second, real_words);
    unsigned most = 65536 / (registers * CUDA_WARP); /* warps on a multiprocessor */
    unsigned warps = most < 16 ? most : 16, rounds = (g.sets + warps - 1) / warps;
    g.warps = (g.sets + rounds - 1) / rounds;
    g.blocks = most / g.warps < 16 ? most / g.warps : 16;
    g.pitch = n | 1;
    return g;
}

#endif
