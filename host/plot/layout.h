/* layout.h - INTERNAL: where the panels of a picture stand, in pixels. */
#ifndef QFPI_LAYOUT_H
#define QFPI_LAYOUT_H

#include "plot/picture.h"

enum {
    QFP_STRIP = 30,     /* a density beside a map */
    QFP_TEXT_LINE = 16, /* of notes and legends */
    QFP_SHEET_LEFT = 70,
    QFP_BAR_WIDTH = 12,
    QFP_HEADING = 20,     /* the title of a panel */
    QFP_TITLE_LINE = 22,  /* of the picture, which is broken as notes are */
    QFP_TITLE_LETTER = 10 /* its width at most, and more than that of a panel's */
};

typedef struct qfp_sheet {
    double width, height;
    int title_letters, note_letters; /* that a line has room for */
} qfp_sheet;

/* Gives every panel of one frame its place; the size of the sheet is the same for every frame. */
void qfpi_lay_out(qfp_picture *q, int frame, qfp_sheet *out);
bool qfpi_is_in_frame(const qfp_panel *panel, int frame);
/* The next panel of the same row and frame; NULL behind the last. */
qfp_panel *qfpi_next_in_row(const qfp_panel *panel, int frame);

/* Panels that stand side by side or below each other show a common axis once. */
bool qfpi_shows_axis(const qfp_picture *q, const qfp_panel *panel, int axis, int frame);
/* A bar stands behind the last of several maps with one scale. */
bool qfpi_shows_bar(const qfp_panel *panel, int frame);

/* The lines of the legend above a panel, in so many columns, each so wide. */
int qfpi_legend(const qfp_panel *panel, int *columns, double *each);
/* Bytes of the next line of a text that has to be broken. */
size_t qfpi_line_length(const char *text, size_t most);

#endif
