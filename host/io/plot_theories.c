/* plot_theories.c - a run of several theories: Q of each at the last time all of them reached, and
 * their distances to the first against time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"
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

static void name_map(label_text *labels, size_t theory, int mode, char *out, size_t size)
{
    if (theory == 0)
        snprintf(out, size, "/husimi/mode_%d", mode + 1);
    else
        snprintf(out, size, "/theories/%s/husimi/mode_%d", labels[theory], mode + 1);
}

/* The last time at which every theory has a Q; the first time when there is none. */
static qfp_status find_common_time(const qfp_picture *q, label_text *labels, size_t *time)
{
    const size_t start[3] = {0, 0, 0}, column[3] = {q->time_count, 1, 1};
    double *first = NULL;
    bool *common = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(first, q->time_count, "the times"));
    QFP_TRY_GOTO(QFP_ALLOCATE(common, q->time_count, "the times"));
    for (size_t i = 0; i < q->map_count; ++i) {
        char name[96];
        size_t shape[3];
        name_map(labels, i, 0, name, sizeof name);
        QFP_TRY_GOTO(qfpi_hdf5_shape(q->file, q->path, name, 3, shape));
        if (shape[0] != q->time_count)
            status = QFP_FAIL(QFP_IO, "%s: %s has %zu times, /time has %zu", q->path, name,
                              shape[0], q->time_count);
        if (status == QFP_OK)
            status = qfpi_hdf5_read_block(q->file, q->path, name, 3, start, column, first);
        QFP_TRY_GOTO(status);
        for (size_t t = 0; t < q->time_count; ++t)
            common[t] = (i == 0 || common[t]) && isfinite(first[t]);
    }
    *time = q->time_count - 1;
    while (*time > 0 && !common[*time])
        --*time;
done:
    free(first);
    free(common);
    return status;
}

static qfp_status read_maps(qfp_picture *q, label_text *labels, size_t time)
{
    for (size_t i = 0; i < q->map_count; ++i) {
        snprintf(q->map_title[i], sizeof q->map_title[i], "%s, t = %.4g", labels[i], q->time[time]);
        for (int j = 0; j < q->modes; ++j) {
            char name[96];
            name_map(labels, i, j, name, sizeof name);
            QFP_TRY(qfpi_picture_husimi(q, name, time, &q->map[j][i]));
        }
    }
    return QFP_OK;
}

/* The worst mode's distance of one kind, as a curve of its own. */
static qfp_status read_distance(qfp_picture *q, const char *label, const char *kind, qfp_curve *out)
{
    snprintf(out->name, sizeof out->name, "%s", label);
    for (int j = 0; j < q->modes; ++j) {
        char name[96];
        double *values = NULL;
        snprintf(name, sizeof name, "/distance/%s/%s_%d", label, kind, j + 1);
        QFP_TRY(qfpi_picture_dataset(q->file, q->path, name, 1, &q->time_count, &values));
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
    size_t count = split_labels(text, QFP_MAX_CURVES, labels), time;
    if (count == 0)
        return QFP_FAIL(QFP_IO, "%s: the attribute theories names none", q->path);
    q->map_count = count < QFP_MAX_MAPS ? count : QFP_MAX_MAPS;
    QFP_TRY(find_common_time(q, labels, &time));
    QFP_TRY(read_maps(q, labels, time));
    for (int j = 0; j < q->modes; ++j) {
        char title[16] = "";
        if (q->modes > 1)
            snprintf(title, sizeof title, "mode %d", j + 1);
        (void)qfpi_picture_row(q, title);
    }
    QFP_TRY(read_panel(q, count, labels, "husimi_l2", "distance of Q, relative"));
    QFP_TRY(read_panel(q, count, labels, "n", "distance of mean quanta"));
    return read_panel(q, count, labels, "a", "distance of mean amplitude");
}
