/* lanes.h - real numbers that take the same way side by side: what one vector register holds.
 *
 * In a cpu_cell they are the real and the imaginary parts of CPU_LANES complex numbers.  No result
 * depends on how many there are.
 */
#ifndef QFPI_CPU_LANES_H
#define QFPI_CPU_LANES_H

#ifdef __AVX512F__
#define CPU_LANES 8
#else
#define CPU_LANES 4
#endif

typedef double cpu_lanes __attribute__((vector_size(8 * CPU_LANES)));

typedef struct cpu_cell {
    cpu_lanes re, im;
} cpu_cell;

#define CPU_ALWAYS_INLINE inline __attribute__((always_inline))

#endif
