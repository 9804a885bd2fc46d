#include "plot/layout.h"

#include <math.h>
#include <string.h>

/* Pixels; letters are estimated, for gnuplot lays out what it is told without saying how wide it is. */
enum {
    TILE = 190,
    LARGE_TILE = 270, /* of at most three side by side */
    GAP = 14,
    BAR = 96,    /* with its numbers and its name */
    LABELS = 46, /* below a panel, or to the left of one within a row */
    CURVES = 200,
    CURVES_GAP = 72,
    WIDEST_CURVES = 620,
    LEAST_WIDTH = 860,
    RIGHT = 24,
    LETTER = 7,
    LEGEND_SAMPLE = 30
};

bool qfpi_is_in_frame(const qfp_panel *panel, int frame)
{
    return panel->frame == QFP_EVERY_FRAME || panel->frame == frame;
}

static qfp_panel *next_of(qfp_panel *panel, int row, int frame)
{
    while (panel != NULL && !(panel->row == row && qfpi_is_in_frame(panel, frame)))
        panel = panel->next;
    return panel;
}

qfp_panel *qfpi_next_in_row(const qfp_panel *panel, int frame)
{
    return next_of(panel->next, panel->row, frame);
}

static bool share_axis(const qfp_panel *a, const qfp_panel *b, int axis)
{
    const qfp_plane *x = &a->plane, *y = &b->plane;
    return a->map != NULL && b->map != NULL && x->n[axis] == y->n[axis] &&
           memcmp(x->grid[axis], y->grid[axis], x->n[axis] * sizeof(double)) == 0 &&
           strcmp(a->axis[axis], b->axis[axis]) == 0;
}

bool qfpi_shows_axis(const qfp_picture *q, const qfp_panel *panel, int axis, int frame)
{
    const qfp_panel *other = next_of(q->first, panel->row, frame), *before = NULL;
    int column = other->skipped, there = 0;
    for (; other != panel; other = qfpi_next_in_row(other, frame), column += 1 + other->skipped)
        before = other;
    if (axis == 1)
        return before == NULL || !share_axis(panel, before, 1);
    other = next_of(q->first, panel->row + 1, frame);
    for (; other != NULL; other = qfpi_next_in_row(other, frame), there++)
        if ((there += other->skipped) == column)
            return !share_axis(panel, other, 0);
    return true;
}

bool qfpi_shows_bar(const qfp_panel *panel, int frame)
{
    const qfp_panel *next = qfpi_next_in_row(panel, frame);
    return panel->scale != NULL && (next == NULL || next->scale != panel->scale);
}

/* Of UTF-8. */
static size_t count_letters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0u) != 0x80u;
    return count;
}

int qfpi_legend(const qfp_panel *panel, int *columns, double *each)
{
    size_t longest = 0;
    int names = 0;
    for (const qfp_layer *layer = panel->first; layer != NULL; layer = layer->next) {
        size_t length = layer->name != NULL ? count_letters(layer->name) : 0;
        names += layer->name != NULL;
        longest = length > longest ? length : longest;
    }
    *each = (double)(LEGEND_SAMPLE + LETTER * longest);
    int room = (int)(panel->width / *each);
    *columns = room < 1 ? 1 : room < names ? room : names;
    return names > 0 ? (names + *columns - 1) / *columns : 0;
}

size_t qfpi_line_length(const char *text, size_t most)
{
    size_t length = strlen(text), space = 0;
    if (length <= most)
        return length;
    for (size_t i = 1; i <= most; i++)
        if (text[i] == ' ')
            space = i;
    while (space == 0 && most > 1 && ((unsigned char)text[most] & 0xc0u) == 0x80u)
        most--; /* not within a letter */
    return space > 0 ? space : most;
}

static double place_maps(const qfp_picture *q, qfp_panel *first, int frame, double top,
                         double *right)
{
    double left = QFP_SHEET_LEFT, head = 0.0, foot = GAP, tile = LARGE_TILE;
    int count = 0;
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame), count++) {
        double above =
            (p->title != NULL ? QFP_HEADING : 0) + (p->marginal[0] != NULL ? QFP_STRIP : 0);
        head = fmax(head, above);
        count += p->skipped;
        foot = qfpi_shows_axis(q, p, 0, frame) ? LABELS : foot;
    }
    tile = count > 3 ? TILE : LARGE_TILE;
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame)) {
        left += p != first && qfpi_shows_axis(q, p, 1, frame) ? LABELS : 0;
        left += p->skipped * (tile + QFP_STRIP + GAP);
        p->left = left;
        p->top = top + head;
        p->width = p->height = tile;
        left += tile + (p->marginal[1] != NULL ? QFP_STRIP : 0) + GAP;
        left += qfpi_shows_bar(p, frame) ? BAR : 0;
    }
    *right = fmax(*right, left + RIGHT);
    return top + head + tile + foot;
}

/* In as many columns as the row above, if it has more. */
static double place_curves(qfp_panel *first, int frame, double top, double width, int *most)
{
    int count = 0, lines = 0, columns;
    for (const qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame))
        count++;
    *most = count = count > *most ? count : *most;
    double each = (width - QFP_SHEET_LEFT - RIGHT - (count - 1) * CURVES_GAP) / count;
    double left = QFP_SHEET_LEFT, each_name;
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame)) {
        p->left = left;
        p->width = fmin(each, WIDEST_CURVES);
        p->height = CURVES;
        left += p->width + CURVES_GAP;
        int needed = qfpi_legend(p, &columns, &each_name);
        lines = needed > lines ? needed : lines;
    }
    top += QFP_HEADING + lines * QFP_TEXT_LINE + 6;
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame))
        p->top = top;
    return top + CURVES + LABELS;
}

void qfpi_lay_out(qfp_picture *q, int frame, qfp_sheet *out)
{
    double top = 18.0, unused = 0.0;
    int most = 0;
    out->width = LEAST_WIDTH;
    for (int row = 0; row < q->rows; row++) {
        qfp_panel *first = next_of(q->first, row, frame);
        if (first != NULL && first->map != NULL)
            (void)place_maps(q, first, frame, 0.0, &out->width);
    }
    int letters = (int)((out->width - QFP_SHEET_LEFT - RIGHT) / (LETTER - 1));
    out->note_letters = letters < 240 ? letters : 240; /* what qfpi_gnuplot_quote takes */
    out->title_letters = (int)((out->width - QFP_SHEET_LEFT - 120) / QFP_TITLE_LETTER);
    for (const char *title = q->title; *title != '\0'; top += QFP_TITLE_LINE)
        title += qfpi_line_length(title, (size_t)out->title_letters);
    for (size_t i = 0; i < q->note_count; i++)
        for (const char *note = q->notes[i]; *note != '\0'; top += QFP_TEXT_LINE)
            note += qfpi_line_length(note, (size_t)out->note_letters);
    top += 6.0;
    for (int row = 0; row < q->rows; row++) {
        qfp_panel *first = next_of(q->first, row, frame);
        if (first == NULL)
            continue;
        if (first->map == NULL) {
            top = place_curves(first, frame, top, out->width, &most);
        } else {
            top = place_maps(q, first, frame, top, &unused);
            most = 0;
        }
    }
    out->height = top + 4.0;
    out->width = 2.0 * ceil(out->width / 2.0); /* movies take even numbers */
    out->height = 2.0 * ceil(out->height / 2.0);
}
