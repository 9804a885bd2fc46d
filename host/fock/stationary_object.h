/* stationary_object.h - INTERNAL to stationary.c, stationary_modes.c and stationary_slowest.c. */
#ifndef QFPI_STATIONARY_OBJECT_H
#define QFPI_STATIONARY_OBJECT_H

#include <lapacke.h>

#include "evolve/propagator.h"
#include "fock/factorised.h"
#include "fock/jump_free.h"
#include "fock/stationary.h"
#include "fock/unknown_map.h"

enum { QFP_STATIONARY_MOST_VECTORS = 70 }; /* of any space */
#define QFP_STATIONARY_EXHAUSTED 1e-13     /* what is left of a unit vector then is rounding */

struct qfp_stationary {
    qfp_unknown_map unknowns;
    double rate, shift;
    double mixed;               /* of the state, by equations that were not solved to the end */
    double leak;                /* trace that the state loses beyond the last levels, per time */
    double size;                /* ‖Lx‖ for ‖x‖ = 1, the largest that was seen */
    double *scratch;            /* [2][n] */
    qfp_factorised *factorised; /* L − s; NULL: solved by steps */
    const qfp_watch *watch;
    qfp_jump_free *inverse;
    qfp_recycled_solver *solver;
};

/* Is the inverse so cheap that spaces can be made with it? */
bool qfpi_stationary_is_full(const qfp_stationary *s);
/* x ← s (s − L)⁻¹ x, of a factorised generator. */
qfp_status qfpi_stationary_operate(qfp_stationary *s, double *x) QFP_MUST_USE;

/* Vectors, and the modes on their span. */
typedef struct qfp_stationary_block {
    size_t n, count;       /* unknowns; vectors so far, at most QFP_STATIONARY_MOST_VECTORS */
    double *basis, *moved; /* [count][n]: orthonormal; L on them */
    double re[QFP_STATIONARY_MOST_VECTORS], im[QFP_STATIONARY_MOST_VECTORS]; /* eigenvalues of L */
    double *right;                             /* [count][count], as dgeev packs them */
    size_t order[QFP_STATIONARY_MOST_VECTORS]; /* of the eigenvalues, slowest first */
    double *x, *y;                             /* [n] scratch */
    double *next;                              /* [QFP_STATIONARY_WIDEST][n] */
} qfp_stationary_block;
enum { QFP_STATIONARY_WIDEST = 2 * QFP_STATIONARY_MODES };

qfp_status qfpi_stationary_block_create(size_t n, qfp_stationary_block **out) QFP_MUST_USE;
void qfpi_stationary_block_destroy(qfp_stationary_block *b);
/* x, which is overwritten, joins the others unless it is one of them. */
void qfpi_stationary_block_add(qfp_stationary_block *b, double *x);
/* A fixed vector of noise into b->x, another one for another seed. */
void qfpi_stationary_block_noise(qfp_stationary_block *b, uint64_t seed);
/* Eigenvalues of L on the span; then the modes that have converged, slowest first, or those alone that are so clean
 * that others can be looked for beside them. */
qfp_status qfpi_stationary_ritz(qfp_stationary *s, qfp_stationary_block *b) QFP_MUST_USE;
void qfpi_stationary_take_modes(const qfp_stationary *s, qfp_stationary_block *b, bool clean,
                                qfp_stationary_modes *out);
/* The span becomes that of the first `modes` eigenvectors in order, or of the clean ones alone. */
void qfpi_stationary_narrow(const qfp_stationary *s, qfp_stationary_block *b, size_t modes,
                            bool clean);
/* Eigenvalues and right eigenvectors (columns, as dgeev packs them) of small [m][m] by columns, which is
 * overwritten. */
qfp_status qfpi_small_eigen(size_t m, double *small, double *re, double *im,
                            double *right) QFP_MUST_USE;

/* Adds to `b`, which holds modes that are known, those that decay no faster whatever their frequency. */
qfp_status qfpi_stationary_slowest(qfp_stationary *s, qfp_stationary_block *b,
                                   qfp_stationary_modes *out) QFP_MUST_USE;

/* x less its part in the first `count` of the orthonormal rows of `basis`, twice; adds the parts to `parts`,
 * which may be NULL.  Returns what is left. */
double qfpi_stationary_orthogonalise(size_t n, size_t count, const double *basis, double *x,
                                     double *parts);

#endif
