/* backend.h - INTERNAL: the seam.  One table per backend, whose members are the operations on one
 * kind of object each; backend/OBJECT.h says what they do.
 *
 * Above it (host/) C decides what is computed; below it (kernels/) lives every loop over cells that a
 * step repeats.  No CUDA or FFTW type crosses.  Buffers are opaque: host code may not look inside,
 * whatever the backend.  Plain doubles only, so that CUDA C++ can include this header.
 */
#ifndef QFPI_BACKEND_H
#define QFPI_BACKEND_H

#include "backend/action.h"
#include "backend/boundary.h"
#include "backend/density.h"
#include "backend/device.h"
#include "backend/diffusion.h"
#include "backend/doubled.h"
#include "backend/flow.h"
#include "backend/grid.h"
#include "backend/guide.h"
#include "backend/paths.h"
#include "backend/plane.h"
#include "backend/process.h"
#include "backend/recurrence.h"
#include "backend/stencil.h"
#include "backend/symbol.h"
#include "backend/vector.h"
#include "backend/wave.h"

#ifdef __cplusplus
extern "C" {
#endif

/* NULL: the backend has no such object. */
typedef struct qfp_backend {
    const char *name; /* "cpu", "checked", "cuda", "distributed" */
    const qfp_device_operations *device;
    const qfp_vector_operations *vector;
    const qfp_recurrence_operations *recurrence;
    const qfp_grid_operations *grid;
    const qfp_symbol_operations *symbol;
    const qfp_plane_operations *plane;
    const qfp_flow_operations *flow;
    const qfp_stencil_operations *stencil;
    const qfp_paths_operations *paths;
    const qfp_guide_operations *guide;
    const qfp_doubled_operations *doubled;
    const qfp_diffusion_operations *diffusion;
    const qfp_boundary_operations *boundary;
    const qfp_action_operations *action;
    const qfp_process_operations *process;
    const qfp_density_operations *density;
    const qfp_wave_operations *wave;
} qfp_backend;

/* `cuda` is a module, opened by the first call (kernels/cuda/load.c); where there is none or it cannot be
 * loaded, it has nothing but a device, whose available() answers QFP_DEVICE and why.
 * `checked` wraps cpu for tests: buffers that host code cannot touch, poisoned when new. */
const qfp_backend *qfp_backend_cpu(void);
const qfp_backend *qfp_backend_checked(void);
const qfp_backend *qfp_backend_cuda(void);

/* One problem on all ranks (core/ranks.h), each of which computes on its `inner` backend, the one of the last call: arrays
 * on grids are divided, and every rank makes the same calls with the sizes of whole arrays.  Only grids, their
 * symbols, planes and flows, and vectors. */
const qfp_backend *qfp_backend_distributed(const qfp_backend *inner);

#ifdef __cplusplus
}
#endif
#endif
