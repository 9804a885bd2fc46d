/* describe.h - INTERNAL: what a picture of an output file shows.  A description reads an open file and adds panels,
 * in rows below those that are there; it adds none where the file does not have what it shows. */
#ifndef QFPI_DESCRIBE_H
#define QFPI_DESCRIBE_H

#include "plot/file.h"

/* The whole picture.  QFP_IO when the file is no output of this program, or holds nothing to draw.  Give `out` to
 * qfp_picture_destroy either way. */
qfp_status qfpi_describe(hid_t file, const char *path, bool is_movie,
                         qfp_picture *out) QFP_MUST_USE;

/* Q of every mode at a choice of times, what was sampled above it, the planes and Wigner functions that the file
 * has. */
qfp_status qfpi_describe_maps(qfp_source *f) QFP_MUST_USE;
/* How outcomes at the last time are distributed: the densities of the axis along which Q spreads more, with their
 * shares above 0, the Born weight of a branch. */
qfp_status qfpi_describe_outcomes(qfp_source *f) QFP_MUST_USE;
/* Every observable against time, with its error and its exact value where the file has them. */
qfp_status qfpi_describe_observables(qfp_source *f) QFP_MUST_USE;
/* Q of several theories at times where they differ, their differences from the first, distances. */
qfp_status qfpi_describe_theories(qfp_source *f, const char *labels) QFP_MUST_USE;
/* A process without modes: trajectories, densities, kernels forward and backward. */
qfp_status qfpi_describe_process(qfp_source *f) QFP_MUST_USE;
/* Drift, diffusion and current in the plane of every mode. */
qfp_status qfpi_describe_fields(qfp_source *f) QFP_MUST_USE;
qfp_status qfpi_describe_correlations(qfp_source *f) QFP_MUST_USE;
/* The slowest modes of the generator. */
qfp_status qfpi_describe_steady(qfp_source *f) QFP_MUST_USE;

/* ---- what descriptions share ---- */

/* "₁" … */
const char *qfpi_subscript(int number);

/* One time of a dataset [T, n, n] as a map of two quadratures. */
typedef struct qfp_map_source {
    const char *dataset, *corner;
    char letters[2];
    int modes[2];
    qfp_scale *scale;
} qfp_map_source;
qfp_status qfpi_file_map(qfp_source *f, const qfp_map_source *source, int row, size_t time,
                         qfp_panel **out) QFP_MUST_USE;

/* A curve against time, of /series where it has the name, else of /observables. */
typedef struct qfp_course {
    const char *dataset, *name, *legend;
    unsigned colour;
    bool is_series;
    size_t count;
    const double *time;
    double *value, *error, *exact; /* [count]; NULL: the file has none */
} qfp_course;
/* *found: whether the file has it; `group` is "" or that of a theory, "/theories/M2". */
qfp_status qfpi_course_read(qfp_source *f, const char *group, qfp_course *c,
                            bool *found) QFP_MUST_USE;
/* Within rounding, and not sampled. */
bool qfpi_course_is_constant(const qfp_course *c);
/* Its line or points, with a band where its errors can be seen and the exact value dashed. */
qfp_status qfpi_course_draw(qfp_source *f, const qfp_course *c, qfp_panel *panel) QFP_MUST_USE;
/* A new panel against time, in a row of its own. */
qfp_status qfpi_course_panel(qfp_source *f, const char *title, qfp_panel **out) QFP_MUST_USE;
/* With a logarithm where values above 0 span decades. */
void qfpi_choose_logarithm(qfp_panel *panel);

/* The panels from row `first` on, which have a row each, into rows of several. */
void qfpi_spread_rows(qfp_picture *q, int first);

#endif
