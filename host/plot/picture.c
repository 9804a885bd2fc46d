#include "plot/picture.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct block {
    struct block *next;
    max_align_t room[];
} block;

void qfp_picture_destroy(qfp_picture *q)
{
    for (block *b = q->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    *q = (qfp_picture){0};
}

qfp_status qfpi_picture_room(qfp_picture *q, size_t count, size_t size, void *out_pointer)
{
    block *b = count <= (SIZE_MAX - sizeof *b) / size ? calloc(1, sizeof *b + count * size) : NULL;
    if (b == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu x %zu bytes of a picture", count, size);
    b->next = q->blocks;
    q->blocks = b;
    *(void **)out_pointer = b->room;
    return QFP_OK;
}

const char *qfpi_picture_text(qfp_picture *q, const char *format, ...)
{
    char *text = NULL;
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0 || QFP_ROOM(q, text, (size_t)length + 1) != QFP_OK) {
        q->failed = true;
        return "";
    }
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

qfp_status qfpi_picture_check(const qfp_picture *q)
{
    return q->failed ? QFP_FAIL(QFP_MEMORY, "cannot allocate a text of a picture") : QFP_OK;
}

void qfpi_picture_note(qfp_picture *q, const char *note)
{
    if (q->note_count < QFP_MAX_NOTES)
        q->notes[q->note_count++] = note;
}

bool qfpi_is_drawn(double value)
{
    return fabs(value) < QFP_MOST_DRAWN; /* NaN is not */
}

unsigned qfpi_colour(size_t number)
{
    static const unsigned colours[] = {0x1f5fa8, 0xd1495b, 0x2c9c69, 0xe08e0b, 0x6a4c93,
                                       0x00a0b0, 0x8d6a4f, 0xc2569c, 0x7a8b00, 0x444444};
    return colours[number % (sizeof colours / sizeof *colours)];
}

qfp_status qfpi_picture_panel(qfp_picture *q, int row, const char *title, qfp_panel **out)
{
    qfp_panel *panel = NULL;
    QFP_TRY(QFP_ROOM(q, panel, 1));
    *panel = (qfp_panel){.row = row, .frame = QFP_EVERY_FRAME, .title = title};
    if (q->first == NULL)
        q->first = panel;
    else
        q->last->next = panel;
    q->last = panel;
    q->rows = row >= q->rows ? row + 1 : q->rows;
    *out = panel;
    return QFP_OK;
}

qfp_status qfpi_picture_scale(qfp_picture *q, const char *name, bool is_signed, qfp_scale **out)
{
    QFP_TRY(QFP_ROOM(q, *out, 1));
    **out = (qfp_scale){.name = name, .is_signed = is_signed};
    return QFP_OK;
}

static void note_largest(double value, bool is_signed, double *most)
{
    double size = is_signed ? fabs(value) : value;
    if (qfpi_is_drawn(size) && size > *most)
        *most = size;
}

qfp_status qfpi_picture_map(qfp_picture *q, int row, const char *title, const size_t n[2],
                            const double *const grid[2], const double *map, qfp_scale *scale,
                            qfp_panel **out)
{
    double *sum[2], step[2];
    QFP_TRY(qfpi_picture_panel(q, row, title, out));
    for (int k = 0; k < 2; k++) {
        QFP_TRY(QFP_ROOM(q, sum[k], n[k]));
        step[k] = (grid[k][n[k] - 1] - grid[k][0]) / (double)(n[k] - 1);
        (*out)->n[k] = n[k];
        (*out)->grid[k] = grid[k];
        (*out)->marginal[k] = sum[k];
    }
    (*out)->map = map;
    (*out)->scale = scale;
    for (size_t i = 0; i < n[0]; i++)
        for (size_t k = 0; k < n[1]; k++) {
            double value = map[i * n[1] + k];
            note_largest(value, scale->is_signed, &scale->most);
            sum[0][i] += qfpi_is_drawn(value) ? value * step[1] : 0.0;
            sum[1][k] += qfpi_is_drawn(value) ? value * step[0] : 0.0;
        }
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < n[k]; i++)
            for (int end = 0; end < 2 && qfpi_is_drawn(sum[k][i]); end++)
                scale->marginals[end] = end == 0 ? fmin(scale->marginals[0], sum[k][i])
                                                 : fmax(scale->marginals[1], sum[k][i]);
    return QFP_OK;
}

void qfpi_picture_share(qfp_picture *q, size_t count, qfp_scale *const *scales)
{
    double least = INFINITY;
    qfp_scale all = *scales[0];
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, scales[i]->most);
        all.most = fmax(all.most, scales[i]->most);
        all.marginals[1] = fmax(all.marginals[1], scales[i]->marginals[1]);
    }
    if (!(5.0 * least >= all.most))
        return;
    *scales[0] = all;
    for (qfp_panel *p = q->first; p != NULL; p = p->next)
        for (size_t i = 1; i < count; i++)
            if (p->scale == scales[i])
                p->scale = scales[0];
}

qfp_status qfpi_panel_layer(qfp_picture *q, qfp_panel *panel, qfp_layer layer)
{
    qfp_layer *room = NULL;
    QFP_TRY(QFP_ROOM(q, room, 1));
    *room = layer;
    if (panel->first == NULL)
        panel->first = room;
    else
        panel->last->next = room;
    panel->last = room;
    panel->layer_count++;
    return QFP_OK;
}
