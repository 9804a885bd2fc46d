#include "fock/fock_space.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Largest D whose D(D+1) doubles still have a size. */
#define MOST_LEVELS 1e9

qfp_status qfp_fock_space_set(int modes, const int *levels, qfp_fock_space *out)
{
    qfp_fock_space space = {.modes = modes};
    double dimension = 1.0;
    char text[128] = "";
    for (int j = 0; j < modes; j++) {
        if (levels[j] < 1)
            return QFP_FAIL(QFP_CONFIG, "solver.levels: mode %d needs at least one level, not %d",
                            j + 1, levels[j]);
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, j == 0 ? "%d" : " x %d", levels[j]);
        dimension *= levels[j];
    }
    if (dimension > MOST_LEVELS)
        return QFP_FAIL(QFP_MEMORY,
                        "solver.levels: %s = %.4g states; their density matrix would be %.3g GB",
                        text, dimension, 8e-9 * dimension * (dimension + 1.0));
    space.dimension = 1;
    for (int j = modes - 1; j >= 0; j--) {
        space.levels[j] = levels[j];
        space.stride[j] = space.dimension;
        space.dimension *= (size_t)levels[j];
    }
    space.count = space.dimension * (space.dimension + 1);
    *out = space;
    return QFP_OK;
}

size_t qfp_fock_offset(const qfp_fock_space *space, size_t m)
{
    return m * (2 * space->dimension - m + 1) / 2;
}

int qfp_fock_level(const qfp_fock_space *space, size_t m, int mode)
{
    return space->first[mode] + (int)(m / space->stride[mode] % (size_t)space->levels[mode]);
}

bool qfp_fock_holds(const qfp_fock_space *space, int mode, int level)
{
    return level >= space->first[mode] && level < qfp_fock_end(space, mode);
}

int qfp_fock_end(const qfp_fock_space *space, int mode)
{
    return space->first[mode] + space->levels[mode];
}

bool qfp_fock_is_kept(const qfp_fock_space *space, size_t m)
{
    int total = 0;
    for (int j = 0; j < space->modes; j++)
        if (space->weight[j] > 0)
            total += space->weight[j] * qfp_fock_level(space, m, j);
    return total <= space->most;
}

void qfp_fock_unpack(const qfp_fock_space *space, const double *packed, double complex *rho)
{
    size_t d = space->dimension;
    const double *u = packed;
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, u += 2) {
            double scale = n > m ? M_SQRT1_2 : 1.0;
            rho[m * d + n] = CMPLX(scale * u[0], scale * u[1]);
            rho[n * d + m] = CMPLX(scale * u[0], -scale * u[1]);
        }
}
