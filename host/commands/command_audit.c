#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

enum { MOST_LEVELS = 100000 };

/* The next of the numbers in "8,12,16"; *list moves on, NULL at the end. */
static qfp_status next_levels(const char **list, int *levels)
{
    char *end;
    long value = strtol(*list, &end, 10);
    if (end == *list || (*end != ',' && *end != '\0') || (*end == ',' && end[1] == '\0') ||
        value < 2 || value > MOST_LEVELS)
        return QFP_FAIL(
            QFP_USAGE,
            "--spectrum: expected numbers of levels from 2 to %d such as 8,12,16, found "
            "'%s'",
            MOST_LEVELS, *list);
    *levels = (int)value;
    *list = *end == ',' ? end + 1 : NULL;
    return QFP_OK;
}

static qfp_status check_levels(const char *list)
{
    int levels;
    while (list != NULL)
        QFP_TRY(next_levels(&list, &levels));
    return QFP_OK;
}

static void print_row(const qfp_audit_spectrum *row, const arguments *a, bool first)
{
    if (a->json) {
        printf("%s{\"levels\": %d, \"unknowns\": ", first ? "" : ", ", row->levels);
        print_json_number(row->unknowns);
        printf(", \"growth\": ");
        print_json_number(row->growth);
        printf(", \"frequency\": ");
        print_json_number(row->frequency);
        printf("}");
    } else if (a->latex) {
        printf("%d & %.0f & %.6g & %.6g \\\\\n", row->levels, row->unknowns, row->growth,
               row->frequency);
    } else {
        printf("  %8d %12.0f %16.6g %16.6g\n", row->levels, row->unknowns, row->growth,
               row->frequency);
    }
    fflush(stdout); /* large ones take their time */
}

static qfp_status print_spectrum(const qfp_config *config, const arguments *a)
{
    const char *list = a->spectrum;
    if (a->json)
        printf(", \"spectrum\": [");
    else if (a->latex)
        printf("\n\\subsection*{Spectrum of the generator in the Fock basis}\n"
               "\\begin{tabular}{rrrr}\nlevels & unknowns & largest real part & largest imaginary "
               "part \\\\\n");
    else
        printf("\n\nSpectrum of the generator in the Fock basis: bounded growth means well-posed\n"
               "  %8s %12s %16s %16s\n",
               "levels", "unknowns", "max Re", "max |Im|");
    for (bool first = true; list != NULL; first = false) {
        qfp_audit_spectrum row;
        int levels;
        QFP_TRY(next_levels(&list, &levels));
        QFP_TRY(qfp_audit_spectrum_find(config, levels, &row));
        print_row(&row, a, first);
    }
    printf(a->json ? "]}\n" : a->latex ? "\\end{tabular}\n" : "");
    return QFP_OK;
}

static qfp_status audit_one(const qfp_config *config, const arguments *a)
{
    qfp_audit audit = {0};
    QFP_TRY(qfp_audit_create(config, &audit));
    if (a->json && a->spectrum != NULL)
        printf("{\"audit\": ");
    fputs(a->json ? audit.json : a->latex ? audit.latex : audit.text, stdout);
    qfp_audit_destroy(&audit);
    return a->spectrum != NULL ? print_spectrum(config, a) : QFP_OK;
}

/* A list of theories: one audit after the other, each under its label. */
static qfp_status audit_theories(qfp_config *config, const arguments *a)
{
    size_t count = qfp_config_theory_count(config);
    if (a->json)
        printf("{\"theories\": [");
    for (size_t i = 0; i < count; i++) {
        const char *label = qfp_config_theory_label(config, i);
        QFP_TRY(qfp_config_select_theory(config, i));
        if (a->json) {
            printf("%s{\"label\": ", i > 0 ? ", " : "");
            print_json_string(label);
            printf(", \"audit\": ");
        } else {
            printf(a->latex ? "%% theory %s\n" : "Theory %s\n\n", label);
        }
        QFP_TRY(audit_one(config, a));
        printf(a->json ? "}" : "\n");
    }
    if (a->json)
        printf("]}\n");
    return QFP_OK;
}

int command_audit(int argc, char **argv)
{
    arguments a;
    qfp_config *config = NULL;
    qfp_status status =
        arguments_parse("audit", argc, argv, TAKES_CONFIG_OPTIONS | TAKES_LATEX | TAKES_SPECTRUM, 1,
                        "CONFIG.yaml", &a);
    if (status == QFP_OK && a.spectrum != NULL)
        status = check_levels(a.spectrum);
    if (status == QFP_OK)
        status = qfp_config_load(a.positional[0], a.overrides, a.override_count, &config);
    if (status == QFP_OK)
        status = qfp_config_theory_count(config) > 1 ? audit_theories(config, &a)
                                                     : audit_one(config, &a);
    qfp_config_destroy(config);
    return report(status);
}
