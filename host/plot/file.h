/* file.h - INTERNAL: an open output file, as descriptions of its picture ask it.  What is read lives as long as the
 * picture. */
#ifndef QFPI_PLOT_FILE_H
#define QFPI_PLOT_FILE_H

#include <hdf5.h>

#include "expression/expression.h"
#include "plot/picture.h"

typedef struct qfp_plot_axis {
    const char *name;
    size_t count;
    double *values;
    struct qfp_plot_axis *next;
} qfp_plot_axis;

typedef struct qfp_source {
    hid_t file;
    const char *path;
    qfp_picture *picture;
    bool is_movie;
    int modes; /* 0: a process in real variables */
    size_t times;
    const double *time;
    qfp_plot_axis *axes;          /* those that were read */
    int map_rows;                 /* of a movie, three of which stand side by side */
    const qfp_panel *outcomes[2]; /* maps of mode 1 at the last time: sampled, Q */
} qfp_source;

/* Reads the times and counts the modes.  QFP_IO when it is no output of this program, or holds a NaN where
 * something is drawn against. */
qfp_status qfpi_file_begin(qfp_source *f) QFP_MUST_USE;

bool qfpi_file_has(const qfp_source *f, const char *name);
/* A list of at least `least` numbers that grow. */
qfp_status qfpi_file_axis(qfp_source *f, const char *name, size_t least, size_t *count,
                          const double **out) QFP_MUST_USE;
/* The axes of a map of two quadratures, such as 'x' and 'p' of mode 1: /axes/x_1 where the file has one, or
 * /axes/x. */
qfp_status qfpi_file_plane(qfp_source *f, const char letters[2], const int modes[2], size_t n[2],
                           const double *grid[2]) QFP_MUST_USE;
/* A block of a dataset of real numbers with these extents; shape[0] = 0: of any. */
qfp_status qfpi_file_block(qfp_source *f, const char *name, int rank, const size_t *shape,
                           const size_t *start, const size_t *count, double **out) QFP_MUST_USE;
/* All of it. */
qfp_status qfpi_file_numbers(qfp_source *f, const char *name, int rank, const size_t *shape,
                             double **out) QFP_MUST_USE;
/* One time of it: [shape[1]] …, shape[0] being the times. */
qfp_status qfpi_file_at(qfp_source *f, const char *name, int rank, const size_t *shape, size_t time,
                        double **out) QFP_MUST_USE;
/* A text attribute of an object, "" when it has none. */
qfp_status qfpi_file_text(qfp_source *f, const char *object, const char *name,
                          const char **out) QFP_MUST_USE;

/* The times that maps are drawn at: of a movie all, else at most `most`, spread evenly over the run, the first and
 * the last included; *frame of the first, which grows by `step`. */
size_t qfpi_file_columns(const qfp_source *f, size_t most);
size_t qfpi_file_time(const qfp_source *f, size_t columns, size_t column);
int qfpi_file_frame(const qfp_source *f, size_t column);

#endif
