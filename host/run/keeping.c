#include "run/keeping.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/ranks.h"

void qfp_keeping_begin(qfp_keeping *k, const qfp_config *config, const char *path)
{
    *k = (qfp_keeping){
        .path = path, .every = config->checkpoint_seconds, .last = qfpi_ranks_seconds_now()};
}

void qfp_keeping_end(qfp_keeping *k)
{
    free(k->state);
    *k = (qfp_keeping){0};
}

bool qfp_keeping_is_due(const qfp_keeping *k, bool now)
{
    return k->path != NULL && k->every > 0.0 &&
           (now || qfpi_ranks_seconds_now() - k->last >= k->every);
}

qfp_status qfp_keeping_room(qfp_keeping *k, size_t count, double **state)
{
    if (count > k->capacity) {
        free(k->state);
        k->state = NULL;
        k->capacity = 0;
        QFP_TRY(QFP_ALLOCATE(k->state, count, "a checkpoint"));
        k->capacity = count;
    }
    *state = k->state;
    return QFP_OK;
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
