/* class.h - is Eq. (64) satisfied, and which derivatives break it?
 *
 *   ∂³H_aW/∂α_i∂α_j∂α_k = ∂³H_aW/∂α*_i∂α*_j∂α*_k = 0 for all i, j, k                       (Eq. 64)
 */
#ifndef QFPI_CLASS_H
#define QFPI_CLASS_H

#include "algebra/generator.h"

typedef struct qfp_hamiltonian_class {
    bool satisfies_64; /* the exact equation is of second order: a Fokker-Planck equation */
    int order;         /* highest derivative order of the exact generator at c = 0 */
    /* the third derivatives ∂^3 H_aW/∂α_i∂α_j∂α_k that do not vanish, i ≤ j ≤ k, and their values
     */
    size_t breaking_count;
    struct {
        int i, j, k;
        qfp_polynomial value;
    } * breaking;
} qfp_hamiltonian_class;

qfp_status qfp_classify(const qfp_polynomial *antiwick, int modes,
                        qfp_hamiltonian_class *out) QFP_MUST_USE;
void qfp_hamiltonian_class_destroy(qfp_hamiltonian_class *c);

#endif
