/* objects.h - what the CPU can do with the objects of backend.h, each table in the file of its
 * object. */
#ifndef QFPI_CPU_OBJECTS_H
#define QFPI_CPU_OBJECTS_H

#include "backend.h"

extern const qfp_vector_operations qfp_cpu_vector;
extern const qfp_recurrence_operations qfp_cpu_recurrence;
extern const qfp_grid_operations qfp_cpu_grid;
extern const qfp_symbol_operations qfp_cpu_symbol;
extern const qfp_plane_operations qfp_cpu_plane;
extern const qfp_flow_operations qfp_cpu_flow;
extern const qfp_stencil_operations qfp_cpu_stencil;
extern const qfp_paths_operations qfp_cpu_paths;
extern const qfp_guide_operations qfp_cpu_guide;
extern const qfp_doubled_operations qfp_cpu_doubled;
extern const qfp_diffusion_operations qfp_cpu_diffusion;
extern const qfp_boundary_operations qfp_cpu_boundary;
extern const qfp_action_operations qfp_cpu_action;
extern const qfp_process_operations qfp_cpu_process;
extern const qfp_density_operations qfp_cpu_density;
extern const qfp_wave_operations qfp_cpu_wave;

/* Buffers that other processes see (buffer_shared.c); unmapped, and not freed, by the buffer that is. */
qfp_status cpu_create_shared(qfp_context *context, size_t count, qfp_buffer **out,
                             qfp_buffer_key *key) QFP_MUST_USE;
qfp_status cpu_open_shared(qfp_context *context, size_t count, const qfp_buffer_key *key,
                           qfp_buffer **out) QFP_MUST_USE;
void cpu_unmap(const qfp_buffer *buffer);

#endif
