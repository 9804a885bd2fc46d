/* pairwise.h - the summation order every backend keeps.
 *
 * A vector is cut into blocks of QFPI_BLOCK.  In a block, lane l of 8 adds the elements l, l+8, …
 * in turn, and the lanes fold as ((0+1)+(2+3))+((4+5)+(6+7)).  Block sums, the leaves, are added
 * by a binary tree whose nodes cover aligned runs of 2^h leaves; an incomplete right edge is added
 * from its smallest node up.  The tree depends on the number of leaves only: not on threads, not
 * on launch shapes.
 */
#ifndef QFPI_SHARED_PAIRWISE_H
#define QFPI_SHARED_PAIRWISE_H

#include "shared/common.h"

#define QFPI_BLOCK 512
#define QFPI_LANES 8
#define QFPI_PAIRWISE_LEVELS 56

static inline QFP_HD double qfpi_lanes_fold(const double *lane)
{
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

/* The tree, fed leaf by leaf: node[h] is a complete subtree of 2^h leaves where bit h of count is
 * set.  A zeroed count makes it empty. */
typedef struct qfpi_pairwise {
    size_t count;
    double node[QFPI_PAIRWISE_LEVELS];
} qfpi_pairwise;

/* The sum of the next 2^level leaves, of which the count so far is a multiple. */
static inline QFP_HD void qfpi_pairwise_push_node(qfpi_pairwise *tree, int level, double node)
{
    size_t leaves = (size_t)1 << level;
    for (size_t rest = tree->count >> level; rest & 1; rest >>= 1)
        node = tree->node[level++] + node;
    tree->node[level] = node;
    tree->count += leaves;
}

static inline QFP_HD void qfpi_pairwise_push(qfpi_pairwise *tree, double leaf)
{
    qfpi_pairwise_push_node(tree, 0, leaf);
}

static inline QFP_HD double qfpi_pairwise_total(const qfpi_pairwise *tree)
{
    double total = 0.0;
    int level = 0, empty = 1;
    for (size_t rest = tree->count; rest != 0; rest >>= 1, ++level) {
        if ((rest & 1) == 0)
            continue;
        total = empty ? tree->node[level] : tree->node[level] + total;
        empty = 0;
    }
    return total;
}

/* The tree over `count` leaves that are at hand, `stride` apart. */
static inline QFP_HD double qfpi_pairwise_sum(size_t count, const double *leaf, size_t stride)
{
    qfpi_pairwise tree;
    tree.count = 0;
    for (size_t i = 0; i < count; ++i)
        qfpi_pairwise_push(&tree, leaf[i * stride]);
    return qfpi_pairwise_total(&tree);
}

#endif
