/* stencil.h - a generator in the Fock basis as the CPU stages it. */
#ifndef QFPI_CPU_STENCIL_H
#define QFPI_CPU_STENCIL_H

#include "backend.h"
#include "cpu/buffer.h"
#include "staging/stencil_stage.h"

/* Columns from ≤ n < to. */
typedef struct cpu_columns {
    size_t from, to;
} cpu_columns;

struct qfp_stencil {
    const qfp_context *context;
    qfpi_stencil_stage stage;
    double *pairs; /* stage.column with every entry twice, beside re and im of a complex number */
    double *mask;  /* likewise 1 in live columns and 0 in the others; NULL where all are live */
    size_t run_count;
    cpu_columns *runs; /* with the live columns; gaps between them are long */
};

/* Cuts rows 0 … D−1 into `parts` of nearly equal numbers of packed entries: the first row of part
 * `part`. */
size_t cpu_triangle_cut(size_t dimension, size_t parts, size_t part);

qfp_status cpu_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y);

#endif
