/* sample_pass.h - INTERNAL: one ensemble from t = 0 to the last output time, and how each method of
 * `qfp sample` makes one. */
#ifndef QFPI_ENSEMBLE_SAMPLE_PASS_H
#define QFPI_ENSEMBLE_SAMPLE_PASS_H

#include "ensemble/method.h"
#include "ensemble/process.h"
#include "io/snapshot.h"

/* What the loop over output times sees. */
typedef struct qfp_sample_pass {
    void *self;
    const qfp_snapshot_layout *layout; /* of its file, the pass's */
    qfp_snapshot **file;               /* where it writes; the loop's, NULL there: no file */
    bool exact_steps;                  /* one pair of steps leads from output time to output time */
    /* NULL, or a piece of what comes before t = 0, until *share of it is 1. */
    qfp_status (*work)(void *self, double *share);
    /* Two fine steps of length h from time t, and one of length 2h for the coarse paths with the
     * same noise.  `step` counts fine steps. */
    qfp_status (*advance)(void *self, double t, double h, uint64_t step);
    /* The figures at config->times[row], where the paths are, into the result and the file. */
    qfp_status (*measure)(void *self, size_t row);
    /* The attributes of a new file. */
    qfp_status (*describe)(const void *self);
    /* What is known when all times are reached, into the result and the file; NULL: nothing. */
    qfp_status (*conclude)(void *self);
    /* The paths and everything beside them, [carried] numbers. */
    size_t (*carried)(const void *self);
    qfp_status (*save)(const void *self, double *out); /* every rank calls; NULL on others than 0 */
    qfp_status (*load)(void *self, const double *from);
    void (*destroy)(void *self);
} qfp_sample_pass;

typedef qfp_status qfp_pass_create(const qfp_config *config, qfp_sample_result *result,
                                   qfp_sample_pass *out);

/* A row of the table of methods: io/ensemble_methods.h with the functions behind it. */
typedef struct qfp_method {
    qfp_status (*check)(const qfp_config *config);
    qfp_pass_create *pass;
    /* One of the two, for the pass. */
    qfp_status (*create)(const qfp_method_setting *setting, qfp_ensemble_object *out);
    qfp_status (*create_process)(const qfp_config *config, const qfp_backend *backend,
                                 const qfp_process_cells *cells, qfp_process *out);
} qfp_method;

/* The configured method, which there must be. */
const qfp_method *qfpi_method_of(const qfp_config *config);

/* Trajectories of a Hamiltonian. */
qfp_status qfpi_sampler_create(const qfp_config *config, qfp_sample_result *result,
                               qfp_sample_pass *out) QFP_MUST_USE;

/* Trajectories of a process in real variables. */
qfp_status qfpi_process_check(const qfp_config *config) QFP_MUST_USE;
qfp_status qfpi_process_create(const qfp_config *config, qfp_sample_result *result,
                               qfp_sample_pass *out) QFP_MUST_USE;

#endif
