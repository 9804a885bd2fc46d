/* compare.h - the worst disagreement of two output files, dataset by dataset. */
#ifndef QFP_COMPARE_H
#define QFP_COMPARE_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_compare_options {
    double tolerance; /* of the verdict; INFINITY: only what cannot be compared counts */
    const char *only; /* names of datasets or groups, separated by commas; NULL: all */
} qfp_compare_options;

typedef enum qfp_comparison_finding {
    QFP_COMPARED,
    QFP_ONLY_IN_A,
    QFP_ONLY_IN_B,
    QFP_OTHER_SHAPE, /* or real in one file, complex in the other */
    QFP_NOTHING_BUT_NAN
} qfp_comparison_finding;

/* A dataset of numbers of either file: its largest difference over `scale`, which is
 *   - the largest |value| of the pair for times, axes, husimi, fields, histogram, density, kernel;
 *   - max(1, largest |value|) for all others: observables, series, distance, paths.
 * NaN in both files at one place is agreement.
 *
 * /errors have no rows unless `only` names them.
 *
 * `judged`, whether the verdict counts it.  What a method says of itself is not, unless `only` names
 * the very dataset: /errors and the diagnostics (tail, edge_x, min_q, truncation, …); purity and
 * Wehrl entropy are where a file states their error.  Nor is what a file of another program lacks
 * beyond times, axes, Husimi functions, energy, n_j, re_a_j and im_a_j, which every file has.
 *
 * A judged dataset fails when it is in one file only, of another shape, NaN in one file only or NaN
 * throughout, or when a value differs by more than tolerance × scale and by more than the two files
 * state as its error in /errors/NAME. */
typedef struct qfp_comparison_row {
    char *dataset;
    qfp_comparison_finding finding;
    int judged;
    double disagreement; /* infinite: another shape, or NaN or infinity in one file only */
    double scale;
    double stated;  /* the stated errors of both at that place, over `scale`; NaN: none */
    double at_time; /* of the worst value; NaN when the dataset has no time axis */
    char *reason;   /* why it fails, NULL when it does not */
} qfp_comparison_row;

typedef struct qfp_comparison {
    size_t count; /* in the order of their names */
    qfp_comparison_row *rows;
    size_t compared;             /* found in both files and judged, times and axes apart */
    size_t only_in_a, only_in_b; /* judged or not */
    double worst;                /* of the judged; infinite when nothing was compared */
    const char *worst_dataset;
    size_t failures; /* rows that fail; when nothing was compared that is one more */
    char *reason;    /* the first of them; NULL: the files agree */
} qfp_comparison;

/* Reads in the calling process, so that a crash of libhdf5 on a damaged file is the caller's; the program forks
 * before.  QFP_IO when a file cannot be read as HDF5, QFP_USAGE when `only` names what neither file has. */
QFP_API qfp_status qfp_compare_files(
    const char *a, const char *b, const qfp_compare_options *options, /* NULL: no tolerance, all */
    qfp_comparison *out) QFP_MUST_USE;
QFP_API void qfp_comparison_destroy(qfp_comparison *c);

#ifdef __cplusplus
}
#endif
#endif
