#include "measure.h"

#include <omp.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/error.h"

#define BATCH_SECONDS 2e-3
#define TOTAL_SECONDS 0.2
enum { FEWEST_BATCHES = 5, MOST_BATCHES = 101 };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static qfp_status time_batch(clockid_t clock, bench_action action, void *data, size_t calls,
                             double *seconds)
{
    double start = qfpi_clock_seconds(clock);
    for (size_t i = 0; i < calls; i++)
        QFP_TRY(action(data));
    *seconds = qfpi_clock_seconds(clock) - start;
    return QFP_OK;
}

static qfp_status median_seconds(clockid_t clock, bench_action action, void *data, double *seconds)
{
    double batch[MOST_BATCHES], spent = 0.0, last;
    size_t calls = 1;
    QFP_TRY(time_batch(clock, action, data, 1, &last));
    for (;; calls *= 2) {
        QFP_TRY(time_batch(clock, action, data, calls, &last));
        if (last >= BATCH_SECONDS)
            break;
    }
    int count = 0;
    while (count < MOST_BATCHES && (count < FEWEST_BATCHES || spent < TOTAL_SECONDS)) {
        QFP_TRY(time_batch(clock, action, data, calls, &last));
        spent += last;
        batch[count++] = last / (double)calls;
    }
    qsort(batch, (size_t)count, sizeof *batch, ascending);
    *seconds = batch[count / 2];
    return QFP_OK;
}

/* On one thread the CPU clock: other programs on the machine stop it. */
qfp_status bench_seconds(bench_action action, void *data, double *seconds)
{
    return median_seconds(omp_get_max_threads() == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC,
                          action, data, seconds);
}

qfp_status bench_wall_seconds(bench_action action, void *data, double *seconds)
{
    return median_seconds(CLOCK_MONOTONIC, action, data, seconds);
}

typedef struct copy_arrays {
    size_t count;
    int threads;
    double *from, *to;
} copy_arrays;

static qfp_status copy_once(void *data)
{
    copy_arrays *c = data;
    double *to = c->to;
    const double *from = c->from;
#pragma omp parallel for schedule(static) num_threads(c->threads) if (c->threads > 1)
    for (size_t i = 0; i < c->count; i++)
        to[i] = from[i];
    __asm__ volatile("" : : "r"(to) : "memory"); /* or a repeated copy could be left out */
    return QFP_OK;
}

qfp_status bench_copy_rate(size_t bytes, int threads, double *rate)
{
    copy_arrays c = {.count = bytes / sizeof(double), .threads = threads};
    double seconds;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(c.from, c.count, "the array to be copied"));
    QFP_TRY_GOTO(QFP_ALLOCATE(c.to, c.count, "the copy of an array"));
    for (size_t i = 0; i < c.count; i++) /* untouched zero pages would be one page read again */
        c.from[i] = (double)i;
    QFP_TRY_GOTO(bench_seconds(copy_once, &c, &seconds));
    *rate = 2.0 * (double)bytes / seconds;
done:
    free(c.from);
    free(c.to);
    return status;
}

enum { CHAINS = 64, CHAIN_LENGTH = 4096 };

static qfp_status run_chains(void *data)
{
    double *x = data, local[CHAINS];
    for (int c = 0; c < CHAINS; c++)
        local[c] = x[c];
    for (int i = 0; i < CHAIN_LENGTH; i++)
        for (int c = 0; c < CHAINS; c++)
            local[c] = local[c] * 0.999 + 1e-3;
    for (int c = 0; c < CHAINS; c++)
        x[c] = local[c];
    __asm__ volatile("" : : "r"(x) : "memory"); /* or chains nobody reads could be left out */
    return QFP_OK;
}

qfp_status bench_flop_rate(double *rate)
{
    double x[CHAINS] = {1.0}, seconds;
    QFP_TRY(bench_seconds(run_chains, x, &seconds));
    *rate = 2.0 * CHAINS * CHAIN_LENGTH / seconds;
    return QFP_OK;
}
