/* plot_picture.h - INTERNAL: what a picture of an output file shows, read into memory. */
#ifndef QFPI_PLOT_PICTURE_H
#define QFPI_PLOT_PICTURE_H

#include "core/error.h"
#include "expression/expression.h"

#define QFP_MAX_MAPS 6

/* What a picture shows, read from the file at once: maps of at most QFP_MAX_MAPS times and curves.
 */
typedef struct qfp_curve {
    char name[32];
    double *values;
} qfp_curve;

typedef struct qfp_picture {
    const char *path;
    char *title;
    size_t time_count, x_count, p_count;
    double *time, *x, *p;
    int modes;
    double *husimi[QFP_MAX_MODES]; /* [T, nx, np] */
    size_t map_count, map_time[QFP_MAX_MAPS];
    size_t n_count, a_count, energy_count; /* curves of the three panels */
    qfp_curve n[QFP_MAX_MODES], a[2 * QFP_MAX_MODES], energy[1];
} qfp_picture;

/* QFP_IO when the file is no output of this program.  Give `out` to qfp_picture_destroy either way.
 */
qfp_status qfp_picture_read(const char *path, qfp_picture *out) QFP_MUST_USE;
void qfp_picture_destroy(qfp_picture *q);

#endif
