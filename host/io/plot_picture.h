/* plot_picture.h - INTERNAL: what a picture of an output file shows, read into memory. */
#ifndef QFPI_PLOT_PICTURE_H
#define QFPI_PLOT_PICTURE_H

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
    const char *axis; /* its name */
    char text[48];    /* room for a title */
} qfp_panel;

/* Rows of maps, one per mode (of a sampled ensemble two: what was sampled, and Q), either of one
 * run at several times or of several theories at one time, and below them curves against time. */
typedef struct qfp_picture {
    const char *path;
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
    int row_mode[QFP_MAX_ROWS];    /* of sampled rows the mode, 1 …; else 0 */
    size_t map_time[QFP_MAX_MAPS]; /* number of the time of each column */
    double *paths;                 /* [T][path_count][2 modes] of (x, p); NULL: none */
    size_t path_count;
    const double *map[QFP_MAX_ROWS][QFP_MAX_MAPS]; /* [nx, np] each, inside `husimi` */
    size_t husimi_count;
    double *husimi[QFP_MAX_ROWS * QFP_MAX_MAPS]; /* [T, nx, np] */
    size_t panel_count;
    qfp_panel panels[QFP_MAX_PANELS];
} qfp_picture;

/* QFP_IO when the file is no output of this program.  Give `out` to qfp_picture_destroy either
 * way. */
qfp_status qfp_picture_read(const char *path, qfp_picture *out) QFP_MUST_USE;
void qfp_picture_destroy(qfp_picture *q);

/* ---- what plot_picture.c and plot_theories.c share ---- */

/* A dataset of real numbers whose extents are `shape` (0: any), malloc'ed. */
qfp_status qfpi_picture_dataset(const char *path, const char *name, int rank, const size_t *shape,
                                double **out) QFP_MUST_USE;
/* Keeps a marginal of the file; *out borrows it. */
qfp_status qfpi_picture_husimi(qfp_picture *q, const char *name, const double **out) QFP_MUST_USE;
/* A new empty panel; NULL when there are QFP_MAX_PANELS already. */
qfp_panel *qfpi_picture_panel(qfp_picture *q, const char *title);
/* Maps and panels of a file with several theories, `labels` as in its attribute `theories`. */
qfp_status qfpi_picture_theories(qfp_picture *q, const char *labels) QFP_MUST_USE;

#endif
