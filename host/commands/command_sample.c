#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

static void print_estimates(const qfp_sample_result *r, size_t row)
{
    printf("t = %.6g\n%12s %14s %10s %10s %14s %8s\n", r->times[row], "", "sampled", "± sampling",
           "± step", "exact", "s.e.");
    for (size_t k = 0; k < r->observable_count; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        printf("%12s %14.8g %10.2g %10.2g %14.8g", r->names[k], e->value, e->stderr_,
               fabs(e->step_error), e->exact);
        if (e->stderr_ > 0.0)
            printf(" %8.1f\n", (e->value - e->exact) / hypot(e->stderr_, e->step_error));
        else /* nothing was drawn: no error to measure the distance in */
            printf(" %8s\n", "-");
    }
    for (int j = 0; j < r->modes; j++) {
        size_t at = row * (size_t)r->modes + (size_t)j;
        if (r->chi2_cells[at] == 0.0) /* not a density that is Q */
            continue;
        if (r->labels != NULL)
            printf("histogram of %s: ", r->labels[j]);
        else
            printf("histogram of mode %d against Q: ", j + 1);
        printf("chi2 = %.1f with %.0f degrees of freedom, p = %.3g\n", r->chi2[at],
               r->chi2_cells[at], r->chi2_probability[at]);
    }
}

static void print_estimate_json(const qfp_estimate *e)
{
    printf("{\"value\": ");
    print_json_number(e->value);
    printf(", \"stderr\": ");
    print_json_number(e->stderr_);
    printf(", \"step_error\": ");
    print_json_number(e->step_error);
    printf(", \"exact\": ");
    print_json_number(e->exact);
    putchar('}');
}

static void print_json(const qfp_sample_result *r, const char *output, qfp_status status)
{
    printf("{\"status\": ");
    print_json_string(status == QFP_OK ? "done" : "stopped");
    printf(", \"reason\": ");
    print_json_string(status == QFP_OK ? "" : qfp_last_error());
    printf(", \"output\": ");
    print_json_string(output);
    printf(", \"method\": ");
    print_json_string(r->method);
    printf(", \"ensemble\": ");
    print_json_string(r->statement);
    printf(", \"paths\": %d, \"steps\": %d, \"seconds\": ", r->paths, r->steps);
    print_json_number(r->seconds);
    printf(", \"times\": [");
    for (size_t row = 0; row < r->time_count; row++) {
        printf("%s{\"time\": ", row > 0 ? ", " : "");
        print_json_number(r->times[row]);
        for (size_t k = 0; k < r->observable_count; k++) {
            printf(", ");
            print_json_string(r->names[k]);
            printf(": ");
            print_estimate_json(&r->estimates[row * r->observable_count + k]);
        }
        for (int j = 0; j < r->modes; j++) {
            printf(", \"chi2_mode_%d_probability\": ", j + 1);
            print_json_number(r->chi2_probability[row * (size_t)r->modes + (size_t)j]);
        }
        putchar('}');
    }
    printf("]}\n");
}

int command_sample(int argc, char **argv)
{
    arguments a;
    qfp_config *config = NULL;
    qfp_sample_result result = {0};
    char *chosen = NULL;
    qfp_status status = arguments_parse("sample", argc, argv, TAKES_OUTPUT | TAKES_CONFIG_OPTIONS,
                                        1, "CONFIG.yaml", &a);
    if (status != QFP_OK)
        return report(status);
    chosen = default_output(a.positional[0]);
    const char *output = a.output != NULL ? a.output : chosen;
    const qfp_sample_options options = {.output_path = output, .show_progress = 1};
    status = qfp_config_load(a.positional[0], a.overrides, a.override_count, &config);
    if (status == QFP_OK)
        status = qfp_sample(config, &options, &result);
    bool done = qfp_status_exit(status) == 0 || qfp_status_exit(status) == 3;
    if (done && a.json) {
        print_json(&result, output, status);
    } else if (done && result.time_count > 0) {
        for (size_t row = 0; row < result.time_count; row++)
            print_estimates(&result, row);
        printf("%d trajectories, %d steps, %.3g s; wrote %s\n%s\n", result.paths, result.steps,
               result.seconds, output, result.statement);
    }
    qfp_sample_result_destroy(&result);
    qfp_config_destroy(config);
    free(chosen);
    return report(status);
}
