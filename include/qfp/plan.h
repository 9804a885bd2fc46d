/* plan.h - what a run will use, decided before anything is computed.
 *
 * Rules (Fourier basis): R_Q and R_P, the reach of a mode along its two axes, come from the
 * classical flow of the contour where the initial Wigner function has fallen to `tolerance`.  The
 * box needs L_Q ≥ 2R_Q and L_P ≥ 2R_P; the fringes of the balanced variable along Q have
 * wavenumbers up to 2R_P and along P up to 2R_Q.  Both axes ask for the same number of points, n ≥
 * 4 R_Q R_P/π.  In the Fock basis R²/2 levels, or as many as the initial state needs.
 */
#ifndef QFP_PLAN_H
#define QFP_PLAN_H

#include <stddef.h>

#include "qfp/config.h"
#include "qfp/limits.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_plan {
    qfp_basis basis;
    int modes;
    int levels[QFP_MAX_MODES];              /* fock: fewer once it was timed, if the exact kets
                                         need fewer; reference: then, as dimension, cells and bytes */
    int first[QFP_MAX_MODES];               /* fock: the lowest of them; below it nothing is */
    int points[QFP_MAX_MODES];              /* fourier: per axis of mode j */
    double extent[2 * QFP_MAX_MODES];       /* dimensionless boxes of Q_1…Q_N, P_1…P_N */
    double centre[2 * QFP_MAX_MODES];       /* where their middles are */
    double reach[2 * QFP_MAX_MODES];        /* estimated reach of the state from there along them */
    double taper[2 * QFP_MAX_MODES];        /* the generator fades out beyond it: the reach, or
                                          what a smaller grid holds */
    double husimi_reach[2 * QFP_MAX_MODES]; /* the same for Q, which is wider than u */
    int flow_escapes;                       /* the classical flow leaves every box within the run */
    double escape_time;                     /* when it does */
    int underresolved;                      /* the given grid is smaller than the rules ask for */
    int by_flow; /* fourier: an exact flow moves u, on a grid with room for its kets */
    int ranks; /* processes that divide a grid among them; bytes are those of the one that has most */
    int working; /* of them, that have a part of it */

    double dimension;        /* D = Π levels */
    double cells;            /* Π n_j²; fock: D(D+1)/2 complex numbers */
    double bytes_state;      /* one real array */
    double bytes_generator;  /* work space of one application; fock: of the watch over the levels */
    double bytes_transforms; /* cuFFT's work area, estimated; 0 on the CPU and in the Fock basis */
    double bytes_propagator; /* Krylov basis or series */
    double bytes_output;     /* observables and synthesis; fourier: tables of the initial state */
    double bytes_total;
    double bytes_available; /* memory of this machine, or free on the device, or of a rank */
    int krylov_vectors;

    /* fock: states with Σ_j weight_j n_j > most, a number that the equation never raises, are empty;
     * all weights 0: no such cut */
    int weight[QFP_MAX_MODES], most;
    double kept; /* states within it */
} qfp_plan;

/* Measured on this machine: seconds of one application, applications of a run, and its expected
 * seconds; the reference has no generator: its seconds alone. */
typedef struct qfp_plan_timing {
    int by_rates; /* application_seconds follows from rates that were given, and not from a trial */
    int by_diagonalisation; /* fock: an exact theory on few states; applications are then looks at
                               the state, not of the generator */
    double application_seconds, radius, applications, seconds;
    double outputs; /* of `seconds`, those of Husimi functions, entropies and files */
    size_t
        correlations; /* of output.correlations, each of at most four runs as large as this one */
    double correlation_seconds;                    /* that all of them take beside it */
    int products, half_transforms, transpositions; /* transpositions: between ranks */
    double bytes, floor_bytes;                     /* per application, of all ranks together */
    double bytes_sent;                             /* per application, by every rank to others */
    double exchange_seconds; /* of an application, in them; NaN: no rate of a network is known */
} qfp_plan_timing;

/* What one basis would take of a run, by its plans of all theories; seconds NaN: not tried. */
typedef struct qfp_basis_offer {
    qfp_basis basis;
    char name[16];
    int serves;            /* it can do what is asked for, and fits this machine */
    int runs_away;         /* the classical flow leaves every number of levels within the run */
    double seconds, bytes; /* predicted wall time and memory */
    char refusal[600];     /* the sentence why it does not serve */
} qfp_basis_offer;

/* `solver.basis: auto`, settled. */
typedef struct qfp_basis_choice {
    qfp_basis basis;
    double seconds, bytes; /* its offer */
    size_t count;
    qfp_basis_offer of[3];
    char sentence[400]; /* what was taken, why, and what the others would cost */
} qfp_basis_choice;

/* The cheapest basis for all theories of `config`, whatever basis it names.  Each that can hold the
 * problem is planned and, the smallest first, tried for a moment: until one is found that takes no
 * longer than such a trial, or with `all` to the last.  With solver.reproducible nothing is timed and the
 * smallest is taken.  When none serves, the sentence says why for each, and the status is that of
 * the first of them, QFP_MEMORY before others. */
QFP_API qfp_status qfp_plan_choose(const qfp_config *config, int all,
                                   qfp_basis_choice *out) QFP_MUST_USE;

/* The plan of the selected theory and, where `timing` is not NULL and the plan fits, its timing,
 * which allocates what the run would.  QFP_MEMORY with the arithmetic when the total exceeds the
 * memory of the machine, QFP_RESOLUTION when the classical flow leaves every grid: `out` is filled then too.  Of `solver.basis: auto` the plan of the basis chosen. */
QFP_API qfp_status qfp_plan_create(const qfp_config *config, qfp_plan *out,
                                   qfp_plan_timing *timing) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
