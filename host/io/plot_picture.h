/* plot_picture.h - INTERNAL: what a picture of an output file shows, read into memory. */
#ifndef QFPI_PLOT_PICTURE_H
#define QFPI_PLOT_PICTURE_H

#include <hdf5.h>
#include <stdbool.h>

#include "core/error.h"
#include "expression/expression.h"

#define QFP_MAX_MAPS 6
#define QFP_MAX_ROWS (2 * QFP_MAX_MODES)
#define QFP_MAX_CURVES 16
#define QFP_MAX_PANELS 4

typedef struct qfp_curve {
    char name[32];
    double *values; /* [curve_count], or one per `at` of the panel */
} qfp_curve;

typedef struct qfp_panel {
    const char *title;
    bool logarithmic;
    size_t count;
    qfp_curve curves[QFP_MAX_CURVES];
    const double *at; /* [at_count] what the curves are against; NULL: time */
    size_t at_count;
    const char *axis;  /* its name */
    bool is_histogram; /* the first curve is; names are long */
    char text[48];     /* room for a title */
} qfp_panel;

/* Rows of maps, one per mode (of a sampled ensemble two: what was sampled, and Q) and one for every
 * further plane and Wigner function that a file has, as long as there are rows, either of one
 * run at several times or of several theories at one time, and below them curves against time. */
typedef struct qfp_picture {
    const char *path;
    hid_t file; /* open while it is read */
    char *title;
    size_t time_count, x_count, p_count;
    double *time, *x, *p;
    size_t curve_count; /* of the times that curves are drawn at: those of /series, else all */
    const double *curve_time;
    double *series;
    int modes;
    size_t map_count;
    char map_title[QFP_MAX_MAPS][64];
    int rows;
    char row_title[QFP_MAX_ROWS][32];
    char row_axes[QFP_MAX_ROWS][2][16]; /* to the right and upwards */
    bool row_is_signed[QFP_MAX_ROWS];   /* a Wigner function: colours for both signs */
    int row_mode[QFP_MAX_ROWS];         /* of sampled rows the mode, 1 …; else 0 */
    size_t map_time[QFP_MAX_MAPS];      /* number of the time of each column */
    double *paths;                      /* [T][path_count][2 modes] of (x, p); NULL: none */
    size_t path_count;
    const double *map[QFP_MAX_ROWS][QFP_MAX_MAPS]; /* [nx, np] each, inside `husimi` */
    size_t husimi_count;
    double *husimi[QFP_MAX_ROWS * QFP_MAX_MAPS]; /* [nx, np] */
    size_t own_axis_count;
    double *own_axes[2]; /* of panels that are against neither time nor x or p */
    size_t panel_count;
    qfp_panel panels[QFP_MAX_PANELS];
} qfp_picture;

/* From a file that is open.  QFP_IO when it is no output of this program, or holds a NaN where something is
 * drawn against.  Give `out` to qfp_picture_destroy either way. */
qfp_status qfp_picture_read(hid_t file, const char *path, qfp_picture *out) QFP_MUST_USE;
void qfp_picture_destroy(qfp_picture *q);

/* ---- what plot_picture.c, plot_ensemble.c, plot_theories.c and plot_process.c share ---- */

/* Larger numbers are not drawn: gnuplot works out ranges and tics in doubles. */
#define QFP_MOST_DRAWN 1e200
bool qfpi_picture_is_drawn(double value);

/* A list of at least `least` numbers that grow, malloc'ed. */
qfp_status qfpi_picture_axis(hid_t file, const char *path, const char *name, size_t least,
                             size_t *count, double **out) QFP_MUST_USE;
/* A dataset of real numbers with these extents, malloc'ed. */
qfp_status qfpi_picture_dataset(hid_t file, const char *path, const char *name, int rank,
                                const size_t *shape, double **out) QFP_MUST_USE;
/* Keeps one time of a marginal of the file; *out borrows it. */
qfp_status qfpi_picture_husimi(qfp_picture *q, const char *name, size_t time,
                               const double **out) QFP_MUST_USE;
/* A new row, of functions of x and p; there must be room. */
int qfpi_picture_row(qfp_picture *q, const char *title);
/* A new empty panel; NULL when there are QFP_MAX_PANELS already. */
qfp_panel *qfpi_picture_panel(qfp_picture *q, const char *title);
/* Maps and panels of a file with several theories, `labels` as in its attribute `theories`. */
qfp_status qfpi_picture_theories(qfp_picture *q, const char *labels) QFP_MUST_USE;

#endif
