#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/ranks.h"
#include "io/progress.h"

/* One object with a list of numbers per name. */
static json_t *table_json(size_t times, size_t columns, char (*names)[32], const double *values)
{
    json_t *object = json_object();
    for (size_t c = 0; c < columns; c++)
        object = qfpi_json_put(object, names[c], qfpi_json_numbers(times, columns, values + c));
    return object;
}

/* The member `observed` where there is any. */
static json_t *with_observed(json_t *document, const qfp_theory_result *t)
{
    json_t *list = t->observed_count > 0 ? json_array() : NULL;
    for (size_t i = 0; i < t->observed_count; i++) {
        const qfp_observed_result *o = &t->observed[i];
        list = qfpi_json_append(
            list, json_pack("{s:o, s:o, s:o, s:I}", "name", qfpi_json_text(o->name), "source",
                            qfpi_json_text(o->source), "chi2", qfpi_json_number(o->chi2), "points",
                            (json_int_t)o->points));
    }
    return t->observed_count > 0 ? qfpi_json_put(document, "observed", list) : document;
}

static json_t *theory_json(const qfp_run_result *r, const qfp_theory_result *t)
{
    json_t *document = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "label", qfpi_json_text(t->label), "theory",
        qfpi_json_text(t->theory), "ordering", qfpi_json_text(t->ordering), "stopped",
        qfpi_json_text(t->stopped), "warning", qfpi_json_text(t->warning), "observables",
        table_json(r->time_count, t->observable_count, t->names, t->values), "errors",
        table_json(r->time_count, t->observable_count, t->names, t->errors), "distance",
        table_json(r->time_count, r->distance_count, r->distance_names, t->distances));
    return with_observed(with_correlations(document, t), t);
}

/* Bytes per second out of each rank while it exchanges; NaN where there was nothing. */
static double exchange_rate(const qfp_run_result *r)
{
    return r->exchanged_bytes > 0.0 ? r->exchanged_bytes / r->ranks / r->exchange_seconds : NAN;
}

json_t *run_document(const qfp_run_result *r, const char *output, qfp_status status)
{
    static const qfp_theory_result none; /* of a run that was refused */
    const qfp_theory_result *first = r->theory_count > 0 ? &r->theories[0] : &none;
    json_t *document = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "status",
        status == QFP_OK ? "done" : "stopped", "reason",
        qfpi_json_text(status == QFP_OK ? "" : qfp_last_error()), "output",
        qfpi_json_text(r->time_count > 0 ? output : ""), "kept",
        qfpi_json_text(r->time_count > 0 ? r->kept : ""), "basis", qfpi_json_text(r->basis),
        "backend", qfpi_json_text(r->backend), "device", qfpi_json_text(r->device), "ordering",
        qfpi_json_text(first->ordering), "note", qfpi_json_text(r->note), "warning",
        qfpi_json_text(r->warning), "seconds", qfpi_json_number(r->seconds), "time",
        qfpi_json_numbers(r->time_count, 1, r->times), "observables",
        table_json(r->time_count, first->observable_count, first->names, first->values), "errors",
        table_json(r->time_count, first->observable_count, first->names, first->errors));
    document = with_observed(with_correlations(document, first), first);
    document = qfpi_json_put(document, "choice", qfpi_json_text(r->choice));
    document = qfpi_json_put(document, "predicted_seconds", qfpi_json_number(r->predicted_seconds));
    document = qfpi_json_put(document, "predicted_bytes", qfpi_json_number(r->predicted_bytes));
    document = qfpi_json_put(document, "taken_seconds", qfpi_json_number(r->taken_seconds));
    document = qfpi_json_put(document, "taken_bytes", qfpi_json_number(r->taken_bytes));
    if (r->ranks > 1)
        document =
            qfpi_json_put(document, "ranks",
                          json_pack("{s:i, s:o, s:o, s:o, s:o}", "count", r->ranks,
                                    "exchanged_bytes", qfpi_json_number(r->exchanged_bytes),
                                    "exchange_seconds", qfpi_json_number(r->exchange_seconds),
                                    "bytes_per_second", qfpi_json_number(exchange_rate(r)),
                                    "wait_seconds", qfpi_json_number(r->wait_seconds)));
    json_t *theories = r->theory_count > 1 ? json_array() : NULL;
    for (size_t i = 0; r->theory_count > 1 && i < r->theory_count; i++)
        theories = qfpi_json_append(theories, theory_json(r, &r->theories[i]));
    if (r->theory_count > 1)
        document = qfpi_json_put(document, "theories", theories);
    return document;
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
        if (t->stopped[0] != '\0') {
            printf("stopped; ");
            print_printable(stdout, t->stopped); /* of a resumed run: as its file says */
            putchar('\n');
        } else
            printf("reached t = %.6g\n", r->times[r->time_count - 1]);
    }
}

/* "qfp: warning: LABEL: SENTENCE" on stderr; nothing for an empty sentence. */
static void print_note(message_tone tone, const char *label, const char *sentence)
{
    if (sentence[0] == '\0' || qfpi_rank() > 0)
        return;
    print_tone(stderr, tone, tone == TONE_WARNING ? "qfp: warning: " : "qfp: ");
    fprintf(stderr, "%s%s", label, label[0] != '\0' ? ": " : "");
    print_printable(stderr, sentence);
    fputc('\n', stderr);
}

void print_run_notes(const qfp_run_result *r, bool quiet)
{
    if (!quiet)
        print_note(TONE_PLAIN, "", r->note);
    print_note(TONE_WARNING, "", r->warning);
    for (size_t i = 0; i < r->theory_count; i++)
        if (strcmp(r->theories[i].warning, r->warning) != 0)
            print_note(TONE_WARNING, r->theories[i].label, r->theories[i].warning);
}

/* Beside what was foretold: of a basis that was chosen by it. */
static void print_took(const qfp_run_result *r)
{
    if (isnan(r->predicted_seconds))
        return;
    printf("took %.2g s, %.2g were predicted", r->taken_seconds, r->predicted_seconds);
    if (r->taken_bytes >= 0.0 && strcmp(r->backend, "cpu") == 0)
        printf("; %.3g MB, %.3g were predicted", r->taken_bytes / 1e6, r->predicted_bytes / 1e6);
    putchar('\n');
}

static void print_ranks(const qfp_run_result *r)
{
    if (r->ranks > 1 && r->exchanged_bytes > 0.0)
        printf("%d ranks exchanged %.3g GB, %.2g GB/s out of each, in %.0f %% of the time; waited "
               "for each other in %.0f %%\n",
               r->ranks, r->exchanged_bytes / 1e9, exchange_rate(r) / 1e9,
               100.0 * r->exchange_seconds / r->taken_seconds,
               100.0 * r->wait_seconds / r->taken_seconds);
}

static void print_observed(const qfp_run_result *r, const qfp_theory_result *t)
{
    for (size_t i = 0; i < t->observed_count; i++) {
        const qfp_observed_result *o = &t->observed[i];
        printf("%s%sobserved %s: chi squared %.4g of %zu points; ",
               r->theory_count > 1 ? t->label : "", r->theory_count > 1 ? ": " : "", o->name,
               o->chi2, o->points);
        print_printable(stdout, o->source);
        putchar('\n');
    }
}

static qfp_status print_text(const qfp_run_result *r, const char *output, const char *show)
{
    if (r->time_count > 0) {
        if (r->theory_count > 1)
            print_theories(r);
        if (r->theory_count == 1 || show != NULL)
            QFP_TRY(print_run_table(r, show));
        for (size_t i = 0; i < r->theory_count; i++) {
            print_correlations(r, i);
            print_observed(r, &r->theories[i]);
        }
        printf("basis %s, ordering %s, %s, %.3g s; wrote ", r->basis, r->theories[0].ordering,
               r->device, r->seconds);
        print_printable(stdout, output);
        putchar('\n');
        print_took(r);
        print_ranks(r);
    }
    return QFP_OK;
}

qfp_status command_run(const arguments *a)
{
    qfp_config *config = NULL;
    qfp_run_result result = {0};
    bool quiet = a->value[OPTION_QUIET] != NULL;
    char *chosen = default_output(a, "");
    const char *output = a->value[OPTION_OUTPUT] != NULL ? a->value[OPTION_OUTPUT] : chosen;
    const qfp_run_options options = {.output_path = output,
                                     .resume = a->value[OPTION_RESUME] != NULL,
                                     .force = a->value[OPTION_FORCE] != NULL,
                                     .show_progress = !quiet};
    signals_catch();
    qfp_status status = load_config(a, &config), printed = QFP_OK;
    if (status == QFP_OK) {
        if (!quiet)
            qfp_progress_promise(config_name(a));
        status = qfp_run(config, &options, &result);
        qfp_progress_settle();
    }
    if (status == QFP_INTERRUPTED)
        status = signals_name_resume(a, output, status);
    bool done = qfp_status_exit(status) == 0 || qfp_status_exit(status) == 3;
    if (done && a->value[OPTION_JSON] != NULL)
        printed = print_json(run_document(&result, output, status));
    else if (done && !quiet)
        printed = print_text(&result, output, a->value[OPTION_SHOW]);
    if (done && a->value[OPTION_JSON] == NULL)
        print_run_notes(&result, quiet);
    if (done && result.time_count > 0 && !quiet)
        print_kept(result.kept);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    free(chosen);
    return printed != QFP_OK ? printed : status;
}
