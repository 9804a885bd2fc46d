/* solution.h - one way of solving a configuration, seen from the loop over output times. */
#ifndef QFPI_SOLUTION_H
#define QFPI_SOLUTION_H

#include "io/provenance.h"

/* Called after every internal step with the time reached; a failing status stops the run. */
typedef struct qfp_step_hook {
    void *data;
    qfp_status (*after_step)(void *data, double t);
} qfp_step_hook;

typedef struct qfp_solution {
    void *self;
    size_t observable_count, mean_count;
    qfp_quantity *observables; /* [observable_count]: name, unit, meaning */

    qfp_status (*advance)(void *self, double t, const qfp_step_hook *hook);
    /* Now: the expectation values [mean_count], inner being the same without what the edge of the
     * box or the last levels add to the user's; then the diagnostics, which are the other values. */
    qfp_status (*means)(void *self, double *values, double *inner);
    qfp_status (*diagnose)(void *self, double *values);
    /* Husimi marginal per d²α_j on the output grid, [nx*np]; full: [nx, np, nx, np, …] */
    qfp_status (*marginal)(void *self, int mode, double *out);
    qfp_status (*full)(void *self, double *out);
    /* Fields that stay (at_start) or that belong to the current time. May be NULL. */
    qfp_status (*write_fields)(void *self, qfp_snapshot *snapshot, bool at_start);
    /* Checkpoints: doubles of one now (it may change), writing one, going on from one.  NULL when
     * there are none.  load: QFP_USAGE when the state does not fit this run. */
    size_t (*state_count)(void *self);
    qfp_status (*save)(void *self, double *state);
    qfp_status (*load)(void *self, double t, size_t count, const double *state);
    /* A sentence about the accuracy of what was computed so far, "" if there is nothing to say. */
    const char *(*warning)(void *self);
    /* What it took so far, but for the steps. */
    void (*report)(void *self, qfp_effort *out);
    void (*destroy)(void *self);

    char device[160];  /* what it runs on */
    char note[256];    /* why `auto` chose the CPU, "" otherwise */
    char ordering[32]; /* "0.5", "Fock kets" */
    char backend[16];
} qfp_solution;

void qfp_solution_destroy(qfp_solution *s);

/* Describes the values: those of the list, then diagnostics by their names. */
qfp_status qfp_solution_name(qfp_solution *s, const qfp_observable_list *list, size_t count,
                             const char *const *diagnostics) QFP_MUST_USE;

/* The physical coordinate, x as well as p, of a point of the output grid. */
double qfp_output_coordinate(const qfp_config *config, int index);
/* Dimensionless output axes of every mode: Q = x/ℓ_j, P = p ℓ_j/κ; [modes][points] each. */
qfp_status qfp_output_axes(const qfp_config *config, double **q, double **p) QFP_MUST_USE;

#endif
