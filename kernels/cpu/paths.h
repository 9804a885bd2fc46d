/* paths.h - how the CPU reads and writes a path. */
#ifndef QFPI_CPU_PATHS_H
#define QFPI_CPU_PATHS_H

#include "backend.h"
#include "cpu/buffer.h"
#include "shared/guided_cell.h"

static inline void cpu_path_load(const qfp_path_set *set, const double *x, size_t i,
                                 qfpi_complex *coordinate)
{
    for (int c = 0; c < set->coordinates; ++c) {
        coordinate[c].re = x[2 * (size_t)c * set->paths + i];
        coordinate[c].im = x[(2 * (size_t)c + 1) * set->paths + i];
    }
}

static inline void cpu_path_store(const qfp_path_set *set, double *x, size_t i, int coordinates,
                                  const qfpi_complex *coordinate)
{
    for (int c = 0; c < coordinates; ++c) {
        x[2 * (size_t)c * set->paths + i] = coordinate[c].re;
        x[(2 * (size_t)c + 1) * set->paths + i] = coordinate[c].im;
    }
}

#endif
