/* bench_gpu.c - qfp_bench_gpu: one backend's applications per second, against what can be copied.
 *
 *     qfp_bench_gpu cpu|cuda [POINTS…]   POINTS per axis of the dimer; 32 48 64 80 unless given
 *     qfp_bench_gpu cuda --largest       the largest 6-D grid whose application runs
 *
 * Prints Markdown.  Times are wall seconds of queued calls and one synchronisation.  The copy is of
 * arrays of the same size in the same run and owes nothing to the project's kernels: on a device
 * the better of cudaMemcpyAsync and a kernel with loads of 16 bytes, else a loop on all threads.
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/generator.h"
#include "core/clock.h"
#include "fock/fock_generator.h"
#ifdef QFP_BENCH_DEVICE_COPY
#include "gpu/device_copy.h"
#endif
#include "measure.h"
#include "rig.h"

#define LEAST_SECONDS 0.2
#define DIMER "-hc(ad[1]*a[2]) + sum(j, 0.25*ad[j]^2*a[j]^2)"
#define CHAIN "-sum(j, 1, 2, hc(ad[j]*a[j+1])) + sum(j, 0.25*ad[j]^2*a[j]^2)"

/* A map with its arguments, and the context whose queue has to be empty before the clock is
 * read. */
typedef struct work {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_linear_map *map;
    qfp_buffer *u, *y;
} work;

/* Wall seconds of one call: the best of three batches, each doubled until it lasts long enough.
 * The first call, which may compile or plan, is not counted. */
static qfp_status seconds_of(const work *w, double *seconds)
{
    size_t calls = 1;
    *seconds = 0.0;
    QFP_TRY(qfp_linear_map_apply(w->map, w->u, w->y));
    QFP_TRY(w->backend->device->synchronize(w->context));
    for (int batch = 0; batch < 3;) {
        double start = qfpi_seconds_now();
        for (size_t i = 0; i < calls; i++)
            QFP_TRY(qfp_linear_map_apply(w->map, w->u, w->y));
        QFP_TRY(w->backend->device->synchronize(w->context));
        double spent = qfpi_seconds_now() - start;
        if (spent < LEAST_SECONDS / 3.0 && batch == 0) {
            calls *= 2;
            continue;
        }
        if (batch == 0 || spent / (double)calls < *seconds)
            *seconds = spent / (double)calls;
        batch++;
    }
    return QFP_OK;
}

/* Bytes per second of copying arrays of `doubles` numbers, or of 1 GiB, which no cache holds: asked
 * before the arrays of an application take the memory.  CUDA sources that run on the host copy in
 * the host's memory. */
static qfp_status copy_rate(const qfp_backend *backend, size_t doubles, double *rate)
{
    size_t most = (size_t)1 << 30;
    size_t bytes = doubles < most / sizeof(double) ? doubles * sizeof(double) : most;
#ifdef QFP_BENCH_DEVICE_COPY
    if (backend == qfp_backend_cuda()) {
        double by_kernel = 0.0;
        const char *problem = device_copy_rates(bytes & ~(size_t)15, rate, &by_kernel);
        if (problem != NULL)
            return QFP_FAIL(QFP_DEVICE, "a copy of %zu bytes on the device: %s", bytes, problem);
        *rate = by_kernel > *rate ? by_kernel : *rate;
        return QFP_OK;
    }
#endif
    (void)backend;
    return bench_copy_rate(bytes, omp_get_max_threads(), rate);
}

static size_t state_doubles(const bench_system *system)
{
    qfp_grid shape = {.modes = system->modes};
    for (int j = 0; j < system->modes; j++)
        shape.points[j] = system->points;
    return qfp_grid_doubles(&shape, QFP_SPACE_Z);
}

static qfp_status print_grid(const qfp_backend *backend, const bench_system *system)
{
    bench_rig rig;
    double copy, apply;
    QFP_TRY(copy_rate(backend, state_doubles(system), &copy));
    QFP_TRY(bench_rig_create(backend, system, &rig));
    qfp_application_cost cost;
    qfp_grid_generator_cost(rig.generator, &cost);
    work w = {.backend = backend,
              .context = rig.context,
              .map = qfp_grid_generator_map(rig.generator),
              .u = rig.u,
              .y = rig.y};
    qfp_status status = seconds_of(&w, &apply);
    if (status == QFP_OK) {
        printf("| %s %d^%d | %.1f | %.4g | %.4g | %.2f | %.2f | %.2f |\n", system->name,
               system->points, 2 * system->modes, 1.0 / apply, 1e3 * apply, 1e-9 * copy,
               cost.bytes / apply / copy, cost.floor_bytes / apply / copy,
               1e-9 * cost.flops / apply);
        fflush(stdout);
    }
    bench_rig_destroy(&rig);
    return status;
}

/* ---- Fock basis ------------------------------------------------------------------------------ */

typedef struct fock_rig {
    qfp_context *context;
    qfp_fock_generator *generator;
    qfp_buffer *u, *y;
    qfp_fock_space space;
} fock_rig;

static void fock_rig_destroy(const qfp_backend *b, fock_rig *rig)
{
    b->vector->destroy(rig->u);
    b->vector->destroy(rig->y);
    qfp_fock_generator_destroy(rig->generator);
    b->device->context_destroy(rig->context);
}

static qfp_status fock_rig_create(const qfp_backend *b, int levels, fock_rig *rig)
{
    const bench_system system = {.name = "dimer", .hamiltonian = DIMER, .modes = 2};
    const int both[2] = {levels, levels};
    qfp_polynomial generator;
    *rig = (fock_rig){.context = NULL};
    qfp_polynomial_init(&generator, 4 * system.modes);
    qfp_status status;
    QFP_TRY_GOTO(bench_generator(&system, 0.0, &generator));
    QFP_TRY_GOTO(qfp_fock_space_set(2, both, &rig->space));
    QFP_TRY_GOTO(b->device->context_create(0, &rig->context));
    QFP_TRY_GOTO(
        qfp_fock_generator_create(b, rig->context, &rig->space, &generator, &rig->generator));
    QFP_TRY_GOTO(b->vector->create(rig->context, rig->space.count, &rig->u));
    QFP_TRY_GOTO(b->vector->create(rig->context, rig->space.count, &rig->y));
    QFP_TRY_GOTO(b->vector->combine(rig->space.count, 0.0, rig->u, 0, NULL, NULL));
    status = b->vector->combine(rig->space.count, 0.0, rig->y, 0, NULL, NULL);
done:
    qfp_polynomial_destroy(&generator);
    return status;
}

static qfp_status print_fock(const qfp_backend *backend, int levels)
{
    fock_rig rig;
    double copy = 0.0, apply;
    size_t dimension = (size_t)levels * (size_t)levels;
    QFP_TRY(copy_rate(backend, dimension * (dimension + 1), &copy));
    qfp_status status = fock_rig_create(backend, levels, &rig);
    work w = {.backend = backend, .context = rig.context, .u = rig.u, .y = rig.y};
    if (status == QFP_OK) {
        w.map = qfp_fock_generator_map(rig.generator);
        status = seconds_of(&w, &apply);
    }
    if (status == QFP_OK) {
        qfp_fock_cost cost;
        qfp_fock_generator_cost(rig.generator, &cost);
        printf("| dimer %d x %d levels | %.1f | %.4g | %.4g | %.4g | %.2f |\n", levels, levels,
               1.0 / apply, 1e3 * apply, 1e-9 * copy, 1e-9 * cost.bytes / apply,
               cost.bytes / apply / copy);
        fflush(stdout);
    }
    fock_rig_destroy(backend, &rig);
    return status;
}

/* ---- the program ----------------------------------------------------------------------------- */

static qfp_status print_head(const qfp_backend *backend)
{
    qfp_context *context = NULL;
    char text[256];
    QFP_TRY(backend->device->available());
    QFP_TRY(backend->device->context_create(0, &context));
    qfp_status status = backend->device->describe(context, text, sizeof text);
    if (status == QFP_OK)
        printf("Backend %s: %s\n\n", backend->name, text);
    backend->device->context_destroy(context);
    return status;
}

static void print_grid_head(void)
{
    printf("| application | per second | ms | copy GB/s | model bytes, of copy | floor, of copy | "
           "Gflop/s |\n|---|---|---|---|---|---|---|\n");
}

/* A refusal is a row with its reason. */
static qfp_status print_grid_or_refusal(const qfp_backend *backend, const bench_system *system)
{
    qfp_status status = print_grid(backend, system);
    if (status != QFP_OK)
        printf("| %s %d^%d refused: %s | | | | | | |\n", system->name, system->points,
               2 * system->modes, qfp_last_error());
    return status;
}

/* Every size is tried, whatever became of those before; the first refusal is the answer. */
static qfp_status print_tables(const qfp_backend *backend, int count, const int *points)
{
    qfp_status first = QFP_OK;
    print_grid_head();
    for (int i = 0; i < count; i++) {
        const bench_system system = {"Bose-Hubbard dimer", DIMER, 2, points[i], 11.0, 0};
        qfp_status status = print_grid_or_refusal(backend, &system);
        first = first == QFP_OK ? status : first;
    }
    printf("\n| Fock stencil | per second | ms | copy GB/s | GB/s | of copy |\n"
           "|---|---|---|---|---|---|\n");
    /* ρ of n⁴ numbers, like the grid: the two tables ask for about the same memory. */
    for (int i = 0; i < count; i++) {
        qfp_status status = print_fock(backend, points[i]);
        if (status != QFP_OK)
            printf("| dimer %d x %d levels refused: %s | | | | | |\n", points[i], points[i],
                   qfp_last_error());
        first = first == QFP_OK ? status : first;
    }
    return first;
}

/* From 48 downwards until one fits, in steps whose transforms have small factors. */
static qfp_status print_largest(const qfp_backend *backend)
{
    static const int points[] = {48, 44, 42, 40, 36, 32, 30, 28, 24, 20, 16};
    qfp_status status = QFP_OK;
    print_grid_head();
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const bench_system system = {"Bose-Hubbard chain", CHAIN, 3, points[i], 8.0, 0};
        status = print_grid_or_refusal(backend, &system);
        if (status == QFP_OK)
            return QFP_OK;
    }
    return status;
}

static int usage(void)
{
    fprintf(stderr, "usage: qfp_bench_gpu cpu|cuda [POINTS... | --largest]; POINTS even, 4 to 128, "
                    "at most 8 of them\n");
    return qfp_status_exit(QFP_USAGE);
}

int main(int argc, char **argv)
{
    int points[8] = {32, 48, 64, 80}, count = argc > 2 ? argc - 2 : 4;
    if (argc < 2 || count > 8 || (strcmp(argv[1], "cpu") != 0 && strcmp(argv[1], "cuda") != 0))
        return usage();
    const qfp_backend *backend =
        strcmp(argv[1], "cpu") == 0 ? qfp_backend_cpu() : qfp_backend_cuda();
    int largest = argc == 3 && strcmp(argv[2], "--largest") == 0;
    for (int i = 2; i < argc && !largest; i++) {
        char *end;
        long n = strtol(argv[i], &end, 10);
        if (*end != '\0' || n < 4 || n > 128 || n % 2 != 0)
            return usage();
        points[i - 2] = (int)n;
    }
    qfp_status status = print_head(backend);
    if (status == QFP_OK)
        status = largest ? print_largest(backend) : print_tables(backend, count, points);
    if (status != QFP_OK)
        fprintf(stderr, "qfp_bench_gpu: %s\n", qfp_last_error());
    return qfp_status_exit(status);
}
