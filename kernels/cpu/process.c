/* process.c - trajectories in real variables on the CPU. */
#include "cpu/objects.h"

#include <math.h>
#include <string.h>

#include "shared/pairwise.h"
#include "shared/process_cell.h"

static void draw_gaussian(const qfp_process_set *set, const double *mean, const double *deviation,
                          double *x)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < set->paths; ++i) {
        double xi[2];
        qfpi_normal2(set->seed, set->first_path + i, 0, &xi[0], &xi[1]);
        for (int v = 0; v < set->variables; ++v)
            x[(size_t)v * set->paths + i] = mean[v] + deviation[v] * xi[v];
    }
}

static void draw_cells(const qfp_process_set *set, size_t n, double first, double width,
                       const double *mass_until, double *x)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_random4 r = qfpi_philox(set->seed, set->first_path + i, 0);
        double u = qfpi_uniform(r.word[0], r.word[1]);
        size_t low = 0, high = n - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (mass_until[middle] > u)
                high = middle;
            else
                low = middle + 1;
        }
        double before = low > 0 ? mass_until[low - 1] : 0.0, mass = mass_until[low] - before;
        double part = mass > 0.0 ? fmin((u - before) / mass, 1.0) : 0.5;
        x[i] = first + width * ((double)low + part);
    }
}

static void ito_advance(const qfp_ito_spec *spec, const qfp_process_set *set,
                        const qfp_process_step *step, double *x)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < set->paths; ++i) {
        double at[QFPI_PROCESS_VARIABLES];
        for (int v = 0; v < set->variables; ++v)
            at[v] = x[(size_t)v * set->paths + i];
        qfpi_ito_cell(spec, set->seed, set->first_path + i, step, at);
        for (int v = 0; v < set->variables; ++v)
            x[(size_t)v * set->paths + i] = at[v];
    }
}

static void nelson_advance(const qfp_wave_view *wave, double rate, const qfp_process_set *set,
                           const qfp_process_step *step, double *x)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < set->paths; ++i)
        qfpi_nelson_cell(wave, rate, set->seed, set->first_path + i, step, &x[i]);
}

static double moment(const qfp_process_set *set, const double *x, int m, size_t i)
{
    double a = x[i], b = set->variables > 1 ? x[set->paths + i] : 0.0;
    double value[QFPI_PROCESS_MOMENTS] = {a, b, a * a, a * b, b * b};
    return value[m];
}

/* The pairwise tree of kernels/shared/pairwise.h over the paths [first, last). */
static double sum_of(const qfp_process_set *set, const double *x, int m, size_t first, size_t last)
{
    qfpi_pairwise tree;
    memset(&tree, 0, sizeof tree);
    for (size_t block = first; block < last; block += QFPI_BLOCK) {
        double lane[QFPI_LANES] = {0.0};
        for (size_t i = block; i < last && i < block + QFPI_BLOCK; ++i)
            lane[(i - block) % QFPI_LANES] += moment(set, x, m, i);
        qfpi_pairwise_push(&tree, qfpi_lanes_fold(lane));
    }
    return qfpi_pairwise_total(&tree);
}

static void moments(const qfp_process_set *set, const qfp_batches *batches, const double *x,
                    double *out)
{
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < batches->count; ++b)
        for (int m = 0; m < QFPI_PROCESS_MOMENTS; ++m)
            out[(size_t)m * batches->count + b] =
                sum_of(set, x, m, qfpi_paths_before(batches, b), qfpi_paths_before(batches, b + 1));
}

/* n where x is outside or not a number. */
static size_t cell_of(double x, size_t n, double first, double width)
{
    double at = floor((x - first) / width);
    return at >= 0.0 && at < (double)n ? (size_t)at : n;
}

static void histogram(size_t paths, size_t n, double first, double width, const double *u,
                      const double *w, double *counts)
{
    memset(counts, 0, (w != NULL ? n * n : n) * sizeof *counts);
    for (size_t i = 0; i < paths; ++i) {
        size_t a = cell_of(u[i], n, first, width);
        size_t b = w != NULL ? cell_of(w[i], n, first, width) : 0;
        if (a < n && b < n)
            counts[w != NULL ? a * n + b : a] += 1.0;
    }
}

const qfp_process_operations qfp_cpu_process = {
    .draw_gaussian = draw_gaussian,
    .draw_cells = draw_cells,
    .ito_advance = ito_advance,
    .nelson_advance = nelson_advance,
    .moments = moments,
    .histogram = histogram,
};
