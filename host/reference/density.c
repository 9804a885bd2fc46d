#include "reference/density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void qfp_density_of_kets(const qfp_ket_set *kets, double complex *out)
{
    size_t n = kets->dim;
    memset(out, 0, n * n * sizeof *out);
    for (size_t k = 0; k < kets->count; k++) {
        const double complex *ket = kets->ket + k * n;
        for (size_t i = 0; i < n; i++) {
            double re = kets->weight[k] * creal(ket[i]), im = kets->weight[k] * cimag(ket[i]);
            for (size_t j = 0; j < n; j++)
                out[i * n + j] += CMPLX(re * creal(ket[j]) + im * cimag(ket[j]),
                                        im * creal(ket[j]) - re * cimag(ket[j]));
        }
    }
}

/* The column of ρ less what the kets so far make of it, over √(its population). */
static void next_column(size_t n, const double complex *rho, const double complex *kets,
                        size_t count, size_t pivot, double population, double complex *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = rho[i * n + pivot];
    for (size_t k = 0; k < count; k++) {
        const double complex *ket = kets + k * n;
        double re = creal(ket[pivot]), im = cimag(ket[pivot]);
        for (size_t i = 0; i < n; i++)
            out[i] -= CMPLX(re * creal(ket[i]) + im * cimag(ket[i]),
                            re * cimag(ket[i]) - im * creal(ket[i]));
    }
    for (size_t i = 0; i < n; i++)
        out[i] /= sqrt(population);
}

static double norm_squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

qfp_status qfp_density_factor(size_t dim, const double complex *rho, double floor, qfp_ket_set *out,
                              double *rest)
{
    double *population = NULL;
    double complex *kets = NULL;
    size_t count = 0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(population, dim, "a density matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(kets, dim * dim, "a density matrix"));
    for (size_t i = 0; i < dim; i++)
        population[i] = creal(rho[i * dim + i]);
    for (; count < dim; count++) {
        size_t pivot = 0;
        for (size_t i = 1; i < dim; i++)
            pivot = population[i] > population[pivot] ? i : pivot;
        if (!(population[pivot] > floor))
            break;
        double complex *ket = kets + count * dim;
        next_column(dim, rho, kets, count, pivot, population[pivot], ket);
        for (size_t i = 0; i < dim; i++)
            population[i] -= norm_squared(ket[i]);
        population[pivot] = 0.0;
    }
    QFP_TRY_GOTO(qfp_ket_set_allocate(count, dim, out));
    *rest = 0.0;
    for (size_t i = 0; i < dim; i++)
        *rest += fabs(population[i]);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < dim; i++)
            out->weight[k] += norm_squared(kets[k * dim + i]);
        for (size_t i = 0; i < dim; i++)
            out->ket[k * dim + i] = kets[k * dim + i] / sqrt(out->weight[k]);
    }
done:
    free(population);
    free(kets);
    return status;
}

qfp_status qfp_density_reduce(const double complex *rho, const qfp_kept *kept, int mode,
                              double complex *out)
{
    size_t levels = (size_t)kept->levels[mode], *place = NULL;
    int n[QFP_MAX_MODES] = {0};
    QFP_TRY(QFP_ALLOCATE(place, levels, "a reduced density matrix"));
    memset(out, 0, levels * levels * sizeof *out);
    for (size_t i = 0; i < kept->dim; i++, qfp_kept_next(kept, n)) {
        size_t count = n[mode] == 0 ? qfp_kept_fibre(kept, n, mode, place) : 0;
        for (size_t a = 0; a < count; a++)
            for (size_t b = 0; b < count; b++)
                out[a * levels + b] += rho[place[a] * kept->dim + place[b]];
    }
    free(place);
    return QFP_OK;
}
