/* fft.cpp - cuFFT plans: layouts, work areas, what may be asked of them. */
#include <map>

#include "fft.h"

namespace shim {

namespace {

std::map<cufftHandle, fft_plan> plans;
cufftHandle last_handle = 100;

struct request {
    int rank;
    const long long *n, *inembed, *onembed;
    long long istride, idist, ostride, odist, batch;
    cufftType type;
};

bool type_is_known(cufftType type)
{
    return type == CUFFT_R2C || type == CUFFT_C2R || type == CUFFT_C2C || type == CUFFT_D2Z ||
           type == CUFFT_Z2D || type == CUFFT_Z2Z;
}

/* One side of the advanced layout; embed == NULL is the packed one, in which the other numbers are
 * ignored. */
fft_side describe(const request &q, const long long *embed, long long stride, long long dist,
                  bool halved, bool real)
{
    fft_side side = {};
    side.element_bytes = (fft_is_double(q.type) ? 8u : 4u) * (real ? 1u : 2u);
    long long packed = 1;
    for (int d = 0; d < q.rank; ++d) {
        side.length[d] = halved && d == q.rank - 1 ? q.n[d] / 2 + 1 : q.n[d];
        packed *= side.length[d];
    }
    long long step = embed != nullptr ? stride : 1;
    for (int d = q.rank; d-- > 0;) {
        side.stride[d] = step;
        step *= embed != nullptr ? embed[d] : side.length[d];
    }
    side.dist = embed != nullptr ? dist : packed;
    return side;
}

/* The declared storage has room for the transform. */
bool fits(const request &q, const fft_side &side, const long long *embed)
{
    if (embed == nullptr)
        return true;
    for (int d = 1; d < q.rank; ++d)
        if (embed[d] < side.length[d])
            return false;
    return true;
}

cufftResult check(const request &q)
{
    if (!type_is_known(q.type))
        return CUFFT_INVALID_TYPE;
    if (q.rank < 1 || q.rank > 3 || q.batch < 1)
        return CUFFT_INVALID_SIZE;
    for (int d = 0; d < q.rank; ++d)
        if (q.n[d] < 1)
            return CUFFT_INVALID_SIZE;
    if ((q.inembed == nullptr) != (q.onembed == nullptr)) {
        report("cuFFT: one of inembed and onembed is NULL, the other is not");
        return CUFFT_INVALID_VALUE;
    }
    if (q.inembed != nullptr && (q.istride < 1 || q.ostride < 1 || q.idist < 1 || q.odist < 1))
        return CUFFT_INVALID_VALUE;
    return CUFFT_SUCCESS;
}

cufftResult fill(const request &q, fft_plan *plan)
{
    cufftResult result = check(q);
    if (result != CUFFT_SUCCESS)
        return result;
    bool to_real = fft_to_real(q.type), from_real = !to_real && !fft_is_complex(q.type);
    plan->type = q.type;
    plan->rank = q.rank;
    plan->batch = q.batch;
    for (int d = 0; d < q.rank; ++d)
        plan->n[d] = q.n[d];
    plan->in = describe(q, q.inembed, q.istride, q.idist, to_real, from_real);
    plan->out = describe(q, q.onembed, q.ostride, q.odist, from_real, to_real);
    if (!fits(q, plan->in, q.inembed) || !fits(q, plan->out, q.onembed)) {
        report("cuFFT: an embedding smaller than the transform");
        return CUFFT_INVALID_VALUE;
    }
    size_t elements = static_cast<size_t>(q.batch);
    for (int d = 0; d < q.rank; ++d)
        elements *= static_cast<size_t>(q.n[d]);
    plan->work_bytes = elements * (fft_is_double(q.type) ? 16 : 8); /* as large as the data */
    return CUFFT_SUCCESS;
}

cufftResult make(cufftHandle handle, const request &q, size_t *work_bytes)
{
    auto found = plans.find(handle);
    if (found == plans.end() || found->second.made)
        return CUFFT_INVALID_PLAN;
    fft_plan *plan = &found->second;
    if (injected(CUDA_ON_HOST_PLAN))
        return CUFFT_INTERNAL_ERROR;
    cufftResult result = fill(q, plan);
    if (result != CUFFT_SUCCESS)
        return result;
    if (plan->automatic) {
        if (allocate_device(&plan->own_work, plan->work_bytes) != cudaSuccess)
            return CUFFT_ALLOC_FAILED;
        plan->work = plan->own_work;
    }
    plan->made = true;
    if (work_bytes != nullptr)
        *work_bytes = plan->work_bytes;
    return CUFFT_SUCCESS;
}

/* Arrays of int become arrays of long long. */
struct widened {
    long long n[3], inembed[3], onembed[3];
};

request widen(int rank, const int *n, const int *inembed, int istride, int idist,
              const int *onembed, int ostride, int odist, cufftType type, int batch, widened *w)
{
    for (int d = 0; rank <= 3 && d < rank; ++d) { /* another rank is refused later */
        w->n[d] = n[d];
        w->inembed[d] = inembed != nullptr ? inembed[d] : 0;
        w->onembed[d] = onembed != nullptr ? onembed[d] : 0;
    }
    return {rank,
            w->n,
            inembed != nullptr ? w->inembed : nullptr,
            onembed != nullptr ? w->onembed : nullptr,
            istride,
            idist,
            ostride,
            odist,
            batch,
            type};
}

bool in_device_memory(const void *pointer, size_t bytes, const char *what)
{
    place where;
    if (!locate(pointer, bytes, what, &where))
        return false;
    if (where != place::device)
        report("%s: %p is no device memory", what, pointer);
    return where == place::device;
}

cufftResult check_execution(const fft_plan &plan, cufftType type, const void *in, const void *out)
{
    if (!plan.made || plan.type != type)
        return CUFFT_INVALID_PLAN;
    if (plan.work == nullptr ||
        !in_device_memory(plan.work, plan.work_bytes, "the work area of a transform"))
        return CUFFT_NO_WORKSPACE;
    if (in == out && !fft_is_complex(type)) {
        report("cuFFT: transforms between real and complex numbers in place are not imitated");
        return CUFFT_NOT_IMPLEMENTED;
    }
    size_t in_bytes = fft_span(plan, plan.in) * plan.in.element_bytes;
    size_t out_bytes = fft_span(plan, plan.out) * plan.out.element_bytes;
    if (!in_device_memory(in, in_bytes, "the input of a transform") ||
        !in_device_memory(out, out_bytes, "the output of a transform"))
        return CUFFT_INVALID_VALUE;
    size_t alignment = fft_is_double(type) ? 16 : 8;
    if (reinterpret_cast<uintptr_t>(in) % alignment != 0 ||
        reinterpret_cast<uintptr_t>(out) % alignment != 0) {
        report("cuFFT: data not aligned to a complex number");
        return CUFFT_UNALIGNED_DATA;
    }
    return CUFFT_SUCCESS;
}

cufftResult execute(cufftHandle handle, cufftType type, void *in, void *out, int direction)
{
    if (ready() != cudaSuccess)
        return CUFFT_EXEC_FAILED;
    auto found = plans.find(handle);
    if (found == plans.end())
        return CUFFT_INVALID_PLAN;
    fft_plan *plan = &found->second;
    cufftResult result = check_execution(*plan, type, in, out);
    if (result != CUFFT_SUCCESS)
        return result;
    counters.transforms += 1;
    void *work = plan->work;
    cudaError_t error = enqueue(plan->stream, [plan, in, out, work, direction] {
        poison(work, plan->work_bytes);
        fft_run(plan, in, out, direction);
    });
    return error == cudaSuccess ? CUFFT_SUCCESS : CUFFT_EXEC_FAILED;
}

} // namespace

bool fft_is_double(cufftType type)
{
    return type == CUFFT_D2Z || type == CUFFT_Z2D || type == CUFFT_Z2Z;
}

bool fft_is_complex(cufftType type)
{
    return type == CUFFT_C2C || type == CUFFT_Z2Z;
}

bool fft_to_real(cufftType type)
{
    return type == CUFFT_C2R || type == CUFFT_Z2D;
}

void live_plans(cuda_on_host_objects *objects)
{
    objects->plans = plans.size();
}

} // namespace shim

using namespace shim;

extern "C" cufftResult cufftGetVersion(int *version)
{
    *version = 12000;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftCreate(cufftHandle *plan)
{
    if (ready() != cudaSuccess)
        return CUFFT_SETUP_FAILED;
    *plan = ++last_handle;
    plans[*plan] = {};
    plans[*plan].automatic = true;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftDestroy(cufftHandle handle)
{
    auto found = plans.find(handle);
    if (found == plans.end()) {
        report("cufftDestroy: plan %d does not exist", handle);
        return CUFFT_INVALID_PLAN;
    }
    run_all();
    fft_forget(&found->second);
    if (found->second.own_work != nullptr)
        free_device(found->second.own_work);
    plans.erase(found);
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftMakePlanMany64(cufftHandle plan, int rank, long long int *n,
                                           long long int *inembed, long long int istride,
                                           long long int idist, long long int *onembed,
                                           long long int ostride, long long int odist,
                                           cufftType type, long long int batch, size_t *work_bytes)
{
    return make(plan, {rank, n, inembed, onembed, istride, idist, ostride, odist, batch, type},
                work_bytes);
}

extern "C" cufftResult cufftMakePlanMany(cufftHandle plan, int rank, int *n, int *inembed,
                                         int istride, int idist, int *onembed, int ostride,
                                         int odist, cufftType type, int batch, size_t *work_bytes)
{
    widened w = {};
    return make(plan,
                widen(rank, n, inembed, istride, idist, onembed, ostride, odist, type, batch, &w),
                work_bytes);
}

extern "C" cufftResult cufftPlanMany(cufftHandle *plan, int rank, int *n, int *inembed, int istride,
                                     int idist, int *onembed, int ostride, int odist,
                                     cufftType type, int batch)
{
    cufftHandle handle;
    cufftResult result = cufftCreate(&handle);
    if (result != CUFFT_SUCCESS)
        return result;
    result = cufftMakePlanMany(handle, rank, n, inembed, istride, idist, onembed, ostride, odist,
                               type, batch, nullptr);
    if (result != CUFFT_SUCCESS)
        cufftDestroy(handle);
    else
        *plan = handle;
    return result;
}

extern "C" cufftResult cufftPlan1d(cufftHandle *plan, int nx, cufftType type, int batch)
{
    return cufftPlanMany(plan, 1, &nx, nullptr, 1, 0, nullptr, 1, 0, type, batch);
}

extern "C" cufftResult cufftPlan2d(cufftHandle *plan, int nx, int ny, cufftType type)
{
    int n[2] = {nx, ny};
    return cufftPlanMany(plan, 2, n, nullptr, 1, 0, nullptr, 1, 0, type, 1);
}

extern "C" cufftResult cufftPlan3d(cufftHandle *plan, int nx, int ny, int nz, cufftType type)
{
    int n[3] = {nx, ny, nz};
    return cufftPlanMany(plan, 3, n, nullptr, 1, 0, nullptr, 1, 0, type, 1);
}

extern "C" cufftResult cufftEstimateMany(int rank, int *n, int *inembed, int istride, int idist,
                                         int *onembed, int ostride, int odist, cufftType type,
                                         int batch, size_t *work_bytes)
{
    widened w = {};
    fft_plan plan = {};
    cufftResult result = fill(
        widen(rank, n, inembed, istride, idist, onembed, ostride, odist, type, batch, &w), &plan);
    *work_bytes = plan.work_bytes;
    return result;
}

extern "C" cufftResult cufftGetSize(cufftHandle plan, size_t *work_bytes)
{
    auto found = plans.find(plan);
    if (found == plans.end())
        return CUFFT_INVALID_PLAN;
    *work_bytes = found->second.work_bytes;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftSetAutoAllocation(cufftHandle plan, int automatic)
{
    auto found = plans.find(plan);
    if (found == plans.end() || found->second.made) /* before the plan is made, or not at all */
        return CUFFT_INVALID_PLAN;
    found->second.automatic = automatic != 0;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftSetWorkArea(cufftHandle plan, void *area)
{
    auto found = plans.find(plan);
    if (found == plans.end())
        return CUFFT_INVALID_PLAN;
    found->second.work = area;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream)
{
    auto found = plans.find(plan);
    if (found == plans.end())
        return CUFFT_INVALID_PLAN;
    found->second.stream = stream;
    return CUFFT_SUCCESS;
}

extern "C" cufftResult cufftExecR2C(cufftHandle plan, cufftReal *in, cufftComplex *out)
{
    return execute(plan, CUFFT_R2C, in, out, CUFFT_FORWARD);
}

extern "C" cufftResult cufftExecC2R(cufftHandle plan, cufftComplex *in, cufftReal *out)
{
    return execute(plan, CUFFT_C2R, in, out, CUFFT_INVERSE);
}

extern "C" cufftResult cufftExecC2C(cufftHandle plan, cufftComplex *in, cufftComplex *out,
                                    int direction)
{
    return execute(plan, CUFFT_C2C, in, out, direction);
}

extern "C" cufftResult cufftExecD2Z(cufftHandle plan, cufftDoubleReal *in, cufftDoubleComplex *out)
{
    return execute(plan, CUFFT_D2Z, in, out, CUFFT_FORWARD);
}

extern "C" cufftResult cufftExecZ2D(cufftHandle plan, cufftDoubleComplex *in, cufftDoubleReal *out)
{
    return execute(plan, CUFFT_Z2D, in, out, CUFFT_INVERSE);
}

extern "C" cufftResult cufftExecZ2Z(cufftHandle plan, cufftDoubleComplex *in,
                                    cufftDoubleComplex *out, int direction)
{
    return execute(plan, CUFFT_Z2Z, in, out, direction);
}
