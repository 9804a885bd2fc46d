/* compare_values.h - INTERNAL: the numbers of one dataset in two files. */
#ifndef QFPI_COMPARE_VALUES_H
#define QFPI_COMPARE_VALUES_H

#include "io/hdf5_access.h"

typedef struct compare_file {
    const char *path;
    hid_t file;
} compare_file;

typedef enum compare_agreement { SHAPES_DIFFER, ONLY_NAN, HAS_NUMBERS } compare_agreement;

typedef struct compare_difference {
    double amount; /* |a − b|; infinite: NaN or infinity in one file only */
    double stated; /* the errors that the two files state there, together; NaN: none */
    hsize_t row;   /* of the first axis */
} compare_difference;

typedef struct compare_values {
    compare_agreement agreement;
    char shapes[320]; /* "6 x 101 against 4 x 101", when they differ */
    double scale;     /* the largest finite |value| of either file */
    compare_difference largest;
    compare_difference unexplained; /* the largest of those above what is stated there */
    hsize_t rows;
} compare_values;

/* Reads the dataset `name` of both, a part of the first axis at a time, and the datasets `errors` of what
 * each of them states; NULL for a file that states nothing. */
qfp_status qfpi_compare_values(const compare_file files[2], const char *name,
                               const char *const errors[2], compare_values *out);

/* Number `row` of the dataset `times` when that has as many as there are rows, NaN otherwise. */
double qfpi_compare_time(const compare_file *file, const char *times, hsize_t rows, hsize_t row);

#endif
