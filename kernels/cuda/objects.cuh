/* objects.cuh - what CUDA can do with the objects of backend.h, each table in the file of its
 * object. */
#ifndef QFPI_CUDA_OBJECTS_CUH
#define QFPI_CUDA_OBJECTS_CUH

#include "backend.h"

extern const qfp_device_operations qfp_cuda_device;
extern const qfp_vector_operations qfp_cuda_vector;
extern const qfp_recurrence_operations qfp_cuda_recurrence;
extern const qfp_grid_operations qfp_cuda_grid;
extern const qfp_symbol_operations qfp_cuda_symbol;
extern const qfp_plane_operations qfp_cuda_plane;
extern const qfp_flow_operations qfp_cuda_flow;
extern const qfp_stencil_operations qfp_cuda_stencil;
extern const qfp_paths_operations qfp_cuda_paths;
extern const qfp_guide_operations qfp_cuda_guide;
extern const qfp_doubled_operations qfp_cuda_doubled;
extern const qfp_diffusion_operations qfp_cuda_diffusion;
extern const qfp_boundary_operations qfp_cuda_boundary;
extern const qfp_action_operations qfp_cuda_action;

#endif
