/* density.c - the Fokker-Planck equation in finite volumes, in time by the classical Runge-Kutta
 * method. */
#include <stdlib.h>
#include <string.h>

#include "cpu/objects.h"
#include "shared/density_cell.h"

static void rate_of(const qfp_density_spec *spec, size_t columns, const double *p, double *rate)
{
    size_t cells = spec->variables == 2 ? spec->n * spec->n : spec->n;
#pragma omp parallel for schedule(static)
    for (size_t cell = 0; cell < cells; ++cell)
        qfpi_density_cell(spec, columns, cell, p, rate + cell * columns);
}

static qfp_status advance(const qfp_density_spec *spec, size_t columns, double duration,
                          size_t steps, double *p)
{
    static const double ahead[4] = {0.5, 0.5, 1.0, 0.0};
    static const double weight[4] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};
    size_t size = (spec->variables == 2 ? spec->n * spec->n : spec->n) * columns;
    double h = duration / (double)steps, *work = NULL;
    QFP_TRY(QFP_ALLOCATE(work, 3 * size, "a density"));
    double *stage = work, *rate = work + size, *sum = work + 2 * size;
    for (size_t s = 0; s < steps; ++s) {
        memcpy(stage, p, size * sizeof *p);
        memcpy(sum, p, size * sizeof *p);
        for (int k = 0; k < 4; ++k) {
            rate_of(spec, columns, stage, rate);
            for (size_t i = 0; i < size; ++i) {
                sum[i] += h * weight[k] * rate[i];
                stage[i] = p[i] + h * ahead[k] * rate[i];
            }
        }
        memcpy(p, sum, size * sizeof *p);
    }
    free(work);
    return QFP_OK;
}

const qfp_density_operations qfp_cpu_density = {.advance = advance};
