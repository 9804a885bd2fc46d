/* plane_of_single_small.cu - plane kernels in single precision, see plane_programs.cuh. */
#include "cuda/plane_kernel.cuh"
#include "cuda/plane_programs.cuh"

size_t cuda_planes_single_small(const cuda_plane_program **list)
{
    return plane_programs<float, CUDA_PLANES_SMALL>(list);
}
