/* recycled_solver.h - (L − s) y = b for many b, by what was learnt from those before.
 *
 * Every direction z and its image w = (L − s) z stay, the images orthonormal: a new right-hand side is first met by
 * all of them at once, and only what is left of it takes new directions z = (L₀ − s)⁻¹ r (generalised
 * conjugate residuals, which have the residuals of GMRES).
 */
#ifndef QFPI_RECYCLED_SOLVER_H
#define QFPI_RECYCLED_SOLVER_H

#include "fock/jump_free.h"
#include "fock/unknown_map.h"

typedef struct qfp_recycled_solver qfp_recycled_solver;

/* Told at every step of a search where it stands. */
typedef struct qfp_watch {
    void *data;
    void (*look)(void *data, const char *at);
} qfp_watch;

enum { QFP_RECYCLED_PAIRS = 120 }; /* of vectors, at most */

/* Keeps them. */
qfp_status qfp_recycled_solver_create(qfp_unknown_map *map, qfp_jump_free *inverse,
                                      const qfp_watch *watch,
                                      qfp_recycled_solver **out) QFP_MUST_USE;
void qfp_recycled_solver_destroy(qfp_recycled_solver *s);

/* Another s; what was kept belonged to the old one. */
void qfp_recycled_solver_shift(qfp_recycled_solver *s, double shift);

/* y ← the solution, as far as rounding and patience allow or until ‖b − (L − s) y‖, which *left is in the end, is
 * `enough`. */
qfp_status qfp_recycled_solver_solve(qfp_recycled_solver *s, const double *b, double enough,
                                     double *y, double *left) QFP_MUST_USE;

#endif
