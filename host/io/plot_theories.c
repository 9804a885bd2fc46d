/* plot_theories.c - a run of several theories: Q of each at the last time all of them reached, and
 * their distances to the first against time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/plot_picture.h"

typedef char label_text[32];

/* "exact, M2" into its words; as many as there is room for. */
static size_t split_labels(const char *text, size_t most, label_text *labels)
{
    size_t count = 0;
    while (*text != '\0' && count < most) {
        size_t length = strcspn(text, ",");
        snprintf(labels[count++], sizeof *labels, "%.*s", (int)length, text);
        text += length;
        text += strspn(text, ", ");
    }
    return count;
}

static qfp_status read_maps(qfp_picture *q, label_text *labels,
                            const double *all[QFP_MAX_MAPS][QFP_MAX_MODES])
{
    for (size_t i = 0; i < q->map_count; ++i)
        for (int j = 0; j < q->modes; ++j) {
            char name[96];
            if (i == 0)
                snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
            else
                snprintf(name, sizeof name, "/theories/%s/husimi/mode_%d", labels[i], j + 1);
            QFP_TRY(qfpi_picture_husimi(q, name, &all[i][j]));
        }
    return QFP_OK;
}

/* The last time at which every theory has a Q; the first time when there is none. */
static size_t last_common_time(const qfp_picture *q, const double *all[QFP_MAX_MAPS][QFP_MAX_MODES])
{
    size_t plane = q->x_count * q->p_count;
    for (size_t t = q->time_count; t-- > 0;) {
        bool common = true;
        for (size_t i = 0; i < q->map_count; ++i)
            common = common && isfinite(all[i][0][t * plane]);
        if (common)
            return t;
    }
    return 0;
}

/* The worst mode's distance of one kind, as a curve of its own. */
static qfp_status read_distance(qfp_picture *q, const char *label, const char *kind, qfp_curve *out)
{
    snprintf(out->name, sizeof out->name, "%s", label);
    for (int j = 0; j < q->modes; ++j) {
        char name[96];
        double *values = NULL;
        snprintf(name, sizeof name, "/distance/%s/%s_%d", label, kind, j + 1);
        QFP_TRY(qfpi_picture_dataset(q->path, name, 1, &q->time_count, &values));
        if (j == 0) {
            out->values = values;
            continue;
        }
        for (size_t t = 0; t < q->time_count; ++t)
            out->values[t] = fmax(out->values[t], values[t]);
        free(values);
    }
    return QFP_OK;
}

static qfp_status read_panel(qfp_picture *q, size_t count, label_text *labels, const char *kind,
                             const char *title)
{
    qfp_panel *panel = qfpi_picture_panel(q, title);
    if (panel == NULL)
        return QFP_OK;
    panel->logarithmic = true;
    for (size_t i = 1; i < count; ++i) {
        qfp_curve *curve = &panel->curves[panel->count];
        qfp_status status = read_distance(q, labels[i], kind, curve);
        panel->count += curve->values != NULL; /* a half-read curve is freed with the others */
        QFP_TRY(status);
    }
    return QFP_OK;
}

qfp_status qfpi_picture_theories(qfp_picture *q, const char *text)
{
    label_text labels[QFP_MAX_CURVES];
    const double *all[QFP_MAX_MAPS][QFP_MAX_MODES];
    size_t count = split_labels(text, QFP_MAX_CURVES, labels);
    q->map_count = count < QFP_MAX_MAPS ? count : QFP_MAX_MAPS;
    QFP_TRY(read_maps(q, labels, all));
    size_t time = last_common_time(q, all);
    for (size_t i = 0; i < q->map_count; ++i) {
        snprintf(q->map_title[i], sizeof q->map_title[i], "%s, t = %.4g", labels[i], q->time[time]);
        for (int j = 0; j < q->modes; ++j)
            q->map[j][i] = all[i][j] + time * q->x_count * q->p_count;
    }
    q->rows = q->modes;
    for (int j = 0; j < q->modes && q->modes > 1; ++j)
        snprintf(q->row_title[j], sizeof q->row_title[j], "mode %d", j + 1);
    QFP_TRY(read_panel(q, count, labels, "husimi_l2", "distance of Q, relative"));
    QFP_TRY(read_panel(q, count, labels, "n", "distance of mean quanta"));
    return read_panel(q, count, labels, "a", "distance of mean amplitude");
}
