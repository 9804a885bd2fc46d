/* group.h - transforms between Z and a mixed space: over all axes of one group, P or Q, for every
 * index of the other group, in blocks that stay in cache.
 *
 * A block is 2 CPU_LANES real arrays over the axes of the group, one half of them the real, the
 * other the imaginary parts of complex ones, X = A + iB, which are taken apart in the end:
 *     A(k) = ½ (X(k) + X(−k)*),   B(k) = (X(k) − X(−k)*) / 2i.
 * Nothing is timed, so that every process computes the same bits.
 */
#ifndef QFPI_CPU_GROUP_H
#define QFPI_CPU_GROUP_H

#include "cpu/line.h"
#include "shared/grid_shape.h"

typedef struct cpu_group {
    int axes;
    size_t n[QFP_MAX_MODES], step[QFP_MAX_MODES]; /* points; cells to the next one in a block */
    cpu_line *line[QFP_MAX_MODES];
    size_t columns; /* n_N/2 + 1 */
    size_t rows;    /* Π n_j, j < N */
    size_t vectors; /* indices of the other group */
    /* Steps in elements: from vector to vector, from element to element of the group. */
    size_t real_vector, real_element, half_vector, half_element;
    double *scratch; /* [thread], scratch_doubles of each */
    size_t scratch_doubles;
} cpu_group;

/* Whether all axes have lengths that lines can be transformed of. */
int cpu_group_fits(const qfp_grid *grid);

/* z: the shape of Z; space: A or B.  Give `out` to destroy either way. */
qfp_status cpu_group_create(const qfp_grid *grid, const qfpi_shape *z, qfp_space space, int threads,
                            cpu_group *out) QFP_MUST_USE;
void cpu_group_destroy(cpu_group *group);

/* As transform of backend/grid.h, on `threads` of the threads; an inverse transform keeps its input. */
void cpu_group_forward(const cpu_group *group, int threads, const double *real, double *half);
void cpu_group_inverse(const cpu_group *group, int threads, const double *half, double *real);

#endif
