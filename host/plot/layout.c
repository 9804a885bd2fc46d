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

static bool shows_side(const qfp_panel *panel, const qfp_panel *before)
{
    return before == NULL || !share_axis(panel, before, 1);
}

bool qfpi_shows_bar(const qfp_panel *panel, int frame)
{
    const qfp_panel *next = qfpi_next_in_row(panel, frame);
    return panel->scale != NULL && (next == NULL || next->scale != panel->scale);
}

static double tile_of(const qfp_panel *first, int frame)
{
    int count = 0;
    for (const qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame))
        count += 1 + p->skipped;
    return count > 3 ? TILE : LARGE_TILE;
}

/* Where the map begins that stands behind `before`, which begins at `left`; where the row ends if there is none. */
static double left_of(const qfp_panel *panel, const qfp_panel *before, double left, double tile,
                      int frame)
{
    if (before == NULL)
        left = QFP_SHEET_LEFT;
    else
        left += tile + (before->marginal[1] != NULL ? QFP_STRIP : 0) + GAP +
                (qfpi_shows_bar(before, frame) ? BAR : 0);
    if (panel == NULL)
        return left;
    return left + (before != NULL && shows_side(panel, before) ? LABELS : 0) +
           panel->skipped * (tile + QFP_STRIP + GAP);
}

/* The map that stands in the row below, to the pixel. */
static const qfp_panel *find_below(const qfp_picture *q, const qfp_panel *panel, int frame)
{
    const qfp_panel *rows[2] = {next_of(q->first, panel->row, frame),
                                next_of(q->first, panel->row + 1, frame)};
    double left[2] = {0.0, 0.0}, tile[2] = {tile_of(rows[0], frame), tile_of(rows[1], frame)};
    const qfp_panel *before = NULL;
    for (const qfp_panel *p = rows[0]; before != panel; p = qfpi_next_in_row(p, frame)) {
        left[0] = left_of(p, before, left[0], tile[0], frame);
        before = p;
    }
    before = NULL;
    for (const qfp_panel *p = rows[1]; p != NULL; p = qfpi_next_in_row(p, frame)) {
        left[1] = left_of(p, before, left[1], tile[1], frame);
        if (left[0] == left[1] && tile[0] == tile[1])
            return p;
        before = p;
    }
    return NULL;
}

bool qfpi_shows_axis(const qfp_picture *q, const qfp_panel *panel, int axis, int frame)
{
    const qfp_panel *other = next_of(q->first, panel->row, frame), *before = NULL;
    if (axis == 0) {
        other = find_below(q, panel, frame);
        return other == NULL || !share_axis(panel, other, 0);
    }
    for (; other != panel; other = qfpi_next_in_row(other, frame))
        before = other;
    return shows_side(panel, before);
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
    double left = 0.0, head = 0.0, foot = GAP, tile = tile_of(first, frame);
    const qfp_panel *before = NULL;
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame)) {
        head = fmax(head, (p->title != NULL ? QFP_HEADING : 0) +
                              (p->marginal[0] != NULL ? QFP_STRIP : 0));
        foot = qfpi_shows_axis(q, p, 0, frame) ? LABELS : foot;
    }
    for (qfp_panel *p = first; p != NULL; p = qfpi_next_in_row(p, frame)) {
        p->left = left = left_of(p, before, left, tile, frame);
        p->top = top + head;
        p->width = p->height = tile;
        before = p;
    }
    *right = fmax(*right, left_of(NULL, before, left, tile, frame) + RIGHT);
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
            top = place_maps(q, first, frame, top + (most > 0 ? 6.0 : 0.0), &unused);
            most = 0;
        }
    }
    out->height = top + 4.0;
    out->width = 2.0 * ceil(out->width / 2.0); /* movies take even numbers */
    out->height = 2.0 * ceil(out->height / 2.0);
}
