/* process.h - INTERNAL: stochastic processes in real variables (markov, nelson) as their pass of
 * `qfp sample` sees them: one ensemble per preparation, and the density each should have. */
#ifndef QFPI_ENSEMBLE_PROCESS_H
#define QFPI_ENSEMBLE_PROCESS_H

#include "backend.h"
#include "ensemble/carried.h"
#include "io/config.h"
#include "qfp/sample.h"

/* The cells of the output axis: output.husimi.points of them, around its points. */
typedef struct qfp_process_cells {
    size_t n;
    double first, width; /* lower edge of the first cell */
} qfp_process_cells;

/* The figures of one distribution. */
enum { QFP_MEAN_1, QFP_MEAN_2, QFP_VAR_1, QFP_COV, QFP_VAR_2 };

typedef struct qfp_process {
    void *self;
    const char *density_name;
    int variables, preparations;
    char statement[400];

    void (*draw)(void *self, int preparation, const qfp_process_set *set, double *x);
    /* Before the two fine steps of length h that follow, which every preparation then takes. */
    void (*prepare)(void *self, double h);
    /* Two fine steps for the paths x and one of 2h with the same noise for `coarse`. */
    void (*advance)(void *self, const qfp_process_set *set, double h, uint64_t step, double *x,
                    double *coarse);
    /* Moves the densities to the time that the paths have reached, `duration` later. */
    qfp_status (*follow)(void *self, double duration);
    /* Probability of every cell of the output axis for one variable, out[n]. */
    void (*density)(const void *self, int preparation, int variable, double *out);
    /* Mean and covariance, [QFPI_PROCESS_MOMENTS] in the order above. */
    void (*figures)(const void *self, int preparation, double *out);
    /* Probability that a path was in cell i at t = 0 and is in cell k now, out[n][n]; NULL where
     * that is not known. */
    void (*joint)(const void *self, int preparation, double *out);
    qfp_carried carried; /* beside the paths */
    void (*destroy)(void *self);
} qfp_process;

/* qfp_NAME_create of every process of the table in io/ensemble_methods.h. */
#define QFP_DECLARE_SYSTEM(name)
#define QFP_DECLARE_PROCESS(name)                                                                  \
    qfp_status qfp_##name##_create(const qfp_config *config, const qfp_backend *backend,           \
                                   const qfp_process_cells *cells, qfp_process *out) QFP_MUST_USE;
#define X(name, kind, keys, meaning) QFP_DECLARE_##kind(name)
QFP_ENSEMBLE_METHODS(X)
#undef X
#undef QFP_DECLARE_SYSTEM
#undef QFP_DECLARE_PROCESS

double qfp_process_value(const qfp_polynomial *p, double x, double y);

#endif
