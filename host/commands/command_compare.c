#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"

static void print_text(const qfp_comparison *c)
{
    printf("%-32s %12s %12s\n", "dataset", "disagreement", "at t");
    for (size_t i = 0; i < c->count; i++) {
        const qfp_comparison_row *row = &c->rows[i];
        print_printable(stdout, row->dataset);
        printf("%*s ", 32 - (int)fmin(32.0, (double)strlen(row->dataset)), "");
        if (row->shapes_differ)
            printf("%12s\n", "other shape");
        else if (isnan(row->at_time))
            printf("%12.3e\n", row->disagreement);
        else
            printf("%12.3e %12.6g\n", row->disagreement, row->at_time);
    }
    printf("worst %.3e in ", c->worst);
    print_printable(stdout, c->worst_dataset);
    if (c->only_in_a + c->only_in_b > 0)
        printf("; only in the first file %zu, only in the second %zu", c->only_in_a, c->only_in_b);
    putchar('\n');
}

static qfp_status print_document(const qfp_comparison *c)
{
    json_t *datasets = json_object();
    for (size_t i = 0; i < c->count; i++)
        datasets =
            qfpi_json_put(datasets, c->rows[i].dataset, qfpi_json_number(c->rows[i].disagreement));
    return print_json(json_pack("{s:o, s:o, s:o, s:I, s:I}", "worst", qfpi_json_number(c->worst),
                                "worst_dataset", qfpi_json_text(c->worst_dataset), "datasets",
                                datasets, "only_in_first", (json_int_t)c->only_in_a,
                                "only_in_second", (json_int_t)c->only_in_b));
}

qfp_status command_compare(const arguments *a)
{
    qfp_comparison comparison;
    double tolerance = INFINITY;
    const char *given = a->value[OPTION_TOL];
    if (given != NULL) {
        char *end;
        tolerance = strtod(given, &end);
        if (end == given || *end != '\0' || !(tolerance >= 0.0))
            return QFP_FAIL(QFP_USAGE, "compare: --tol: expected a number such as 1e-6, not '%s'",
                            given);
    }
    QFP_TRY(qfp_compare_files(a->positional[0], a->positional[1], &comparison));
    qfp_status status = QFP_OK;
    if (a->value[OPTION_JSON] != NULL)
        status = print_document(&comparison);
    else
        print_text(&comparison);
    if (status == QFP_OK &&
        (comparison.worst > tolerance || (isinf(comparison.worst) && given != NULL)))
        status = QFP_FAIL(QFP_DISAGREE, "%s: the files disagree by %.3e, more than %g",
                          comparison.worst_dataset, comparison.worst, tolerance);
    qfp_comparison_destroy(&comparison);
    return status;
}
