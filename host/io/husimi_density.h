/* husimi_density.h - INTERNAL: the density matrix of one mode that a Q grid belongs to, and how well
 * the grid says which one it is.
 *
 * With F(k) = ∫ Q e^{−ik·z} and χ(k) = F(k) e^{k²/4} = Tr ρ e^{−ik·ẑ}, the elements are
 *     ρ_mn = ∫ d²k/2π χ(k) ⟨m| e^{+ik·ẑ} |n⟩,
 * which amplifies the errors of Q by e^{k²/4}.  Every state has |F(k)| ≤ e^{−k²/4}: what is above it
 * is error, its largest value ε bounds what each F(k) may be off by, and components below 3 ε are
 * left out.  What they may have held is judged by what lies between 3 ε and 30 ε, which is more
 * wherever χ falls.  To the error of the state (trace norm) are added the negative eigenvalues, which
 * are taken off, and what the window leaves outside.  Where few kets, fitted to Q, are the better
 * answer, the error is at least three times the root of what Q is missed by: an amplitude a more in
 * a ket is 2a in the trace norm and a² in Q.
 */
#ifndef QFPI_HUSIMI_DENSITY_H
#define QFPI_HUSIMI_DENSITY_H

#include <complex.h>

#include "io/husimi_file.h"

typedef struct qfp_husimi_density {
    int levels;
    double complex *rho; /* [levels][levels]; trace 1, no negative eigenvalue; owned */
    double error;    /* of the state, in the trace norm: an estimate, not below what is measured */
    double noise;    /* ε, of Q relative to its integral 1 */
    double edge;     /* share of Q that the window may leave outside, |1 − ∫Q| included */
    double mismatch; /* largest π |Q of rho − Q given| on the grid */
    double quanta;   /* largest of |⟨n⟩ of rho − ⟨n⟩ from the moments of Q| */
} qfp_husimi_density;

/* x and p are divided by scale_x and scale_p.  QFP_CONFIG: no positive integral. QFP_RESOLUTION: more
 * levels than can be found this way. */
qfp_status qfp_husimi_density_find(const qfp_husimi_grid *grid, double scale_x, double scale_p,
                                   qfp_husimi_density *out) QFP_MUST_USE;
void qfp_husimi_density_destroy(qfp_husimi_density *density);

#endif
