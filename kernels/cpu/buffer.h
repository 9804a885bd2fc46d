/* buffer.h - the CPU's context and buffer.  The checked backend hands the CPU buffers of its own
 * pages, and knows this layout for that reason. */
#ifndef QFPI_CPU_BUFFER_H
#define QFPI_CPU_BUFFER_H

#ifdef _OPENMP
#include <omp.h>
#endif

#include "backend.h"

#define CPU_ALIGNMENT 64

struct qfp_context {
    int threads;
    int reproducible; /* FFTW may not time its algorithms */
};

struct qfp_buffer {
    const qfp_context *context;
    size_t count;
    int is_view;   /* of data that another buffer owns */
    int is_shared; /* pages of `file`, −1 where another process has it */
    int file;
    double *data; /* aligned to CPU_ALIGNMENT: FFTW plans are made for that */
};

/* Below this many doubles a second thread costs more than it brings. The thread sanitizer's build
 * sets 1: it is to see every loop divided, also over the small grids of tests. */
#ifndef CPU_PARALLEL_DOUBLES
#define CPU_PARALLEL_DOUBLES ((size_t)1 << 17)
#endif

static inline int cpu_threads_for(const qfp_context *context, size_t doubles)
{
    return doubles >= CPU_PARALLEL_DOUBLES ? context->threads : 1;
}

static inline int cpu_thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

/* Aligned and uninitialised; free() releases it. */
qfp_status cpu_allocate(size_t doubles, const char *what, double **out) QFP_MUST_USE;

/* Operations on vectors that have files of their own, combine.c and reduce.c. */
qfp_status cpu_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                       qfp_buffer *const *x);
qfp_status cpu_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                     double *out);
/* y += a x; out = Σ y², as combine and inner do it one after the other. */
qfp_status cpu_add_and_square(size_t count, double a, const qfp_buffer *x, qfp_buffer *y,
                              double *out);
qfp_status cpu_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite);
qfp_status cpu_entropy(size_t count, const qfp_buffer *q, double scale, double *out);

#endif
