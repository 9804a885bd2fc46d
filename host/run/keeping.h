/* keeping.h - checkpoints as every command keeps them: when one is due, whether one that was read fits its
 * place, and what is said about what stays. */
#ifndef QFPI_KEEPING_H
#define QFPI_KEEPING_H

#include "io/config.h"
#include "io/snapshot.h"

typedef struct qfp_keeping {
    const char *path; /* of the output; NULL: there is none */
    double every;     /* seconds; 0: only at a signal */
    double last;      /* when one was written, in seconds of the clock */
    double *state;    /* of the next one */
    size_t capacity;
} qfp_keeping;

void qfp_keeping_begin(qfp_keeping *k, const qfp_config *config, const char *path);
void qfp_keeping_end(qfp_keeping *k);

/* One is wanted, and the last is old enough or one is wanted `now`. */
bool qfp_keeping_is_due(const qfp_keeping *k, bool now);
/* Room for a state of `count` numbers, until the next call. */
qfp_status qfp_keeping_room(qfp_keeping *k, size_t count, double **state) QFP_MUST_USE;

/* A checkpoint lies between the output before number `next` and that one; QFP_IO when it does not. */
qfp_status qfp_keeping_check_time(const qfp_keeping *k, const qfp_config *config, size_t next,
                                  const qfp_checkpoint *c) QFP_MUST_USE;
/* Adds to the last sentence that the unfinished file and its checkpoint stay; hands `status` on. */
qfp_status qfp_keeping_name(const qfp_keeping *k, qfp_status status) QFP_MUST_USE;

#endif
