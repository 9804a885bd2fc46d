/* density.h - INTERNAL: the probability density of a process. */
#ifndef QFPI_BACKEND_DENSITY_H
#define QFPI_BACKEND_DENSITY_H

#include "core/error.h"
#include "backend/process.h"

/* Finite volumes of the density: n cells per variable, [n] or [n][n] (second variable fastest).
 * Through the face above cell c in direction v flows, per unit time,
 *     up[v][c] P_c − down[v][c] P_above + Σ cross terms,
 * the cross terms of D_12 (two variables) by central differences from cross[c] = D_12/2 at cell c.
 * Coefficients of faces at the edge of the box are 0, so that Σ P is conserved. */
typedef struct qfp_density_spec {
    int variables;
    size_t n;
    double spacing[QFPI_PROCESS_VARIABLES];
    const double *up[QFPI_PROCESS_VARIABLES], *down[QFPI_PROCESS_VARIABLES];
    const double *cross; /* NULL: none */
} qfp_density_spec;

typedef struct qfp_density_operations {
    /* P[cell][columns] is moved by `duration` in `steps` steps of Runge and Kutta's fourth
     * order. */
    qfp_status (*advance)(const qfp_density_spec *spec, size_t columns, double duration,
                          size_t steps, double *p);
} qfp_density_operations;

#endif
