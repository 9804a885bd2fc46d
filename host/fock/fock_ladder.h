/* fock_ladder.h - INTERNAL to fock: one-mode matrix elements of a†^up a^down. */
#ifndef QFPI_FOCK_LADDER_H
#define QFPI_FOCK_LADDER_H

#include <math.h>
#include <stddef.h>

/* ⟨n − down + up| a†^up a^down |n⟩, 0 for n < down */
static inline double qfp_fock_ladder(int n, int up, int down)
{
    double element = n < down ? 0.0 : 1.0;
    for (int k = 0; k < down && k < n; k++)
        element *= sqrt((double)(n - k));
    for (int k = 1; k <= up && n >= down; k++)
        element *= sqrt((double)(n - down + k));
    return element;
}

#endif
