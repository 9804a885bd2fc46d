/* paths.c - draws, sums and histograms of trajectory ensembles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "shared/draw_cell.h"
#include "shared/pairwise.h"
#include "staging/path_stage.h"

static qfp_status draw(qfp_context *context, const qfp_path_set *set, int modes, const int *levels,
                       size_t ket_count, const double *weights, const double *kets, qfp_buffer *x)
{
    size_t dimension = 1;
    double *cumulative = NULL, *scratch = NULL;
    qfp_status status;
    for (int j = 0; j < modes; ++j)
        dimension *= (size_t)levels[j];
    QFP_TRY_GOTO(qfpi_ket_weights_stage(ket_count, weights, &cumulative));
    QFP_TRY_GOTO(QFP_ALLOCATE(scratch, 2 * dimension * (size_t)context->threads, "draws"));
#pragma omp parallel num_threads(context->threads) if (context->threads > 1)
    {
        double *mine = scratch + 2 * dimension * (size_t)cpu_thread_number();
        qfpi_complex alpha[2 * QFP_MAX_MODES];
#pragma omp for schedule(static)
        for (size_t i = 0; i < set->paths; ++i) {
            qfpi_draws draws = {set->seed, set->first_path + i, 0};
            qfpi_draw_cell(&draws, modes, levels, dimension, ket_count, cumulative, kets, mine,
                           alpha);
            for (int j = 0; j < modes; ++j) { /* β = α* where the space is doubled */
                alpha[modes + j].re = alpha[j].re;
                alpha[modes + j].im = -alpha[j].im;
            }
            cpu_path_store(set, x->data, i, set->coordinates, alpha);
        }
    }
done:
    free(cumulative);
    free(scratch);
    return status;
}

static qfp_status gaussian(qfp_context *context, const qfp_path_set *set, uint64_t block, int keep,
                           const double *mean, const double *spread, qfp_buffer *x)
{
    int reals = 2 * set->coordinates;
#pragma omp parallel for schedule(static) num_threads(context->threads) if (context->threads > 1)
    for (size_t i = 0; i < set->paths; ++i) {
        double xi[4 * QFP_MAX_MODES];
        for (int k = 0; k < reals; k += 2)
            qfpi_normal2(set->seed, set->first_path + i, block + (uint64_t)(k / 2), &xi[k],
                         &xi[k + 1]);
        for (int c = 0; c < reals; ++c) {
            double *value = &x->data[(size_t)c * set->paths + i];
            double sum = mean[c];
            for (int k = 0; k < reals; ++k)
                sum += spread[c * reals + k] * xi[k];
            *value = keep ? *value + sum : sum;
        }
    }
    return QFP_OK;
}

typedef struct sums_view {
    const qfp_path_set *set;
    int modes, doubled;
    const double *x, *weights;
} sums_view;

static double value_of(const sums_view *v, const qfp_path_polynomial *f, size_t i)
{
    qfpi_complex coordinate[2 * QFP_MAX_MODES];
    cpu_path_load(v->set, v->x, i, coordinate);
    for (int j = 0; !v->doubled && j < v->modes; ++j) {
        coordinate[v->modes + j].re = coordinate[j].re;
        coordinate[v->modes + j].im = -coordinate[j].im;
    }
    double value = qfpi_path_polynomial(v->modes, 0, f->term_count, f->terms, coordinate,
                                        coordinate + v->modes)
                       .re;
    return v->weights != NULL ? v->weights[i] * value : value;
}

static double batch_sum(const sums_view *v, const qfp_path_polynomial *f, size_t first, size_t last)
{
    qfpi_pairwise tree = {.count = 0};
    for (size_t block = first; block < last; block += QFPI_BLOCK) {
        double lane[QFPI_LANES] = {0};
        size_t end = block + QFPI_BLOCK < last ? block + QFPI_BLOCK : last;
        for (size_t i = block; i < end; ++i)
            lane[(i - block) % QFPI_LANES] += value_of(v, f, i);
        qfpi_pairwise_push(&tree, qfpi_lanes_fold(lane));
    }
    return qfpi_pairwise_total(&tree);
}

static qfp_status sums(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                       const qfp_path_polynomial *functions, const qfp_batches *batches,
                       const qfp_buffer *x, const qfp_buffer *weights, double *out)
{
    sums_view v = {.set = set,
                   .modes = doubled ? set->coordinates / 2 : set->coordinates,
                   .doubled = doubled,
                   .x = x->data,
                   .weights = weights != NULL ? weights->data : NULL};
#pragma omp parallel for schedule(static) num_threads(context->threads) if (context->threads > 1)
    for (size_t task = 0; task < count * batches->count; ++task) {
        size_t b = task % batches->count;
        out[task] = batch_sum(&v, &functions[task / batches->count], qfpi_paths_before(batches, b),
                              qfpi_paths_before(batches, b + 1));
    }
    return QFP_OK;
}

static qfp_status histogram(qfp_context *context, const qfp_path_set *set, int coordinate,
                            size_t cells, const double bounds[4], const qfp_buffer *x,
                            const qfp_buffer *weights, double *counts)
{
    const double *re = x->data + 2 * (size_t)coordinate * set->paths, *im = re + set->paths;
    double q_scale = (double)cells / (bounds[1] - bounds[0]), root = sqrt(2.0);
    double p_scale = (double)cells / (bounds[3] - bounds[2]);
    (void)context; /* one pass over two arrays: not worth a private histogram per thread */
    memset(counts, 0, cells * cells * sizeof *counts);
    for (size_t i = 0; i < set->paths; ++i) {
        double column = floor((root * re[i] - bounds[0]) * q_scale);
        double row = floor((root * im[i] - bounds[2]) * p_scale);
        if (column >= 0.0 && row >= 0.0 && column < (double)cells && row < (double)cells)
            counts[(size_t)column * cells + (size_t)row] += weights ? weights->data[i] : 1.0;
    }
    return QFP_OK;
}

const qfp_paths_operations qfp_cpu_paths = {
    .draw = draw,
    .gaussian = gaussian,
    .sums = sums,
    .histogram = histogram,
};
