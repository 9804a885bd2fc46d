/* process_pass.h - INTERNAL: what one `qfp sample` of a process holds: process_pass.c (the pass),
 * process_kernel.c (forward and backward kernels), process_file.c (the output file). */
#ifndef QFPI_ENSEMBLE_PROCESS_PASS_H
#define QFPI_ENSEMBLE_PROCESS_PASS_H

#include "ensemble/process.h"
#include "ensemble/share.h"
#include "io/snapshot.h"

/* Distances between the kernels of the first preparation and the others, each the mean total
 * variation over the conditions (weighted with √(p_1 p_2)): as the density equation has them, as
 * the paths have them, and what equal kernels would show with so many paths. */
typedef struct qfp_kernel_distance {
    double solved, sampled, noise;
} qfp_kernel_distance;

typedef struct qfp_process_pass {
    const qfp_config *config;
    qfp_snapshot *snapshot; /* the loop's; NULL: no file */
    qfp_snapshot_layout layout;
    double *x;             /* [n] centres of the cells … */
    qfp_axis axis;         /* … and their axis */
    qfp_quantity *columns; /* the observables of the file */
    const qfp_backend *backend;
    qfp_sample_result *result;
    qfp_process process;
    qfp_process_cells cells;
    size_t ensembles, marginals,
        figures; /* preparations; × variables; figures of one preparation */
    qfp_share share;
    qfp_process_set sets[QFP_MAX_PREPARATIONS]; /* the trajectories of this rank */
    double *fine[QFP_MAX_PREPARATIONS], *coarse[QFP_MAX_PREPARATIONS], *start[QFP_MAX_PREPARATIONS];
    double *histogram, *density; /* [marginals][n], per unit of x */
    double *trails;              /* [trail_count][variables] of the first preparation */
    size_t trail_count;
    double *joint[QFP_MAX_PREPARATIONS], *counts[QFP_MAX_PREPARATIONS]; /* [n][n]; NULL: none */
    qfp_kernel_distance forward, backward; /* with two preparations or more and a joint density */
} qfp_process_pass;

/* "" and "_prep_2", …: ends of the names of what belongs to a preparation. */
extern const char *const qfpi_preparation_suffix[QFP_MAX_PREPARATIONS];

/* Fills joint, counts, forward and backward at the last time; χ² of the joint histograms goes into
 * the statement. */
qfp_status qfpi_process_kernels(qfp_process_pass *pass) QFP_MUST_USE;

/* What the file holds, into pass->layout; its attributes; the row measured last; the kernels. */
qfp_status qfpi_process_lay_out(qfp_process_pass *pass) QFP_MUST_USE;
qfp_status qfpi_process_describe(const void *self) QFP_MUST_USE;
qfp_status qfpi_process_write_row(const qfp_process_pass *pass, size_t row) QFP_MUST_USE;
qfp_status qfpi_process_write_kernels(const qfp_process_pass *pass) QFP_MUST_USE;

#endif
