/* husimi_tables.h - Q of one mode on a product grid, by tables that serve any state of so many levels.
 *
 *   π^{3/2} Q(q, p) = ∬ e^{−(x̄−q)²} e^{−y²/4} e^{−ipy} ⟨x̄+y/2|ρ|x̄−y/2⟩ dx̄ dy
 * is summed over x = x̄ + y/2 and x' = x̄ − y/2 on one lattice, fine enough for the sums to be exact to
 * rounding: small dense products, one per axis, whatever the rank of ρ.  Errors are about 1e-15 of the
 * largest Q, absolute: where Q is less than that it is noise of either sign.
 */
#ifndef QFPI_HUSIMI_TABLES_H
#define QFPI_HUSIMI_TABLES_H

#include <complex.h>
#include <stddef.h>

#include "core/error.h"

typedef struct qfp_husimi_tables {
    int levels;
    size_t n_q, n_p;
    double *q, *p;              /* what the tables belong to */
    size_t points, distance[2]; /* of x; values of (x − x')/step ≥ 0, even and odd ones */
    double step, first;         /* of the lattice */
    double *functions;          /* φ_n(x) [points][levels] */
    double *smear[2]; /* e^{−(x̄−q)²} [n_q][points], x̄ on points and between them */
    double *wave;     /* cos p y and sin p y in turn [2 distances][n_p] */
    double *fade;     /* weights of the distances, with all constants */
    /* work */
    size_t low, used; /* the lowest level where ρ holds something, and the levels from there on */
    double complex *factor;  /* of ρ = LL†, [levels/2 + 1][levels] */
    double *split;           /* real and imaginary parts [2 levels][levels] */
    double *left[2], *right; /* [points][levels]: ρ(x, x') = Σ (left_0 + i left_1) right' */
    double *band[2];         /* ρ(x, x') for some x */
    double *part[2];         /* ρ by x̄ and distance, re and im, [points][2 distance] */
    double *smeared;         /* [n_q][2 distances] */
} qfp_husimi_tables;

/* Makes `t`, zero at first, fit so many levels and dimensionless axes q [n_q], p [n_p]: at once where it
 * does already. */
qfp_status qfp_husimi_tables_for(qfp_husimi_tables *t, int levels, size_t n_q, const double *q,
                                 size_t n_p, const double *p) QFP_MUST_USE;
void qfp_husimi_tables_destroy(qfp_husimi_tables *t);

/* out[i * n_p + k] = Q(q_i, p_k) per d²α; rho Hermitian, rows of `leading` ≥ levels numbers. */
void qfp_husimi_tables_apply(qfp_husimi_tables *t, const double complex *rho, size_t leading,
                             double *out);

/* Bytes of those for so many levels and `points` on both axes, at most. */
double qfp_husimi_tables_bytes(double levels, double points);

#endif
