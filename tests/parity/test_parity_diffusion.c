/* The ordinary diffusion of Q: the same paths on the CPU and in CUDA code, two modes with correlated noise. */
#include "../suite/suite.h"

enum { PATHS = 2000, MODES = 2, REALS = 2 * MODES };

/* Loss and Kerr: f = −(½ + i(|α|² − 2))α, g = 1.2 δ_ij + a correlation, m = −0.2 i α². */
static void list(qfp_symbol_term *terms, qfp_path_polynomial *out)
{
    const qfp_symbol_term all[] = {{.re = -0.5, .im = 2.0, .power = {1, 0, 0, 0}},
                                   {.im = -1.0, .power = {2, 0, 1, 0}},
                                   {.re = -0.4, .im = 0.3, .power = {0, 1, 0, 0}},
                                   {.re = 1.2},
                                   {.re = 0.3, .im = 0.2},
                                   {.re = 0.3, .im = -0.2},
                                   {.re = 0.9},
                                   {.im = -0.05, .power = {2, 0, 0, 0}},
                                   {.re = 0.1}};
    static const int count[MODES + 2 * MODES * MODES] = {2, 1, 1, 1, 1, 1, 1, 1, 1, 0};
    static const int from[MODES + 2 * MODES * MODES] = {0, 2, 3, 4, 5, 6, 7, 8, 8, 0};
    memcpy(terms, all, sizeof all);
    for (int k = 0; k < MODES + 2 * MODES * MODES; ++k)
        out[k] = (qfp_path_polynomial){(size_t)count[k], terms + from[k]};
}

static void run(const qfp_backend *backend, int threads, double *out, size_t *lost)
{
    double spread[REALS * REALS] = {0.0}, mean[REALS] = {1.0, 0.0, -0.5, 0.5};
    const qfp_path_set set = {.paths = PATHS, .coordinates = MODES, .seed = 7, .first_path = 11};
    const qfp_path_step step = {.duration = 0.05, .step = 4, .merge = 2};
    qfp_symbol_term terms[16];
    qfp_path_polynomial polynomials[MODES + 2 * MODES * MODES];
    qfp_context *context;
    qfp_buffer *x;
    qfp_diffusion *d;
    for (int c = 0; c < REALS; ++c)
        spread[c * REALS + c] = 1.1; /* some |α| are so large that the covariance is not positive */
    list(terms, polynomials);
    OK(backend->device->context_create(threads, &context));
    OK(backend->vector->create(context, REALS * PATHS, &x));
    OK(backend->paths->gaussian(context, &set, 5, 0, mean, spread, x));
    OK(backend->diffusion->create(context, MODES, polynomials, &d));
    OK(backend->diffusion->advance(d, &set, &step, x, lost));
    OK(backend->vector->download(x, 0, REALS * PATHS, out));
    backend->diffusion->destroy(d);
    backend->vector->destroy(x);
    backend->device->context_destroy(context);
}

Test(parity_diffusion, the_same_paths)
{
    static double cpu[REALS * PATHS], threads[REALS * PATHS], cuda[REALS * PATHS];
    size_t lost[3];
    run(qfp_backend_cpu(), 1, cpu, &lost[0]);
    run(qfp_backend_cpu(), 2, threads, &lost[1]);
    run(qfp_backend_cuda(), 0, cuda, &lost[2]);
    cr_assert(lt(sz, 0, lost[0])); /* it happens, and is counted */
    cr_assert(lt(sz, lost[0], PATHS / 2));
    cr_assert(eq(sz, lost[0], lost[1]));
    cr_assert(eq(sz, lost[0], lost[2]));
    for (size_t i = 0; i < REALS * PATHS; ++i) {
        cr_assert(eq(int, memcmp(&cpu[i], &threads[i], sizeof cpu[i]), 0), "%zu", i);
        /* one step: roundings of functions and fused operations on a device */
        cr_assert(le(dbl, fabs(cpu[i] - cuda[i]), 1e-13 * (1.0 + fabs(cpu[i]))), "%zu", i);
    }
}
