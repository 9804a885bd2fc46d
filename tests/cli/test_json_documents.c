/* The documents of --json, read by a real parser: their keys, kinds and exit statuses. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <jansson.h>
#include <math.h>

#include "../support/program.h"

static const char kerr[] = "title: Kerr\n"
                           "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "ensemble: {method: guided, paths: 64, steps: 20}\n"
                           "solver: {tolerance: 1.0e-4, basis: fock, levels: 16}\n"
                           "output:\n"
                           "  times: [0.0, 0.5]\n"
                           "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

static const char rivals[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                             "initial: {coherent: [0.5]}\n"
                             "theory:\n"
                             "  - {order: exact}\n"
                             "  - {order: 2, accept_unbalanced: true}\n"
                             "solver: {tolerance: 1.0e-3}\n"
                             "output:\n"
                             "  times: [0.0, 0.001, 0.1]\n"
                             "  husimi: {from: -4.0, to: 4.0, points: 17}\n";

static void begin(void)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    write_text("rivals.yaml", rivals);
}

TestSuite(json, .init = begin, .fini = scratch_remove);

/* The one line of standard output, a document. */
static json_t *document(outcome o)
{
    json_error_t error;
    json_t *found = json_loads(o.out, JSON_REJECT_DUPLICATES, &error);
    cr_assert(found != NULL, "%s: %s\n%s", error.text, o.out, o.err);
    cr_assert(eq(str, strchr(o.out, '\n'), "\n"));
    return found;
}

/* json_unpack, every key of the document named. */
#define UNPACK(from, ...)                                                                          \
    do {                                                                                           \
        json_error_t unpack_error;                                                                 \
        cr_assert(json_unpack_ex((from), &unpack_error, JSON_STRICT, __VA_ARGS__) == 0, "%s",      \
                  unpack_error.text);                                                              \
    } while (0)

Test(json, run)
{
    const char *status, *reason, *output, *kept, *basis, *backend, *device, *ordering, *note,
        *warning;
    const char *choice;
    double seconds, t[2], n, taken[2], predicted;
    json_t *observables, *errors, *unknown, *d = document(RUN("run", "kerr.yaml", "--json"));
    UNPACK(d,
           "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:F, s:[F,F!], s:o, s:o, s:s, s:o, "
           "s:F, "
           "s:F, s:F}",
           "status", &status, "reason", &reason, "output", &output, "kept", &kept, "basis", &basis,
           "backend", &backend, "device", &device, "ordering", &ordering, "note", &note, "warning",
           &warning, "seconds", &seconds, "time", &t[0], &t[1], "observables", &observables,
           "errors", &errors, "choice", &choice, "predicted_seconds", &unknown, "predicted_bytes",
           &predicted, "taken_seconds", &taken[0], "taken_bytes", &taken[1]);
    cr_assert(choice[0] == '\0'); /* its basis is given */
    int is_unknown = json_is_null(unknown);
    cr_assert(eq(int, is_unknown, 1));
    cr_assert(predicted > 0.0);
    cr_assert(taken[0] > 0.0);
    cr_assert(eq(str, (char *)status, "done"));
    cr_assert(eq(str, (char *)output, "kerr.h5"));
    cr_assert(eq(str, (char *)basis, "fock"));
    cr_assert(eq(dbl, t[1], 0.5));
    n = json_number_value(json_array_get(json_object_get(observables, "n_1"), 1));
    cr_assert(epsilon_eq(dbl, n, 1.0, 1e-4)); /* the tolerance of the run; n is conserved */
    json_decref(d);
}

/* The last line of the table has, for every column, the largest of the errors in the document; of
 * re a, im a and the variances it is met between the ends of a revival. */
Test(json, the_table_ends_with_the_largest_errors)
{
    static const char *const columns[] = {"norm",   "energy",  "n_1",    "re_a_1",
                                          "im_a_1", "var_x_1", "var_p_1"};
    write_text("revival.yaml", "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                               "initial: {coherent: [1.0]}\n"
                               "solver: {tolerance: 1.0e-5, basis: fock}\n"
                               "output:\n"
                               "  times: [0, 0.2, pi, 2*pi]\n"
                               "  husimi: {points: 9}\n");
    json_t *d = document(RUN("run", "revival.yaml", "--json", "-o", "json.h5"));
    outcome o = RUN("run", "revival.yaml", "-o", "text.h5");
    char *at = strstr(o.out, "error below");
    cr_assert(at != NULL, "%s", o.out);
    at += strlen("error below");
    bool one_is_inside = false;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        json_t *errors = json_object_get(json_object_get(d, "errors"), columns[c]);
        double largest = 0.0, last = 0.0, shown = strtod(at, &at);
        for (size_t t = 0; t < 4; t++) {
            last = json_number_value(json_array_get(errors, t));
            largest = fmax(largest, last);
        }
        cr_assert(epsilon_eq(dbl, shown, largest, 0.06 * largest), "%s", columns[c]); /* 2 digits */
        one_is_inside |= last < 0.5 * largest;
    }
    cr_assert(one_is_inside);
    json_decref(d);
}

Test(json, theories_and_a_nan)
{
    json_t *d = document(RUN("run", "rivals.yaml", "--json")), *theory, *distance;
    const char *label, *text[4];
    json_t *observables, *errors;
    theory = json_array_get(json_object_get(d, "theories"), 1);
    UNPACK(theory, "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "label", &label, "theory", &text[0],
           "ordering", &text[1], "stopped", &text[2], "warning", &text[3], "observables",
           &observables, "errors", &errors, "distance", &distance);
    cr_assert(eq(str, (char *)label, "M2"));
    cr_assert(text[2][0] != '\0');
    distance = json_object_get(distance, "husimi_l2_1");
    cr_assert(eq(int, json_is_integer(json_array_get(distance, 0)), 1)); /* 0, at the start */
    cr_assert(eq(int, json_is_real(json_array_get(distance, 1)), 1));
    cr_assert(eq(int, json_is_null(json_array_get(distance, 2)), 1)); /* NaN after the stop */
    json_decref(d);
}

Test(json, a_stopped_run_gives_its_reason)
{
    outcome o = RUN("run", "kerr.yaml", "--json", "--set", "initial.coherent=[3.0]", "--basis",
                    "reference", "--set", "solver.levels=12");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    json_t *d = document(o);
    const char *reason = json_string_value(json_object_get(d, "reason"));
    cr_assert(strstr(o.err, reason) != NULL, "%s: %s", reason, o.err);
    json_decref(d);
    /* one that was refused has neither observables nor theories */
    o = RUN("run", "rivals.yaml", "--json", "--set", "theory=[{order: 2}]");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    d = document(o);
    cr_assert(eq(sz, json_object_size(json_object_get(d, "observables")), 0));
    cr_assert(eq(sz, json_array_size(json_object_get(d, "time")), 0));
    cr_assert(json_object_get(d, "theories") == NULL);
    json_decref(d);
}

Test(json, sample)
{
    json_t *d = document(RUN("sample", "kerr.yaml", "--json")), *times, *row;
    const char *text[7];
    int paths, steps;
    double value[4];
    UNPACK(d, "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:F, s:o}", "status", &text[0],
           "reason", &text[1], "output", &text[2], "kept", &text[5], "method", &text[3], "ensemble",
           &text[4], "paths", &paths, "steps", &steps, "effort", &text[6], "seconds", &value[0],
           "times", &times);
    cr_assert(eq(int, paths, 64));
    cr_assert(eq(sz, json_array_size(times), 2));
    row = json_array_get(times, 1);
    cr_assert(eq(dbl, json_number_value(json_object_get(row, "time")), 0.5));
    cr_assert(json_object_get(row, "chi2_mode_1_probability") != NULL);
    UNPACK(json_object_get(row, "re_a_1"), "{s:F, s:F, s:F, s:F}", "value", &value[0], "stderr",
           &value[1], "step_error", &value[2], "exact", &value[3]);
    cr_assert(lt(dbl, 0.0, value[1]));
    json_decref(d);
}

Test(json, plan)
{
    json_t *d = document(RUN("plan", "kerr.yaml", "--json"));
    json_t *points, *extent, *centre, *reach, *theories, *bases;
    int levels;
    double bytes, cells, available, seconds[2], radius;
    UNPACK(d, "{s:[i!], s:o, s:o, s:o, s:o, s:F, s:F, s:F, s:F, s:F, s:F}", "levels", &levels,
           "points", &points, "extent", &extent, "centre", &centre, "reach", &reach, "cells",
           &cells, "bytes", &bytes, "bytes_available", &available, "seconds_per_application",
           &seconds[0], "spectral_radius", &radius, "seconds", &seconds[1]);
    cr_assert(eq(int, levels, 16));
    json_decref(d);
    d = document(RUN("plan", "rivals.yaml", "--json"));
    UNPACK(d, "{s:o, s:F, s:o}", "theories", &theories, "bytes", &bytes, "bases", &bases);
    cr_assert(eq(sz, json_array_size(theories), 2));
    cr_assert(eq(sz, json_array_size(bases), 3));
    for (size_t i = 0; i < 3; i++) {
        const char *name, *refusal;
        int serves;
        json_t *cost;
        UNPACK(json_array_get(bases, i), "{s:s, s:b, s:o, s:F, s:s}", "basis", &name, "serves",
               &serves, "seconds", &cost, "bytes", &bytes, "refusal", &refusal);
        cr_assert(eq(int, serves, strcmp(name, "fourier") == 0), "%s: %s", name, refusal);
        cr_assert(eq(int, refusal[0] == '\0', serves), "%s", name);
    }
    json_decref(d);
    /* a plan that does not fit is shown all the same, without times */
    outcome o = RUN("plan", "kerr.yaml", "--json", "--basis", "fourier", "--set",
                    "solver.grid.points=1000000");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    d = document(o);
    cr_assert(json_object_get(d, "seconds") == NULL);
    cr_assert(eq(int, json_is_number(json_object_get(d, "bytes")), 1));
    json_decref(d);
}

Test(json, audit)
{
    json_t *d = document(RUN("audit", "kerr.yaml", "--json", "--spectrum", "4,6")), *audit;
    int holds, levels[2];
    double unknowns[2], growth[2], frequency[2];
    const char *why;
    UNPACK(d, "{s:o, s:[{s:i, s:F, s:F, s:F!}, {s:i, s:F, s:F, s:F!}!]}", "audit", &audit,
           "spectrum", "levels", &levels[0], "unknowns", &unknowns[0], "growth", &growth[0],
           "frequency", &frequency[0], "levels", &levels[1], "unknowns", &unknowns[1], "growth",
           &growth[1], "frequency", &frequency[1]);
    cr_assert(eq(int, levels[1], 6));
    cr_assert(eq(dbl, unknowns[1], 36.0));
    UNPACK(json_object_get(json_object_get(audit, "constraints"), "C2"), "{s:b, s:s}", "holds",
           &holds, "why", &why);
    cr_assert(eq(int, holds, 1));
    json_decref(d);
    d = document(RUN("audit", "rivals.yaml", "--json"));
    cr_assert(eq(sz, json_array_size(json_object_get(d, "theories")), 2));
    json_decref(d);
    /* an unusable list prints no half of a document, but what is wrong */
    outcome o = RUN("audit", "kerr.yaml", "--json", "--spectrum", "4,1");
    cr_assert(eq(int, o.exit_status, 2));
    d = document(o);
    cr_assert(json_object_get(d, "error") != NULL);
    json_decref(d);
}

Test(json, compare_and_plot)
{
    json_t *datasets, *reasons, *details, *d;
    double worst;
    const char *name, *verdict;
    int only[2];
    RUN("run", "kerr.yaml", "-o", "a.h5");
    RUN("run", "kerr.yaml", "-o", "b\xff.h5", "--set", "solver.levels=20");
    outcome o = RUN("compare", "a.h5", "b\xff.h5", "--json", "--tol", "1e-300");
    cr_assert(eq(int, o.exit_status, 1), "%s", o.err);
    d = document(o);
    UNPACK(d, "{s:F, s:s, s:o, s:i, s:i, s:s, s:o, s:o}", "worst", &worst, "worst_dataset", &name,
           "datasets", &datasets, "only_in_first", &only[0], "only_in_second", &only[1], "verdict",
           &verdict, "reasons", &reasons, "details", &details);
    cr_assert(eq(dbl, worst, json_number_value(json_object_get(datasets, name))));
    cr_assert(eq(str, (char *)verdict, "disagree"));
    cr_assert(lt(sz, 0, json_array_size(reasons)));
    cr_assert(eq(sz, json_object_size(details), json_object_size(datasets)));
    json_decref(d);
    d = document(RUN("compare", "a.h5", "a.h5", "--json", "--tol", "0"));
    cr_assert(eq(str, (char *)json_string_value(json_object_get(d, "verdict")), "agree"));
    cr_assert(eq(sz, json_array_size(json_object_get(d, "reasons")), 0));
    json_decref(d);
    d = document(RUN("compare", "a.h5", "a.h5", "--json"));
    cr_assert(eq(int, json_is_null(json_object_get(d, "verdict")), 1));
    json_decref(d);
    /* another shape: no number, but what a reader can use */
    RUN("run", "kerr.yaml", "-o", "c.h5", "--set", "output.times=[0, 0.1, 0.2]");
    o = RUN("compare", "a.h5", "c.h5", "--json", "--tol", "1");
    cr_assert(eq(int, o.exit_status, 1), "%s", o.err);
    d = document(o);
    cr_assert(eq(str, (char *)json_string_value(json_object_get(d, "worst")), "inf"));
    json_t *row = json_object_get(json_object_get(d, "details"), "/time");
    cr_assert(eq(str, (char *)json_string_value(json_object_get(row, "finding")), "other shape"));
    cr_assert(strstr(json_string_value(json_object_get(row, "reason")), "2 against 3") != NULL);
    json_decref(d);
    o = RUN("plot", "b\xff.h5", "--json"); /* a name that is no UTF-8 */
    if (strstr(o.err, "install") == NULL) {
        d = document(o);
        cr_assert(eq(str, (char *)json_string_value(json_object_get(d, "output")), "b\uFFFD.png"));
        json_decref(d);
    }
}

Test(json, machine)
{
    const char *text[3];
    int available;
    double bytes[2];
    json_t *operations, *d = document(RUN("version", "--json"));
    UNPACK(d, "{s:s, s:s}", "version", &text[0], "git_commit", &text[1]);
    json_decref(d);
    d = document(RUN("devices", "--json"));
    UNPACK(json_array_get(d, 0), "{s:s, s:b, s:s}", "backend", &text[0], "available", &available,
           "description", &text[1]);
    cr_assert(eq(str, (char *)text[0], "cpu"));
    json_decref(d);
    d = document(RUN("bench", "kerr.yaml", "--json", "--set", "solver.levels=8"));
    UNPACK(d, "{s:s, s:s, s:F, s:F, s:o}", "problem", &text[0], "device", &text[1], "bytes",
           &bytes[0], "floor_bytes", &bytes[1], "operations", &operations);
    UNPACK(json_array_get(operations, 0), "{s:s, s:F, s:F, s:F}", "name", &text[2], "seconds",
           &bytes[0], "bytes", &bytes[1], "flops", &bytes[0]);
    cr_assert(eq(str, (char *)text[2], "copy"));
    json_decref(d);
}

/* The error document: what the command ended with, and where in the configuration. */
typedef struct error_case {
    const char *const *arguments;
    const char *status, *key;
    int exit_status, line, column; /* line 0: about no place in the file */
} error_case;
#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, "--json", NULL})

Test(json, a_failure_says_where)
{
    write_text("key.yaml", "hamiltonian: {modes: 1, operator: \"a*ad\"}\nsolvr: 3\n");
    write_text("term.yaml", "hamiltonian:\n  operator: \"n + b\"\n"
                            "initial: {fock: [0]}\noutput: {times: [0]}\n");
    write_text("range.yaml", "hamiltonian: {operator: n}\ninitial: {fock: [0]}\n"
                             "output:\n  times: [0, oops]\n");
    write_text("tab.yaml", "title: x\n\thamiltonian: 3\n");
    const error_case cases[] = {
        {ARGUMENTS("run", "key.yaml"), "CONFIG", "solvr", 2, 2, 1},
        {ARGUMENTS("run", "term.yaml"), "CONFIG", "hamiltonian.operator", 2, 2, 18},
        {ARGUMENTS("plan", "range.yaml"), "CONFIG", "output.times[2]", 2, 4, 14},
        {ARGUMENTS("sample", "tab.yaml"), "CONFIG", NULL, 2, 2, 1},
        {ARGUMENTS("audit", "kerr.yaml", "--set", "solver.tolerance=hot"), "CONFIG",
         "solver.tolerance", 2, 0, 0},
        {ARGUMENTS("steady", "kerr.yaml"), "CONFIG", "dissipation", 2, 0, 0},
        {ARGUMENTS("run", "none.yaml"), "IO", NULL, 4, 0, 0},
        {ARGUMENTS("compare", "none.h5", "none.h5"), "IO", NULL, 4, 0, 0},
        {ARGUMENTS("run", "kerr.yaml", "--basis", "nix"), "CONFIG", "solver.basis", 2, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *status, *message;
        int exit_status;
        json_t *file, *line, *column, *key;
        outcome o = program_wait(program_start(cases[i].arguments));
        json_t *d = document(o);
        UNPACK(d, "{s:{s:s, s:i, s:s, s:o, s:o, s:o, s:o}}", "error", "status", &status,
               "exit_status", &exit_status, "message", &message, "file", &file, "line", &line,
               "column", &column, "key", &key);
        cr_assert(eq(int, exit_status, o.exit_status), "%s", message);
        cr_assert(eq(int, exit_status, cases[i].exit_status), "%s", message);
        cr_assert(eq(str, (char *)status, (char *)cases[i].status), "%s", message);
        cr_assert(strstr(o.err, message) != NULL, "%s: %s", message, o.err);
        cr_assert(eq(int, (int)json_integer_value(line), cases[i].line), "%s", message);
        cr_assert(eq(int, (int)json_integer_value(column), cases[i].column), "%s", message);
        cr_assert(eq(int, json_is_null(file), cases[i].line == 0), "%s", message);
        cr_assert(eq(int, json_is_null(key), cases[i].key == NULL), "%s", message);
        if (cases[i].key != NULL)
            cr_assert(eq(str, (char *)json_string_value(key), (char *)cases[i].key), "%s", message);
        json_decref(d);
    }
}
