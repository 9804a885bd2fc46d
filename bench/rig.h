/* rig.h - a generator on a grid of a given size, with buffers to run single operations on. */
#ifndef QFPI_BENCH_RIG_H
#define QFPI_BENCH_RIG_H

#include "evolve/grid_generator.h"

typedef struct bench_system {
    const char *name;
    const char *hamiltonian; /* operator grammar */
    int modes, points;       /* per axis of every mode */
    double extent;           /* of every axis */
    int last;                /* points per axis of the last mode; 0: as many as the others */
} bench_system;

typedef struct bench_rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator; /* exact, at c = 1/2 */
    qfp_buffer *u, *y;             /* Z */
    /* NULL until bench_rig_slots */
    qfp_symbol *symbol[3];   /* imaginary and windowed, on A and B: k(x² - 1), what a flux needs */
    qfp_buffer *spectral[2]; /* A or B */
} bench_rig;

/* Exact generator in the gauge c; `out` is initialised for 4 modes variables. */
qfp_status bench_generator(const bench_system *system, double c, qfp_polynomial *out) QFP_MUST_USE;

/* What an application of the generator needs, and nothing else. */
qfp_status bench_rig_create(const qfp_backend *backend, const bench_system *system,
                            bench_rig *out) QFP_MUST_USE;
/* Adds what single transforms and multiplications need. */
qfp_status bench_rig_slots(bench_rig *rig) QFP_MUST_USE;
void bench_rig_destroy(bench_rig *rig);

#endif
