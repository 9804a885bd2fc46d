#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/commands.h"

static void print_estimates(const qfp_sample_result *r, size_t row)
{
    printf("t = %.6g\n%12s %14s %10s %10s", r->times[row], "", "sampled", "± sampling", "± step");
    if (r->has_exact)
        printf(" %14s %8s", "exact", "s.e.");
    putchar('\n');
    for (size_t k = 0; k < r->observable_count; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        printf("%12s %14.8g %10.2g %10.2g", r->names[k], e->value, e->stderr_, fabs(e->step_error));
        if (!r->has_exact) {
            putchar('\n');
            continue;
        }
        printf(" %14.8g", e->exact);
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

static json_t *row_json(const qfp_sample_result *r, size_t row)
{
    json_t *object = json_pack("{s:o}", "time", qfpi_json_number(r->times[row]));
    for (size_t k = 0; k < r->observable_count; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        json_t *estimate =
            json_pack("{s:o, s:o, s:o}", "value", qfpi_json_number(e->value), "stderr",
                      qfpi_json_number(e->stderr_), "step_error", qfpi_json_number(e->step_error));
        if (r->has_exact)
            estimate = qfpi_json_put(estimate, "exact", qfpi_json_number(e->exact));
        object = qfpi_json_put(object, r->names[k], estimate);
    }
    for (int j = 0; j < r->modes && r->has_exact; j++) {
        char name[48];
        snprintf(name, sizeof name, "chi2_mode_%d_probability", j + 1);
        object = qfpi_json_put(
            object, name,
            qfpi_json_number(r->chi2_probability[row * (size_t)r->modes + (size_t)j]));
    }
    return object;
}

static qfp_status print_document(const qfp_sample_result *r, const char *output, qfp_status status)
{
    json_t *times = json_array();
    for (size_t row = 0; row < r->time_count; row++)
        times = qfpi_json_append(times, row_json(r, row));
    return print_json(json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o}", "status",
        status == QFP_OK ? "done" : "stopped", "reason",
        qfpi_json_text(status == QFP_OK ? "" : qfp_last_error()), "output", qfpi_json_text(output),
        "kept", qfpi_json_text(r->kept), "method", qfpi_json_text(r->method), "ensemble",
        qfpi_json_text(r->statement), "paths", r->paths, "steps", r->steps, "effort",
        qfpi_json_text(r->effort), "seconds", qfpi_json_number(r->seconds), "times", times));
}

static void print_text(const qfp_sample_result *r, const char *output)
{
    for (size_t row = 0; row < r->time_count; row++)
        print_estimates(r, row);
    printf("%d trajectories, %s, %.3g s; wrote ", r->paths, r->effort, r->seconds);
    print_printable(stdout, output);
    printf("\n%s\n", r->statement);
}

qfp_status command_sample(const arguments *a)
{
    qfp_config *config = NULL;
    qfp_sample_result result = {0};
    bool quiet = a->value[OPTION_QUIET] != NULL;
    char *chosen = default_output(a, "_sample");
    const char *output = a->value[OPTION_OUTPUT] != NULL ? a->value[OPTION_OUTPUT] : chosen;
    const qfp_sample_options options = {.output_path = output,
                                        .resume = a->value[OPTION_RESUME] != NULL,
                                        .force = a->value[OPTION_FORCE] != NULL,
                                        .show_progress = !quiet};
    signals_catch();
    qfp_status status = load_config(a, &config), printed = QFP_OK;
    if (status == QFP_OK)
        status = qfp_sample(config, &options, &result);
    if (status == QFP_INTERRUPTED)
        status = signals_name_resume(a, output, status);
    bool done = qfp_status_exit(status) == 0 || qfp_status_exit(status) == 3;
    if (done && a->value[OPTION_JSON] != NULL)
        printed = print_document(&result, output, status);
    else if (done && result.time_count > 0 && !quiet)
        print_text(&result, output);
    if (done && result.time_count > 0 && !quiet)
        print_kept(result.kept);
    qfp_sample_result_destroy(&result);
    qfp_config_destroy(config);
    free(chosen);
    return printed != QFP_OK ? printed : status;
}
