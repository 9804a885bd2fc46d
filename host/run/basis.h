/* basis.h - the bases, one table each: everything above them asks here. */
#ifndef QFPI_BASIS_H
#define QFPI_BASIS_H

#include "qfp/plan.h"
#include "run/equation.h"
#include "run/solution.h"

typedef struct qfp_basis_table {
    /* QFP_CONFIG or QFP_UNSUPPORTED when this basis cannot do what is asked for; NULL: it can. */
    qfp_status (*supports)(const qfp_config *config, const qfp_equation *equation);
    /* Fills `plan`, which is zero but for its basis and modes.  QFP_MEMORY when it does not fit the
     * machine, QFP_RESOLUTION when the classical flow leaves every grid.  NULL: there is nothing to fill. */
    qfp_status (*plan)(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan);
    /* Tries the plan out; members of it that only a trial tells are filled then. */
    qfp_status (*measure)(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                          qfp_plan_timing *out);
    /* The solution at t = 0, and the end of it.  Borrows the configuration and the equation; give
     * out->self to `destroy` either way. */
    qfp_status (*create)(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *plan, qfp_solution *out);
    void (*destroy)(void *self);
    /* Widens the output window to a state that the initial one says nothing of, unless it is given; before
     * anything is read off.  NULL: qfp_output_window has set it. */
    qfp_status (*window)(void *self, qfp_config *config);

    /* The rest is of a solution: `self` is its own. */
    qfp_status (*advance)(void *self, double t, const qfp_step_hook *hook);
    /* Now: the expectation values [mean_count]; then the diagnostics, which are the other values. */
    qfp_status (*means)(void *self, double *values);
    qfp_status (*diagnose)(void *self, double *values);
    /* The stated errors of `values`, which are what means and diagnose gave for now: *state of the
     * state, relative to it, and errors [observable_count] of the values, absolute; NaN where none
     * can be stated.  What was added up on the way is part of the checkpoint.  The last diagnostic
     * is `truncation`, whose value is *state. */
    qfp_status (*errors)(void *self, const double *values, double *state, double *errors);
    /* Those of the means alone, errors [mean_count], where `diagnose` was not asked. */
    qfp_status (*errors_of_means)(void *self, const double *values, double *errors);
    /* By how much *state may be above the true error: only what is that much above solver.tolerance is
     * surely above it.  0 means 1. */
    double sharpness;
    /* Husimi marginal per d²α_j on the output grid, [nx*np]; of all modes together, by slices */
    qfp_status (*marginal)(void *self, int mode, double *out);
    qfp_status (*full)(void *self, const qfp_slices *to);
    /* Q of two axes of different modes on the output grid, [first][second], in the measure of one
     * mode: ∫ dz_first dz_second/2 = 1; the Wigner function of a mode per d²α_j, [nx*np]; and the
     * state.  `supports` has refused what cannot be had. */
    qfp_status (*plane)(void *self, const qfp_axis_pair *pair, double *out);
    qfp_status (*wigner)(void *self, int mode, double *out);
    qfp_status (*state)(void *self, qfp_given_state *out);
    /* Fields that stay (at_start) or that belong to the current time. May be NULL. */
    qfp_status (*write_fields)(void *self, qfp_snapshot *snapshot, bool at_start);
    /* Checkpoints: doubles of one now (it may change), writing one, going on from one.  NULL when
     * there are none.  load: QFP_USAGE when the state does not fit this run. */
    size_t (*state_count)(void *self);
    qfp_status (*save)(void *self, qfp_state_writer *to);
    qfp_status (*load)(void *self, double t, size_t count, qfp_state_reader *from);
    /* A sentence about the accuracy of what was computed so far, "" if there is nothing to say. */
    const char *(*warning)(void *self);
    /* What it took so far, but for the steps. */
    void (*report)(void *self, qfp_effort *out);
} qfp_basis_table;

extern const qfp_basis_table qfp_basis_fourier, qfp_basis_fock, qfp_basis_reference;
extern const qfp_basis_table qfp_basis_steady; /* fock, of what `qfp steady` finds */

/* `measure` of the reference, which has no other plan. */
qfp_status qfp_reference_measure(const qfp_config *config, const qfp_equation *equation,
                                 qfp_plan *plan, qfp_plan_timing *out) QFP_MUST_USE;

/* Of a basis that is settled. */
const qfp_basis_table *qfp_basis_of(const qfp_config *config);

/* `supports` and `plan` of the configured basis. */
qfp_status qfp_basis_supports(const qfp_config *config, const qfp_equation *equation) QFP_MUST_USE;
qfp_status qfp_basis_plan(const qfp_config *config, const qfp_equation *equation,
                          qfp_plan *out) QFP_MUST_USE;

/* Tries a plan out: `measure` of the configured basis, and what output.correlations add to it. */
qfp_status qfp_basis_measure(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                             qfp_plan_timing *out) QFP_MUST_USE;

/* `status` of a plan; where it does not fit, its sentence goes on with the bases that do. */
qfp_status qfp_choice_advise(const qfp_config *config, qfp_status status) QFP_MUST_USE;

/* Vectors of one state that the propagator keeps, beside `fixed` bytes, into plan->krylov_vectors,
 * bytes_propagator and bytes_total: a large state gets a shorter Krylov basis rather than none. */
void qfp_plan_vectors(const qfp_config *config, double fixed, qfp_plan *plan);

#endif
