/* reference_object.h - INTERNAL to reference: what qfp_reference holds. */
#ifndef QFPI_REFERENCE_OBJECT_H
#define QFPI_REFERENCE_OBJECT_H

#include "reference/hamiltonian_matrix.h"
#include "reference/reference.h"
#include "reference/schrodinger.h"

struct qfp_reference {
    const qfp_config *config; /* borrowed */
    int modes;
    int levels[QFP_MAX_MODES];
    size_t dim;
    qfp_words words;
    qfp_sparse hamiltonian;
    qfp_schrodinger *propagator;
    qfp_ket_set kets; /* at `time` */
    double time;
    double purity; /* the flow is unitary: computed once */
};

/* Basis ket i lies in the last two levels of some mode. */
static inline bool qfp_reference_is_outer(const qfp_reference *r, size_t i)
{
    for (int j = r->modes - 1; j >= 0; i /= (size_t)r->levels[j--])
        if (i % (size_t)r->levels[j] + 2 >= (size_t)r->levels[j])
            return true;
    return false;
}

#endif
