/* judge.h - values of Q in a file at points of its output grid. */
#ifndef QFP_TEST_JUDGE_H
#define QFP_TEST_JUDGE_H

#include "simulate.h"

/* /husimi/mode_`mode` of the scratch file at output `time`, at x and p; they must be grid
 * points. */
static inline double husimi_at(const char *name, int mode, size_t time, double x, double p)
{
    double *axis = NULL, *q = NULL;
    char dataset[32];
    int rank, is_complex;
    size_t shape[16], n, at[2] = {0, 0};
    const double wanted[2] = {x, p};
    OK(qfp_hdf5_read(scratch_path(name), "/axes/x", &rank, shape, &is_complex, &axis));
    n = shape[0];
    for (int i = 0; i < 2; i++) {
        while (at[i] < n && fabs(axis[at[i]] - wanted[i]) > 1e-9)
            at[i]++;
        cr_assert(at[i] < n, "%g is no point of the output grid", wanted[i]);
    }
    snprintf(dataset, sizeof dataset, "/husimi/mode_%d", mode);
    OK(qfp_hdf5_read(scratch_path(name), dataset, &rank, shape, &is_complex, &q));
    double value = q[(time * n + at[0]) * n + at[1]];
    free(axis);
    free(q);
    return value;
}

#endif
