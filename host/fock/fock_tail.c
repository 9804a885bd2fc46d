#include "fock/fock_tail.h"

#include <math.h>
#include <stdbool.h>

/* At the end of a window, or at the beginning of one that leaves lower levels out. */
static bool is_in_tail(const qfp_fock_space *space, int mode, int level)
{
    int first = space->first[mode];
    return level + QFP_FOCK_TAIL_LEVELS >= qfp_fock_end(space, mode) ||
           (first > 0 && level < first + QFP_FOCK_TAIL_LEVELS);
}

void qfp_fock_tail(const qfp_fock_space *space, const double *populations, double *per_mode,
                   double *any)
{
    *any = 0.0;
    for (int j = 0; per_mode != NULL && j < space->modes; j++)
        per_mode[j] = 0.0;
    for (size_t m = 0; m < space->dimension; m++) {
        bool in_tail = false;
        for (int j = 0; j < space->modes; j++) {
            if (!is_in_tail(space, j, qfp_fock_level(space, m, j)))
                continue;
            in_tail = true;
            if (per_mode != NULL)
                per_mode[j] += fabs(populations[m]);
        }
        if (in_tail)
            *any += fabs(populations[m]);
    }
}
