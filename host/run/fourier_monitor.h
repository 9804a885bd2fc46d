/* fourier_monitor.h - what is watched on a grid: the norm of u, and |u|² near the edges of the box
 * and of the wavenumbers. */
#ifndef QFPI_FOURIER_MONITOR_H
#define QFPI_FOURIER_MONITOR_H

#include "run/unbalanced.h"
#include "state/observables.h"
#include "state/rim.h"

typedef struct qfp_fourier_monitor {
    const qfp_config *config; /* borrowed, like the grid and the map */
    const qfp_phase_grid *grid;
    qfp_linear_map *map;
    qfp_edges *edges;
    qfp_rim *rim;
    bool is_misplaced; /* at another ordering than the one where it is balanced */
    double norm_limit; /* largest ‖u‖² a state of this theory can have */
    /* |u|² at the rim at t = 0, and the largest, relative to ‖u(0)‖² */
    qfp_rim_share first_rim, worst_rim;
    double first_squared, squared,
        most_squared; /* ‖u‖² at t = 0, when last seen, and the largest */
    qfp_unbalanced unbalanced;
    size_t next_look; /* at the edges, in applications of the generator */
} qfp_fourier_monitor;

/* Takes the initial u.  QFP_GROWTH or QFP_RESOLUTION when it does not fit the grid. Give `out` to
 * qfp_fourier_monitor_destroy either way. */
qfp_status qfp_fourier_monitor_create(const qfp_config *config, const qfp_equation *equation,
                                      const qfp_phase_grid *grid, qfp_linear_map *map,
                                      qfp_buffer *u, qfp_fourier_monitor *out) QFP_MUST_USE;
void qfp_fourier_monitor_destroy(qfp_fourier_monitor *m);

/* QFP_NOT_FINITE, QFP_GROWTH or QFP_RESOLUTION with what to change. */
qfp_status qfp_fourier_monitor_check(qfp_fourier_monitor *m, qfp_buffer *u, double t) QFP_MUST_USE;
/* The same after an internal step, no more often than it is worth; the norm of an unbalanced theory
 * every time. */
qfp_status qfp_fourier_monitor_step(qfp_fourier_monitor *m, qfp_buffer *u, double t) QFP_MUST_USE;
/* What the grid has done to u so far, relative to ‖u‖ of now: of the order of the amplitude at the rim, since what
 * is there is lost and what comes back is wrong.  Measured over one- and two-mode systems, grids
 * from too small to ample: 1 to 3.4 times √worst_rim, taken four times. */
double qfp_fourier_monitor_error(const qfp_fourier_monitor *m);
/* The same of the amplitude at the rim in place. */
double qfp_fourier_monitor_rim(const qfp_fourier_monitor *m);
/* Of quantum theory at an ordering where L is not skew, and that error is a guess: QFP_TOLERANCE when it is
 * far above a tolerance that the user wrote. */
qfp_status qfp_fourier_monitor_refuse_guess(const qfp_fourier_monitor *m,
                                            const qfp_equation *equation, double t) QFP_MUST_USE;
/* ‖u‖² = ∫u² d^{2N}α */
qfp_status qfp_fourier_monitor_norm(const qfp_fourier_monitor *m, qfp_buffer *u,
                                    double *squared) QFP_MUST_USE;

#endif
