/* command_sweep.c - qfp sweep: many runs of one configuration into one file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/hermitian.h"

enum { MOST_ROWS = 40 };

/* The number that point `point` has on an axis, the last of which runs fastest. */
static size_t index_on(const qfp_sweep_result *r, size_t point, int axis)
{
    for (int a = r->axis_count - 1; a > axis; a--)
        point /= r->axes[a].count;
    return point % r->axes[axis].count;
}

/* Of the column of an axis, with the space before it. */
static int width_of(const qfp_sweep_axis_result *axis)
{
    size_t width = strlen(axis->name) > 12 ? strlen(axis->name) : 12;
    for (size_t i = 0; i < axis->count; i++)
        width = strlen(axis->labels[i]) > width ? strlen(axis->labels[i]) : width;
    return (int)width + 1;
}

static void print_point(const table_source *of, size_t row)
{
    const qfp_sweep_result *r = of->self;
    for (int a = 0; a < r->axis_count; a++)
        printf("%*s", width_of(&r->axes[a]),
               row == TABLE_HEAD ? r->axes[a].name : r->axes[a].labels[index_on(r, row, a)]);
}

static const char *why_none(const table_source *of, size_t row)
{
    const qfp_sweep_result *r = of->self;
    if (r->exits[row] == 0)
        return NULL;
    return r->sentences[row] != NULL ? r->sentences[row] : "";
}

static qfp_status print_points(const qfp_sweep_result *r, const char *show)
{
    int width = 0;
    for (int a = 0; a < r->axis_count; a++)
        width += width_of(&r->axes[a]);
    const table_source of = {.self = r,
                             .row_count = r->point_count,
                             .most_rows = MOST_ROWS,
                             .observable_count = r->observable_count,
                             .names = r->names,
                             .values = r->values,
                             .errors = r->errors,
                             .left_width = width,
                             .print_left = print_point,
                             .instead = why_none};
    return print_table(&of, show);
}

/* What the points warn of is said once, with how many say so. */
static void print_warnings(const qfp_sweep_result *r)
{
    size_t count = 0, first = 0;
    if (r->warning[0] != '\0') {
        print_tone(stderr, TONE_WARNING, "qfp: warning: ");
        print_printable(stderr, r->warning);
        fputc('\n', stderr);
    }
    if (r->lacks_states) {
        print_tone(stderr, TONE_WARNING, "qfp: warning: ");
        fputs("output.state: a sweep writes none, as their levels differ from point to point; `qfp "
              "run --set` of one point does\n",
              stderr);
    }
    for (size_t i = r->point_count; i-- > 0;)
        if (r->exits[i] == 0 && r->sentences[i] != NULL && r->sentences[i][0] != '\0') {
            first = i;
            count++;
        }
    if (count == 0)
        return;
    print_tone(stderr, TONE_WARNING, "qfp: warning: ");
    fprintf(stderr, "%zu of %zu points, the first of them: ", count, r->point_count);
    print_printable(stderr, r->sentences[first]);
    fputs("; all in /points/sentence\n", stderr);
}

static qfp_status print_text(const qfp_sweep_result *r, bool is_steady, const char *output,
                             const char *show)
{
    if (is_steady)
        puts("stationary states");
    else
        printf("at t = %.6g\n", r->time);
    QFP_TRY(print_points(r, show));
    printf("%zu points, %zu failed; basis %s, %d process%s, %.3g s, %.3g ms a point; wrote ",
           r->point_count, r->failed_count, r->basis, r->processes, r->processes == 1 ? "" : "es",
           r->seconds, r->solved_count > 0 ? 1e3 * r->seconds / (double)r->solved_count : 0.0);
    print_printable(stdout, output);
    putchar('\n');
    return QFP_OK;
}

static json_t *axis_json(const qfp_sweep_axis_result *axis)
{
    json_t *values =
        axis->values != NULL ? qfpi_json_numbers(axis->count, 1, axis->values) : json_array();
    for (size_t i = 0; i < axis->count && axis->values == NULL; i++)
        values = qfpi_json_append(values, qfpi_json_text(axis->labels[i]));
    return values;
}

static json_t *document(const qfp_sweep_result *r, const char *output, qfp_status status)
{
    json_t *axes = json_object(), *values = json_object(), *errors = json_object();
    json_t *exits = json_array(), *sentences = json_array();
    for (int a = 0; a < r->axis_count; a++)
        axes = qfpi_json_put(axes, r->axes[a].name, axis_json(&r->axes[a]));
    for (size_t o = 0; o < r->observable_count; o++) {
        values =
            qfpi_json_put(values, r->names[o],
                          qfpi_json_numbers(r->point_count, r->observable_count, r->values + o));
        errors =
            qfpi_json_put(errors, r->names[o],
                          qfpi_json_numbers(r->point_count, r->observable_count, r->errors + o));
    }
    for (size_t i = 0; i < r->point_count; i++) {
        exits = qfpi_json_append(exits, json_integer(r->exits[i]));
        sentences = qfpi_json_append(
            sentences, qfpi_json_text(r->sentences[i] != NULL ? r->sentences[i] : ""));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}",
                     "status", status == QFP_OK ? "done" : "stopped", "reason",
                     qfpi_json_text(status == QFP_OK ? "" : qfp_last_error()), "output",
                     qfpi_json_text(output), "kept", qfpi_json_text(r->kept), "axes", axes, "time",
                     qfpi_json_number(r->time), "observables", values, "errors", errors,
                     "exit_status", exits, "sentences", sentences, "basis",
                     qfpi_json_text(r->basis), "warning", qfpi_json_text(r->warning), "seconds",
                     qfpi_json_number(r->seconds), "processes", r->processes);
}

static qfp_status load(const arguments *a, bool is_steady, qfp_config **out)
{
    QFP_TRY(qfpi_linear_algebra_start());
    return read_config(a, is_steady, (const char *const *)a->overrides, a->override_count, out);
}

qfp_status command_sweep(const arguments *a)
{
    qfp_config *config = NULL;
    qfp_sweep_result result = {0};
    bool quiet = a->value[OPTION_QUIET] != NULL, is_steady = a->value[OPTION_STEADY] != NULL;
    char *chosen = default_output(a, "_sweep");
    const char *output = a->value[OPTION_OUTPUT] != NULL ? a->value[OPTION_OUTPUT] : chosen;
    const qfp_sweep_options options = {.output_path = output,
                                       .resume = a->value[OPTION_RESUME] != NULL,
                                       .force = a->value[OPTION_FORCE] != NULL,
                                       .show_progress = !quiet};
    signals_catch();
    qfp_status status = load(a, is_steady, &config), printed = QFP_OK;
    if (status == QFP_OK)
        status = qfp_sweep(config, &options, &result);
    bool done = result.values != NULL; /* the file is there */
    if (done && a->value[OPTION_JSON] != NULL)
        printed = print_json(document(&result, output, status));
    else if (done && !quiet)
        printed = print_text(&result, is_steady, output, a->value[OPTION_SHOW]);
    if (done && a->value[OPTION_JSON] == NULL)
        print_warnings(&result);
    if (done && !quiet)
        print_kept(result.kept);
    qfp_sweep_result_destroy(&result);
    qfp_config_destroy(config);
    free(chosen);
    return printed != QFP_OK ? printed : status;
}
