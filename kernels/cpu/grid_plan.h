/* grid_plan.h - the CPU's plan of one grid: FFTW plans, axis lengths of the three spaces. */
#ifndef QFPI_CPU_GRID_PLAN_H
#define QFPI_CPU_GRID_PLAN_H

#include <fftw3.h>

#include "cpu/buffer.h"
#include "cpu/group.h"
#include "shared/grid_shape.h"

/* FFTW's planner is one global object: plans are made and destroyed between these two. */
void cpu_planner_lock(void);
void cpu_planner_unlock(void);

struct qfp_grid_plan {
    const qfp_context *context;
    qfp_grid grid;
    qfpi_shape shape[3]; /* indexed by qfp_space */
    size_t doubles[3];   /* per array */
    int by_group;
    cpu_group group[3];   /* of A and B */
    fftw_plan forward[3]; /* of A and B where groups do not serve; [QFP_SPACE_Z] stays NULL */
    fftw_plan inverse[3];
    /* A transform is cut along its vector loop into equal pieces, for the threads to share.  The
     * cut depends on the grid only, so that results do not depend on the number of threads. */
    size_t pieces[3], real_step[3], half_step[3]; /* steps in doubles */
};

/* Operations on grids that have files of their own: product.c, marginal.c, contract.c. */
qfp_status cpu_product_fill(qfp_grid_plan *plan, size_t term_count, const qfp_product_term *terms,
                            qfp_buffer *u);
qfp_status cpu_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane);
qfp_status cpu_contract(size_t slices, size_t outer, size_t n, size_t inner, size_t m,
                        const double *matrix, const qfp_buffer *x, qfp_buffer *y);

#endif
