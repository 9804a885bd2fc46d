/* arrays.h - a result in memory, while it grows and afterwards: the datasets that a file would hold, by their
 * names there (docs/output.md). */
#ifndef QFP_ARRAYS_H
#define QFP_ARRAYS_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_record qfp_arrays;

enum { QFP_ARRAY_AXES = 16 };

typedef struct qfp_array_axis {
    const char *name; /* "time", "x", "component" */
    size_t count;
    const double *values;      /* [count]; NULL: labels, or 1, 2, … */
    const char *const *labels; /* [count]; NULL: none */
} qfp_array_axis;

/* Row-major, the last axis the fastest; of complex numbers re and im side by side.  Everything is borrowed from what it was
 * found in: until the result is destroyed, or until a qfp_run_watch returns. */
typedef struct qfp_array {
    const char *name, *units, *long_name;
    int rank;
    qfp_array_axis axes[QFP_ARRAY_AXES]; /* [rank] */
    int is_complex;
    size_t count; /* of numbers, the product of the axes */
    const double
        *values; /* [count], of complex numbers [2 count]; NULL of an axis that has labels */
} qfp_array;

/* "/husimi/mode_1", "/observables/n_1", "/errors/n_1", "/state/rho", "/fields/drift", "/time", "/axes/x" …  QFP_USAGE when there
 * is none of this name, and for `from` NULL, as of a result that was not kept. */
QFP_API qfp_status qfp_arrays_find(const qfp_arrays *from, const char *name,
                                   qfp_array *out) QFP_MUST_USE;

/* How many there are, axes ("/axes/x") apart; 0 for NULL.  qfp_arrays_at gives the first, second, … of them, QFP_USAGE
 * behind the last. */
QFP_API size_t qfp_arrays_count(const qfp_arrays *from);
QFP_API qfp_status qfp_arrays_at(const qfp_arrays *from, size_t index, qfp_array *out) QFP_MUST_USE;

/* Where a run or a sample is. */
typedef struct qfp_run_moment {
    double time;   /* of the theory that made the last step */
    double done;   /* share of the whole, from 0 to 1 */
    int is_output; /* an output time was reached by all, and what belongs to it is in `arrays` */
    const qfp_arrays
        *arrays; /* at an output time of a result that is kept, all up to now; else NULL */
} qfp_run_moment;

/* Called after every step and at every output time, in the thread that called qfp_run or qfp_sample.  Anything but 0 stops with
 * QFP_INTERRUPTED, as a signal stops the program: with `keep` the times reached are in the result, and where there is a file and
 * the basis has one, a checkpoint is there to go on from.  At the last output time the answer is not looked at.  It may call what
 * qfp_arrays and qfp_config functions there are, but nothing that computes. */
typedef int qfp_run_watch(void *data, const qfp_run_moment *moment);

#ifdef __cplusplus
}
#endif
#endif
