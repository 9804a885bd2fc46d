/* symbol.h - a multiplier staged for the CPU: row coefficients times powers of the inner axis. */
#ifndef QFPI_CPU_SYMBOL_H
#define QFPI_CPU_SYMBOL_H

#include "cpu/grid_plan.h"

typedef struct cpu_row {
    const double *restrict re, *restrict im; /* coefficients, already scaled; one may be absent */
    const double *restrict table;            /* [columns][length] */
    const double *restrict window;           /* [length], or NULL */
    size_t length;
    int columns;
} cpu_row;

/* y (+)= s x along one row of `row->length` elements. */
typedef void (*cpu_row_multiply)(const cpu_row *row, const double *x, double *y);

struct qfp_symbol {
    const qfp_grid_plan *plan;
    qfp_space space;
    int columns;       /* distinct powers of the innermost variable that occur */
    double *re, *im;   /* [rows][columns]; NULL where that part is absent, never both */
    double *table;     /* [columns][row] */
    double *window;    /* of mode N: [length of its first axis][row], or NULL */
    size_t window_run; /* rows that share one window row: Π of the second axes but the last */
    cpu_row_multiply multiply[2]; /* [accumulate] */
};

/* The row function for this symbol's parts, columns and window. */
cpu_row_multiply cpu_row_multiply_choose(const qfp_symbol *symbol, int accumulate);

/* Row r with its coefficients times `scale` in scratch[2 (QFPI_MAX_DEGREE + 1)]. */
cpu_row cpu_symbol_row(const qfp_symbol *symbol, size_t r, double scale, double *scratch);

/* Operations on symbols that have files of their own, symbol_multiply.c and symbol_reduce.c. */
qfp_status cpu_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x, qfp_buffer *y,
                               int accumulate);
qfp_status cpu_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
qfp_status cpu_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

#endif
