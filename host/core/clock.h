/* clock.h - INTERNAL: seconds of a clock. */
#ifndef QFPI_CLOCK_H
#define QFPI_CLOCK_H

#include <time.h>

static inline double qfpi_clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds that this thread has computed: what others do on the machine meanwhile does not count. */
static inline double qfpi_seconds_computed(void)
{
    return qfpi_clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

/* Wall-clock seconds since some moment in the past; never jumps back. */
static inline double qfpi_seconds_now(void)
{
    return qfpi_clock_seconds(CLOCK_MONOTONIC);
}

#endif
