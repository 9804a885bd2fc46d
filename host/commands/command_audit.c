#include <stdio.h>
#include <stdlib.h>

#include "commands/commands.h"

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

static void print_row(const qfp_audit_spectrum *row, bool latex)
{
    printf(latex ? "%d & %.0f & %.6g & %.6g \\\\\n" : "  %8d %12.0f %16.6g %16.6g\n", row->levels,
           row->unknowns, row->growth, row->frequency);
    fflush(stdout); /* large ones take their time */
}

static qfp_status print_spectrum(const qfp_config *config, const char *list, bool latex)
{
    if (latex)
        printf("\n\\subsection*{Spectrum of the generator in the Fock basis}\n"
               "\\begin{tabular}{rrrr}\nlevels & unknowns & largest real part & largest imaginary "
               "part \\\\\n");
    else
        printf("\n\nSpectrum of the generator in the Fock basis: bounded growth means well-posed\n"
               "  %8s %12s %16s %16s\n",
               "levels", "unknowns", "max Re", "max |Im|");
    while (list != NULL) {
        qfp_audit_spectrum row;
        int levels;
        QFP_TRY(next_levels(&list, &levels));
        QFP_TRY(qfp_audit_spectrum_find(config, levels, &row));
        print_row(&row, latex);
    }
    printf(latex ? "\\end{tabular}\n" : "");
    return QFP_OK;
}

static qfp_status spectrum_json(const qfp_config *config, const char *list, json_t **out)
{
    json_t *rows = json_array();
    qfp_status status = QFP_OK;
    while (list != NULL && status == QFP_OK) {
        qfp_audit_spectrum row;
        int levels;
        status = next_levels(&list, &levels);
        if (status == QFP_OK)
            status = qfp_audit_spectrum_find(config, levels, &row);
        if (status == QFP_OK)
            rows = qfpi_json_append(rows, json_pack("{s:i, s:o, s:o, s:o}", "levels", row.levels,
                                                    "unknowns", qfpi_json_number(row.unknowns),
                                                    "growth", qfpi_json_number(row.growth),
                                                    "frequency", qfpi_json_number(row.frequency)));
    }
    if (status == QFP_OK)
        *out = rows;
    else
        json_decref(rows);
    return status;
}

/* Prints, or with --json hands the document out. */
static qfp_status audit_one(const qfp_config *config, const arguments *a, json_t **out)
{
    const char *list = a->value[OPTION_SPECTRUM];
    bool latex = a->value[OPTION_LATEX] != NULL;
    qfp_audit audit = {0};
    QFP_TRY(qfp_audit_create(config, &audit));
    if (a->value[OPTION_JSON] == NULL) {
        fputs(latex ? audit.latex : audit.text, stdout);
        qfp_audit_destroy(&audit);
        return list != NULL ? print_spectrum(config, list, latex) : QFP_OK;
    }
    json_t *document = json_loads(audit.json, 0, NULL), *spectrum;
    qfp_audit_destroy(&audit);
    if (list != NULL) {
        qfp_status status = spectrum_json(config, list, &spectrum);
        if (status != QFP_OK) {
            json_decref(document);
            return status;
        }
        document = json_pack("{s:o, s:o}", "audit", document, "spectrum", spectrum);
    }
    *out = document;
    return QFP_OK;
}

/* A list of theories: one audit after the other, each under its label. */
static qfp_status audit_theories(qfp_config *config, const arguments *a, json_t **out)
{
    bool json = a->value[OPTION_JSON] != NULL;
    json_t *theories = json ? json_array() : NULL, *document;
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < qfp_config_theory_count(config) && status == QFP_OK; i++) {
        const char *label = qfp_config_theory_label(config, i);
        status = qfp_config_select_theory(config, i);
        if (status == QFP_OK && !json)
            printf(a->value[OPTION_LATEX] != NULL ? "%% theory %s\n" : "Theory %s\n\n", label);
        if (status == QFP_OK)
            status = audit_one(config, a, &document);
        if (status == QFP_OK && json)
            theories =
                qfpi_json_append(theories, json_pack("{s:o, s:o}", "label", qfpi_json_text(label),
                                                     "audit", document));
        else if (status == QFP_OK)
            putchar('\n');
    }
    if (status == QFP_OK && json)
        *out = json_pack("{s:o}", "theories", theories);
    else
        json_decref(theories);
    return status;
}

qfp_status command_audit(const arguments *a)
{
    qfp_config *config = NULL;
    json_t *document = NULL;
    QFP_TRY(check_levels(a->value[OPTION_SPECTRUM]));
    QFP_TRY(load_config(a, &config));
    qfp_status status = qfp_config_theory_count(config) > 1 ? audit_theories(config, a, &document)
                                                            : audit_one(config, a, &document);
    if (status == QFP_OK && a->value[OPTION_JSON] != NULL)
        status = print_json(document);
    qfp_config_destroy(config);
    return status;
}
