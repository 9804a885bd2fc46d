/* fourier_frame.h - INTERNAL to the Fourier basis: a system as it is seen from the middle of its box.
 *
 * A state that stays away from the origin fills a corner of the box around it.  With D = D(α₀), α₀ the middle of what the
 * classical flow covers, D†ρD obeys the master equation of D†HD and D†c_kD, whose symbols are those of H and c_k at
 * α + α₀: polynomials of the same degrees.  Everything on the grid is of that system; what is read off is of the other,
 * as ⟨A⟩ = ⟨D†AD⟩ there and Q(α) = Q'(α − α₀).
 */
#ifndef QFPI_FOURIER_FRAME_H
#define QFPI_FOURIER_FRAME_H

#include "qfp/plan.h"
#include "run/equation.h"

typedef struct qfp_fourier_frame {
    const qfp_config *config; /* as seen from there; where the box is around the origin, as given */
    const qfp_equation *equation;
    qfp_config *own; /* NULL there */
    qfp_equation own_equation;
} qfp_fourier_frame;

/* Whether a run can be seen from elsewhere: Gaussian states, products and mixtures of them, a single exact theory that does not
 * depend on the time, and neither local fields nor states nor correlations asked for; an open
 * system of one mode looks further out, for entropy_production. */
bool qfp_fourier_frame_serves(const qfp_config *config, const qfp_equation *equation);
/* The system as seen from plan->centre.  Borrows what it does not change and stays where it is; give `out` to destroy
 * either way. */
qfp_status qfp_fourier_frame_create(const qfp_config *config, const qfp_equation *equation,
                                    const qfp_plan *plan, qfp_fourier_frame *out) QFP_MUST_USE;
void qfp_fourier_frame_destroy(qfp_fourier_frame *frame);

/* The moments of a list whose Hamiltonian is displaced already. */
qfp_status qfp_fourier_frame_observables(const qfp_plan *plan,
                                         qfp_observable_list *list) QFP_MUST_USE;
/* Axes [modes][points] of the configuration, as they are in the frame. */
void qfp_fourier_frame_axes(const qfp_plan *plan, size_t points, double *q, double *p);

#endif
