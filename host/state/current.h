/* current.h - the probability current of the Fokker-Planck equation and the residual of a run.
 *
 *   J_a = a_a Q − ½ Σ_b ∂_b(D_ab Q),     ∂Q/∂t = −Σ_a ∂_a J_a                (Eqs. 52, 56, 65)
 * a, b over z = (Q_1…Q_N, P_1…P_N); a and D from the gradient and the Hessian of the anti-Wick
 * symbol, and what dissipation adds to both.  Derivative orders above two are not in it.
 */
#ifndef QFPI_CURRENT_H
#define QFPI_CURRENT_H

#include "algebra/dissipation_facts.h"
#include "algebra/hamiltonian.h"
#include "state/phase_grid.h"

typedef struct qfp_current qfp_current;

/* `antiwick`: symbol in α, α*. C is the constant of Eq. (43); 0 leaves Liouville's equation.  `dissipation`:
 * borrowed, NULL of a closed system. */
qfp_status qfp_current_create(const qfp_phase_grid *grid, const qfp_polynomial *antiwick,
                              double kappa, double C, const qfp_dissipation_facts *dissipation,
                              qfp_current **out) QFP_MUST_USE;
void qfp_current_destroy(qfp_current *current);

/* J_a on the grid; the result buffer belongs to the object and is valid until the next call. */
qfp_status qfp_current_component(qfp_current *current, qfp_buffer *q, int a,
                                 qfp_buffer **j_a) QFP_MUST_USE;

/* f ← ∂_a f on a Z array. */
qfp_status qfp_current_differentiate(qfp_current *current, int a, qfp_buffer *f) QFP_MUST_USE;

/* max |−∇·J − rate| / max |rate| over the inner nine tenths of the box, rate = ∂Q/∂t of the run. In
 * a stationary state, where the rate vanishes, the largest |Σ_j ∂_Qj J_Qj| or |Σ_j ∂_Pj J_Pj|, what both have of the
 * mixed terms with the former, takes the place of the denominator.  4 + 5 N half transforms where D couples no two modes. */
qfp_status qfp_current_residual(qfp_current *current, qfp_buffer *q, qfp_buffer *rate,
                                double *residual) QFP_MUST_USE;

#endif
