/* window.c - memory of ranks on one machine that they see of each other. */
#include <stdlib.h>

#include "distributed/distributed.h"

int dist_by_messages;

/* What a rank tells the others of its window. */
typedef struct card {
    int is_shared;
    size_t doubles;
    qfp_buffer_key key;
} card;

void dist_window_destroy(const dist_context *c, dist_window *window)
{
    for (int r = 0; window->of != NULL && r < qfpi_ranks(); ++r)
        c->inner->vector->destroy(window->of[r]);
    free(window->of);
    c->inner->vector->destroy(window->own);
    *window = (dist_window){NULL, NULL};
}

static qfp_status open_windows(const dist_context *c, const card *all, dist_window *window)
{
    QFP_TRY(QFP_ALLOCATE(window->of, (size_t)qfpi_ranks(), "windows to other ranks"));
    for (int r = 0; r < qfpi_ranks(); ++r)
        if (r != qfpi_rank() && all[r].is_shared && qfpi_rank_is_here(r) &&
            c->inner->vector->open_shared(c->context, all[r].doubles, &all[r].key,
                                          &window->of[r]) != QFP_OK)
            window->of[r] = NULL; /* messages do */
    return QFP_OK;
}

/* Two ranks use windows where both can: opens[a][b], whether a has opened that of b. */
static qfp_status keep_mutual(const dist_context *c, int *opens, dist_window *window)
{
    int ranks = qfpi_ranks(), own = qfpi_rank();
    int *mine = opens + (size_t)ranks * (size_t)ranks;
    for (int r = 0; r < ranks; ++r)
        mine[r] = window->of[r] != NULL;
    QFP_TRY(qfpi_ranks_collect(mine, (size_t)ranks * sizeof *mine, opens));
    for (int r = 0; r < ranks; ++r) {
        if (window->of[r] == NULL || opens[r * ranks + own])
            continue;
        c->inner->vector->destroy(window->of[r]);
        window->of[r] = NULL;
    }
    return QFP_OK;
}

static qfp_status exchange_keys(const dist_context *c, card own, dist_window *window)
{
    size_t ranks = (size_t)qfpi_ranks();
    card *all = NULL;
    int *opens = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(all, ranks, "windows to other ranks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(opens, ranks * (ranks + 1), "windows to other ranks"));
    QFP_TRY_GOTO(qfpi_ranks_collect(&own, sizeof own, all));
    QFP_TRY_GOTO(open_windows(c, all, window));
    QFP_TRY_GOTO(keep_mutual(c, opens, window));
done:
    free(all);
    free(opens);
    return status;
}

qfp_status dist_window_create(const dist_context *c, size_t doubles, dist_window *out)
{
    const qfp_vector_operations *v = c->inner->vector;
    card own = {.doubles = doubles > 0 ? doubles : 1};
    *out = (dist_window){NULL, NULL};
    if (qfpi_ranks() > 1 && !dist_by_messages)
        own.is_shared = v->create_shared(c->context, own.doubles, &out->own, &own.key) == QFP_OK;
    qfp_status status = own.is_shared ? QFP_OK : v->create(c->context, own.doubles, &out->own);
    status = qfpi_ranks_agree(status);
    if (status == QFP_OK && qfpi_ranks() > 1)
        status = exchange_keys(c, own, out);
    if (status != QFP_OK)
        dist_window_destroy(c, out);
    return status;
}
