/* command_steady.c - qfp steady: the stationary state of an open system and its slowest decay rates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/commands.h"
#include "core/hermitian.h"
#include "io/progress.h"

static void print_values(const qfp_run_result *r)
{
    const qfp_theory_result *t = &r->theories[0];
    printf("%-20s %16s %12s\n", "stationary state", "value", "error below");
    for (size_t i = 0; i < t->observable_count; i++)
        printf("%-20s %16.9g %12.1e\n", t->names[i], without_roundings(t->values[i], t->errors[i]),
               t->errors[i]);
}

static void print_modes(const qfp_steady_modes *m)
{
    printf("\n%-20s %16s %16s %12s\n", "slowest modes", "decay", "frequency", "error below");
    for (int i = 0; i < m->count; i++)
        printf("%-20d %16.9g %16.9g %12.1e\n", i + 1, m->decay[i], m->frequency[i], m->error[i]);
    printf("stationary states: %d; gap %s%.6g%s\n", m->stationary,
           m->gap_is_bound ? "at most " : "", m->gap,
           m->gap_is_bound ? ", the slowest decay that was found" : "");
}

static void print_text(const qfp_run_result *r, const qfp_steady_modes *m, const char *output)
{
    if (r->time_count > 0) {
        print_values(r);
        print_modes(m);
        print_correlations(r, 0);
        printf("basis fock, %s, %.3g s; wrote ", r->device, r->seconds);
        print_printable(stdout, output);
        putchar('\n');
    }
}

static json_t *with_modes(json_t *document, const qfp_steady_modes *m)
{
    size_t count = (size_t)m->count;
    document = qfpi_json_put(document, "stationary_states", json_integer(m->stationary));
    document = qfpi_json_put(document, "gap", qfpi_json_number(m->gap));
    document = qfpi_json_put(document, "gap_is_bound", json_boolean(m->gap_is_bound));
    document = qfpi_json_put(document, "decay", qfpi_json_numbers(count, 1, m->decay));
    document = qfpi_json_put(document, "mode_error", qfpi_json_numbers(count, 1, m->error));
    return qfpi_json_put(document, "frequency", qfpi_json_numbers(count, 1, m->frequency));
}

/* Of this command alone: `initial` and output.times may be missing. */
static qfp_status load(const arguments *a, qfp_config **out)
{
    QFP_TRY(qfpi_linear_algebra_start());
    return read_config(a, true, (const char *const *)a->overrides, a->override_count, out);
}

qfp_status command_steady(const arguments *a)
{
    qfp_config *config = NULL;
    qfp_run_result result = {0};
    qfp_steady_modes modes = {0};
    bool quiet = a->value[OPTION_QUIET] != NULL;
    char *chosen = default_output(a, "_steady");
    const char *output = a->value[OPTION_OUTPUT] != NULL ? a->value[OPTION_OUTPUT] : chosen;
    const qfp_run_options options = {
        .output_path = output, .force = a->value[OPTION_FORCE] != NULL, .show_progress = !quiet};
    qfp_status status = load(a, &config), printed = QFP_OK;
    if (status == QFP_OK) {
        if (!quiet)
            qfp_progress_promise(config_name(a));
        status = qfp_steady(config, &options, &result, &modes);
        qfp_progress_settle();
    }
    bool done = qfp_status_exit(status) == 0 || qfp_status_exit(status) == 3;
    if (done && a->value[OPTION_JSON] != NULL)
        printed = print_json(with_modes(run_document(&result, output, status), &modes));
    else if (done && !quiet)
        print_text(&result, &modes, output);
    if (done && a->value[OPTION_JSON] == NULL)
        print_run_notes(&result, quiet);
    if (done && result.time_count > 0 && !quiet)
        print_kept(result.kept);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    free(chosen);
    return printed != QFP_OK ? printed : status;
}
