/* backend_cuda.cu - the table of the CUDA backend. */
#include "cuda/objects.cuh"

const qfp_backend *qfp_backend_cuda(void)
{
    static const qfp_backend table = [] {
        qfp_backend t = {};
        t.name = "cuda";
        t.device = &qfp_cuda_device;
        t.vector = &qfp_cuda_vector;
        t.recurrence = &qfp_cuda_recurrence;
        t.grid = &qfp_cuda_grid;
        t.symbol = &qfp_cuda_symbol;
        t.plane = &qfp_cuda_plane;
        t.flow = &qfp_cuda_flow;
        t.stencil = &qfp_cuda_stencil;
        t.paths = &qfp_cuda_paths;
        t.guide = &qfp_cuda_guide;
        t.doubled = &qfp_cuda_doubled;
        t.diffusion = &qfp_cuda_diffusion;
        t.boundary = &qfp_cuda_boundary;
        t.action = &qfp_cuda_action;
        return t;
    }();
    return &table;
}
