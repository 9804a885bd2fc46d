#include "io/columns.h"

#include <stdio.h>
#include <stdlib.h>

qfp_status qfp_columns_create(size_t capacity, qfp_columns *out)
{
    *out = (qfp_columns){.capacity = capacity};
    QFP_TRY(QFP_ALLOCATE(out->texts, capacity, "observable names"));
    QFP_TRY(QFP_ALLOCATE(out->names, capacity, "observable names"));
    QFP_TRY(QFP_ALLOCATE(out->units, capacity, "observable names"));
    return QFP_ALLOCATE(out->long_names, capacity, "observable names");
}

void qfp_columns_destroy(qfp_columns *columns)
{
    free(columns->texts);
    free(columns->names);
    free(columns->units);
    free(columns->long_names);
    *columns = (qfp_columns){0};
}

void qfp_columns_add(qfp_columns *columns, const char *name, const char *units,
                     const char *long_name)
{
    size_t at = columns->count++;
    char *text = columns->texts[at], *meaning = text + QFP_COLUMN_TEXT;
    snprintf(text, QFP_COLUMN_TEXT, "%s", name);
    snprintf(meaning, QFP_COLUMN_TEXT, "%s", long_name);
    columns->names[at] = text;
    columns->units[at] = units;
    columns->long_names[at] = meaning;
}

void qfp_columns_add_estimate(qfp_columns *columns, const char *name, const char *units,
                              const char *long_name)
{
    static const struct {
        const char *suffix, *before, *after;
    } figures[QFP_FIGURES] = {
        {"", "", ", mean over the trajectories"},
        {"_stderr", "standard error of the sampled mean: ", ""},
        {"_step_error", "mean minus that of half as many steps with the same noise: ", ""},
        {"_exact", "", ", of the exact distribution"}};
    for (size_t f = 0; f < QFP_FIGURES; f++) {
        char full[QFP_COLUMN_TEXT], meaning[2 * QFP_COLUMN_TEXT];
        snprintf(full, sizeof full, "%s%s", name, figures[f].suffix);
        snprintf(meaning, sizeof meaning, "%s%s%s", figures[f].before, long_name, figures[f].after);
        qfp_columns_add(columns, full, units, meaning);
    }
}
