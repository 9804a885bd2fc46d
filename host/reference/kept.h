/* kept.h - INTERNAL to reference: the states of the product basis that are kept.
 *
 * |n_1 … n_N⟩ with 0 ≤ n_j < levels[j] and W = Σ_j weight[j] n_j ≤ most, in lexicographic order, the last mode fastest.
 * Without weights that is the whole product, and the place of a state its flat index.
 */
#ifndef QFPI_KEPT_H
#define QFPI_KEPT_H

#include "core/error.h"
#include "qfp/limits.h"

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#define QFP_NOT_KEPT ((size_t)-1)

typedef struct qfp_kept {
    int modes, levels[QFP_MAX_MODES];
    int weight[QFP_MAX_MODES], most;
    bool is_cut; /* by weights */
    size_t dim;
    /* [modes][most + 1][levels[j] + 1]: of mode j, states with n_j below that differ from there on, where so much of W
     * is left */
    size_t *before[QFP_MAX_MODES];
} qfp_kept;

/* weight NULL: all of the product.  Give `out` to qfp_kept_destroy. */
qfp_status qfp_kept_create(int modes, const int *levels, const int *weight, int most,
                           qfp_kept *out) QFP_MUST_USE;
void qfp_kept_destroy(qfp_kept *kept);

/* The place of |n⟩; QFP_NOT_KEPT. */
static inline size_t qfp_kept_place(const qfp_kept *kept, const int *n)
{
    size_t place = 0;
    int left = kept->most;
    for (int j = 0; j < kept->modes; j++) {
        if (n[j] < 0 || n[j] >= kept->levels[j] || kept->weight[j] * n[j] > left)
            return QFP_NOT_KEPT;
        place += kept->before[j][(size_t)left * ((size_t)kept->levels[j] + 1) + (size_t)n[j]];
        left -= kept->weight[j] * n[j];
    }
    return place;
}

/* From the state at a place to that at the next one; all 0 after the last. */
void qfp_kept_next(const qfp_kept *kept, int *n);

/* *place [dim], to be freed ← flat indices in the whole product. */
qfp_status qfp_kept_in_product(const qfp_kept *kept, size_t **place) QFP_MUST_USE;
/* box [Π levels] ← a ket of the whole product with what is kept at its places. */
void qfp_kept_spread(const qfp_kept *kept, const double complex *ket, double complex *box);

/* The states of a mode that share what all others hold, in |n⟩: place [levels of the mode] ← those with n_mode = 0 … count − 1,
 * and the count of them. */
size_t qfp_kept_fibre(const qfp_kept *kept, const int *n, int mode, size_t *place);

#endif
