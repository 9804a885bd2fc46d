/* plane_programs.cuh - which plane kernels are compiled: one for every n of these lists, in files
 * plane_of_*.cu that can be compiled side by side.
 *
 * From 24 to 96 that is every even n without a prime factor above 7 but 98's kin: what `plan`
 * chooses.  Below and above are sizes that people and tests give.
 */
#ifndef QFPI_CUDA_PLANE_PROGRAMS_CUH
#define QFPI_CUDA_PLANE_PROGRAMS_CUH

#include "cuda/plane.cuh"

#ifndef CUDA_PLANES_SMALL /* the build may ask for fewer */
#define CUDA_PLANES_SMALL 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 30, 32, 36
#define CUDA_PLANES_MEDIUM 40, 42, 48, 50, 54, 56, 60, 64
#define CUDA_PLANES_LARGE 70, 72, 80, 84, 90, 96, 100, 108, 112, 120, 128
#endif

/* Each gives out its list and returns its length. */
size_t cuda_planes_double_small(const cuda_plane_program **list);
size_t cuda_planes_double_medium(const cuda_plane_program **list);
size_t cuda_planes_double_large(const cuda_plane_program **list);
size_t cuda_planes_single_small(const cuda_plane_program **list);
size_t cuda_planes_single_medium(const cuda_plane_program **list);
size_t cuda_planes_single_large(const cuda_plane_program **list);

#endif
