/* plane_layout.cu - which plane kernels there are, and where what they need fits on a device. */
#include "cuda/plane.cuh"
#include "cuda/plane_programs.cuh"

const cuda_plane_program *cuda_plane_program_of(unsigned n, size_t real_bytes)
{
    typedef size_t (*programs)(const cuda_plane_program **);
    static const programs in_double[] = {cuda_planes_double_small, cuda_planes_double_medium,
                                         cuda_planes_double_large},
                          in_single[] = {cuda_planes_single_small, cuda_planes_single_medium,
                                         cuda_planes_single_large};
    for (programs give : real_bytes == sizeof(double) ? in_double : in_single) {
        const cuda_plane_program *list;
        size_t count = give(&list);
        for (size_t i = 0; i < count; ++i)
            if (list[i].n == n)
                return &list[i];
    }
    return nullptr;
}

int cuda_plane_layout_choose(const qfp_context *context, unsigned n, int arrays,
                             cuda_plane_layout *layout)
{
    const size_t number = 2 * cuda_real_bytes(context), most = context->shared_most / number;
    const cuda_plane_geometry g = cuda_plane_geometry_of(n, (unsigned)number / 8);
    const size_t plane = (size_t)n * g.pitch, parts = (size_t)arrays * plane;
    const size_t tile = (size_t)g.warps * g.lines * n;
    *layout = cuda_plane_layout{};
    layout->in_scratch = parts > most;
    size_t used = layout->in_scratch ? tile : parts;
    if (used + plane <= most) {
        layout->kept_at = used;
        used += plane;
    }
    layout->shared_bytes = used * number;
    layout->part_bytes = (size_t)arrays * n * n * number;
    return used <= most;
}
