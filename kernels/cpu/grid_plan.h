/* grid_plan.h - the CPU's plan of one grid: FFTW plans, axis lengths of the three spaces. */
#ifndef QFPI_CPU_GRID_PLAN_H
#define QFPI_CPU_GRID_PLAN_H

#include <fftw3.h>

#include "cpu/buffer.h"

/* The array of one space as rows of its innermost axis. */
typedef struct cpu_shape {
    int axes;                          /* 2N */
    size_t length[2 * QFPI_MAX_MODES]; /* elements (complex ones in A and B), outermost first */
    size_t rows, row;                  /* rows · row = all elements */
    int components;                    /* doubles per element: 1 in Z, 2 in A and B */
} cpu_shape;

struct qfp_grid_plan {
    const qfp_context *context;
    qfp_grid grid;
    cpu_shape shape[3];   /* indexed by qfp_space */
    size_t doubles[3];    /* per array */
    fftw_plan forward[3]; /* of A and B; [QFP_SPACE_Z] stays NULL */
    fftw_plan inverse[3];
    /* A transform is cut along its vector loop into equal pieces, for the threads to share.  The
     * cut depends on the grid only, so that results do not depend on the number of threads. */
    size_t pieces[3], real_step[3], half_step[3]; /* steps in doubles */
};

/* Axis a of `space` carries wavenumbers: the second group in A, the first in B. */
static inline int cpu_axis_is_wavenumber(const qfp_grid *grid, qfp_space space, int axis)
{
    return space == QFP_SPACE_A ? axis >= grid->modes : space == QFP_SPACE_B && axis < grid->modes;
}

#endif
