/* fock_evolution.h - ρ in the Fock basis moved through time, watched, and given more levels.
 *
 * After every internal step what the levels lost (fock_leak.h) is measured.  Where qfp chose the
 * levels, a step at which more arrives at the end of the basis than the tolerance allows is taken
 * back, the levels of the modes it left through are raised by a quarter, and the step is repeated;
 * at the output times the exact kets (fock_witness.h) say what came of it, and a state that is off
 * by more than the tolerance is computed again from the start with more levels, as long as that helps.
 * Given levels stay, and the error is stated.  Under an unbalanced theory, whose error nothing bounds, the run stops when
 * the population of the states from which something leaves exceeds 1e-4.
 */
#ifndef QFPI_FOCK_EVOLUTION_H
#define QFPI_FOCK_EVOLUTION_H

#include "fock/fock_initial.h"
#include "run/fock_stage.h"
#include "run/fock_witness.h"
#include "run/solution.h"
#include "run/unbalanced.h"

/* By how many of the amplitudes met at the end of the basis ρ may be off where no exact kets tell. */
#define QFP_FOCK_ERRORS_UNSEEN 4.0

typedef struct qfp_fock_evolution {
    const qfp_config *config;     /* borrowed */
    const qfp_equation *equation; /* borrowed */
    qfp_unbalanced unbalanced;
    qfp_engine engine;
    qfp_plan plan;
    int planned[QFP_MAX_MODES]; /* levels at the start */
    qfp_fock_stage stage;
    double time, kept_time; /* where the advance began; of the state of record */
    size_t applications;    /* of the generators of earlier stages */
    double norm_limit;      /* largest ‖u‖² = Tr ρ² before the run is stopped */
    qfp_fock_initial_error initial;
    bool is_ket;        /* ρ is of rank 1, as it was at the start */
    qfp_fock_loss loss; /* at the last accepted step */
    double bound;       /* on the error of ρ by what was lost so far: the integral of loss.rate */
    double amplitude;   /* the largest of loss.amplitude */
    double moved;       /* the propagators of earlier stages state this error */
    qfp_fock_witness witness;
    double distance, distance_time; /* the witness's word on the state, and of when */
    double begun_again; /* the last time at which the state was computed again; 0: none */
    double before;      /* the distance until then, while it is; 0: it is not */
    bool may_grow, wants_levels, has_grown, is_settled; /* settled: more levels do not help */
    const qfp_step_hook *hook;
    double advance_to, told; /* told: the hook, the latest time */
    int looks;               /* of an evolution by diagonalisation, since `time` */
    double passed;           /* at the last of them */
    char warning[512], raised[320];
} qfp_fock_evolution;

/* Opens the backend, builds the stage, fills the initial state.  Give `out` to
 * qfp_fock_evolution_destroy either way; it must not be moved. */
qfp_status qfp_fock_evolution_create(const qfp_config *config, const qfp_equation *equation,
                                     const qfp_plan *plan, qfp_fock_evolution *out) QFP_MUST_USE;
void qfp_fock_evolution_destroy(qfp_fock_evolution *e);

/* To time t; where that is an output time, computed again if need be.  QFP_RESOLUTION, QFP_GROWTH, QFP_NOT_FINITE, or what the propagator or the hook
 * say. */
qfp_status qfp_fock_evolution_advance(qfp_fock_evolution *e, double t,
                                      const qfp_step_hook *hook) QFP_MUST_USE;

/* What ρ at the current time may be off by in the trace norm.  Where there is a witness, by its word;
 * else by what the levels cut at the start and lost since, the propagator's share and rounding, of
 * phases too: for a theory that is not Schrödinger's an estimate; NaN for an unbalanced one. */
qfp_status qfp_fock_evolution_error(qfp_fock_evolution *e, double *state) QFP_MUST_USE;
/* And its means, evaluated last, by the witness's word or from the error of ρ (fock_moments.h); errors
 * [observables.count], NaN for an unbalanced theory. */
qfp_status qfp_fock_evolution_errors(qfp_fock_evolution *e, const double *means,
                                     double *errors) QFP_MUST_USE;

/* A checkpoint: the levels, what the errors and the next steps depend on, then u: a run that goes on from
 * it takes the steps of one that was not interrupted. */
size_t qfp_fock_evolution_state_count(const qfp_fock_evolution *e);
qfp_status qfp_fock_evolution_save(qfp_fock_evolution *e, qfp_state_writer *to) QFP_MUST_USE;
/* QFP_USAGE when it belongs to other levels than those given. */
qfp_status qfp_fock_evolution_load(qfp_fock_evolution *e, double t, size_t count,
                                   qfp_state_reader *from) QFP_MUST_USE;

/* For fock_checkpoint.c.  A stage with `levels` from `first` [QFP_MAX_MODES] on that holds the same ρ, given packed on the old levels, or
 * the initial state (NULL); the rate at which u, the state of record, begins to lose; applications of
 * all generators so far. */
qfp_status qfpi_fock_evolution_levels(qfp_fock_evolution *e, const int *levels, const int *first,
                                      const double *packed) QFP_MUST_USE;
/* For fock_passage.c, and what of it others ask for: u from the present time to t, accepted step by step; the error by what
 * was lost at the end of the basis; under an unbalanced theory, is too much there? */
qfp_status qfpi_fock_evolution_pass(qfp_fock_evolution *e, double t) QFP_MUST_USE;
double qfpi_fock_evolution_lost(const qfp_fock_evolution *e, double bound, double amplitude);
qfp_status qfpi_fock_evolution_population(qfp_fock_evolution *e, double t) QFP_MUST_USE;
qfp_status qfpi_fock_evolution_keep(qfp_fock_evolution *e) QFP_MUST_USE;
size_t qfpi_fock_evolution_applications(const qfp_fock_evolution *e);

void qfp_fock_evolution_report(const qfp_fock_evolution *e, qfp_effort *out);

/* A sentence about the levels, or "".  kept: all errors that are known add up to less than the
 * tolerance. */
const char *qfp_fock_evolution_warning(qfp_fock_evolution *e, bool kept);

#endif
