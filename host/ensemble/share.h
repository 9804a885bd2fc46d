/* share.h - INTERNAL: the paths of an ensemble that are those of one rank: batches in whole, so that every sum over a
 * batch keeps its tree, and what is made of them is the same on any number of ranks. */
#ifndef QFPI_ENSEMBLE_SHARE_H
#define QFPI_ENSEMBLE_SHARE_H

#include "backend.h"
#include "core/error.h"

enum { QFP_BATCHES = 64 }; /* at most; one path each of fewer */

typedef struct qfp_share {
    qfp_batches batches;        /* of this rank, of all paths */
    size_t paths, before;       /* of this rank; in front of them */
    size_t *batch_of, *path_of; /* [ranks + 1] the first batch and path of every rank */
    size_t *room;               /* [ranks + 1] */
} qfp_share;

/* QFP_USAGE where there are more ranks than batches.  Give it to qfp_share_destroy also after a failure. */
qfp_status qfp_share_create(size_t paths, qfp_share *out) QFP_MUST_USE;
void qfp_share_destroy(qfp_share *share);

/* On every rank all[rows][batches] of the ensemble, from own[rows][batches] of every rank. */
qfp_status qfp_share_sums(const qfp_share *share, size_t rows, const double *own,
                          double *all) QFP_MUST_USE;
/* On rank 0 all[rows][count], of the first `count` paths of the ensemble, from own[rows][paths] of every rank; NULL on
 * the others. */
qfp_status qfp_share_paths(const qfp_share *share, size_t rows, const double *own, size_t count,
                           double *all) QFP_MUST_USE;
/* Numbers of paths on every rank become those of the ensemble. */
qfp_status qfp_share_count(size_t count, size_t *numbers) QFP_MUST_USE;

#endif
