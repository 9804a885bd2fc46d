/* device.cuh - the context, the buffer, and how both give out memory.
 *
 * One context has one stream; everything is queued there in the order of the calls, and nothing
 * waits except where a result is handed to the host.
 */
#ifndef QFPI_CUDA_DEVICE_CUH
#define QFPI_CUDA_DEVICE_CUH

#include "backend.h"
#include "cuda/check.cuh"

#define CUDA_THREADS 256

struct qfp_context {
    int device;
    qfp_precision precision;
    size_t shared_most; /* bytes of shared memory that a block of this device may ask for */
    int multiprocessors;
    size_t threads_most; /* that are resident on the device at once */
    size_t objects;      /* buffers and plans, which all have this precision */
    cudaStream_t stream;
    double
        *scratch; /* on the device, for sums on their way; grows when buffers and plans are made */
    size_t scratch_doubles;
    double *landing; /* pinned host memory, CUDA_LANDING doubles, for results of reductions */
};

#define CUDA_LANDING 128

/* A vector that a recurrence has left is not divided by its norm at once: that would be a pass over
 * it.  While `owes_factor`, the buffer stands for *factor times its data, rounded to its precision,
 * and kernels that know of it multiply as they read (cuda_factor). */
struct qfp_buffer {
    qfp_context *context;
    size_t count;
    void *data;
    double *factor; /* on the device, one number */
    mutable bool owes_factor;
    const qfp_buffer *whole; /* of a view: whose data it shows, with the factor */
};

/* Queues the multiplication of the data by the factor; the check of the caller's own launch finds
 * what goes wrong. */
void cuda_settle(const qfp_buffer *buffer);

/* function<R>(…), R the real type of the context's buffers. */
#define CUDA_BY_PRECISION(context, function, ...)                                                  \
    ((context)->precision == QFP_PRECISION_SINGLE ? function<float>(__VA_ARGS__)                   \
                                                  : function<double>(__VA_ARGS__))

static inline size_t cuda_real_bytes(const qfp_context *context)
{
    return context->precision == QFP_PRECISION_SINGLE ? sizeof(float) : sizeof(double);
}

/* The buffer that has the factor. */
static inline const qfp_buffer *cuda_whole(const qfp_buffer *buffer)
{
    return buffer->whole != nullptr ? buffer->whole : buffer;
}

/* The elements of a buffer, for any kernel. */
template <class R> static inline R *cuda_data(const qfp_buffer *buffer)
{
    const qfp_buffer *whole = cuda_whole(buffer);
    if (whole->owes_factor)
        cuda_settle(whole);
    return static_cast<R *>(buffer->data);
}

/* The elements, for a kernel that overwrites the first `count` without reading them. */
template <class R> static inline R *cuda_overwritten(const qfp_buffer *buffer, size_t count)
{
    if (count == buffer->count)
        buffer->owes_factor = false;
    return cuda_data<R>(buffer);
}

/* For a kernel that multiplies: element i is (R)(cuda_scale(cuda_factor(x)) *
 * cuda_unscaled(x)[i]). */
template <class R> static inline const R *cuda_unscaled(const qfp_buffer *buffer)
{
    return static_cast<const R *>(buffer->data);
}

static inline const double *cuda_factor(const qfp_buffer *buffer)
{
    const qfp_buffer *whole = cuda_whole(buffer);
    return whole->owes_factor ? whole->factor : nullptr;
}

static inline __device__ double cuda_scale(const double *factor)
{
    return factor != nullptr ? *factor : 1.0;
}

/* Device memory, refused with the arithmetic where the driver has less (who is asked for figures
 * only then: this is called inside runs); cudaFree releases it. */
qfp_status cuda_allocate(size_t count, size_t element, const char *what, void **out) QFP_MUST_USE;

template <class T>
static inline QFP_MUST_USE qfp_status cuda_allocate_array(size_t count, const char *what, T **out)
{
    void *memory = nullptr;
    qfp_status status = cuda_allocate(count, sizeof(T), what, &memory);
    *out = static_cast<T *>(memory);
    return status;
}

/* A copy of a host array on the device; waits, so that the array may go. */
qfp_status cuda_copy_in(qfp_context *context, const void *from, size_t count, size_t element,
                        const char *what, void **out) QFP_MUST_USE;

template <class T>
static inline QFP_MUST_USE qfp_status cuda_stage(qfp_context *context, const T *from, size_t count,
                                                 const char *what, T **out)
{
    void *memory = nullptr;
    qfp_status status = cuda_copy_in(context, from, count, sizeof(T), what, &memory);
    *out = static_cast<T *>(memory);
    return status;
}

/* The driver keeps a stack for every thread that may be resident, and enlarges them all at the
 * first launch that needs more than 1 KiB each: gigabytes, which no figure of free memory knew
 * before. What creates something whose kernel may need more lets it happen then; QFP_MEMORY, with
 * the arithmetic, where there is no room. */
qfp_status cuda_reserve_stack_bytes(qfp_context *context, size_t bytes,
                                    const char *what) QFP_MUST_USE;

template <class F>
static inline QFP_MUST_USE qfp_status cuda_reserve_stacks(qfp_context *context, F *kernel,
                                                          const char *what)
{
    cudaFuncAttributes attributes;
    QFP_CUDA_TRY(cudaFuncGetAttributes(&attributes, kernel), what);
    return cuda_reserve_stack_bytes(context, attributes.localSizeBytes, what);
}

/* At least so many doubles in context->scratch; what was there is lost. */
qfp_status cuda_reserve(qfp_context *context, size_t doubles) QFP_MUST_USE;

/* Blocks for one cell per thread; a kernel that loops with the grid's stride takes the rest. */
static inline unsigned cuda_blocks(size_t cells)
{
    const size_t most = (size_t)1 << 30;
    size_t blocks = (cells + CUDA_THREADS - 1) / CUDA_THREADS;
    return (unsigned)(blocks < most ? blocks : most);
}

/* The first cell of a thread and the distance to its next one. */
static inline __device__ size_t cuda_first_cell()
{
    return (size_t)blockIdx.x * blockDim.x + threadIdx.x;
}

static inline __device__ size_t cuda_cell_step()
{
    return (size_t)gridDim.x * blockDim.x;
}

qfp_status cuda_synchronize(qfp_context *context);

/* Operations on vectors that have files of their own: combine.cu, inner.cu, extrema.cu,
 * entropy.cu. */
qfp_status cuda_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                        qfp_buffer *const *x);
qfp_status cuda_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                      double *out);
qfp_status cuda_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite);
qfp_status cuda_entropy(size_t count, const qfp_buffer *q, double scale, double *out);

#endif
