/* rank_systems.h - what benchmarks of several ranks apply, and the medians they print. */
#ifndef QFPI_BENCH_RANK_SYSTEMS_H
#define QFPI_BENCH_RANK_SYSTEMS_H

#include <stdlib.h>

#include "rig.h"

enum { ROUNDS = 7 };

static const bench_system systems[] = {
    {"hopping, Kerr: planes", "hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + 0.5*ad[2]^2*a[2]^2", 2, 0,
     12.0, 0},
    {"with n_1 n_2: transforms", "hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + n[1]*n[2]", 2, 0, 12.0, 0},
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, ascending);
    return values[ROUNDS / 2];
}

#endif
