/* compare.h - the worst disagreement of two output files, dataset by dataset. */
#ifndef QFP_COMPARE_H
#define QFP_COMPARE_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every floating dataset present in both files (time, axes, husimi, observables, fields, the same
 * below /theories/LABEL, distance): largest difference, relative to the largest |value| of the pair
 * for husimi and fields, to max(1, largest |value|) for the others. */
typedef struct qfp_comparison_row {
    char dataset[96];
    double disagreement; /* infinite: shapes differ, or NaN or infinity in one file only */
    double at_time;      /* time of the worst entry, NaN when the dataset has no time axis */
    int shapes_differ;
} qfp_comparison_row;

typedef struct qfp_comparison {
    size_t count;
    qfp_comparison_row *rows; /* owned */
    size_t only_in_a, only_in_b;
    double worst;
    char worst_dataset[96];
} qfp_comparison;

/* QFP_IO when a file cannot be read as HDF5.  Without any common dataset `worst` is infinite:
 * nothing compared is no agreement. */
qfp_status qfp_compare_files(const char *a, const char *b, qfp_comparison *out) QFP_MUST_USE;
void qfp_comparison_destroy(qfp_comparison *c);

#ifdef __cplusplus
}
#endif
#endif
