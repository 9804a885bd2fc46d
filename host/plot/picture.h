/* picture.h - INTERNAL: a picture as data: panels in rows, and what is drawn in each.  Nothing here knows gnuplot
 * or HDF5.
 *
 * A picture remembers its first failure (`status`); what is asked of it afterwards changes nothing, so that a
 * description has one check at its end instead of one per line.  Texts and numbers are borrowed, from the picture's own
 * memory as a rule. */
#ifndef QFPI_PICTURE_H
#define QFPI_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/* Larger numbers are not drawn: gnuplot works out ranges and tics in doubles. */
#define QFP_MOST_DRAWN 1e200
enum { QFP_MAX_CURVES = 16, QFP_MAX_NOTES = 8, QFP_EVERY_FRAME = -1 };

typedef enum qfp_mark {
    QFP_LINE,
    QFP_THIN, /* a line that may cross a map */
    QFP_DASHED,
    QFP_POINTS, /* joined by a thin line */
    QFP_GUIDED, /* points that are too few for a line: dots between them guide the eye */
    QFP_DOTS,
    QFP_CROSSES,
    QFP_STEPS,
    QFP_ERRORS, /* x, y, error: what was measured */
    QFP_BAND,   /* x, low, high */
    QFP_ARROWS, /* x, y, dx, dy */
    QFP_NEEDLES /* the same without heads */
} qfp_mark;

typedef struct qfp_layer {
    qfp_mark mark;
    unsigned colour;  /* 0xRRGGBB */
    const char *name; /* in the legend; NULL: none */
    size_t count;
    const double *at[4]; /* x, y, … [count]; what is no number leaves a gap */
    struct qfp_layer *next;
} qfp_layer;

/* The colours of everything that is compared; grows with the maps that take it. */
typedef struct qfp_scale {
    const char *name;
    bool is_signed;
    double most;         /* largest value, or size where signed */
    double marginals[2]; /* smallest and largest density of an axis, 0 at the ends */
} qfp_scale;

/* What a map is drawn over: to the right and upwards. */
typedef struct qfp_plane {
    size_t n[2];
    const double *grid[2]; /* evenly spaced; NULL after a failure */
    const char *name[2];
} qfp_plane;

typedef struct qfp_panel {
    int row, frame; /* frame: of a movie, or QFP_EVERY_FRAME */
    int skipped;    /* so many places to the left of a map stay empty */
    const char *title, *corner, *axis[2];
    bool logarithmic[2], is_in_time;
    const double *map; /* [n[0]][n[1]]; NULL: curves alone */
    qfp_plane plane;
    qfp_scale *scale;
    const double
        *marginal[2]; /* [n[k]] the density of each axis, drawn beside the map; may be NULL */
    size_t layer_count;
    qfp_layer *first, *last;
    struct qfp_panel *next;
    double left, top, width, height; /* its place, in pixels; chosen when it is drawn */
} qfp_panel;

typedef struct qfp_picture {
    qfp_status status;
    const char *title;
    size_t note_count;
    const char *notes[QFP_MAX_NOTES]; /* sentences below the title */
    double stop_time;                 /* when what is drawn stopped; NaN: it did not */
    size_t frame_count;               /* 0: no movie */
    const double *frame_time;
    const char **frame_name; /* "t = 0.5" */
    int rows;
    qfp_panel *first, *last;
    qfp_panel lost; /* in place of one that there was no memory for */
    void *blocks;   /* its memory */
} qfp_picture;

void qfp_picture_destroy(qfp_picture *q);

/* Zeros that live as long as the picture; NULL after a failure. */
void *qfpi_room(qfp_picture *q, size_t count, size_t size);
double *qfpi_numbers(qfp_picture *q, size_t count);
/* A printf into that memory; "" after a failure. */
const char *qfpi_text(qfp_picture *q, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A sentence below the title; those beyond QFP_MAX_NOTES are dropped. */
void qfpi_note(qfp_picture *q, const char *note);

bool qfpi_is_drawn(double value);
/* Colours that can be told apart, around and around. */
unsigned qfpi_colour(size_t number);

/* A new panel behind the others of its row. */
qfp_panel *qfpi_panel(qfp_picture *q, int row, const char *title, const char *x, const char *y);
qfp_scale *qfpi_scale(qfp_picture *q, const char *name, bool is_signed);
/* One with `map` in colours of `scale`, and where wanted the densities of both axes beside it. */
qfp_panel *qfpi_map(qfp_picture *q, int row, const char *title, const qfp_plane *plane,
                    const double *map, qfp_scale *scale, bool has_marginals);
/* One scale for the panels of all of them, if the smallest would still be seen in it: a fifth of the
 * largest. */
void qfpi_share(qfp_picture *q, size_t count, qfp_scale *const *scales);
/* A copy of the layer; nothing where numbers are missing. */
void qfpi_draw(qfp_picture *q, qfp_panel *panel, qfp_layer layer);

#endif
