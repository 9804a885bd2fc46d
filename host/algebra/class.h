/* class.h - is Eq. (64) satisfied, and which derivatives break it?
 *
 *   ∂³H_aW/∂α_i∂α_j∂α_k = ∂³H_aW/∂α*_i∂α*_j∂α*_k = 0 for all i, j, k                       (Eq. 64)
 */
#ifndef QFPI_CLASS_H
#define QFPI_CLASS_H

#include "algebra/generator.h"

/* ∂^m H_aW with m = order derivatives by α of the modes mode[0] ≤ mode[1] ≤ …, 0-based; those by α*
 * are the conjugates. */
typedef struct qfp_breaking_derivative {
    int order; /* 3 or 4 */
    int mode[4];
    qfp_polynomial value;
} qfp_breaking_derivative;

typedef struct qfp_hamiltonian_class {
    bool satisfies_64; /* the exact equation is of second order: a Fokker-Planck equation */
    int order;         /* highest derivative order of the exact generator at c = 0 */
    /* the third, then the fourth derivatives that do not vanish; the fourth follow from the third,
     * and name the terms of the fourth order of Eq. (63) */
    size_t third_count, breaking_count;
    qfp_breaking_derivative *breaking;
} qfp_hamiltonian_class;

qfp_status qfp_classify(const qfp_polynomial *antiwick, int modes,
                        qfp_hamiltonian_class *out) QFP_MUST_USE;
void qfp_hamiltonian_class_destroy(qfp_hamiltonian_class *c);

#endif
