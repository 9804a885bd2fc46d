/* simulate.h - a configuration written in the test, run in this process. */
#ifndef QFP_TEST_SIMULATE_H
#define QFP_TEST_SIMULATE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../support/scratch.h"
#include "io/config.h"
#include "io/snapshot.h"
#include "qfp/run.h"

#define OK(call)                                                                                   \
    do {                                                                                           \
        qfp_status simulate_status_ = (call);                                                      \
        cr_assert(simulate_status_ == QFP_OK, "%s: %s", #call, qfp_last_error());                  \
    } while (0)

/* What names no basis is a test of the grid, whatever would be quicker. */
static inline qfp_config *load_text(const char *yaml)
{
    qfp_config *config = NULL;
    const char *path = scratch_path("test.yaml");
    scratch_write(path, yaml, strlen(yaml));
    OK(qfp_config_load(path, NULL, 0, &config));
    if (config->basis == QFP_BASIS_AUTO)
        config->basis = QFP_BASIS_FOURIER;
    return config;
}

/* Runs `yaml` and leaves the file at scratch_path(name). */
static inline qfp_run_result simulate(const char *yaml, const char *name)
{
    qfp_config *config = load_text(yaml);
    qfp_run_options options = {.output_path = scratch_path(name)};
    qfp_run_result result;
    OK(qfp_run(config, &options, &result));
    qfp_config_destroy(config);
    return result;
}

static inline double observable(const qfp_run_result *r, const char *name, size_t time)
{
    const qfp_theory_result *first = &r->theories[0];
    for (size_t c = 0; c < first->observable_count; c++)
        if (strcmp(first->names[c], name) == 0)
            return first->values[time * first->observable_count + c];
    cr_assert(0, "no observable %s", name);
    return NAN;
}

static inline double stated_error(const qfp_run_result *r, const char *name, size_t time)
{
    const qfp_theory_result *first = &r->theories[0];
    for (size_t c = 0; c < first->observable_count; c++)
        if (strcmp(first->names[c], name) == 0)
            return first->errors[time * first->observable_count + c];
    cr_assert(0, "no observable %s", name);
    return NAN;
}

/* Largest |a − b| over a dataset of two files, relative to the largest |b|. */
static inline double disagreement(const char *a, const char *b, const char *dataset)
{
    double *x = NULL, *y = NULL, worst = 0.0, largest = 0.0;
    int rank, is_complex;
    size_t shape[16], other[16], count = 1;
    OK(qfp_hdf5_read(a, dataset, &rank, shape, &is_complex, &x));
    OK(qfp_hdf5_read(b, dataset, &rank, other, &is_complex, &y));
    for (int d = 0; d < rank; d++) {
        cr_assert(shape[d] == other[d], "%s: other shape", dataset);
        count *= shape[d];
    }
    for (size_t i = 0; i < count; i++) {
        worst = fmax(worst, isfinite(x[i]) ? fabs(x[i] - y[i]) : INFINITY);
        largest = fmax(largest, fabs(y[i]));
    }
    free(x);
    free(y);
    return worst / largest;
}

#endif
