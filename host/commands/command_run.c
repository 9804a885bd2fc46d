#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

enum { COLUMNS = 7 };

/* The columns that fit a screen: the first ones, and for an unbalanced theory what watches it. */
static size_t choose_columns(const qfp_theory_result *first, size_t chosen[COLUMNS])
{
    static const char *const watched[] = {"norm_u", "growth", "min_q"};
    size_t count = first->observable_count < COLUMNS ? first->observable_count : COLUMNS, found = 0;
    for (size_t c = 0; c < count; c++)
        chosen[c] = c;
    if (count < COLUMNS)
        return count;
    size_t last[3];
    for (size_t w = 0; w < 3; w++)
        for (size_t c = 0; c < first->observable_count; c++)
            if (strcmp(first->names[c], watched[w]) == 0)
                last[found++] = c;
    for (size_t w = 0; found == 3 && w < 3; w++)
        chosen[COLUMNS - 3 + w] = last[w];
    return count;
}

/* Observables side by side, as many as fit 100 columns; all of them are in the file. */
static void print_table(const qfp_run_result *r)
{
    const qfp_theory_result *first = &r->theories[0];
    size_t chosen[COLUMNS], columns = choose_columns(first, chosen);
    printf("%12s", "t");
    for (size_t c = 0; c < columns; c++)
        printf(" %12s", first->names[chosen[c]]);
    putchar('\n');
    for (size_t i = 0; i < r->time_count; i++) {
        printf("%12.6g", r->times[i]);
        for (size_t c = 0; c < columns; c++)
            printf(" %12.6g", first->values[i * first->observable_count + chosen[c]]);
        putchar('\n');
    }
    if (columns == first->observable_count)
        return;
    printf("and");
    for (size_t c = 0; c < first->observable_count; c++) {
        bool is_shown = false;
        for (size_t k = 0; k < columns; k++)
            is_shown |= chosen[k] == c;
        if (!is_shown)
            printf(" %s", first->names[c]);
    }
    putchar('\n');
}

static void print_json_values(size_t times, size_t columns, size_t column, const double *values)
{
    putchar('[');
    for (size_t i = 0; i < times; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_json_number(values[i * columns + column]);
    }
    putchar(']');
}

/* One object with a list of numbers per name. */
static void print_json_table(size_t times, size_t columns, char (*names)[32], const double *values)
{
    putchar('{');
    for (size_t c = 0; c < columns; c++) {
        fputs(c > 0 ? ", " : "", stdout);
        print_json_string(names[c]);
        printf(": ");
        print_json_values(times, columns, c, values);
    }
    putchar('}');
}

static void print_json_text(const char *name, const char *value)
{
    printf("\"%s\": ", name);
    print_json_string(value);
    printf(", ");
}

static void print_json_theories(const qfp_run_result *r)
{
    printf(", \"theories\": [");
    for (size_t i = 0; i < r->theory_count; i++) {
        const qfp_theory_result *t = &r->theories[i];
        printf("%s{", i > 0 ? ", " : "");
        print_json_text("label", t->label);
        print_json_text("theory", t->theory);
        print_json_text("ordering", t->ordering);
        print_json_text("stopped", t->stopped);
        print_json_text("warning", t->warning);
        printf("\"observables\": ");
        print_json_table(r->time_count, t->observable_count, t->names, t->values);
        printf(", \"distance\": ");
        print_json_table(r->time_count, r->distance_count, r->distance_names, t->distances);
        putchar('}');
    }
    putchar(']');
}

static void print_json(const qfp_run_result *r, const char *output, qfp_status status)
{
    putchar('{');
    print_json_text("status", status == QFP_OK ? "done" : "stopped");
    print_json_text("reason", status == QFP_OK ? "" : qfp_last_error());
    print_json_text("output", r->time_count > 0 ? output : "");
    print_json_text("basis", r->basis);
    print_json_text("backend", r->backend);
    print_json_text("device", r->device);
    print_json_text("ordering", r->theories[0].ordering);
    print_json_text("note", r->note);
    print_json_text("warning", r->warning);
    printf("\"seconds\": ");
    print_json_number(r->seconds);
    printf(", \"time\": ");
    print_json_values(r->time_count, 1, 0, r->times);
    printf(", \"observables\": ");
    print_json_table(r->time_count, r->theories[0].observable_count, r->theories[0].names,
                     r->theories[0].values);
    if (r->theory_count > 1)
        print_json_theories(r);
    printf("}\n");
}

/* Largest over the modes of one kind of distance; the kinds of a mode stand side by side. */
static double worst_distance(const qfp_run_result *r, const qfp_theory_result *t, size_t time,
                             const char *kind)
{
    double worst = 0.0;
    for (size_t d = 0; d < r->distance_count; d++) {
        double value = t->distances[time * r->distance_count + d];
        size_t length = strlen(kind);
        if (strncmp(r->distance_names[d], kind, length) != 0 || r->distance_names[d][length] != '_')
            continue;
        if (isnan(value))
            return NAN;
        worst = value > worst ? value : worst;
    }
    return worst;
}

/* Distances of Q to the first theory against time, then what became of every theory. */
static void print_theories(const qfp_run_result *r)
{
    printf("distance of Q to %s: 2-norm of the difference, relative%s\n%12s", r->theories[0].label,
           r->distance_count > 4 ? "; the worst mode" : "", "t");
    for (size_t i = 1; i < r->theory_count; i++)
        printf(" %12.12s", r->theories[i].label);
    putchar('\n');
    for (size_t k = 0; k < r->time_count; k++) {
        printf("%12.6g", r->times[k]);
        for (size_t i = 1; i < r->theory_count; i++)
            printf(" %12.4g", worst_distance(r, &r->theories[i], k, "husimi_l2"));
        putchar('\n');
    }
    for (size_t i = 0; i < r->theory_count; i++) {
        const qfp_theory_result *t = &r->theories[i];
        printf("%s: %s, ordering %s: ", t->label, t->theory, t->ordering);
        if (t->stopped[0] != '\0')
            printf("stopped; %s\n", t->stopped);
        else
            printf("reached t = %.6g\n", r->times[r->time_count - 1]);
    }
}

static void print_result(const arguments *a, const qfp_run_result *r, const char *output,
                         qfp_status status)
{
    if (a->json) {
        print_json(r, output, status);
        return;
    }
    if (r->time_count > 0) {
        if (r->theory_count > 1)
            print_theories(r);
        else
            print_table(r);
        printf("basis %s, ordering %s, %s, %.3g s; wrote %s\n", r->basis, r->theories[0].ordering,
               r->device, r->seconds, output);
    }
    if (r->note[0] != '\0')
        fprintf(stderr, "qfp: %s\n", r->note);
    if (r->warning[0] != '\0')
        fprintf(stderr, "qfp: warning: %s\n", r->warning);
    for (size_t i = 0; i < r->theory_count; i++)
        if (r->theories[i].warning[0] != '\0' && strcmp(r->theories[i].warning, r->warning) != 0)
            fprintf(stderr, "qfp: warning: %s: %s\n", r->theories[i].label, r->theories[i].warning);
}

int command_run(int argc, char **argv)
{
    arguments a;
    qfp_status status =
        arguments_parse("run", argc, argv, TAKES_OUTPUT | TAKES_CONFIG_OPTIONS | TAKES_RESUME, 1,
                        "CONFIG.yaml", &a);
    if (status != QFP_OK)
        return report(status);
    qfp_config *config = NULL;
    qfp_run_result result = {0};
    char *chosen = a.output == NULL ? default_output(a.positional[0]) : NULL;
    const char *output = a.output != NULL ? a.output : chosen;
    qfp_run_options options = {.output_path = output, .resume = a.resume, .show_progress = 1};
    status = qfp_config_load(a.positional[0], a.overrides, a.override_count, &config);
    if (status == QFP_OK)
        status = qfp_run(config, &options, &result);
    if (qfp_status_exit(status) == 0 || qfp_status_exit(status) == 3)
        print_result(&a, &result, output, status);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    int exit_status = report(status);
    free(chosen);
    return exit_status;
}
