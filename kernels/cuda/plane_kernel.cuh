/* plane_kernel.cuh - the plane kernel for one n: y (+)= L_j u, plane.cuh says how.
 *
 * Only here and in the files that compile it (plane_of_*.cu) is n a number of the program.
 */
#ifndef QFPI_CUDA_PLANE_KERNEL_CUH
#define QFPI_CUDA_PLANE_KERNEL_CUH

#include "cuda/plane_line.cuh"

/* What a block works with; a pair of planes has its cells in global memory at
 * cell[0 or 1] + q step_q + p step_p. */
template <class R, unsigned N, bool SCRATCH> struct plane_block {
    using complex = cuda_complex<R>;
    using line = plane_line<R, N>;
    static constexpr cuda_plane_geometry g = line::geometry;
    static constexpr unsigned FIRST = g.first, SECOND = g.second;
    static constexpr unsigned PITCH = SCRATCH ? N : g.pitch; /* of inner parts */
    static constexpr unsigned SIZE = N * PITCH;

    complex *part; /* inner parts, arrays of SIZE */
    complex *kept; /* u, rows g.pitch apart, or NULL */
    complex *tile; /* SCRATCH: where lines are exchanged */
    const R *u;
    R *y;
    double scale; /* of u */
    size_t cell[2], step_q, step_p;
    int pair;       /* 0 at the end of an odd number of planes */
    int neighbours; /* the two planes are side by side in memory */
    line own;
    unsigned warp, slot;

    /* The line of coordinate x: where it begins in an array of rows `pitch` apart, and its step. */
    template <int ALONG>
    static __forceinline__ __device__ unsigned start(unsigned x, unsigned pitch)
    {
        return ALONG == CUDA_ALONG_P ? x * pitch : x;
    }

    template <int ALONG> static __forceinline__ __device__ unsigned stride(unsigned pitch)
    {
        return ALONG == CUDA_ALONG_P ? 1 : pitch;
    }

    /* The same in global memory. */
    template <int ALONG> __forceinline__ __device__ size_t step_along() const
    {
        return ALONG == CUDA_ALONG_P ? step_p : step_q;
    }

    __forceinline__ __device__ complex scaled(complex v) const
    {
        return complex{(R)(scale * v.re), (R)(scale * v.im)};
    }

    /* What both planes hold at a place: the first one twice where there is no other. */
    template <class F> __forceinline__ __device__ void read_u(const F &for_places) const
    {
        const R *from = u + cell[0];
        if (neighbours) {
            for_places([&](size_t at, complex &v) {
                v = scaled(*reinterpret_cast<const complex *>(from + at));
            });
            return;
        }
        size_t apart = cell[1] - cell[0];
        for_places([&](size_t at, complex &v) { v = scaled(complex{from[at], from[at + apart]}); });
    }

    __forceinline__ __device__ void keep_u() const
    {
        read_u([&](auto read) {
            for (unsigned i = threadIdx.x; i < N * N; i += blockDim.x) {
                unsigned q = i / N, p = i % N;
                read(q * step_q + p * step_p, kept[q * g.pitch + p]);
            }
        });
        __syncthreads();
    }

    template <int ALONG> __forceinline__ __device__ void load_u(unsigned x, complex *v) const
    {
        if (!own.here)
            return;
        if (kept != nullptr) {
            const complex *from = kept + start<ALONG>(x, g.pitch);
            unsigned apart = stride<ALONG>(g.pitch);
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                v[q] = from[(own.lane + SECOND * q) * apart];
            });
            return;
        }
        size_t apart = step_along<ALONG>(), at = x * step_along<1 - ALONG>() + own.lane * apart;
        read_u([&](auto read) {
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                read(at + SECOND * q * apart, v[q]);
            });
        });
    }

    template <int ALONG>
    __forceinline__ __device__ void store_y(unsigned x, int add, complex *v) const
    {
        if (!own.here)
            return;
        size_t apart = step_along<ALONG>();
        R *to = y + cell[0] + x * step_along<1 - ALONG>() + own.lane * apart;
        if (neighbours) {
            if (add)
                for_constants<(int)FIRST>([&](auto i) {
                    constexpr unsigned q = decltype(i)::value;
                    v[q] = plus(*reinterpret_cast<complex *>(to + SECOND * q * apart), v[q]);
                });
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                *reinterpret_cast<complex *>(to + SECOND * q * apart) = v[q];
            });
            return;
        }
        R *second = to + (cell[1] - cell[0]);
        if (add)
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                v[q].re += to[SECOND * q * apart];
                v[q].im += second[SECOND * q * apart];
            });
        for_constants<(int)FIRST>([&](auto i) {
            constexpr unsigned q = decltype(i)::value;
            to[SECOND * q * apart] = v[q].re;
        });
        if (pair)
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                second[SECOND * q * apart] = v[q].im;
            });
    }

    /* Where the lanes of the line at x exchange: in the line itself, of one of the arrays. */
    template <int ALONG> __forceinline__ __device__ void exchange_in(unsigned x, int array)
    {
        if constexpr (SCRATCH) {
            own.exchange = tile + (warp * g.lines + slot) * N;
            own.step = 1;
        } else {
            own.exchange = part + (unsigned)array * SIZE + start<ALONG>(x, PITCH);
            own.step = stride<ALONG>(PITCH);
        }
    }

    template <int ALONG>
    __forceinline__ __device__ void move_part(unsigned x, int array, bool to, complex *v) const
    {
        complex *at = part + (unsigned)array * SIZE + start<ALONG>(x, PITCH);
        unsigned apart = stride<ALONG>(PITCH);
        if (own.here)
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned q = decltype(i)::value;
                complex *cell_of_part = at + (own.lane + SECOND * q) * apart;
                if (to)
                    *cell_of_part = v[q];
                else
                    v[q] = *cell_of_part;
            });
    }

    /* Both planes times their value of a spectator. */
    __forceinline__ __device__ void times_spectator(const cuda_plane_view &v, int spectator,
                                                    size_t plane, complex *x) const
    {
        if (spectator == CUDA_PLANE_NONE)
            return;
        const double *value = v.spectators + (size_t)spectator * v.planes + plane;
        R re = (R)value[0], im = (R)value[pair];
        for_constants<(int)FIRST>([&](auto i) {
            constexpr unsigned q = decltype(i)::value;
            x[q] = complex{re * x[q].re, im * x[q].im};
        });
    }

    /* The coordinate of this lane's line in a set of lines. */
    __forceinline__ __device__ unsigned take_line(unsigned set)
    {
        unsigned x = set * g.lines + slot;
        own.here = slot < g.lines && x < N;
        return own.here ? x : 0;
    }

    /* part_i = c F⁻¹ W f_i F u, all of them line by line across the direction of the gather. */
    template <int ALONG>
    __forceinline__ __device__ void make_parts(const cuda_plane_view &v, const cuda_plane_gather &f,
                                               size_t plane)
    {
        const cuda_plane_space &space = v.space[ALONG];
#pragma unroll 1
        for (unsigned set = warp; set < g.sets; set += g.warps) {
            unsigned x = take_line(set);
            complex spectrum[SECOND] = {};
            load_u<ALONG>(x, spectrum);
            exchange_in<ALONG>(x, 0);
            own.forward(spectrum);
            window_line<R, N>(space, x, own.frequency(), spectrum);
#pragma unroll 1
            for (int i = 0; i < f.inner; ++i) {
                const cuda_plane_product product = f.product[i];
                complex moving[SECOND] = {};
                add_product<R, N>(v, space, v.factor[product.first], x, own.frequency(), spectrum,
                                  moving);
                exchange_in<ALONG>(x, i);
                own.inverse(moving);
                times_spectator(v, product.spectator, plane, moving);
                __syncwarp(); /* what is overwritten has been read by all */
                move_part<ALONG>(x, i, true, moving);
            }
        }
        __syncthreads();
    }

    /* y (+)= F⁻¹ W Σ last F (part or c u) */
    template <int ALONG>
    __forceinline__ __device__ void gather(const cuda_plane_view &v, size_t plane, int add)
    {
        const cuda_plane_gather &f = v.gather[ALONG];
        const cuda_plane_space &space = v.space[ALONG];
        if (f.inner > 0)
            make_parts<1 - ALONG>(v, f, plane);
#pragma unroll 1
        for (unsigned set = warp; set < g.sets; set += g.warps) {
            unsigned x = take_line(set);
            complex sum[SECOND] = {}, moving[SECOND] = {};
            exchange_in<ALONG>(x, 0); /* the first part is not read again */
#pragma unroll 1
            for (int i = 0; i < f.count; ++i) {
                const cuda_plane_product product = f.product[i];
                if (i < f.inner) {
                    move_part<ALONG>(x, i, false, moving);
                } else {
                    load_u<ALONG>(x, moving);
                    times_spectator(v, product.spectator, plane, moving);
                }
                own.forward(moving);
                add_product<R, N>(v, space, v.factor[product.last], x, own.frequency(), moving,
                                  sum);
            }
            window_line<R, N>(space, x, own.frequency(), sum);
            own.inverse(sum);
            store_y<ALONG>(x, add, sum);
        }
        __syncthreads(); /* parts are made anew */
    }
};

/* The first cell of a plane. */
static __forceinline__ __device__ size_t plane_cell(const cuda_plane_view &v, size_t n,
                                                    size_t plane)
{
    size_t rest = plane / v.after;
    return ((rest / v.between * n * v.between + rest % v.between) * n) * v.after + plane % v.after;
}

template <class R, unsigned N, bool SCRATCH>
static __global__ void __launch_bounds__(plane_line<R, N>::geometry.warps *CUDA_WARP,
                                         plane_line<R, N>::geometry.blocks)
    k_plane(const __grid_constant__ cuda_plane_view v, int accumulate, const R *u,
            const double *factor, R *y)
{
    using block = plane_block<R, N, SCRATCH>;
    QFP_SHARED(cuda_complex<R>, shared);
    block b;
    b.part = SCRATCH ? static_cast<cuda_complex<R> *>(v.scratch) +
                           (size_t)blockIdx.x * (unsigned)v.arrays * block::SIZE
                     : shared;
    b.tile = shared;
    b.kept = v.kept_at > 0 ? shared + v.kept_at : nullptr;
    b.u = u;
    b.scale = cuda_scale(factor);
    b.y = y;
    b.step_p = v.after;
    b.step_q = v.between * N * v.after;
    b.warp = threadIdx.x / CUDA_WARP;
    b.slot = threadIdx.x % CUDA_WARP / block::SECOND;
    b.own.set_lane(threadIdx.x % CUDA_WARP % block::SECOND,
                   static_cast<const cuda_complex<R> *>(v.roots));
    for (size_t plane = 2 * (size_t)blockIdx.x; plane < v.planes; plane += 2 * (size_t)gridDim.x) {
        int add = accumulate;
        b.pair = plane + 1 < v.planes;
        b.cell[0] = plane_cell(v, N, plane);
        b.cell[1] = b.pair ? plane_cell(v, N, plane + 1) : b.cell[0];
        b.neighbours = b.cell[1] == b.cell[0] + 1;
        if (b.kept != nullptr)
            b.keep_u();
        if (v.gather[CUDA_ALONG_Q].count > 0) {
            b.template gather<CUDA_ALONG_Q>(v, plane, add);
            add = 1;
        }
        if (v.gather[CUDA_ALONG_P].count > 0)
            b.template gather<CUDA_ALONG_P>(v, plane, add);
    }
}

template <class R, unsigned N>
static void queue_plane(int in_scratch, unsigned blocks, size_t shared, cudaStream_t stream,
                        const cuda_plane_view *view, int accumulate, const void *u,
                        const double *factor, void *y)
{
    const unsigned threads = plane_line<R, N>::geometry.warps * CUDA_WARP;
    if (in_scratch)
        QFP_LAUNCH((k_plane<R, N, true>), blocks, threads, shared, stream, *view, accumulate,
                   static_cast<const R *>(u), factor, static_cast<R *>(y));
    else
        QFP_LAUNCH((k_plane<R, N, false>), blocks, threads, shared, stream, *view, accumulate,
                   static_cast<const R *>(u), factor, static_cast<R *>(y));
}

template <class R, unsigned N> static cuda_plane_program plane_program()
{
    return cuda_plane_program{N,
                              {reinterpret_cast<const void *>(k_plane<R, N, false>),
                               reinterpret_cast<const void *>(k_plane<R, N, true>)},
                              queue_plane<R, N>};
}

/* One program for every n; the list is made once. */
template <class R, unsigned... N> static size_t plane_programs(const cuda_plane_program **list)
{
    static const cuda_plane_program programs[] = {plane_program<R, N>()...};
    *list = programs;
    return sizeof...(N);
}

#endif
