#include "fock/fock_convert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static qfp_dyad_grid with_levels(const qfp_dyad_grid *grid, const qfp_fock_space *space)
{
    qfp_dyad_grid dyads = *grid;
    dyads.modes = space->modes;
    memcpy(dyads.levels, space->levels, sizeof dyads.levels);
    return dyads;
}

/* π^N ∫ u² d^{2N}α */
static double squared_norm(const qfp_dyad_grid *grid, size_t points, const double *u)
{
    double weight = 1.0, sum = 0.0;
    for (int j = 0; j < grid->modes; j++)
        weight *= 0.5 * M_PI * (grid->q[j][1] - grid->q[j][0]) * (grid->p[j][1] - grid->p[j][0]);
    for (size_t i = 0; i < points; i++)
        sum += u[i] * u[i];
    return weight * sum;
}

static double squared_size(const qfp_fock_space *space, const double *rho)
{
    double sum = 0.0;
    for (size_t i = 0; i < space->count; i++)
        sum += rho[i] * rho[i];
    return sum;
}

qfp_status qfp_fock_from_wigner(const qfp_fock_space *space, const qfp_dyad_grid *grid,
                                const double *u, double *rho, double *kept)
{
    qfp_dyad_grid dyads = with_levels(grid, space);
    size_t count, points, d = space->dimension, at = 0;
    double *x = NULL;
    double complex *full = NULL;
    qfp_status status;
    QFP_TRY(qfp_dyad_grid_sizes(&dyads, &count, &points));
    QFP_TRY_GOTO(QFP_ALLOCATE(x, count, "a change of basis"));
    QFP_TRY_GOTO(QFP_ALLOCATE(full, count, "a density matrix"));
    QFP_TRY_GOTO(qfp_dyads_from_grid(&dyads, u, x));
    QFP_TRY_GOTO(qfp_dyads_to_matrix(&dyads, x, full));
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, at++) {
            rho[2 * at] = (m == n ? 1.0 : sqrt(2.0)) * creal(full[m * d + n]);
            rho[2 * at + 1] = m == n ? 0.0 : sqrt(2.0) * cimag(full[m * d + n]);
        }
    double total = squared_norm(&dyads, points, u);
    *kept = total > 0.0 ? squared_size(space, rho) / total : 0.0;
done:
    free(x);
    free(full);
    return status;
}
