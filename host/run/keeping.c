#include "run/keeping.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/ranks.h"

void qfp_keeping_begin(qfp_keeping *k, const qfp_config *config, const char *path)
{
    *k = (qfp_keeping){
        .path = path, .every = config->checkpoint_seconds, .last = qfpi_ranks_seconds_now()};
}

bool qfp_keeping_is_due(const qfp_keeping *k, bool now)
{
    return k->path != NULL && k->every > 0.0 &&
           (now || qfpi_ranks_seconds_now() - k->last >= k->every);
}

static size_t part_of(size_t left)
{
    return left < QFP_STATE_PIECE ? left : QFP_STATE_PIECE;
}

qfp_status qfp_keeping_put(const qfp_vector_operations *v, const qfp_buffer *x, size_t count,
                           qfp_state_writer *to)
{
    double *piece = NULL;
    QFP_TRY(QFP_ALLOCATE(piece, part_of(count), "a piece of a checkpoint"));
    qfp_status status = QFP_OK;
    for (size_t at = 0; at < count && status == QFP_OK; at += QFP_STATE_PIECE) {
        status = v->download(x, at, part_of(count - at), piece);
        if (status == QFP_OK)
            status = to->put(to->self, part_of(count - at), piece);
    }
    free(piece);
    return status;
}

qfp_status qfp_keeping_get(const qfp_vector_operations *v, qfp_buffer *x, size_t count,
                           qfp_state_reader *from)
{
    double *piece = NULL;
    QFP_TRY(QFP_ALLOCATE(piece, part_of(count), "a piece of a checkpoint"));
    qfp_status status = QFP_OK;
    for (size_t at = 0; at < count && status == QFP_OK; at += QFP_STATE_PIECE) {
        status = from->get(from->self, part_of(count - at), piece);
        if (status == QFP_OK)
            status = v->upload(x, at, part_of(count - at), piece);
    }
    free(piece);
    return status;
}

qfp_status qfp_keeping_check_time(const qfp_keeping *k, const qfp_config *config, size_t next,
                                  const qfp_checkpoint *c)
{
    const double *times = config->times;
    size_t count = config->time_count;
    bool good = next <= count && c->time <= times[next < count ? next : count - 1];
    if (good && c->stopped == NULL)
        good = c->time >= (next > 0 ? times[next - 1] : 0.0);
    return good ? QFP_OK
                : QFP_FAIL(QFP_IO,
                           "%s.part.checkpoint: t = %.6g cannot be what comes before output number "
                           "%zu; run with --force to begin anew",
                           k->path, c->time, next + 1);
}

qfp_status qfp_keeping_name(const qfp_keeping *k, qfp_status status)
{
    char sentence[1024];
    snprintf(sentence, sizeof sentence, "%.900s", qfp_last_error());
    return QFP_FAIL(status, "%s; %s.part and its checkpoint stay, for --resume", sentence, k->path);
}
