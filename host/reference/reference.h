/* reference.h - the exact answer: kets in Fock space under the Schrödinger equation, a density matrix
 * where there is dissipation.
 *
 * Shares no code with host/algebra or kernels/: it evaluates the syntax tree with its own ladder
 * algebra, i κ dψ/dt = H(t)ψ on kets with weights, or the master equation, and synthesises Q(α) = ⟨α|ρ|α⟩/π^N by its own
 * sums.
 */
#ifndef QFPI_REFERENCE_H
#define QFPI_REFERENCE_H

#include "io/config.h"
#include "reference/kept.h"

typedef struct qfp_reference qfp_reference;

/* Most that it takes for H and its kets: 6 GiB. */
#define QFP_REFERENCE_BYTES 6442450944.0

/* Builds H, the initial kets and their weights with config->levels (0: chosen, and grown until what
 * leaves them over the times of the configuration stays within qfp_reference_accuracy). */
qfp_status qfp_reference_create(const qfp_config *config, qfp_reference **out) QFP_MUST_USE;
/* The same on a product of levels, whatever H conserves: for those who find states by their levels. */
qfp_status qfp_reference_create_boxed(const qfp_config *config, qfp_reference **out) QFP_MUST_USE;
/* What it would take, found out in about so many seconds: levels, seconds of the way through the times and
 * of finding the levels, bytes.  *out: the reference, if that was found on the way, else NULL, and then the
 * expectation is of the levels tried last. */
typedef struct qfp_reference_expectation {
    int levels[QFP_MAX_MODES], weight[QFP_MAX_MODES],
        most;            /* Σ weight n ≤ most; weights 0: no such cut */
    double states, kets; /* kets: 0 where it is a density matrix */
    double passage, choosing,
        bytes; /* passage: with a rehearsal, if there is one; choosing: so far */
    double reached,
        power; /* of the time of the run, where levels were last too few, and how states grow with it */
} qfp_reference_expectation;
qfp_status qfp_reference_try(const qfp_config *config, double seconds, qfp_reference **out,
                             qfp_reference_expectation *expected) QFP_MUST_USE;

/* The same, but QFP_RESOLUTION where a passage through the times is expected to take more than so
 * many seconds of one core. */
qfp_status qfp_reference_create_within(const qfp_config *config, double seconds,
                                       qfp_reference **out) QFP_MUST_USE;
void qfp_reference_destroy(qfp_reference *r);

/* Moves to time t: any t, also backwards; with dissipation t ≥ 0, back by way of t = 0. */
qfp_status qfp_reference_evolve(qfp_reference *r, double t) QFP_MUST_USE;

/* The current time and what led there, as [qfp_reference_carried] numbers: a reference of the same
 * configuration that loads them goes on bit for bit, and not only within its accuracy. */
size_t qfp_reference_carried(const qfp_reference *r);
void qfp_reference_save(const qfp_reference *r, double *out);
qfp_status qfp_reference_load(qfp_reference *r, const double *from) QFP_MUST_USE;

/* The error of ρ that is aimed at: solver.tolerance or 1e-10, whichever is less, but not below what
 * rounding allows; where ρ has to be sampled, far below what trajectories can tell. */
double qfp_reference_accuracy(const qfp_config *config);

/* Bounds on what ρ at the current time is off by in the trace norm: by what the levels cut from the
 * initial state, by what has left them since, by the propagator and rounding; and in all. */
typedef struct qfp_reference_error {
    double cut, lost, rounding, state;
    double sampling; /* by trajectories, of any one operator between −1 and 1; 0: there are none */
    double population; /* of what is wrong or missing: the weight of its own in means */
} qfp_reference_error;
qfp_status qfp_reference_error_now(const qfp_reference *r, qfp_reference_error *out) QFP_MUST_USE;

/* The state at the current time as kets with weights: ρ = Σ_k weight[k] |k⟩⟨k|, ket [count][dimension] of the kept
 * states in their order: all of the product of levels, or those of it within the most of a conserved number.  Borrowed
 * until the next call. */
typedef struct qfp_reference_kets {
    size_t count, dimension;
    int levels[QFP_MAX_MODES];
    const double *weight;
    const double complex *ket;
    const double complex *density; /* ρ of a state that dissipates, [dimension][dimension], of which
                                      the kets are a factor; else NULL */
    const qfp_kept *kept;
} qfp_reference_kets;
void qfp_reference_state(const qfp_reference *r, qfp_reference_kets *out);

/* Quantum trajectories that sample ρ where it is too large; 0: it is not sampled. */
size_t qfp_reference_trajectories(const qfp_reference *r);

/* wehrl, its error as an integral and what it leaves out of ρ in the trace norm are NaN when modes > 1;
 * tail: population of the two last levels of any mode; purity_sampling: what trajectories may be off by. */
typedef struct qfp_reference_diagnostics {
    double purity, purity_sampling, wehrl, wehrl_error, wehrl_left_out, tail;
    int levels[QFP_MAX_MODES];
} qfp_reference_diagnostics;
qfp_status qfp_reference_diagnose(qfp_reference *r, qfp_reference_diagnostics *out) QFP_MUST_USE;

/* Of one mode now: has Q zeros, around which the Wehrl entropy takes most of its time? */
qfp_status qfp_reference_has_zeros(qfp_reference *r, bool *has) QFP_MUST_USE;

/* An operator as the configuration language writes it, e.g. "ad[1]*a[1]", with the parameters of the
 * configuration; NULL: the Hamiltonian.  Errors as those of the Hamiltonian. */
typedef struct qfp_reference_operator qfp_reference_operator;
qfp_status qfp_reference_operator_create(const qfp_reference *r, const char *text,
                                         qfp_reference_operator **out) QFP_MUST_USE;
void qfp_reference_operator_destroy(qfp_reference_operator *o);

/* ⟨A⟩ at the current time */
qfp_status qfp_reference_mean(const qfp_reference *r, const qfp_reference_operator *o,
                              double complex *mean) QFP_MUST_USE;

/* What ⟨A⟩ = mean is off by when the state is off by `error`: the state's error times the spread of A
 * in it, what is missing times the largest elements of A, and the rounding of the sum. */
qfp_status qfp_reference_mean_error(const qfp_reference *r, const qfp_reference_operator *o,
                                    double complex mean, const qfp_reference_error *error,
                                    double *out) QFP_MUST_USE;

/* Marginal Husimi function of one mode per d²α on the dimensionless grid Q × P, out [nQ*nP]. */
qfp_status qfp_reference_husimi(qfp_reference *r, int mode, size_t n_q, const double *q, size_t n_p,
                                const double *p, double *out) QFP_MUST_USE;
/* Q of all modes on the product grid, out [nQ, nP, nQ, nP, …] (mode after mode). */
qfp_status qfp_reference_husimi_full(qfp_reference *r, size_t n_q, const double *q, size_t n_p,
                                     const double *p, double *out) QFP_MUST_USE;

/* Q of two axes of different modes (numbers of Q_1…Q_N, P_1…P_N) in the measure dz_a dz_b/2, out [n_a][n_b];
 * the Wigner function of one mode per d²α, out [n_q][n_p]. */
qfp_status qfp_reference_plane(const qfp_reference *r, int axis_a, size_t n_a, const double *a,
                               int axis_b, size_t n_b, const double *b, double *out) QFP_MUST_USE;
qfp_status qfp_reference_wigner(const qfp_reference *r, int mode, size_t n_q, const double *q,
                                size_t n_p, const double *p, double *out) QFP_MUST_USE;

/* ⟨α|n⟩-sum Σ_n c_n α*^n e^{-|α|²/2}/√n!, stable for any |α| (rescaled recurrence). */
double complex qfp_reference_amplitude(size_t levels, const double complex *c,
                                       double complex alpha);

#endif
