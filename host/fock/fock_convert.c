#include "fock/fock_convert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/file_state.h"
#include "state/one_mode.h"

static size_t dyad_count(int levels)
{
    return (size_t)levels * ((size_t)levels + 1) / 2;
}

qfp_status qfp_fock_from_wigner(int levels, size_t n_q, const double *q, size_t n_p,
                                const double *p, const double *u, double complex *rho, double *kept)
{
    size_t d = (size_t)levels;
    double complex *dyads = NULL;
    double cell = 0.5 * (q[1] - q[0]) * (p[1] - p[0]), total = 0.0, found = 0.0;
    QFP_TRY(QFP_ALLOCATE(dyads, dyad_count(levels), "a density matrix"));
    memset(rho, 0, d * d * sizeof *rho);
    for (size_t i = 0; i < n_q; i++)
        for (size_t k = 0; k < n_p; k++) {
            double weight = M_PI * cell * u[i * n_p + k];
            total += weight * u[i * n_p + k];
            if (weight == 0.0)
                continue;
            qfp_one_mode_number_dyads(levels, 0.5, (q[i] + I * p[k]) / sqrt(2.0), dyads);
            const double complex *w = dyads;
            for (size_t band = 0; band < d; band++)
                for (size_t n = 0; n + band < d; n++)
                    rho[(n + band) * d + n] += weight * conj(*w++);
        }
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n <= m; n++) {
            double complex value = rho[m * d + n];
            rho[n * d + m] = conj(value);
            found += (n < m ? 2.0 : 1.0) * creal(value * conj(value));
        }
    free(dyads);
    if (kept != NULL)
        *kept = total > 0.0 ? found / total : 0.0;
    return QFP_OK;
}

qfp_status qfp_fock_to_wigner(int levels, const double complex *rho, size_t n_q, const double *q,
                              size_t n_p, const double *p, double *u, double *inside)
{
    size_t d = (size_t)levels;
    double complex *dyads = NULL;
    double cell = 0.5 * (q[1] - q[0]) * (p[1] - p[0]), total = 0.0, found = 0.0;
    QFP_TRY(QFP_ALLOCATE(dyads, dyad_count(levels), "a density matrix"));
    for (size_t i = 0; i < n_q; i++)
        for (size_t k = 0; k < n_p; k++) {
            qfp_one_mode_number_dyads(levels, 0.5, (q[i] + I * p[k]) / sqrt(2.0), dyads);
            const double complex *w = dyads;
            double sum = 0.0;
            for (size_t band = 0; band < d; band++)
                for (size_t n = 0; n + band < d; n++)
                    sum += (band > 0 ? 2.0 : 1.0) * creal(rho[(n + band) * d + n] * *w++);
            u[i * n_p + k] = sum;
            found += M_PI * cell * sum * sum;
        }
    for (size_t m = 0; m < d * d; m++)
        total += creal(rho[m] * conj(rho[m]));
    free(dyads);
    if (inside != NULL)
        *inside = total > 0.0 ? found / total : 0.0;
    return QFP_OK;
}

/* A grid that resolves the Wigner functions of all kept levels: radius √(2d) and its tail, fringes
 * of wavenumber up to twice that. */
static qfp_status wigner_of_file(const qfp_fock_space *space, const qfp_state *state, int n,
                                 double *axis, double *u, char *warning, size_t size)
{
    double reach = sqrt(2.0 * space->levels[0]) + 3.5;
    double complex *table = NULL;
    for (int i = 0; i < n; i++)
        axis[i] = (i - n / 2) * 2.0 * reach / n;
    QFP_TRY(QFP_ALLOCATE(table, (size_t)n * (size_t)n, "the Wigner function of a file"));
    qfp_status status =
        qfp_file_state_table(state->path, state->dataset, 0.5, n, axis, axis, table, warning, size);
    for (size_t i = 0; i < (size_t)n * (size_t)n; i++)
        u[i] = creal(table[i]);
    free(table);
    return status;
}

qfp_status qfp_fock_from_file_grid(const qfp_fock_space *space, const qfp_state *state,
                                   double weight, double *u, char *warning, size_t size)
{
    int levels = space->levels[0];
    double reach = sqrt(2.0 * levels) + 3.5, kept;
    int n = 2 * (int)ceil(2.0 * reach * reach / M_PI);
    size_t d = (size_t)levels, at = 0, used;
    double *axis = NULL, *wigner = NULL;
    double complex *rho = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(axis, n, "the Wigner function of a file"));
    QFP_TRY_GOTO(QFP_ALLOCATE(wigner, (size_t)n * (size_t)n, "the Wigner function of a file"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, d * d, "a density matrix"));
    QFP_TRY_GOTO(wigner_of_file(space, state, n, axis, wigner, warning, size));
    QFP_TRY_GOTO(
        qfp_fock_from_wigner(levels, (size_t)n, axis, (size_t)n, axis, wigner, rho, &kept));
    used = strlen(warning);
    snprintf(warning + used, size - used, "%s%.3g of its norm did not fit into %d levels",
             used > 0 ? "; " : "", fmax(0.0, 1.0 - kept), levels);
    for (size_t m = 0; m < d; m++)
        for (size_t k = m; k < d; k++, at++) {
            double complex value = weight * rho[m * d + k];
            u[2 * at] += m == k ? creal(value) : sqrt(2.0) * creal(value);
            u[2 * at + 1] += m == k ? 0.0 : sqrt(2.0) * cimag(value);
        }
done:
    free(axis);
    free(wigner);
    free(rho);
    return status;
}
