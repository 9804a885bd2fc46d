/* `qfp sample`, killed or stopped by a signal before one of its writes, renames, unlinks or flushes and gone
 * on with, says and writes what the whole one does, bit for bit, for every method. */
#define _GNU_SOURCE
#include "faults.h"

#include <jansson.h>

static const char *const files[] = {"r.h5",
                                    "r.h5~",
                                    "r.h5.part",
                                    "r.h5.part.checkpoint",
                                    "r.h5.part.checkpoint.new",
                                    "r.h5.part.journal",
                                    NULL};

#define SYSTEM(operator, state, ensemble)                                                          \
    "hamiltonian: {modes: 1, operator: \"" operator"\"}\ninitial: {" state "}\n"                   \
                                                   "ensemble: {" ensemble ", seed: 2}\n"

/* A method with an integrator of its own for the exact state beside it where there is one. */
static const struct {
    const char *name, *config;
} methods[] = {
    {"guided", SYSTEM("0.5*ad^2*a^2", "coherent: [1.0]", "method: guided, paths: 200, steps: 8")},
    {"positive_p",
     SYSTEM("0.5*ad^2*a^2", "coherent: [0.5]", "method: positive_p, paths: 200, steps: 8")},
    {"doubled_q",
     SYSTEM("0.5*ad^2*a^2", "coherent: [0.5]", "method: doubled_q, paths: 200, steps: 8")},
    {"truncated_wigner",
     SYSTEM("n + 0.1*x^4", "coherent: [0.5]", "method: truncated_wigner, paths: 200, steps: 8")},
    {"forward_backward", SYSTEM("(x*p + p*x)/2", "squeezed: {alpha: 0.5, r: 0.3, phi: 0.0}",
                                "method: forward_backward, paths: 5000, initialisation: signed")},
    {"action", SYSTEM("(x*p + p*x)/2 + 0.5*n", "coherent: [0.0]",
                      "method: action, paths: 3000, slices: 8, sweeps: 20, virtual_step: 0.5")},
    {"gaussian",
     SYSTEM("n + 0.1*x^4", "coherent: [0.5]", "method: gaussian, paths: 200, steps: 8")},
    {"markov",
     "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 500, steps: 8,\n"
     "  preparations: [{mean: [-1.0], deviation: [0.8]}, {mean: [1.0], deviation: [0.6]}],\n"
     "  seed: 1}\n"},
    {"nelson", "ensemble: {method: nelson, packets: [{centre: 0.5, deviation: 0.5}], paths: 200,\n"
               "  steps: 8, potential: \"x^2/2\", grid: {points: 64, extent: 20}, seed: 1}\n"},
    {"two passes", SYSTEM("0.5*ad^2*a^2", "coherent: [1.0]",
                          "method: truncated_wigner, paths: 100000, steps: 8, target_error: 0.04")},
};
enum { METHODS = sizeof methods / sizeof *methods };

static void write_config(int method, const char *checkpoint)
{
    char *text = qfpi_format("%soutput:\n  times: [0.0, 0.125, 0.25]\n"
                             "  husimi: {from: -6.0, to: 6.0, points: 5}\n  paths: {count: 3}\n%s",
                             methods[method].config, checkpoint);
    write_text("s.yaml", text);
    free(text);
}

TestSuite(faults_of_samples, .init = scratch_make, .fini = scratch_remove);

/* What `--json` says, but for how long it took and under which names. */
static json_t *figures(const outcome *o, const char *what)
{
    static const char *const passing[] = {"seconds", "output", "kept"};
    json_error_t error;
    json_t *found = json_loads(o->out, 0, &error);
    cr_assert(found != NULL, "%s: %s\n%s%s", what, error.text, o->out, o->err);
    for (int i = 0; i < 3; i++)
        json_object_del(found, passing[i]);
    return found;
}

/* It ended where the whole one ends. */
static void assert_whole(const json_t *whole, const outcome *o, const char *what)
{
    cr_assert(eq(int, o->exit_status, 0), "%s: %s", what, o->err);
    json_t *now = figures(o, what);
    bool same = json_equal((json_t *)whole, now) != 0;
    cr_assert(same, "%s: %s", what, o->out);
    json_decref(now);
    assert_same_bits("whole.h5", "r.h5", what);
    cr_assert(not(left_behind("part")), "%s", what);
}

/* With what is left, or from the beginning where nothing is. */
static bool assert_goes_on(const json_t *whole, const char *what)
{
    bool resumes = scratch_exists(scratch_path("r.h5.part.checkpoint"));
    outcome o = resumes ? RUN("sample", "s.yaml", "-o", "r.h5", "--json", "--resume")
                        : RUN("sample", "s.yaml", "-o", "r.h5", "--json");
    assert_whole(whole, &o, what);
    return resumes;
}

/* A signal is heeded from the first step on, and not any more where the result is being closed. */
static void assert_heeded(const outcome *o, const char *what)
{
    bool kept = scratch_exists(scratch_path("r.h5.part.checkpoint"));
    bool ended = o->exit_status == 0 || o->exit_status == 128 + SIGTERM;
    cr_assert(ended, "%s: %d: %s", what, o->exit_status, o->err);
    if (kept)
        cr_assert(strstr(o->err, "; r.h5.part and its checkpoint stay, for --resume; go on with: "
                                 "qfp sample --resume s.yaml -o r.h5 --json\n") != NULL,
                  "%s: %s", what, o->err);
    else
        cr_assert(not(left_behind("part")), "%s: %s", what, o->err);
}

static void strike(int method, const char *kind, const char *checkpoint, long wanted, tally *t)
{
    static const char *const sample[] = {"sample", "s.yaml", "-o", "r.h5", "--json", NULL};
    char what[96];
    remove_all(files);
    remove(scratch_path("whole.h5"));
    write_config(method, checkpoint);
    outcome o = RUN("sample", "s.yaml", "-o", "whole.h5", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s: %s", methods[method].name, o.err);
    json_t *whole = figures(&o, methods[method].name);
    long resumed = 0, calls = count_calls(kind, sample), step = stride(calls, wanted);
    for (long at = 1 + step / 2; at <= calls; at += step) {
        fault first = {.kind = kind, .at = at}, second = {.kind = kind, .at = calls - at};
        snprintf(what, sizeof what, "%s: %s %ld of %ld", methods[method].name, kind, at, calls);
        remove_all(files);
        o = run_with(&first, sample);
        count_outcome(t, &o);
        if (strcmp(kind, "signal") == 0) {
            assert_heeded(&o, what);
        } else if (scratch_exists(scratch_path("r.h5.part.checkpoint"))) { /* and once more */
            o = RUN_WITH(&second, "sample", "s.yaml", "-o", "r.h5", "--json", "--resume");
            count_outcome(t, &o);
        }
        if (o.exit_status == 0)
            assert_whole(whole, &o, what);
        else
            resumed += assert_goes_on(whole, what);
    }
    json_decref(whole);
    cr_assert(lt(long, 0, resumed), "%s", methods[method].name);
}

Test(faults_of_samples, killed_before_each_write)
{
    tally t = {0};
    for (int method = 0; method < METHODS; method++)
        strike(method, "kill", "  checkpoint: {every: 1e-9s}\n", 6, &t);
    print_tally("kill -9 of a sample before each write, twice", &t);
}

/* Without checkpoints in the configuration: a signal writes one. */
Test(faults_of_samples, stopped_by_a_signal_at_each_write)
{
    tally t = {0};
    for (int method = 0; method < METHODS; method++)
        strike(method, "signal", "", 6, &t);
    print_tally("SIGTERM to a sample at each write", &t);
}
