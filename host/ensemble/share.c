#include "ensemble/share.h"

#include <stdlib.h>

#include "core/ranks.h"

qfp_status qfp_share_create(size_t paths, qfp_share *out)
{
    const size_t ranks = (size_t)qfpi_ranks(), rank = (size_t)qfpi_rank();
    const size_t batches = paths < QFP_BATCHES ? paths : QFP_BATCHES;
    *out = (qfp_share){.batches = {.paths = paths, .of = batches}};
    if (ranks > batches)
        return QFP_FAIL(QFP_USAGE,
                        "%zu paths are %zu batches for their errors, and a rank has at least one; "
                        "start at most %zu ranks, not %zu",
                        paths, batches, batches, ranks);
    QFP_TRY(QFP_ALLOCATE(out->batch_of, ranks + 1, "the paths of every rank"));
    QFP_TRY(QFP_ALLOCATE(out->path_of, ranks + 1, "the paths of every rank"));
    QFP_TRY(QFP_ALLOCATE(out->room, ranks + 1, "the paths of every rank"));
    for (size_t r = 0; r <= ranks; r++) {
        out->batch_of[r] = r * batches / ranks;
        out->path_of[r] = qfpi_paths_before(&out->batches, out->batch_of[r]);
    }
    out->batches.first = out->batch_of[rank];
    out->batches.count = out->batch_of[rank + 1] - out->batch_of[rank];
    out->before = out->path_of[rank];
    out->paths = out->path_of[rank + 1] - out->path_of[rank];
    return QFP_OK;
}

void qfp_share_destroy(qfp_share *share)
{
    free(share->batch_of);
    free(share->path_of);
    free(share->room);
    *share = (qfp_share){0};
}

qfp_status qfp_share_sums(const qfp_share *share, size_t rows, const double *own, double *all)
{
    QFP_TRY(qfpi_ranks_gather(rows, share->batch_of, own, all));
    return qfpi_ranks_share(all, rows * share->batches.of * sizeof *all);
}

qfp_status qfp_share_paths(const qfp_share *share, size_t rows, const double *own, size_t count,
                           double *all)
{
    for (int r = 0; r <= qfpi_ranks(); r++)
        share->room[r] = share->path_of[r] < count ? share->path_of[r] : count;
    for (size_t row = 0; row < rows; row++)
        QFP_TRY(qfpi_ranks_gather(1, share->room, own + row * share->paths,
                                  all != NULL ? all + row * count : NULL));
    return QFP_OK;
}

qfp_status qfp_share_count(size_t count, size_t *numbers)
{
    double sums[8];
    if (count > sizeof sums / sizeof *sums)
        return QFP_FAIL(QFP_INTERNAL, "%zu numbers of paths", count);
    for (size_t i = 0; i < count; i++)
        sums[i] = (double)numbers[i];
    QFP_TRY(qfpi_ranks_add(sums, count));
    for (size_t i = 0; i < count; i++)
        numbers[i] = (size_t)sums[i];
    return QFP_OK;
}
