/* plane_of_double_large.cu - plane kernels in double precision, see plane_programs.cuh. */
#include "cuda/plane_kernel.cuh"
#include "cuda/plane_programs.cuh"

size_t cuda_planes_double_large(const cuda_plane_program **list)
{
    return plane_programs<double, CUDA_PLANES_LARGE>(list);
}
