#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/commands.h"
#include "core/error.h"

static void print_text(const qfp_comparison *c)
{
    printf("%-32s %12s %12s\n", "dataset", "disagreement", "at t");
    for (size_t i = 0; i < c->count; i++) {
        const qfp_comparison_row *row = &c->rows[i];
        printf("%-32s ", row->dataset);
        if (row->shapes_differ)
            printf("%12s\n", "other shape");
        else if (isnan(row->at_time))
            printf("%12.3e\n", row->disagreement);
        else
            printf("%12.3e %12.6g\n", row->disagreement, row->at_time);
    }
    printf("worst %.3e in %s", c->worst, c->worst_dataset);
    if (c->only_in_a + c->only_in_b > 0)
        printf("; only in the first file %zu, only in the second %zu", c->only_in_a, c->only_in_b);
    putchar('\n');
}

static void print_json(const qfp_comparison *c)
{
    printf("{\"worst\": ");
    print_json_number(c->worst);
    printf(", \"worst_dataset\": ");
    print_json_string(c->worst_dataset);
    printf(", \"datasets\": {");
    for (size_t i = 0; i < c->count; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_json_string(c->rows[i].dataset);
        printf(": ");
        print_json_number(c->rows[i].disagreement);
    }
    printf("}, \"only_in_first\": %zu, \"only_in_second\": %zu}\n", c->only_in_a, c->only_in_b);
}

int command_compare(int argc, char **argv)
{
    arguments a;
    qfp_comparison comparison;
    double tolerance = INFINITY;
    qfp_status status = arguments_parse("compare", argc, argv, TAKES_TOLERANCE, 2, "A.h5 B.h5", &a);
    if (status == QFP_OK && a.tolerance != NULL) {
        char *end;
        tolerance = strtod(a.tolerance, &end);
        if (end == a.tolerance || *end != '\0' || !(tolerance >= 0.0))
            status = QFP_FAIL(QFP_USAGE, "compare: --tol: expected a number such as 1e-6, not '%s'",
                              a.tolerance);
    }
    if (status == QFP_OK)
        status = qfp_compare_files(a.positional[0], a.positional[1], &comparison);
    if (status != QFP_OK)
        return report(status);
    (a.json ? print_json : print_text)(&comparison);
    if (comparison.worst > tolerance || (isinf(comparison.worst) && a.tolerance != NULL))
        status = QFP_FAIL(QFP_DISAGREE, "%s: the files disagree by %.3e, more than %g",
                          comparison.worst_dataset, comparison.worst, tolerance);
    qfp_comparison_destroy(&comparison);
    return report(status);
}
