/* vector_types.h - dim3, double2 and their like; see ../cuda_on_host.h. */
#ifndef QFP_SHIM_VECTOR_TYPES_H
#define QFP_SHIM_VECTOR_TYPES_H

struct uint3 {
    unsigned int x, y, z;
};
struct dim3 {
    unsigned int x, y, z;
    constexpr dim3(unsigned int x_ = 1, unsigned int y_ = 1, unsigned int z_ = 1)
        : x(x_), y(y_), z(z_)
    {
    }
};

#define SHIM_VECTOR(type, name)                                                                    \
    struct alignas(2 * sizeof(type)) name##2                                                       \
    {                                                                                              \
        type x, y;                                                                                 \
    };                                                                                             \
    struct alignas(sizeof(type) < 8 ? 4 * sizeof(type) : 16) name##4                               \
    {                                                                                              \
        type x, y, z, w;                                                                           \
    };                                                                                             \
    static inline name##2 make_##name##2(type x, type y)                                           \
    {                                                                                              \
        return {x, y};                                                                             \
    }                                                                                              \
    static inline name##4 make_##name##4(type x, type y, type z, type w)                           \
    {                                                                                              \
        return {x, y, z, w};                                                                       \
    }
SHIM_VECTOR(float, float)
SHIM_VECTOR(double, double)
SHIM_VECTOR(int, int)
SHIM_VECTOR(unsigned int, uint)
#undef SHIM_VECTOR

static inline uint3 make_uint3(unsigned int x, unsigned int y, unsigned int z)
{
    return {x, y, z};
}

/* Where the running thread stands; set by ../block.cpp. */
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
static constexpr int warpSize = 32;

#endif
