/* grid_operator.h - INTERNAL to evolve: a real operator on a phase grid, staged on the backend.
 *
 *     f_0(A) + g_0(B) + Σ_r ½(f_r g_r + g_r f_r)   (symmetrised), else   f_0(A) + g_0(B) + Σ_r f_r g_r,
 * A = {Q, ∂_P}, B = {P, ∂_Q}, and planes of single modes (generator_parts.h).  An odd number of derivatives
 * in every term of the symmetrised form makes it skew on the grid too, an even number symmetric, to
 * rounding and whatever the aliasing.
 */
#ifndef QFPI_GRID_OPERATOR_H
#define QFPI_GRID_OPERATOR_H

#include "evolve/generator_parts.h"
#include "state/phase_grid.h"

typedef struct qfpi_grid_operator {
    const qfp_phase_grid *grid;
    bool symmetrised;
    int pairs;
    qfp_symbol *pure_a, *pure_b;     /* NULL when absent */
    qfp_symbol **f, **g;             /* [pairs] */
    qfp_plane *plane[QFP_MAX_MODES]; /* NULL: the mode's terms are among the rest */
    bool reads_a, reads_b;           /* F_P u, F_Q u */
    bool fills_a, fills_b;           /* leaves something in the mixed spaces */
    qfp_application_cost cost;       /* of it alone */
} qfpi_grid_operator;

/* What is gathered in the mixed spaces, so that many products share the last two inverse transforms. */
typedef struct qfpi_gathered {
    qfp_buffer *a, *b;
    int a_started, b_started;
} qfpi_gathered;

/* `form`: in the letters of qfp_generator_to_real. Give `out` to destroy either way. */
qfp_status qfpi_grid_operator_create(const qfp_phase_grid *grid, const qfp_polynomial *form,
                                     bool symmetrised, qfpi_grid_operator *out) QFP_MUST_USE;
void qfpi_grid_operator_destroy(qfpi_grid_operator *o);

/* sum += factor × what of the operator takes transforms, of u in the mixed spaces (F_P u, F_Q u as far as it
 * is read).  spectral, real: scratch. */
qfp_status qfpi_grid_operator_gather(const qfpi_grid_operator *o, double factor, qfp_buffer *in_a,
                                     qfp_buffer *in_b, qfpi_gathered *sum, qfp_buffer *spectral,
                                     qfp_buffer *real) QFP_MUST_USE;
/* y = what was gathered; *started: whether there was anything.  real: scratch. */
qfp_status qfpi_gathered_invert(const qfp_phase_grid *grid, qfpi_gathered *sum, qfp_buffer *y,
                                qfp_buffer *real, int *started) QFP_MUST_USE;
/* y (+)= the planes, of u; *started: whether y holds something, before and after. */
qfp_status qfpi_grid_operator_planes(const qfpi_grid_operator *o, qfp_buffer *u, qfp_buffer *y,
                                     int *started) QFP_MUST_USE;

#endif
