/* tree.h - sums leaf by leaf in the fixed order of shared/pairwise.h, on any number of threads. */
#ifndef QFPI_CPU_TREE_H
#define QFPI_CPU_TREE_H

#include "backend.h"

#define CPU_TREE_WIDTH 16

/* out[0 … width-1]: the leaf's share of each of `width` sums */
typedef void (*cpu_leaf)(const void *data, size_t leaf, int width, double *out);

/* out[w] = Σ_leaf, width ≤ CPU_TREE_WIDTH. */
qfp_status cpu_tree_sum(int threads, size_t leaves, int width, cpu_leaf leaf, const void *data,
                        double *out) QFP_MUST_USE;

#endif
