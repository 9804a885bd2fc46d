/* fft_run.cpp - one transform by FFTW, which counts strides, embeddings and batches as cuFFT does
 * and leaves the result unnormalised too. */
#include "fft.h"

namespace shim {

namespace {

template <class real> struct fftw;

/* Plans are made for unaligned data and kept, so that any pointers may follow. */
constexpr unsigned int flags = FFTW_ESTIMATE | FFTW_UNALIGNED;

#define SHIM_FFTW(real, prefix)                                                                    \
    template <> struct fftw<real> {                                                                \
        using plan = prefix##plan;                                                                 \
        using number = prefix##complex;                                                            \
        using dimension = prefix##iodim64;                                                         \
        static plan to_complex(int rank, const dimension *d, const dimension *b, real *in,         \
                               number *out)                                                        \
        {                                                                                          \
            return prefix##plan_guru64_dft_r2c(rank, d, 1, b, in, out, flags);                     \
        }                                                                                          \
        static plan to_real(int rank, const dimension *d, const dimension *b, number *in,          \
                            real *out)                                                             \
        {                                                                                          \
            return prefix##plan_guru64_dft_c2r(rank, d, 1, b, in, out,                             \
                                               flags | FFTW_DESTROY_INPUT);                        \
        }                                                                                          \
        static plan both(int rank, const dimension *d, const dimension *b, number *in,             \
                         number *out, int sign)                                                    \
        {                                                                                          \
            return prefix##plan_guru64_dft(rank, d, 1, b, in, out, sign, flags);                   \
        }                                                                                          \
        static void run(plan p, real *in, number *out)                                             \
        {                                                                                          \
            prefix##execute_dft_r2c(p, in, out);                                                   \
        }                                                                                          \
        static void run(plan p, number *in, real *out)                                             \
        {                                                                                          \
            prefix##execute_dft_c2r(p, in, out);                                                   \
        }                                                                                          \
        static void run(plan p, number *in, number *out)                                           \
        {                                                                                          \
            prefix##execute_dft(p, in, out);                                                       \
        }                                                                                          \
        static void destroy(void *p)                                                               \
        {                                                                                          \
            prefix##destroy_plan(static_cast<plan>(p));                                            \
        }                                                                                          \
    };
SHIM_FFTW(double, fftw_)
SHIM_FFTW(float, fftwf_)
#undef SHIM_FFTW

template <class real> void run_as(fft_plan *p, void *in, void *out, int direction)
{
    using engine = fftw<real>;
    using number = typename engine::number;
    typename engine::dimension axis[3], batch = {p->batch, p->in.dist, p->out.dist};
    for (int d = 0; d < p->rank; ++d)
        axis[d] = {p->n[d], p->in.stride[d], p->out.stride[d]};
    void *&slot = p->made_for[in == out][direction == CUFFT_INVERSE];
    real *real_in = static_cast<real *>(in), *real_out = static_cast<real *>(out);
    number *in_number = static_cast<number *>(in), *out_number = static_cast<number *>(out);
    if (slot == nullptr)
        slot = fft_is_complex(p->type)
                   ? engine::both(p->rank, axis, &batch, in_number, out_number, direction)
               : fft_to_real(p->type)
                   ? engine::to_real(p->rank, axis, &batch, in_number, real_out)
                   : engine::to_complex(p->rank, axis, &batch, real_in, out_number);
    if (slot == nullptr) {
        report("FFTW has no plan for a transform of rank %d", p->rank);
        lose_device(cudaErrorUnknown);
        return;
    }
    typename engine::plan plan = static_cast<typename engine::plan>(slot);
    if (fft_is_complex(p->type))
        engine::run(plan, in_number, out_number);
    else if (fft_to_real(p->type))
        engine::run(plan, in_number, real_out);
    else
        engine::run(plan, real_in, out_number);
}

/* A transform to real numbers may use its input as scratch; here it always does. */
void spoil_input(const fft_plan &p, void *in)
{
    const fft_side &s = p.in;
    char *base = static_cast<char *>(in);
    long long rows[2] = {1, 1}, step[2] = {0, 0}; /* the axes before the last one */
    int last = p.rank - 1;
    for (int d = 0; d < last; ++d) {
        rows[d] = s.length[d];
        step[d] = s.stride[d];
    }
    for (long long b = 0; b < p.batch; ++b)
        for (long long x = 0; x < rows[0]; ++x)
            for (long long y = 0; y < rows[1]; ++y) {
                char *row = base + static_cast<size_t>(b * s.dist + x * step[0] + y * step[1]) *
                                       s.element_bytes;
                size_t count = static_cast<size_t>(s.length[last]);
                size_t apart = static_cast<size_t>(s.stride[last]) * s.element_bytes;
                if (s.stride[last] == 1)
                    poison(row, count * s.element_bytes);
                else
                    for (size_t i = 0; i < count; ++i)
                        poison(row + i * apart, s.element_bytes);
            }
}

} // namespace

void fft_run(fft_plan *plan, void *in, void *out, int direction)
{
    if (fft_is_double(plan->type))
        run_as<double>(plan, in, out, direction);
    else
        run_as<float>(plan, in, out, direction);
    if (fft_to_real(plan->type))
        spoil_input(*plan, in);
}

void fft_forget(fft_plan *plan)
{
    for (auto &direction : plan->made_for)
        for (void *&p : direction)
            if (p != nullptr) {
                if (fft_is_double(plan->type))
                    fftw<double>::destroy(p);
                else
                    fftw<float>::destroy(p);
                p = nullptr;
            }
}

size_t fft_span(const fft_plan &plan, const fft_side &side)
{
    long long last = (plan.batch - 1) * side.dist;
    for (int d = 0; d < plan.rank; ++d)
        last += (side.length[d] - 1) * side.stride[d];
    return static_cast<size_t>(last) + 1;
}

} // namespace shim
