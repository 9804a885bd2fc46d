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

void *qfpi_room(qfp_picture *q, size_t count, size_t size)
{
    block *b = NULL;
    if (q->status != QFP_OK)
        return NULL;
    if (count <= (SIZE_MAX - sizeof *b) / size)
        b = calloc(1, sizeof *b + count * size);
    if (b == NULL) {
        q->status =
            QFP_FAIL(QFP_MEMORY, "cannot allocate %zu x %zu bytes of a picture", count, size);
        return NULL;
    }
    b->next = q->blocks;
    q->blocks = b;
    return b->room;
}

double *qfpi_numbers(qfp_picture *q, size_t count)
{
    return qfpi_room(q, count, sizeof(double));
}

const char *qfpi_text(qfp_picture *q, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = qfpi_room(q, length < 0 ? 1 : (size_t)length + 1, 1);
    if (text == NULL)
        return "";
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

void qfpi_note(qfp_picture *q, const char *note)
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

qfp_panel *qfpi_panel(qfp_picture *q, int row, const char *title, const char *x, const char *y)
{
    qfp_panel *panel = qfpi_room(q, 1, sizeof *panel);
    if (panel == NULL) {
        q->lost = (qfp_panel){0};
        return &q->lost;
    }
    *panel = (qfp_panel){.row = row, .frame = QFP_EVERY_FRAME, .title = title, .axis = {x, y}};
    *(q->first == NULL ? &q->first : &q->last->next) = panel;
    q->last = panel;
    q->rows = row >= q->rows ? row + 1 : q->rows;
    return panel;
}

qfp_scale *qfpi_scale(qfp_picture *q, const char *name, bool is_signed)
{
    static qfp_scale lost;
    qfp_scale *scale = qfpi_room(q, 1, sizeof *scale);
    if (scale == NULL)
        return &lost; /* nothing is added to it after a failure */
    *scale = (qfp_scale){.name = name, .is_signed = is_signed};
    return scale;
}

/* The densities of both axes, and what the scale has to hold. */
static void add_up(const qfp_plane *plane, const double *map, qfp_scale *scale,
                   double *const sum[2])
{
    double step[2];
    for (int k = 0; k < 2; k++)
        step[k] = (plane->grid[k][plane->n[k] - 1] - plane->grid[k][0]) / (double)(plane->n[k] - 1);
    for (size_t i = 0; i < plane->n[0]; i++)
        for (size_t k = 0; k < plane->n[1]; k++) {
            double value = map[i * plane->n[1] + k];
            if (!qfpi_is_drawn(value))
                continue;
            scale->most = fmax(scale->most, scale->is_signed ? fabs(value) : value);
            sum[0][i] += value * step[1];
            sum[1][k] += value * step[0];
        }
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < plane->n[k]; i++) {
            scale->marginals[0] = fmin(scale->marginals[0], sum[k][i]);
            scale->marginals[1] = fmax(scale->marginals[1], sum[k][i]);
        }
}

qfp_panel *qfpi_map(qfp_picture *q, int row, const char *title, const qfp_plane *plane,
                    const double *map, qfp_scale *scale, bool has_marginals)
{
    qfp_panel *panel = qfpi_panel(q, row, title, plane->name[0], plane->name[1]);
    double *const sum[2] = {qfpi_numbers(q, plane->n[0]), qfpi_numbers(q, plane->n[1])};
    if (q->status != QFP_OK)
        return panel;
    panel->plane = *plane;
    panel->map = map;
    panel->scale = scale;
    add_up(plane, map, scale, sum);
    for (int k = 0; k < 2 && has_marginals; k++)
        panel->marginal[k] = sum[k];
    return panel;
}

void qfpi_share(qfp_picture *q, size_t count, qfp_scale *const *scales)
{
    double least = INFINITY;
    qfp_scale all = *scales[0];
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, scales[i]->most);
        all.most = fmax(all.most, scales[i]->most);
        all.marginals[1] = fmax(all.marginals[1], scales[i]->marginals[1]);
    }
    if (q->status != QFP_OK || !(5.0 * least >= all.most))
        return;
    *scales[0] = all;
    for (qfp_panel *p = q->first; p != NULL; p = p->next)
        for (size_t i = 1; i < count; i++)
            if (p->scale == scales[i])
                p->scale = scales[0];
}

void qfpi_draw(qfp_picture *q, qfp_panel *panel, qfp_layer layer)
{
    qfp_layer *room = qfpi_room(q, 1, sizeof *room);
    if (room == NULL)
        return;
    *room = layer;
    *(panel->first == NULL ? &panel->first : &panel->last->next) = room;
    panel->last = room;
    panel->layer_count++;
}
