/* ket_tables.h - INTERNAL to reference: Q of kets of one mode on a product grid.
 *
 *   |⟨α|ψ⟩| = π^{-1/4} |∫ e^{−(x−q)²/2} e^{−ipx} ψ(x) dx|,   α = (q + ip)/√2
 * by a sum over x whose step is small enough for it to be exact to rounding. The tables of it serve any kets of
 * so many levels.
 */
#ifndef QFPI_KET_TABLES_H
#define QFPI_KET_TABLES_H

#include "reference/one_mode_kets.h"

typedef struct qfp_ket_tables {
    size_t levels, n_q, n_p;
    double *q, *p; /* what the tables belong to */
    size_t points; /* of x */
    double first, step;
    double *oscillator;                /* ⟨x|n⟩ [points][levels] */
    double *packet;                    /* e^{−(x−q)²/2} [n_q][points] */
    double *wave;                      /* cos px, then sin px [points][2 n_p] */
    double *psi, *product, *amplitude; /* work: [points][2], [2 ROWS][points], [2 ROWS][2 n_p] */
} qfp_ket_tables;

/* Makes `t`, zero at first, fit so many levels and axes: at once where it does. */
qfp_status qfp_ket_tables_for(qfp_ket_tables *t, size_t levels, size_t n_q, const double *q,
                              size_t n_p, const double *p) QFP_MUST_USE;
void qfp_ket_tables_destroy(qfp_ket_tables *t);

/* out[i * n_p + k] = (1/π) Σ w |⟨α|ψ⟩|² at (q_i, p_k); the kets have the levels of the tables. */
void qfp_ket_tables_apply(qfp_ket_tables *t, const qfp_ket_set *kets, double *out);

/* Bytes of those for so many levels and axes. */
/* ψ(x) of every ket on the points of the tables, waves [kets][points][2]. */
void qfp_ket_tables_waves(const qfp_ket_tables *t, const qfp_ket_set *kets, double *waves);
/* Q of those at `count` × `count` points, of which the tables know nothing, q [count], p [count], both z within reach of
 * theirs; out [count][count].  QFP_MAX_FEW points at most along each. */
#define QFP_MAX_FEW 8
void qfp_ket_tables_few(const qfp_ket_tables *t, const qfp_ket_set *kets, const double *waves,
                        size_t count, const double *q, const double *p, double *out);

double qfp_ket_tables_bytes(double levels, double n_q, double n_p);

#endif
