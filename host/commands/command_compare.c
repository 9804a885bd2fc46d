#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "io/guard.h"

static const char *const findings[] = {[QFP_COMPARED] = "compared",
                                       [QFP_ONLY_IN_A] = "only in the first",
                                       [QFP_ONLY_IN_B] = "only in the second",
                                       [QFP_OTHER_SHAPE] = "other shape",
                                       [QFP_NOTHING_BUT_NAN] = "nothing but NaN"};

enum { WIDEST_NAME = 60 }; /* of a file of others names may be anything */

static void print_number(int width, const char *format, double value)
{
    char text[32] = "-";
    if (!isnan(value))
        snprintf(text, sizeof text, format, value);
    printf(" %*s", width, text);
}

/* In 80 columns, verdict and all, of a file without theories. */
static void print_row(const qfp_comparison_row *row, int name_width)
{
    print_printable(stdout, row->dataset);
    printf("%*s", (int)fmax(0.0, name_width - (double)strlen(row->dataset)), "");
    if (row->finding == QFP_COMPARED) {
        print_number(12, "%.3e", row->disagreement);
        print_number(9, "%.3e", row->stated);
        print_number(10, "%.6g", row->scale);
        print_number(8, "%.6g", row->at_time);
    } else
        printf(" %-42s", findings[row->finding]);
    puts(row->reason != NULL ? "  fails" : row->judged ? "" : "  not judged");
}

static void print_text(const qfp_comparison *c)
{
    int width = 0;
    for (size_t i = 0; i < c->count; i++)
        width = (int)fmin(WIDEST_NAME, fmax(width, (double)strlen(c->rows[i].dataset)));
    printf("%-*s %12s %9s %10s %8s\n", width, "dataset", "disagreement", "stated", "scale", "at t");
    for (size_t i = 0; i < c->count; i++)
        print_row(&c->rows[i], width);
    printf("worst %.3e in ", c->worst);
    print_printable(stdout, c->worst_dataset);
    if (c->only_in_a + c->only_in_b > 0)
        printf("\nonly in the first file %zu, only in the second %zu", c->only_in_a, c->only_in_b);
    putchar('\n');
}

/* JSON has no infinity: the text "inf", which other languages read as one. */
static json_t *number_or_inf(double value)
{
    return isinf(value) ? qfpi_json_text("inf") : qfpi_json_number(value);
}

static json_t *describe_row(const qfp_comparison_row *row)
{
    int measured = row->finding == QFP_COMPARED;
    return json_pack("{s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "finding", findings[row->finding],
                     "judged", row->judged, "fails", row->reason != NULL, "disagreement",
                     number_or_inf(measured ? row->disagreement : NAN), "stated",
                     qfpi_json_number(row->stated), "scale",
                     qfpi_json_number(measured ? row->scale : NAN), "at_time",
                     qfpi_json_number(row->at_time), "reason",
                     row->reason != NULL ? qfpi_json_text(row->reason) : json_null());
}

static qfp_status print_document(const qfp_comparison *c, bool judges)
{
    json_t *datasets = json_object(), *details = json_object(), *reasons = json_array();
    for (size_t i = 0; i < c->count; i++) {
        const qfp_comparison_row *row = &c->rows[i];
        if (row->finding == QFP_COMPARED || row->finding == QFP_OTHER_SHAPE)
            datasets = qfpi_json_put(datasets, row->dataset, number_or_inf(row->disagreement));
        details = qfpi_json_put(details, row->dataset, describe_row(row));
        if (row->reason != NULL)
            reasons = qfpi_json_append(reasons, qfpi_json_text(row->reason));
    }
    if (c->compared == 0)
        reasons = qfpi_json_append(reasons, qfpi_json_text(c->reason));
    json_t *verdict = !judges           ? json_null()
                      : c->failures > 0 ? json_string("disagree")
                                        : json_string("agree");
    return print_json(json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "verdict", verdict,
                                "reasons", reasons, "worst", number_or_inf(c->worst),
                                "worst_dataset", qfpi_json_text(c->worst_dataset), "datasets",
                                datasets, "only_in_first", (json_int_t)c->only_in_a,
                                "only_in_second", (json_int_t)c->only_in_b, "details", details));
}

static qfp_status give_verdict(const arguments *a, const qfp_comparison *c)
{
    char more[48] = "";
    if (c->failures > 1)
        snprintf(more, sizeof more, " (and %zu more)", c->failures - 1);
    return c->failures == 0 ? QFP_OK
                            : QFP_FAIL(QFP_DISAGREE, "%s and %s disagree: %s%s", a->positional[0],
                                       a->positional[1], c->reason, more);
}

/* What is printed here is the answer: this process may write no file. */
static qfp_status compare(void *data, FILE *answer)
{
    const arguments *a = data;
    qfp_comparison comparison;
    qfp_compare_options options = {.tolerance = INFINITY, .only = a->value[OPTION_ONLY]};
    const char *given = a->value[OPTION_TOL];
    if (given != NULL) {
        char *end;
        options.tolerance = strtod(given, &end);
        if (end == given || *end != '\0' || !(options.tolerance >= 0.0))
            return QFP_FAIL(QFP_USAGE, "compare: --tol: expected a number such as 1e-6, not '%s'",
                            given);
    }
    QFP_TRY(qfp_compare_files(a->positional[0], a->positional[1], &options, &comparison));
    qfp_status status = QFP_OK;
    if (dup2(fileno(answer), STDOUT_FILENO) < 0)
        status = QFP_FAIL(QFP_IO, "the comparison cannot be handed over: %s", strerror(errno));
    else if (a->value[OPTION_JSON] != NULL)
        status = print_document(&comparison, given != NULL);
    else
        print_text(&comparison);
    if (status == QFP_OK && (given != NULL || comparison.compared == 0))
        status = give_verdict(a, &comparison);
    qfp_comparison_destroy(&comparison);
    fflush(stdout);
    return status;
}

qfp_status command_compare(const arguments *a)
{
    arguments copy = *a;
    char *printed = NULL;
    size_t size;
    qfp_status status = qfpi_guard(a->positional, 2, compare, &copy, &printed, &size);
    if (size > 0)
        fwrite(printed, 1, size, stdout);
    free(printed);
    return status;
}
