#include "fock/fock_convert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/file_grid.h"

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

/* The Wigner function of the file, normalised, on the axis both ways. */
static qfp_status wigner_of_file(const qfp_state *state, size_t n, const double *axis, double *u,
                                 char *warning, size_t size)
{
    double complex *table = NULL;
    QFP_TRY(QFP_ALLOCATE(table, n * n, "the Wigner function of a file"));
    qfp_status status = qfp_file_grid_table(state->path, state->dataset, 0.5, (int)n, axis, axis,
                                            table, warning, size);
    for (size_t i = 0; i < n * n; i++)
        u[i] = creal(table[i]);
    free(table);
    return status;
}

qfp_status qfp_fock_from_file_grid(const qfp_fock_space *space, const qfp_state *state,
                                   double weight, double *u, char *warning, size_t size)
{
    /* A grid that resolves the Wigner functions of all kept levels: radius √(2d) and its tail,
     * fringes of wavenumber up to twice that. */
    double reach = sqrt(2.0 * space->levels[0]) + 3.5, kept;
    size_t n = 2 * (size_t)ceil(2.0 * reach * reach / M_PI), used;
    double *axis = NULL, *wigner = NULL, *rho = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(axis, n, "the Wigner function of a file"));
    QFP_TRY_GOTO(QFP_ALLOCATE(wigner, n * n, "the Wigner function of a file"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, space->count, "a density matrix"));
    for (size_t i = 0; i < n; i++)
        axis[i] = ((double)i - (double)(n / 2)) * 2.0 * reach / (double)n;
    QFP_TRY_GOTO(wigner_of_file(state, n, axis, wigner, warning, size));
    qfp_dyad_grid grid = {.modes = 1, .n_q = {n}, .n_p = {n}, .q = {axis}, .p = {axis}};
    QFP_TRY_GOTO(qfp_fock_from_wigner(space, &grid, wigner, rho, &kept));
    used = strlen(warning);
    snprintf(warning + used, size - used, "%s%.3g of its norm did not fit into %d levels",
             used > 0 ? "; " : "", fmax(0.0, 1.0 - kept), space->levels[0]);
    for (size_t i = 0; i < space->count; i++)
        u[i] += weight * rho[i];
done:
    free(axis);
    free(wigner);
    free(rho);
    return status;
}
