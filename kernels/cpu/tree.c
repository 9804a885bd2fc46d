/* tree.c - see tree.h.  Threads take aligned runs of leaves, which are whole nodes of the tree, so
 * that what a thread adds up and what the tree adds up are the same thing. */
#include "cpu/tree.h"

#include <stdlib.h>

#include "shared/pairwise.h"

enum { RUN = 64, STACK_RUNS = 32 }; /* RUN: a power of two */

static void sum_run(size_t first, size_t last, int width, cpu_leaf leaf, const void *data,
                    double *out)
{
    qfpi_pairwise tree[CPU_TREE_WIDTH];
    double share[CPU_TREE_WIDTH];
    for (int w = 0; w < width; ++w)
        tree[w].count = 0;
    for (size_t i = first; i < last; ++i) {
        leaf(data, i, width, share);
        for (int w = 0; w < width; ++w)
            qfpi_pairwise_push(&tree[w], share[w]);
    }
    for (int w = 0; w < width; ++w)
        out[w] = qfpi_pairwise_total(&tree[w]);
}

qfp_status cpu_tree_sum(int threads, size_t leaves, int width, cpu_leaf leaf, const void *data,
                        double *out)
{
    size_t runs = (leaves + RUN - 1) / RUN;
    if (runs <= 1) {
        sum_run(0, leaves, width, leaf, data, out);
        return QFP_OK;
    }
    double stack[STACK_RUNS * CPU_TREE_WIDTH], *partial = stack, *heap = NULL;
    if (runs > STACK_RUNS) {
        QFP_TRY(QFP_ALLOCATE(heap, runs * (size_t)width, "partial sums"));
        partial = heap;
    }
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t r = 0; r < runs; ++r) {
        size_t last = (r + 1) * RUN < leaves ? (r + 1) * RUN : leaves;
        sum_run(r * RUN, last, width, leaf, data, partial + r * (size_t)width);
    }
    for (int w = 0; w < width; ++w) {
        qfpi_pairwise tree = {.count = 0};
        for (size_t r = 0; r < runs; ++r)
            qfpi_pairwise_push(&tree, partial[r * (size_t)width + (size_t)w]);
        out[w] = qfpi_pairwise_total(&tree);
    }
    free(heap);
    return QFP_OK;
}
