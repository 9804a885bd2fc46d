/* keeping.h - checkpoints as every command keeps them: when one is due, whether one that was read fits its
 * place, and what is said about what stays. */
#ifndef QFPI_KEEPING_H
#define QFPI_KEEPING_H

#include "backend.h"
#include "io/config.h"
#include "io/snapshot.h"

typedef struct qfp_keeping {
    const char *path; /* of the output; NULL: there is none */
    double every;     /* seconds; 0: only at a signal */
    double last;      /* when one was written, in seconds of the clock */
} qfp_keeping;

void qfp_keeping_begin(qfp_keeping *k, const qfp_config *config, const char *path);

/* One is wanted, and the last is old enough or one is wanted `now`. */
bool qfp_keeping_is_due(const qfp_keeping *k, bool now);
/* The first `count` numbers of a vector, however the ranks hold it, to and from a file, piece by piece. */
qfp_status qfp_keeping_put(const qfp_vector_operations *v, const qfp_buffer *x, size_t count,
                           qfp_state_writer *to) QFP_MUST_USE;
qfp_status qfp_keeping_get(const qfp_vector_operations *v, qfp_buffer *x, size_t count,
                           qfp_state_reader *from) QFP_MUST_USE;

/* A checkpoint lies between the output before number `next` and that one; QFP_IO when it does not. */
qfp_status qfp_keeping_check_time(const qfp_keeping *k, const qfp_config *config, size_t next,
                                  const qfp_checkpoint *c) QFP_MUST_USE;
/* Adds to the last sentence that the unfinished file and its checkpoint stay; hands `status` on. */
qfp_status qfp_keeping_name(const qfp_keeping *k, qfp_status status) QFP_MUST_USE;

#endif
