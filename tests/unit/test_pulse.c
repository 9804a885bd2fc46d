/* What is told within steps: how far they are, and a wish to stop that leaves the state before the step.  L turns pairs of
 * numbers, each with a frequency of its own. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../support/scratch.h"
#include "core/stop.h"
#include "evolve/propagator.h"
#include "qfp/config.h"
#include "qfp/run.h"

enum { COUNT = 1 << 18 }; /* as few as are told of */

static const double duration = 3.0; /* two steps of the series */

typedef struct turning {
    const qfp_backend *backend;
    double *x;
} turning;

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    turning *w = self;
    QFP_TRY(w->backend->vector->download(u, 0, COUNT, w->x));
    for (size_t k = 0; k < COUNT; k += 2) {
        double frequency = 100.0 * (double)(k + 2) / COUNT, a = w->x[k];
        w->x[k] = -frequency * w->x[k + 1];
        w->x[k + 1] = frequency * a;
    }
    return w->backend->vector->upload(y, 0, COUNT, w->x);
}

typedef struct listener {
    const qfp_backend *backend;
    double *before, *now; /* u after the last step; u when it was told */
    double told, passed;  /* the last ones */
    int count, stop_at;
} listener;

static qfp_status after_step(void *data, double advanced, qfp_buffer *u)
{
    listener *l = data;
    l->passed = advanced;
    return l->backend->vector->download(u, 0, COUNT, l->before);
}

static qfp_status pulse(void *data, double advanced)
{
    listener *l = data;
    cr_assert(le(dbl, l->passed, advanced));
    cr_assert(le(dbl, advanced, duration * (1.0 + 1e-12))); /* roundings */
    l->told = advanced;
    return ++l->count == l->stop_at ? QFP_INTERRUPTED : QFP_OK;
}

/* Two numbers after `duration`, having stopped at the pulse `stop_at` and gone on, unless that is 0. */
static void evolve(qfp_integrator integrator, int stop_at, double *out)
{
    const qfp_backend *b = qfp_backend_cpu();
    turning w = {.backend = b, .x = calloc(COUNT, sizeof(double))};
    listener l = {.backend = b,
                  .stop_at = stop_at,
                  .before = calloc(COUNT, sizeof(double)),
                  .now = calloc(COUNT, sizeof(double))};
    qfp_propagator_options options = {
        .integrator = integrator, .tolerance = 1e-8, .time_scale = duration};
    qfp_context *context;
    qfp_buffer *u;
    qfp_propagator *p;
    cr_assert(w.x != NULL && l.before != NULL && l.now != NULL);
    cr_assert(b->device->context_create(1, &context) == QFP_OK);
    cr_assert(b->vector->create(context, COUNT, &u) == QFP_OK);
    for (size_t i = 0; i < COUNT; i++)
        l.before[i] = (double)(i % 7) / 512.0;
    cr_assert(b->vector->upload(u, 0, COUNT, l.before) == QFP_OK);
    qfp_linear_map map = {
        .backend = b, .context = context, .count = COUNT, .skew = true, .self = &w, .apply = apply};
    cr_assert(qfp_propagator_create(&map, &options, &p) == QFP_OK, "%s", qfp_last_error());
    qfp_propagator_listen(p, pulse, &l);
    qfp_status status = qfp_propagator_advance(p, u, duration, after_step, &l);
    if (stop_at > 0) {
        cr_assert(eq(int, (int)status, QFP_INTERRUPTED));
        cr_assert(eq(int, l.count, stop_at));
        cr_assert(lt(dbl, l.passed, l.told));
        cr_assert(eq(dbl, qfp_propagator_progress(p)->passed, l.passed));
        cr_assert(b->vector->download(u, 0, COUNT, l.now) == QFP_OK);
        cr_assert(eq(int, memcmp(l.now, l.before, COUNT * sizeof *l.now), 0));
        status = qfp_propagator_advance(p, u, duration, after_step, &l);
    }
    cr_assert(eq(int, (int)status, QFP_OK));
    cr_assert(l.count > 250); /* a term each */
    cr_assert(b->vector->download(u, 0, COUNT, out) == QFP_OK);
    qfp_propagator_destroy(p);
    b->vector->destroy(u);
    b->device->context_destroy(context);
    free(l.before);
    free(l.now);
    free(w.x);
}

static void stops_within_a_step(qfp_integrator integrator)
{
    double *straight = calloc(COUNT, sizeof *straight), *stopped = calloc(COUNT, sizeof *stopped);
    cr_assert(straight != NULL && stopped != NULL);
    evolve(integrator, 0, straight);
    evolve(integrator, 200, stopped); /* behind the first step */
    cr_assert(eq(int, memcmp(straight, stopped, COUNT * sizeof *straight), 0));
    free(straight);
    free(stopped);
}

Test(pulse, a_series_stops_within_a_step_and_goes_on_to_the_same_bits)
{
    stops_within_a_step(QFP_INTEGRATOR_CHEBYSHEV);
}

Test(pulse, so_does_a_krylov_space)
{
    stops_within_a_step(QFP_INTEGRATOR_KRYLOV);
}

static sem_t begun;

static int say_begun(void *data, const qfp_run_moment *moment)
{
    (void)data;
    (void)moment;
    sem_post(&begun);
    return 0;
}

/* As a signal does, in the middle of the first step. */
static void *wish(void *unused)
{
    const struct timespec moment = {.tv_nsec = 50000000};
    sem_wait(&begun); /* the output at t = 0 */
    nanosleep(&moment, NULL);
    (void)qfpi_stop_request(SIGTERM);
    return unused;
}

/* A run of one long step on as many cells: the wish finds it in the step, and it goes on from before that. */
Test(pulse, a_run_stops_within_its_first_step, .init = scratch_make, .fini = scratch_remove)
{
    static const char text[] =
        "hamiltonian: {operator: n}\ninitial: {coherent: [2]}\n"
        "solver: {basis: fourier, integrator: chebyshev, grid: {points: 512}}\n"
        "output: {times: [0, 0.2], husimi: {points: 9}}\n";
    qfp_config *config;
    qfp_run_options options = {.output_path = scratch_path("a.h5"), .watch = say_begun};
    qfp_run_result r;
    pthread_t thread;
    cr_assert(qfp_config_parse(text, strlen(text), "a.yaml", NULL, 0, &config) == QFP_OK);
    cr_assert(eq(int, sem_init(&begun, 0, 0), 0));
    cr_assert(eq(int, pthread_create(&thread, NULL, wish, NULL), 0));
    cr_assert(eq(int, (int)qfp_run(config, &options, &r), QFP_INTERRUPTED));
    cr_assert(eq(int, pthread_join(thread, NULL), 0));
    cr_assert(strstr(qfp_last_error(), "interrupted at t = 0;") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
    (void)qfpi_stop_request(0);
    options.resume = true;
    cr_assert(qfp_run(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(sz, r.time_count, 1)); /* t = 0 is in the file */
    cr_assert(eq(dbl, r.times[0], 0.2));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}
