#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

/* Observables side by side, as many as fit 100 columns; all of them are in the file. */
static void print_table(const qfp_run_result *r)
{
    enum { COLUMNS = 7 };
    size_t columns = r->observable_count < COLUMNS ? r->observable_count : COLUMNS;
    printf("%12s", "t");
    for (size_t c = 0; c < columns; c++)
        printf(" %12s", r->names[c]);
    putchar('\n');
    for (size_t i = 0; i < r->time_count; i++) {
        printf("%12.6g", r->times[i]);
        for (size_t c = 0; c < columns; c++)
            printf(" %12.6g", r->values[i * r->observable_count + c]);
        putchar('\n');
    }
    if (columns == r->observable_count)
        return;
    printf("and");
    for (size_t c = columns; c < r->observable_count; c++)
        printf(" %s", r->names[c]);
    putchar('\n');
}

static void print_json(const qfp_run_result *r, const char *output, qfp_status status)
{
    printf("{\"status\": ");
    print_json_string(status == QFP_OK ? "done" : "stopped");
    printf(", \"reason\": ");
    print_json_string(status == QFP_OK ? "" : qfp_last_error());
    printf(", \"output\": ");
    print_json_string(r->time_count > 0 ? output : "");
    printf(", \"basis\": ");
    print_json_string(r->basis);
    printf(", \"backend\": ");
    print_json_string(r->backend);
    printf(", \"device\": ");
    print_json_string(r->device);
    printf(", \"ordering\": ");
    print_json_string(r->ordering);
    printf(", \"warning\": ");
    print_json_string(r->warning);
    printf(", \"seconds\": ");
    print_json_number(r->seconds);
    printf(", \"time\": [");
    for (size_t i = 0; i < r->time_count; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_json_number(r->times[i]);
    }
    printf("], \"observables\": {");
    for (size_t c = 0; c < r->observable_count; c++) {
        fputs(c > 0 ? ", " : "", stdout);
        print_json_string(r->names[c]);
        printf(": [");
        for (size_t i = 0; i < r->time_count; i++) {
            fputs(i > 0 ? ", " : "", stdout);
            print_json_number(r->values[i * r->observable_count + c]);
        }
        putchar(']');
    }
    printf("}}\n");
}

static void print_result(const arguments *a, const qfp_run_result *r, const char *output,
                         qfp_status status)
{
    if (a->json) {
        print_json(r, output, status);
        return;
    }
    if (r->time_count > 0) {
        print_table(r);
        printf("basis %s, ordering %s, %s, %.3g s; wrote %s\n", r->basis, r->ordering, r->device,
               r->seconds, output);
    }
    if (r->warning[0] != '\0')
        fprintf(stderr, "qfp: warning: %s\n", r->warning);
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
