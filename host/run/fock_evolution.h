/* fock_evolution.h - ρ in the Fock basis moved through time, watched, and given more levels.
 *
 * After every internal step what the levels lost (fock_leak.h) is measured.  The error of ρ is
 * taken to be the integral of the rate, which is a bound, or the largest amplitude met at the end
 * of the basis, whichever is less.  Where qfp chose the levels it may reach the tolerance; a step
 * that would exceed it is taken back, the levels of the modes it left through are raised by a
 * quarter, and the step is repeated.  Given levels stay: the run stops when the population of the
 * states from which something leaves exceeds the tolerance.
 */
#ifndef QFPI_FOCK_EVOLUTION_H
#define QFPI_FOCK_EVOLUTION_H

#include "run/fock_stage.h"
#include "run/solution.h"
#include "run/unbalanced.h"

typedef struct qfp_fock_evolution {
    const qfp_config *config;     /* borrowed */
    const qfp_equation *equation; /* borrowed */
    qfp_unbalanced unbalanced;
    qfp_engine engine;
    qfp_plan plan;
    int planned[QFP_MAX_MODES]; /* levels at the start */
    qfp_fock_stage stage;
    double time, kept_time;
    size_t applications; /* of the generators of earlier stages */
    double norm_limit;   /* largest ‖u‖² = Tr ρ² before the run is stopped */
    double cut;          /* population of the initial state outside the levels */
    qfp_fock_loss loss;  /* at the last accepted step */
    double bound;        /* on the error of ρ by the cut so far: the integral of loss.rate */
    double amplitude;    /* the largest of loss.amplitude */
    double population;   /* worst of the states from which something leaves */
    bool may_grow, wants_levels, has_grown;
    const qfp_step_hook *hook;
    double advance_from;
    char warning[512];
} qfp_fock_evolution;

/* Opens the backend, builds the stage, fills the initial state.  Give `out` to
 * qfp_fock_evolution_destroy either way; it must not be moved. */
qfp_status qfp_fock_evolution_create(const qfp_config *config, const qfp_equation *equation,
                                     const qfp_plan *plan, qfp_fock_evolution *out) QFP_MUST_USE;
void qfp_fock_evolution_destroy(qfp_fock_evolution *e);

/* To time t.  QFP_RESOLUTION, QFP_GROWTH, QFP_NOT_FINITE, or what the propagator or the hook
 * say. */
qfp_status qfp_fock_evolution_advance(qfp_fock_evolution *e, double t,
                                      const qfp_step_hook *hook) QFP_MUST_USE;

/* A checkpoint: the levels, the two measures of the loss, then u. */
size_t qfp_fock_evolution_state_count(const qfp_fock_evolution *e);
qfp_status qfp_fock_evolution_save(qfp_fock_evolution *e, double *state) QFP_MUST_USE;
/* QFP_USAGE when it belongs to other levels than those given. */
qfp_status qfp_fock_evolution_load(qfp_fock_evolution *e, double t, size_t count,
                                   const double *state) QFP_MUST_USE;

void qfp_fock_evolution_report(const qfp_fock_evolution *e, qfp_effort *out);

/* A sentence about what the levels did to the accuracy, or "". */
const char *qfp_fock_evolution_warning(qfp_fock_evolution *e);

#endif
