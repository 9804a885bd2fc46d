/* paths.h - the CPU's functions behind backend.h, and how a path is read and written. */
#ifndef QFPI_CPU_PATHS_H
#define QFPI_CPU_PATHS_H

#include "backend.h"
#include "cpu/buffer.h"
#include "shared/guided_cell.h"

static inline void cpu_path_load(const qfp_path_set *set, const double *x, size_t i,
                                 qfpi_complex *coordinate)
{
    for (int c = 0; c < set->coordinates; ++c) {
        coordinate[c].re = x[2 * (size_t)c * set->paths + i];
        coordinate[c].im = x[(2 * (size_t)c + 1) * set->paths + i];
    }
}

static inline void cpu_path_store(const qfp_path_set *set, double *x, size_t i, int coordinates,
                                  const qfpi_complex *coordinate)
{
    for (int c = 0; c < coordinates; ++c) {
        x[2 * (size_t)c * set->paths + i] = coordinate[c].re;
        x[(2 * (size_t)c + 1) * set->paths + i] = coordinate[c].im;
    }
}

qfp_status cpu_paths_draw(qfp_context *context, const qfp_path_set *set, int modes,
                          const int *levels, size_t ket_count, const double *weights,
                          const double *kets, qfp_buffer *x);
qfp_status cpu_paths_gaussian(qfp_context *context, const qfp_path_set *set, uint64_t block,
                              int keep, const double *mean, const double *spread, qfp_buffer *x);
qfp_status cpu_doubled_create(qfp_context *context, int modes,
                              const qfp_path_polynomial *polynomials, qfp_doubled **out);
void cpu_doubled_destroy(qfp_doubled *doubled);
qfp_status cpu_doubled_advance(const qfp_doubled *doubled, const qfp_path_set *set,
                               const qfp_path_step *step, double limit, qfp_buffer *x,
                               size_t *lost);
qfp_status cpu_guide_create(qfp_context *context, const qfp_guide_spec *spec, qfp_guide **out);
void cpu_guide_destroy(qfp_guide *guide);
qfp_status cpu_guide_load(qfp_guide *guide, int node, const double *kets);
qfp_status cpu_guide_advance(const qfp_guide *guide, const qfp_path_set *set,
                             const qfp_path_step *step, qfp_buffer *x, size_t *lost);
qfp_status cpu_boundary_begin(qfp_context *context, const qfp_path_set *set,
                              const qfp_boundary_spec *spec, qfp_buffer *x, qfp_buffer *weights);
qfp_status cpu_boundary_advance(qfp_context *context, const qfp_path_set *set,
                                const qfp_boundary_spec *spec, size_t node, qfp_buffer *x);
qfp_status cpu_action_run(qfp_context *context, const qfp_path_set *set,
                          const qfp_action_spec *spec, size_t slice_count, const size_t *slices,
                          double *out, double *acceptance);
qfp_status cpu_paths_sums(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                          const qfp_path_polynomial *functions, size_t batches, const qfp_buffer *x,
                          const qfp_buffer *weights, double *out);
qfp_status cpu_paths_histogram(qfp_context *context, const qfp_path_set *set, int coordinate,
                               size_t cells, const double bounds[4], const qfp_buffer *x,
                               const qfp_buffer *weights, double *counts);

#endif
