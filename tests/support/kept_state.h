/* kept_state.h - the numbers of a checkpoint in memory, in place of its file. */
#ifndef QFP_TEST_KEPT_STATE_H
#define QFP_TEST_KEPT_STATE_H

#include <string.h>

#include "io/snapshot.h"

static inline qfp_status put_in_memory(void *self, size_t count, const void *numbers)
{
    double **at = self;
    memcpy(*at, numbers, count * sizeof **at);
    *at += count;
    return QFP_OK;
}

static inline qfp_status get_from_memory(void *self, size_t count, void *numbers)
{
    const double **at = self;
    memcpy(numbers, *at, count * sizeof **at);
    *at += count;
    return QFP_OK;
}

/* For one call: from the first number of an array on. */
#define TO_MEMORY(array)                                                                           \
    &(qfp_state_writer)                                                                            \
    {                                                                                              \
        .self = &(double *){array}, .put = put_in_memory                                           \
    }
#define FROM_MEMORY(array)                                                                         \
    &(qfp_state_reader)                                                                            \
    {                                                                                              \
        .self = &(const double *){array}, .get = get_from_memory                                   \
    }

#endif
