/* fock_space.h - the levels kept of every mode, and where things lie in the packed state.
 *
 * Of mode j the levels first_j ≤ m_j < first_j + levels_j are kept, a window that need not begin at the vacuum.  The flat
 * index of |m_1 … m_N⟩ is m = Σ_j (m_j − first_j) stride_j; ρ is kept as its packed upper triangle
 * (backend/stencil.h): entry (m, n), m ≤ n, is complex number offset(m) + n − m, √2 ρ_mn off the
 * diagonal and ρ_mm on it.
 *
 * A joint cut keeps the states with Σ_j w_j m_j ≤ most alone: ρ is 0 in all other rows and columns.
 */
#ifndef QFPI_FOCK_SPACE_H
#define QFPI_FOCK_SPACE_H

#include <complex.h>
#include <stdbool.h>

#include "backend.h"
#include "expression/expression.h"

typedef struct qfp_fock_space {
    int modes;
    int levels[QFP_MAX_MODES];    /* d_j ≥ 1 */
    int first[QFP_MAX_MODES];     /* the lowest level kept, ≥ 0 */
    size_t stride[QFP_MAX_MODES]; /* Π_{k>j} d_k */
    size_t dimension;             /* D = Π d_j */
    size_t count;                 /* doubles of a state, D(D+1) */
    int weight[QFP_MAX_MODES];    /* w_j ≥ 0; all 0: no joint cut */
    int most;
} qfp_fock_space;

/* From the vacuum on.  QFP_MEMORY with the arithmetic when a state cannot be addressed. */
qfp_status qfp_fock_space_set(int modes, const int *levels, qfp_fock_space *out) QFP_MUST_USE;

/* Is state m within the joint cut? */
bool qfp_fock_is_kept(const qfp_fock_space *space, size_t m);

/* Complex number at which row m begins, m (2D − m + 1)/2. */
size_t qfp_fock_offset(const qfp_fock_space *space, size_t m);

/* m_j of the flat index m. */
int qfp_fock_level(const qfp_fock_space *space, size_t m, int mode);

/* Is a level of the mode in its window? */
bool qfp_fock_holds(const qfp_fock_space *space, int mode, int level);

/* The levels that reach from the vacuum to the end of the mode's window. */
int qfp_fock_end(const qfp_fock_space *space, int mode);

/* ρ [D][D] of a packed state, both in host memory. */
void qfp_fock_unpack(const qfp_fock_space *space, const double *packed, double complex *rho);

#endif
