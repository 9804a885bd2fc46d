/* paths_draw.cu - exact draws from a Husimi function, and Gaussian numbers for every path. */
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "shared/draw_cell.h"
#include "staging/path_stage.h"

#include <stdlib.h>

/* A thread keeps a ket of its own while it draws: fewer threads where kets are long. */
static const size_t room_most = (size_t)256 << 20;

struct draw_view {
    int modes, levels[QFP_MAX_MODES];
    size_t dimension, ket_count;
    const double *cumulative, *kets;
};

static __global__ void k_paths_draw(qfp_path_set set, draw_view v, double *room, double *x)
{
    double *mine = room + 2 * v.dimension * cuda_first_cell();
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex alpha[2 * QFP_MAX_MODES];
        qfpi_draws draws = {set.seed, set.first_path + i, 0};
        qfpi_draw_cell(&draws, v.modes, v.levels, v.dimension, v.ket_count, v.cumulative, v.kets,
                       mine, alpha);
        for (int j = 0; j < v.modes; ++j) { /* β = α* where the space is doubled */
            alpha[v.modes + j].re = alpha[j].re;
            alpha[v.modes + j].im = -alpha[j].im;
        }
        cuda_path_store(set, x, i, set.coordinates, alpha);
    }
}

struct draw_memory {
    double *cumulative, *kets, *room;
};

static qfp_status draw(qfp_context *context, const qfp_path_set *set, draw_view *v,
                       const double *weights, const double *kets, draw_memory *m, qfp_buffer *x)
{
    double *running = nullptr;
    size_t blocks = cuda_blocks(set->paths), fit = room_most / (2 * v->dimension * sizeof(double));
    blocks = blocks * CUDA_THREADS > fit ? fit / CUDA_THREADS : blocks;
    blocks = blocks > 0 ? blocks : 1;
    QFP_TRY(qfpi_ket_weights_stage(v->ket_count, weights, &running));
    qfp_status status =
        cuda_stage(context, running, v->ket_count, "the weights of the kets", &m->cumulative);
    free(running);
    QFP_TRY(status);
    QFP_TRY(cuda_stage(context, kets, 2 * v->ket_count * v->dimension, "kets", &m->kets));
    QFP_TRY(cuda_allocate_array(2 * v->dimension * blocks * CUDA_THREADS, "draws", &m->room));
    v->cumulative = m->cumulative;
    v->kets = m->kets;
    QFP_LAUNCH(k_paths_draw, (unsigned)blocks, CUDA_THREADS, 0, context->stream, *set, *v, m->room,
               cuda_data<double>(x));
    QFP_CUDA_LAUNCHED("k_paths_draw");
    return cuda_synchronize(context); /* its memory is about to go */
}

qfp_status cuda_paths_draw(qfp_context *context, const qfp_path_set *set, int modes,
                           const int *levels, size_t ket_count, const double *weights,
                           const double *kets, qfp_buffer *x)
{
    cuda_range range("paths_draw");
    draw_memory memory = {};
    draw_view v = {};
    v.modes = modes;
    v.ket_count = ket_count;
    v.dimension = 1;
    for (int j = 0; j < modes; ++j) {
        v.levels[j] = levels[j];
        v.dimension *= (size_t)levels[j];
    }
    QFP_TRY(cuda_paths_check(context));
    qfp_status status = draw(context, set, &v, weights, kets, &memory, x);
    (void)cudaFree(memory.cumulative);
    (void)cudaFree(memory.kets);
    (void)cudaFree(memory.room);
    return status;
}

struct gaussian_view {
    double mean[4 * QFP_MAX_MODES], spread[16 * QFP_MAX_MODES * QFP_MAX_MODES];
};

static __global__ void k_paths_gaussian(qfp_path_set set, uint64_t block, int keep,
                                        const gaussian_view *v, double *x)
{
    int reals = 2 * set.coordinates;
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        double xi[4 * QFP_MAX_MODES];
        for (int k = 0; k < reals; k += 2)
            qfpi_normal2(set.seed, set.first_path + i, block + (uint64_t)(k / 2), &xi[k],
                         &xi[k + 1]);
        for (int c = 0; c < reals; ++c) {
            double *value = &x[(size_t)c * set.paths + i], sum = v->mean[c];
            for (int k = 0; k < reals; ++k)
                sum += v->spread[c * reals + k] * xi[k];
            *value = keep ? *value + sum : sum;
        }
    }
}

qfp_status cuda_paths_gaussian(qfp_context *context, const qfp_path_set *set, uint64_t block,
                               int keep, const double *mean, const double *spread, qfp_buffer *x)
{
    cuda_range range("paths_gaussian");
    gaussian_view host = {}, *device = nullptr;
    int reals = 2 * set->coordinates;
    QFP_TRY(cuda_paths_check(context));
    for (int c = 0; c < reals; ++c)
        host.mean[c] = mean[c];
    for (int k = 0; k < reals * reals; ++k)
        host.spread[k] = spread[k];
    QFP_TRY(cuda_stage(context, &host, 1, "a Gaussian", &device));
    QFP_LAUNCH(k_paths_gaussian, cuda_blocks(set->paths), CUDA_THREADS, 0, context->stream, *set,
               block, keep, (const gaussian_view *)device, cuda_data<double>(x));
    cudaError_t error = cudaGetLastError();
    qfp_status status = cuda_synchronize(context);
    (void)cudaFree(device);
    QFP_CUDA_TRY(error, "launching k_paths_gaussian");
    return status;
}
