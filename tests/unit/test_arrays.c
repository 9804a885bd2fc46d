/* Results in memory through the public interface, who watches a run, and two runs at once. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "../support/scratch.h"
#include "qfp/qfp.h"

TestSuite(arrays, .init = scratch_make, .fini = scratch_remove);

static const char kerr[] =
    "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
    "initial: {coherent: [1.0]}\n"
    "solver: {basis: fock, tolerance: 1e-8}\n"
    "output: {times: [0, 0.25, 0.5], husimi: {from: -4, to: 4, points: 17},\n"
    "         state: {times: last}}\n"
    "ensemble: {method: guided, paths: 64, steps: 20}\n";

static qfp_config *load(void)
{
    qfp_config *config = NULL;
    cr_assert(qfp_config_parse(kerr, strlen(kerr), "kerr.yaml", NULL, 0, &config) == QFP_OK, "%s",
              qfp_last_error());
    return config;
}

static qfp_array find(const qfp_arrays *from, const char *name)
{
    qfp_array array;
    cr_assert(qfp_arrays_find(from, name, &array) == QFP_OK, "%s", qfp_last_error());
    return array;
}

Test(arrays, a_kept_result_has_what_a_file_has)
{
    qfp_config *config = load();
    qfp_run_result r;
    const qfp_run_options options = {.keep = 1};
    cr_assert(qfp_run(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    qfp_array q = find(r.arrays, "/husimi/mode_1"), n = find(r.arrays, "/observables/n_1");
    cr_assert(eq(int, q.rank, 3));
    cr_assert(eq(str, (char *)q.axes[0].name, "time"));
    cr_assert(eq(str, (char *)q.axes[1].name, "x"));
    cr_assert(eq(str, (char *)q.axes[2].name, "p"));
    cr_assert(eq(sz, q.count, 3 * 17 * 17));
    cr_assert(eq(dbl, q.axes[0].values[2], 0.5));
    cr_assert(eq(dbl, q.axes[1].values[16], 4.0));
    /* Q = |<x + ip|alpha>|^2/pi at t = 0, alpha = 1 at x = sqrt 2: the nearest point is x = 1.5 */
    double d = 1.5 - sqrt(2.0), exact = exp(-d * d / 2.0) / 3.14159265358979324;
    cr_assert(epsilon_eq(dbl, q.values[11 * 17 + 8], exact, 1e-8)); /* the tolerance */
    cr_assert(eq(sz, n.count, 3));
    cr_assert(epsilon_eq(dbl, n.values[2], 1.0, 1e-8));
    qfp_array rho = find(r.arrays, "/state/rho");
    cr_assert(eq(int, rho.is_complex, 1));
    cr_assert(epsilon_eq(dbl, rho.values[0], exp(-1.0), 1e-8)); /* |<0|alpha>|^2 */
    /* levels are counted from 0, and axes are arrays too */
    qfp_array bra = find(r.arrays, "/state/bra_level_1"), x = find(r.arrays, "/axes/x");
    cr_assert(eq(sz, bra.count, rho.axes[1].count));
    cr_assert(eq(dbl, rho.axes[0].values[2], 2.0));
    cr_assert(eq(dbl, bra.values[bra.count - 1], (double)bra.count - 1.0));
    cr_assert(eq(dbl, x.values[16], 4.0));
    cr_assert(eq(str, (char *)x.axes[0].name, "x"));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(arrays, all_of_a_result_are_counted)
{
    qfp_config *config = load();
    qfp_run_result r;
    qfp_array array;
    const qfp_run_options options = {.keep = 1};
    cr_assert(qfp_run(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    size_t count = qfp_arrays_count(r.arrays), husimi = 0, values = 0;
    for (size_t i = 0; i < count; i++) {
        cr_assert(qfp_arrays_at(r.arrays, i, &array) == QFP_OK, "%s", qfp_last_error());
        husimi += strcmp(array.name, "/husimi/mode_1") == 0;
        values += strncmp(array.name, "/observables/", 13) == 0;
        cr_assert(find(r.arrays, array.name).values == array.values);
    }
    cr_assert(eq(sz, husimi, 1));
    cr_assert(eq(sz, values, r.theories[0].observable_count));
    cr_assert(qfp_arrays_at(r.arrays, count, &array) == QFP_USAGE);
    cr_assert(eq(sz, qfp_arrays_count(NULL), 0));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(arrays, the_place_of_a_mistake_is_numbers)
{
    static const struct {
        const char *text, *set, *key;
        int line, column;
    } cases[] = {
        {"hamiltonian:\n  operator: b\n", "initial.coherent=[1]", "hamiltonian.operator", 2, 13},
        {kerr, "solver.basis=fok", "solver.basis", 0, 0},
        {"a: b: c\n", "kappa=1", "", 1, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_config *config = NULL;
        const char *set[] = {cases[i].set, "output.times=[0, 1]"};
        cr_assert(qfp_config_parse(cases[i].text, strlen(cases[i].text), "a:1:2: b.yaml", set, 2,
                                   &config) == QFP_CONFIG);
        qfp_config_place at = qfp_config_place_of_error("a:1:2: b.yaml");
        cr_assert(eq(int, at.line, cases[i].line), "%s", qfp_last_error());
        cr_assert(eq(int, at.column, cases[i].column), "%s", qfp_last_error());
        cr_assert(eq(str, at.key, (char *)cases[i].key), "%s", qfp_last_error());
    }
    /* a run that is refused names its key behind the name */
    qfp_config *config = NULL;
    qfp_run_result r;
    const qfp_run_options options = {.keep = 1};
    const char *set[] = {"output.fields=[drift]", "solver.basis=reference"};
    cr_assert(qfp_config_parse(kerr, strlen(kerr), "k", set, 2, &config) == QFP_OK);
    cr_assert(qfp_run(config, &options, &r) == QFP_UNSUPPORTED, "%s", qfp_last_error());
    cr_assert(eq(str, qfp_config_place_of_error("k").key, "output.fields"), "%s", qfp_last_error());
    qfp_config_destroy(config);
}

Test(arrays, the_version_is_that_of_the_headers)
{
    cr_assert(eq(str, (char *)qfp_version(), QFP_VERSION));
}

Test(arrays, what_is_not_there_is_a_mistake)
{
    qfp_config *config = load();
    qfp_run_result r;
    qfp_array array;
    const qfp_run_options kept = {.keep = 1}, two = {.keep = 1, .output_path = "two.h5"},
                          none = {0};
    cr_assert(qfp_run(config, &kept, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_arrays_find(r.arrays, "/fields/drift", &array) == QFP_USAGE);
    cr_assert(strstr(qfp_last_error(), "/fields/drift: no such array") != NULL);
    qfp_run_result_destroy(&r);
    cr_assert(qfp_run(config, &none, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(r.arrays == NULL);
    cr_assert(qfp_arrays_find(r.arrays, "/time", &array) == QFP_USAGE);
    cr_assert(strstr(qfp_last_error(), "set `keep`") != NULL);
    qfp_run_result_destroy(&r);
    cr_assert(qfp_run(config, &two, &r) == QFP_USAGE);
    qfp_config_destroy(config);
}

typedef struct watched {
    int steps, outputs, stop_at; /* steps */
    double last_done, n[8];
} watched;

static int watch(void *data, const qfp_run_moment *moment)
{
    watched *w = data;
    cr_assert(moment->done >= w->last_done && moment->done <= 1.0);
    w->last_done = moment->done;
    if (moment->is_output) {
        qfp_array n = find(moment->arrays, "/observables/n_1");
        cr_assert(eq(dbl, find(moment->arrays, "/time").values[w->outputs], moment->time));
        cr_assert(eq(sz, n.count, (size_t)w->outputs + 1));
        w->n[w->outputs] = n.values[w->outputs];
        w->outputs++;
    } else {
        cr_assert(moment->arrays == NULL);
        w->steps++;
    }
    return w->stop_at > 0 && w->steps >= w->stop_at;
}

/* The same without looking at anything. */
static int count(void *data, const qfp_run_moment *moment)
{
    watched *w = data;
    w->steps += !moment->is_output;
    w->outputs += moment->is_output;
    return w->stop_at > 0 && w->steps >= w->stop_at;
}

Test(arrays, every_step_and_every_output_is_told)
{
    qfp_config *config = load();
    qfp_run_result r;
    watched w = {0};
    const qfp_run_options options = {.keep = 1, .watch = watch, .watch_data = &w};
    cr_assert(qfp_run(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(int, w.outputs, 3));
    cr_assert(w.steps >= 2); /* one to each of two times, at least */
    cr_assert(eq(dbl, w.last_done, 1.0));
    qfp_array n = find(r.arrays, "/observables/n_1");
    for (int i = 0; i < 3; i++)
        cr_assert(eq(dbl, w.n[i], n.values[i]));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(arrays, an_answer_other_than_0_stops)
{
    qfp_config *config = load();
    qfp_run_result r;
    watched w = {.stop_at = 1};
    qfp_run_options options = {.keep = 1, .watch = watch, .watch_data = &w};
    cr_assert(qfp_run(config, &options, &r) == QFP_INTERRUPTED);
    cr_assert(strstr(qfp_last_error(), "stopped by the caller at t = 0.") != NULL, "%s",
              qfp_last_error());
    cr_assert(eq(int, w.outputs, 1));
    cr_assert(eq(sz, r.time_count, 1)); /* what was reached is kept */
    cr_assert(eq(sz, r.theories[0].time_count, 1));
    cr_assert(eq(sz, find(r.arrays, "/husimi/mode_1").axes[0].count, 1));
    qfp_run_result_destroy(&r);
    cr_assert(r.arrays == NULL && r.times == NULL);
    /* with a file there is something to go on from */
    w = (watched){.stop_at = 1};
    options = (qfp_run_options){
        .output_path = scratch_path("stopped.h5"), .watch = count, .watch_data = &w};
    cr_assert(qfp_run(config, &options, &r) == QFP_INTERRUPTED);
    cr_assert(strstr(qfp_last_error(), "its checkpoint stay, for --resume") != NULL, "%s",
              qfp_last_error());
    options.watch = NULL;
    options.resume = 1;
    cr_assert(qfp_run(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(dbl, r.times[r.time_count - 1], 0.5));
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(arrays, samples_are_kept_and_told_of)
{
    qfp_config *config = load();
    qfp_sample_result r;
    watched w = {0};
    const qfp_sample_options options = {.keep = 1, .watch = count, .watch_data = &w};
    cr_assert(qfp_sample(config, &options, &r) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(int, w.outputs, 3));
    cr_assert(eq(int, w.steps, 10)); /* pairs of 20 */
    qfp_array h = find(r.arrays, "/histogram/mode_1"), n = find(r.arrays, "/observables/n_1");
    cr_assert(eq(sz, h.count, 3 * 17 * 17));
    size_t column = 0;
    while (strcmp(r.names[column], "n_1") != 0)
        column++;
    cr_assert(eq(dbl, n.values[0], r.estimates[column].value));
    qfp_sample_result_destroy(&r);
    w = (watched){.stop_at = 4};
    cr_assert(qfp_sample(config, &options, &r) == QFP_INTERRUPTED);
    cr_assert(eq(int, w.steps, 4));
    cr_assert(eq(sz, r.time_count, 1));
    cr_assert(eq(sz, find(r.arrays, "/observables/n_1").count, 1));
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
}

typedef struct worker {
    int levels; /* 0: what is refused */
    double n;
    qfp_status status;
    char sentence[64], path[400];
} worker;

static void *work(void *data)
{
    worker *w = data;
    char text[300];
    qfp_config *config = NULL;
    qfp_run_result r;
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"n^2\"}\ninitial: {fock: [%d]}\n"
             "solver: {basis: fock}\noutput: {times: [0, 1], husimi: {points: 9}}\n%s",
             w->levels, w->levels == 0 ? "unknown: 1\n" : "");
    w->status = qfp_config_parse(text, strlen(text), "w.yaml", NULL, 0, &config);
    const qfp_run_options to_file = {.output_path = w->path}, options = {.keep = 1};
    for (int i = 0; i < 8 && w->status == QFP_OK; i++) { /* libhdf5 is not made for threads */
        w->status = qfp_run(config, &to_file, &r);
        if (w->status == QFP_OK)
            qfp_run_result_destroy(&r);
    }
    if (w->status == QFP_OK)
        w->status = qfp_run(config, &options, &r);
    snprintf(w->sentence, sizeof w->sentence, "%s", qfp_last_error());
    qfp_array n;
    if (w->status == QFP_OK && qfp_arrays_find(r.arrays, "/observables/n_1", &n) == QFP_OK)
        w->n = n.values[1];
    if (w->status == QFP_OK)
        qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
    return NULL;
}

Test(arrays, threads_have_runs_and_errors_of_their_own)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.levels = i};
        snprintf(workers[i].path, sizeof workers[i].path, "%s%d.h5", scratch_path("thread"), i);
        cr_assert(eq(int, pthread_create(&threads[i], NULL, work, &workers[i]), 0));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    cr_assert(workers[0].status == QFP_CONFIG);
    cr_assert(strstr(workers[0].sentence, "w.yaml:5:1: unknown") != NULL, "%s",
              workers[0].sentence);
    for (int i = 1; i < THREADS; i++) {
        cr_assert(workers[i].status == QFP_OK, "%s", workers[i].sentence);
        cr_assert(epsilon_eq(dbl, workers[i].n, i, 1e-12)); /* n commutes with n^2 */
        cr_assert(strstr(workers[i].sentence, "unknown") == NULL);
    }
}
