/* cuda_objects.h - on the host the CUDA backend's allocations, streams and plans can be counted. */
#ifndef QFP_TEST_CUDA_OBJECTS_H
#define QFP_TEST_CUDA_OBJECTS_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#ifdef QFP_CUDA_ON_HOST
#include "cuda_on_host.h"

/* Nothing is left of a backend whose objects are all destroyed. */
static inline void cuda_objects_are_gone(void)
{
    cuda_on_host_objects left = cuda_on_host_live();
    cr_assert(eq(sz, left.allocations, 0));
    cr_assert(eq(sz, left.pinned, 0));
    cr_assert(eq(sz, left.streams, 0));
    cr_assert(eq(sz, left.events, 0));
    cr_assert(eq(sz, left.plans, 0));
    cr_assert(eq(int, cuda_on_host_open_ranges(), 0));
}
#else
static inline void cuda_objects_are_gone(void)
{
}
#endif

#endif
