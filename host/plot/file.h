/* file.h - INTERNAL: an open output file, as descriptions of its picture ask it.  What is read lives as long as the
 * picture; NULL where it could not be, which the picture then has as its failure. */
#ifndef QFPI_PLOT_FILE_H
#define QFPI_PLOT_FILE_H

#include <hdf5.h>

#include "expression/expression.h"
#include "plot/picture.h"

enum { QFP_SOURCE_FIXED = 8, QFP_MOST_MEMBERS = 6 };

typedef struct qfp_source_axis {
    const char *name;
    size_t count;
    double *values;
    struct qfp_source_axis *next;
} qfp_source_axis;

/* The values of an axis, which the picture calls "SYMBOL = VALUE". */
typedef struct qfp_swept {
    const char *symbol;
    const double *values;
    const char *const *labels; /* what stands in place of the values, or NULL */
} qfp_swept;

typedef struct qfp_source {
    hid_t file;
    const char *path;
    qfp_picture *picture;
    bool is_movie;
    int modes;           /* 0: a process in real variables */
    const char *against; /* "time", or of a sweep what was swept first */
    qfp_swept along;     /* the times, or its values */
    size_t times;
    const double *time;
    int fixed_count; /* of a sweep: axes behind the first one, of all but axes, at which place they are looked at */
    size_t fixed_extent[QFP_SOURCE_FIXED], fixed[QFP_SOURCE_FIXED];
    size_t member_count; /* of what was swept next, the values of which curves are drawn */
    qfp_swept members;
    qfp_source_axis *axes;        /* those that were read */
    int map_rows;                 /* of a movie, three of which stand side by side */
    const qfp_panel *outcomes[2]; /* maps of mode 1 at the last time: sampled, Q */
} qfp_source;

/* Reads the times and counts the modes.  A sweep is looked at along what was swept first, at the last time and the first
 * values of what else was swept. */
void qfpi_source_begin(qfp_source *f);
/* Looks at one of the member_count values of what was swept second, the first and the last included; its name, "" where
 * nothing was. */
const char *qfpi_member(qfp_source *f, size_t member);
/* The name of a time, "t = 0.5". */
const char *qfpi_when(qfp_source *f, size_t time);

bool qfpi_has(const qfp_source *f, const char *name);
/* The extents of a dataset; false, without a failure, when there is none with so many axes. */
bool qfpi_extents(const qfp_source *f, const char *name, int rank, size_t *shape);
/* A list of at least `least` numbers that grow. */
const double *qfpi_axis(qfp_source *f, const char *name, size_t least, size_t *count);
/* "₁" … "₈"; "" for any other. */
const char *qfpi_subscript(int number);
/* Two quadratures, such as 'x' and 'p' of mode 1: /axes/x_1 where the file has one, or /axes/x. */
qfp_plane qfpi_plane(qfp_source *f, char a, int a_mode, char b, int b_mode);
/* A block of a dataset of real numbers, which must have these extents; all of it; one time of it, shape[0] being the
 * times. */
double *qfpi_block(qfp_source *f, const char *name, int rank, const size_t *shape,
                   const size_t *start, const size_t *count);
double *qfpi_whole(qfp_source *f, const char *name, int rank, const size_t *shape);
double *qfpi_at(qfp_source *f, const char *name, int rank, const size_t *shape, size_t time);
/* A text attribute of an object, "" when it has none. */
const char *qfpi_attribute(qfp_source *f, const char *object, const char *name);

/* The times that maps are drawn at: of a movie all, a frame each, else at most `most`, spread evenly over the run, the
 * first and the last included. */
size_t qfpi_columns(const qfp_source *f, size_t most);
size_t qfpi_time(const qfp_source *f, size_t columns, size_t column);
int qfpi_frame(const qfp_source *f, size_t column);

#endif
