#include "reference/blocks.h"

#include <math.h>
#include <stdlib.h>

void qfp_blocks_find(const qfp_sparse *h, int32_t *state, size_t *first, int32_t *block_of,
                     size_t *count)
{
    size_t filled = 0;
    *count = 0;
    for (size_t i = 0; i < h->dim; i++)
        block_of[i] = -1;
    for (size_t seed = 0; seed < h->dim; seed++) {
        if (block_of[seed] >= 0)
            continue;
        size_t next = first[*count] = filled;
        state[filled++] = (int32_t)seed;
        block_of[seed] = (int32_t)*count;
        for (; next < filled; next++)
            for (size_t k = h->row[state[next]]; k < h->row[state[next] + 1]; k++)
                if (block_of[h->column[k]] < 0) {
                    block_of[h->column[k]] = (int32_t)*count;
                    state[filled++] = h->column[k];
                }
        first[++*count] = filled;
    }
}

static double norm_squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

typedef struct block_weight {
    double weight; /* Σ_k w_k (population of ket k in the block) */
    size_t block;
} block_weight;

static int by_weight(const void *a, const void *b)
{
    double x = ((const block_weight *)a)->weight, y = ((const block_weight *)b)->weight;
    return (x > y) - (x < y);
}

qfp_status qfp_blocks_negligible(const qfp_ket_set *kets, const int32_t *block_of, size_t count,
                                 double tolerance, bool *negligible, double *amplitude)
{
    block_weight *list = NULL;
    double left_out = 0.0, allowed = tolerance * tolerance;
    QFP_TRY(QFP_ALLOCATE(list, count, "blocks"));
    for (size_t b = 0; b < count; b++)
        list[b].block = b;
    for (size_t k = 0; k < kets->count; k++)
        for (size_t i = 0; i < kets->dim; i++)
            list[block_of[i]].weight +=
                kets->weight[k] * norm_squared(kets->ket[k * kets->dim + i]);
    qsort(list, count, sizeof *list, by_weight);
    for (size_t b = 0; b < count && left_out + list[b].weight <= allowed; b++) {
        left_out += list[b].weight;
        negligible[list[b].block] = true;
    }
    *amplitude = sqrt(left_out);
    free(list);
    return QFP_OK;
}
