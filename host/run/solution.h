/* solution.h - one way of solving a configuration, seen from the loop over output times; what it can
 * do stands in the table of its basis (run/basis.h). */
#ifndef QFPI_SOLUTION_H
#define QFPI_SOLUTION_H

#include "io/provenance.h"

/* Called after every internal step with the time reached; within long ones, unless NULL, with the time that their work
 * so far is worth, while the state is that before the step.  A failing status stops the run. */
typedef struct qfp_step_hook {
    void *data;
    qfp_status (*after_step)(void *data, double t);
    qfp_status (*within_step)(void *data, double t);
} qfp_step_hook;

typedef struct qfp_solution {
    void *self;
    size_t observable_count, mean_count;
    qfp_quantity *observables; /* [observable_count]: name, unit, meaning */
    int *degrees;              /* [mean_count], of their operators in a and a† */
    char device[160];          /* what it runs on */
    char note[256];            /* why `auto` chose the CPU, "" otherwise */
    char ordering[32];         /* "0.5", "Fock kets" */
    char backend[16];
} qfp_solution;

/* The state on number states, level_1 slowest: a ket [Π levels], or ρ [Π levels][Π levels]. */
typedef struct qfp_given_state {
    bool is_matrix;
    int levels[QFP_MAX_MODES];
    double complex *value; /* to be freed */
    double error; /* of these numbers, in the trace norm, beside that of the solution itself */
} qfp_given_state;

/* Describes the values: those of the list, then diagnostics by their names. */
qfp_status qfp_solution_name(qfp_solution *s, const qfp_observable_list *list, size_t count,
                             const char *const *diagnostics) QFP_MUST_USE;

/* Room for the full Husimi function, of a basis that makes all of it at once. */
qfp_status qfp_solution_full_room(const qfp_config *config, double **out) QFP_MUST_USE;

/* Sets the windows that the configuration leaves to the state: ∓6 in Q and P if Q of every
 * mode stays inside but for a thousandth, otherwise ∓ a whole number that it does not reach, by the
 * classical flow (state/reach.h).  The same in every basis, and for all axes. */
qfp_status qfp_output_window(qfp_config *config) QFP_MUST_USE;
/* Such windows reach so far in Q and P, where they do not yet. */
void qfp_output_window_widen(qfp_config *config, double furthest);
/* All modes have the same windows, of x and of p. */
bool qfp_output_window_is_shared(const qfp_config *config);

/* The physical coordinate of a point of the output grid: x of a mode from 0, or its p. */
double qfp_output_coordinate(const qfp_config *config, int mode, bool is_p, int index);
/* The physical output axes of every mode, x and p; [modes][points] each. */
qfp_status qfp_output_scales(const qfp_config *config, double **x, double **p) QFP_MUST_USE;
/* Dimensionless output axes of every mode: Q = x/ℓ_j, P = p ℓ_j/κ; [modes][points] each. */
qfp_status qfp_output_axes(const qfp_config *config, double **q, double **p) QFP_MUST_USE;

#endif
