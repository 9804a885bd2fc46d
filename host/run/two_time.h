/* two_time.h - ⟨A(t + τ) B(t)⟩ or ⟨C(t) A(t + τ) B(t)⟩ of a solution at time t, by regression.
 *
 * The state is taken out of the solution, multiplied by B, and by C from behind, as a sum of states (run/regression_states.h), and each
 * of these is solved again in the same basis, for the delays τ: levels or grid, integrator and stated errors
 * are those of a run that begins with it.
 */
#ifndef QFPI_TWO_TIME_H
#define QFPI_TWO_TIME_H

#include "run/basis.h"

/* The correlation and its connected part, ⟨C(t) A(t + τ) B(t)⟩ − ⟨A(t + τ)⟩⟨C(t) B(t)⟩ with C = 1 where there is
 * none, with their stated absolute errors,
 * [asked->count] each, NaN before they are known; and of the latter the spectrum
 *
 *     S(ω) = 2 Re ∫_0^T dτ e^{−iωτ} (⟨C(t) A(t + τ) B(t)⟩ − ⟨A(t + τ)⟩⟨C(t) B(t)⟩),    T the last delay,
 *
 * [omega_count]; none below eight delays. */
typedef struct qfp_two_time {
    const qfp_correlation *asked; /* borrowed */
    bool is_known;
    double complex *value, *connected;
    double *error, *connected_error;
    size_t omega_count;
    double *omega, *spectrum, *spectrum_error;
} qfp_two_time;

/* Checks that the system is one at every t + τ.  Give `out` to qfp_two_time_destroy either way. */
qfp_status qfp_two_time_create(const qfp_config *config, const qfp_correlation *asked,
                               qfp_two_time *out) QFP_MUST_USE;
void qfp_two_time_destroy(qfp_two_time *c);

/* Of `rho`, a state of `config` at asked->at, whose error is all that it may be off by.  The hook is called
 * on the way, with the share of it that is done. */
qfp_status qfp_two_time_solve(const qfp_config *config, const qfp_given_state *rho,
                              const qfp_step_hook *hook, qfp_two_time *out) QFP_MUST_USE;

/* Values and errors are known: makes the spectrum of them. */
qfp_status qfp_two_time_transform(qfp_two_time *c) QFP_MUST_USE;

#endif
