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
void qfpi_describe_maps(qfp_source *f);
/* What was sampled at the last time beside Q, of the first mode. */
void qfpi_describe_outcomes(qfp_source *f);
/* Every observable against time, with its error and its exact value where the file has them. */
void qfpi_describe_observables(qfp_source *f);
/* Q of several theories at times where they differ, their differences from the first, distances. */
void qfpi_describe_theories(qfp_source *f, const char *labels);
/* A process without modes: trajectories, densities, kernels forward and backward. */
void qfpi_describe_process(qfp_source *f);
/* Drift, diffusion and current in the plane of every mode. */
void qfpi_describe_fields(qfp_source *f);
/* Two-time correlations with their spectra; the slowest modes of a generator. */
void qfpi_describe_correlations(qfp_source *f);
void qfpi_describe_steady(qfp_source *f);

/* ---- what descriptions share ---- */

/* One time of a dataset [T, n, n] of the file. */
qfp_panel *qfpi_file_map(qfp_source *f, int row, const char *dataset, size_t time,
                         const qfp_plane *plane, qfp_scale *scale);

/* A curve, of `group`/series where it has the name, else of `group`/observables. */
typedef struct qfp_course {
    const char *dataset, *name;
    unsigned colour;
    size_t count;
    const double *time, *value, *error, *exact; /* [count]; NULL: the file has none */
} qfp_course;
/* Whether the file has it; `group` is "" or that of a theory, "/theories/M2". */
bool qfpi_course_read(qfp_source *f, const char *group, qfp_course *c);
/* Within rounding, and not sampled. */
bool qfpi_course_is_constant(const qfp_course *c);
/* Its line or points, with a band where its errors can be seen and the exact value dashed; its name in the legend if
 * `is_named`. */
void qfpi_course_draw(qfp_source *f, const qfp_course *c, bool is_named, qfp_panel *panel);
qfp_mark qfpi_course_mark(size_t count);
/* What was measured of it, with its errors. */
void qfpi_observed_points(qfp_source *f, const qfp_course *c, qfp_panel *panel);
/* What was measured of Q of a mode at the end, in a row of its own, and how far the run is from it. */
void qfpi_observed_maps(qfp_source *f, int mode, const qfp_plane *plane, qfp_scale *scale);
/* A new panel against time, in a row of its own. */
qfp_panel *qfpi_course_panel(qfp_source *f, const char *title);
/* With a logarithm where values above 0 span decades. */
void qfpi_choose_logarithm(qfp_panel *panel);

/* The panels from row `first` on, which have a row each, into rows of several. */
void qfpi_spread_rows(qfp_picture *q, int first);

#endif
