#include "fock/fock_tail.h"

#include <math.h>
#include <stdbool.h>

void qfp_fock_tail(const qfp_fock_space *space, const double *populations, double *per_mode,
                   double *any)
{
    *any = 0.0;
    for (int j = 0; per_mode != NULL && j < space->modes; j++)
        per_mode[j] = 0.0;
    for (size_t m = 0; m < space->dimension; m++) {
        bool in_tail = false;
        for (int j = 0; j < space->modes; j++) {
            if (qfp_fock_level(space, m, j) + QFP_FOCK_TAIL_LEVELS < space->levels[j])
                continue;
            in_tail = true;
            if (per_mode != NULL)
                per_mode[j] += fabs(populations[m]);
        }
        if (in_tail)
            *any += fabs(populations[m]);
    }
}
