/* sums.c - sums over whole vectors in the tree of shared/pairwise.h, whoever holds their parts.
 *
 * A rank has the doubles begin … end − 1.  Of the leaves that lie in there it makes the sums of the largest aligned
 * nodes, each with one call of its own backend over a view.  A leaf that a boundary cuts is added up by every
 * rank from the shares of its cells, which both sides send.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"
#include "shared/entropy_cell.h"
#include "shared/pairwise.h"

/* What is summed: Σ x_k y, or the entropy of y. */
typedef struct sum {
    const dist_buffer *y;
    int width;
    qfp_buffer *const *x; /* NULL: entropy */
    double scale;
    size_t count;
} sum;

/* The part of a rank: cells of a leaf that began before it, whole leaves, cells of one that ends behind it. */
typedef struct part {
    size_t begin, end;
    size_t first_leaf, last_leaf;
    size_t head, tail; /* cells */
    int nodes;
} part;

/* The largest node that begins with a leaf and ends before `end`: its level. */
static int level_at(size_t leaf, size_t end)
{
    int level = 0;
    while ((leaf >> level & 1) == 0 && leaf + ((size_t)2 << level) <= end)
        ++level;
    return level;
}

static part part_of(const sum *s, int rank)
{
    const size_t *first = s->y->first + rank;
    part p = {.begin = first[0] < s->count ? first[0] : s->count,
              .end = first[1] < s->count ? first[1] : s->count};
    p.first_leaf = (p.begin + QFPI_BLOCK - 1) / QFPI_BLOCK;
    p.last_leaf = p.end == s->count ? (p.end + QFPI_BLOCK - 1) / QFPI_BLOCK : p.end / QFPI_BLOCK;
    if (p.begin == p.end)
        return (part){.begin = p.begin, .end = p.end};
    if (p.last_leaf < p.first_leaf ||
        p.first_leaf * QFPI_BLOCK > p.end) { /* all within one leaf of others */
        p.head = p.end - p.begin;
        p.last_leaf = p.first_leaf = 0;
        return p;
    }
    p.head = p.first_leaf * QFPI_BLOCK - p.begin;
    p.tail = p.last_leaf * QFPI_BLOCK < p.end ? p.end - p.last_leaf * QFPI_BLOCK : 0;
    for (size_t leaf = p.first_leaf; leaf < p.last_leaf; ++p.nodes)
        leaf += (size_t)1 << level_at(leaf, p.last_leaf);
    return p;
}

/* Numbers that a rank sends for each of the sums. */
static size_t message_of(const part *p)
{
    return p->head + (size_t)p->nodes + p->tail;
}

/* The shares of cells [at, at + n) of this rank, for every sum `stride` apart. */
static qfp_status cell_shares(const sum *s, size_t at, size_t n, size_t stride, double *out)
{
    const qfp_vector_operations *v = s->y->context->inner->vector;
    double y[QFPI_BLOCK], x[QFPI_BLOCK];
    if (n == 0)
        return QFP_OK;
    QFP_TRY(v->download(s->y->inner, at, n, y));
    for (int k = 0; k < s->width; ++k, out += stride) {
        if (s->x != NULL)
            QFP_TRY(v->download(dist_buffer_of(s->x[k])->inner, at, n, x));
        for (size_t i = 0; i < n; ++i)
            out[i] = s->x != NULL ? x[i] * y[i] : qfpi_entropy_cell(y[i], s->scale);
    }
    return QFP_OK;
}

/* The sums of one node: out[k * stride]. */
static qfp_status node_sums(const sum *s, size_t at, size_t n, size_t stride, double *out)
{
    const qfp_vector_operations *v = s->y->context->inner->vector;
    size_t width = (size_t)s->width;
    qfp_buffer **x = NULL, *y = NULL;
    double *sums = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(x, width, "parts of vectors"));
    QFP_TRY_GOTO(QFP_ALLOCATE(sums, width, "parts of sums"));
    QFP_TRY_GOTO(v->view(s->y->inner, at, n, &y));
    for (size_t k = 0; s->x != NULL && k < width; ++k)
        QFP_TRY_GOTO(v->view(dist_buffer_of(s->x[k])->inner, at, n, &x[k]));
    if (s->x != NULL)
        QFP_TRY_GOTO(v->inner(n, s->width, x, y, sums));
    else
        QFP_TRY_GOTO(v->entropy(n, y, s->scale, sums));
    for (size_t k = 0; k < width; ++k)
        out[k * stride] = sums[k];
done:
    for (size_t k = 0; x != NULL && k < width; ++k)
        v->destroy(x[k]);
    v->destroy(y);
    free(x);
    free(sums);
    return status;
}

/* out[width][stride]: head, nodes, tail of this rank. */
static qfp_status fill_message(const sum *s, const part *p, size_t stride, double *out)
{
    QFP_TRY(cell_shares(s, 0, p->head, stride, out));
    double *next = out + p->head;
    for (size_t leaf = p->first_leaf; leaf < p->last_leaf;) {
        size_t leaves = (size_t)1 << level_at(leaf, p->last_leaf), at = leaf * QFPI_BLOCK;
        size_t end = (leaf + leaves) * QFPI_BLOCK < p->end ? (leaf + leaves) * QFPI_BLOCK : p->end;
        QFP_TRY(node_sums(s, at - p->begin, end - at, stride, next++));
        leaf += leaves;
    }
    return cell_shares(s, p->end - p->tail - p->begin, p->tail, stride, next);
}

/* A leaf that is added up cell by cell. */
typedef struct open_leaf {
    size_t cells;
    double lane[QFPI_LANES];
} open_leaf;

static void add_cells(open_leaf *leaf, size_t n, const double *share, int ends, qfpi_pairwise *tree)
{
    for (size_t i = 0; i < n; ++i, ++leaf->cells)
        leaf->lane[leaf->cells % QFPI_LANES] += share[i];
    if (leaf->cells == 0 || !(ends || leaf->cells == QFPI_BLOCK))
        return;
    qfpi_pairwise_push(tree, qfpi_lanes_fold(leaf->lane));
    *leaf = (open_leaf){0};
}

/* One sum, from the messages of all ranks, the k-th of each. */
static double add_up(const sum *s, size_t stride, const double *all, int k)
{
    qfpi_pairwise tree = {.count = 0};
    open_leaf leaf = {0};
    for (int r = 0; r < qfpi_ranks(); ++r) {
        const double *next = all + ((size_t)r * (size_t)s->width + (size_t)k) * stride;
        part p = part_of(s, r);
        int is_last = p.end == s->count;
        add_cells(&leaf, p.head, next, is_last && p.first_leaf == p.last_leaf, &tree);
        next += p.head;
        for (size_t at = p.first_leaf; at < p.last_leaf;) {
            int level = level_at(at, p.last_leaf);
            qfpi_pairwise_push_node(&tree, level, *next++);
            at += (size_t)1 << level;
        }
        add_cells(&leaf, p.tail, next, is_last, &tree);
    }
    return qfpi_pairwise_total(&tree);
}

static qfp_status sum_all(const sum *s, double *out)
{
    size_t stride = 0, ranks = (size_t)qfpi_ranks(), width = (size_t)s->width;
    for (int r = 0; r < qfpi_ranks(); ++r) {
        part p = part_of(s, r);
        stride = message_of(&p) > stride ? message_of(&p) : stride;
    }
    part own = part_of(s, qfpi_rank());
    double *message = NULL, *all = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(message, width * stride, "parts of sums"));
    QFP_TRY_GOTO(QFP_ALLOCATE(all, ranks * width * stride, "parts of sums"));
    QFP_TRY_GOTO(fill_message(s, &own, stride, message));
    QFP_TRY_GOTO(qfpi_ranks_collect(message, width * stride * sizeof *message, all));
    for (int k = 0; k < s->width; ++k)
        out[k] = add_up(s, stride, all, k);
done:
    free(message);
    free(all);
    return status;
}

/* ---- operations ------------------------------------------------------------------------------ */

/* Whether the doubles [0, count) stand in runs; else they are whole on every rank. */
static qfp_status in_runs(const dist_buffer *b, size_t count, int *runs)
{
    *runs = b->layout == DIST_RUNS;
    if (b->layout == DIST_BY_P1)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "no sums over an array on space B that several ranks hold");
    if (b->layout == DIST_ANYHOW && b->room < count)
        return QFP_FAIL(QFP_INTERNAL, "a sum over a vector without numbers");
    return QFP_OK;
}

qfp_status dist_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                      double *out)
{
    const dist_buffer *b = dist_buffer_of(y);
    int runs;
    QFP_TRY(in_runs(b, count, &runs));
    for (int k = 0; k < terms; ++k) {
        const dist_buffer *other = dist_buffer_of(x[k]);
        int same = other->layout == b->layout;
        for (int r = 0; same && runs && r <= qfpi_ranks(); ++r)
            same = other->first[r] == b->first[r];
        if (!same)
            return QFP_FAIL(QFP_INTERNAL, "vectors that the ranks hold in different ways");
    }
    if (runs)
        return sum_all(&(sum){.y = b, .width = terms, .x = x, .count = count}, out);
    qfp_buffer **inner = NULL;
    QFP_TRY(QFP_ALLOCATE(inner, (size_t)terms, "a list of vectors"));
    for (int k = 0; k < terms; ++k)
        inner[k] = dist_buffer_of(x[k])->inner;
    qfp_status status = b->context->inner->vector->inner(count, terms, inner, b->inner, out);
    free(inner);
    return status;
}

qfp_status dist_entropy(size_t count, const qfp_buffer *q, double scale, double *out)
{
    const dist_buffer *b = dist_buffer_of(q);
    int runs;
    QFP_TRY(in_runs(b, count, &runs));
    if (!runs)
        return b->context->inner->vector->entropy(count, b->inner, scale, out);
    return sum_all(&(sum){.y = b, .width = 1, .scale = scale, .count = count}, out);
}

qfp_status dist_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite)
{
    const dist_buffer *b = dist_buffer_of(x);
    struct {
        double min, max, finite;
    } own = {INFINITY, -INFINITY, 1.0}, *all = NULL;
    int runs, is_finite = 1;
    size_t first;
    QFP_TRY(in_runs(b, count, &runs));
    if (!runs)
        return b->context->inner->vector->extrema(count, b->inner, min, max, finite);
    size_t n = dist_own_run(b, count, &first);
    if (n > 0)
        QFP_TRY(b->context->inner->vector->extrema(n, b->inner, &own.min, &own.max, &is_finite));
    own.finite = is_finite;
    QFP_TRY(QFP_ALLOCATE(all, (size_t)qfpi_ranks(), "the extrema of all ranks"));
    qfp_status status = qfpi_ranks_collect(&own, sizeof own, all);
    *min = INFINITY;
    *max = -INFINITY;
    *finite = 1;
    for (int r = 0; status == QFP_OK && r < qfpi_ranks(); ++r) {
        *min = all[r].min < *min ? all[r].min : *min;
        *max = all[r].max > *max ? all[r].max : *max;
        *finite &= all[r].finite != 0.0;
    }
    free(all);
    return status;
}
