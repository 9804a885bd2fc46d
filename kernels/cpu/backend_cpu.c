/* backend_cpu.c - the table of the CPU, and the CPU as a device: always available, always
 * synchronous. */
#include <fftw3.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/team.h"

static qfp_status choose(int number)
{
    if (number != 0)
        return QFP_FAIL(QFP_DEVICE, "there is one CPU, number 0, and no device %d of it", number);
    return QFP_OK;
}

static qfp_status available(void)
{
    return QFP_OK;
}

static qfp_status context_create(int threads, qfp_context **out)
{
    *out = NULL;
    if (threads < 0)
        return QFP_FAIL(QFP_USAGE, "the number of threads must not be negative, but is %d",
                        threads);
    qfp_context *context = NULL;
    QFP_TRY(QFP_ALLOCATE(context, 1, "a CPU context"));
    context->threads = cpu_team_start(threads > 0 ? threads : omp_get_max_threads());
    *out = context;
    return QFP_OK;
}

static void context_destroy(qfp_context *context)
{
    free(context);
}

static qfp_status describe(qfp_context *context, char *text, size_t size)
{
    snprintf(text, size, "CPU, %d OpenMP thread%s, %s", context->threads,
             context->threads == 1 ? "" : "s", fftw_version);
    return QFP_OK;
}

static qfp_status precision_set(qfp_context *context, qfp_precision precision)
{
    (void)context;
    if (precision != QFP_PRECISION_DOUBLE)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "the CPU computes in double precision only; single needs a CUDA device");
    return QFP_OK;
}

static qfp_status reproducible_set(qfp_context *context, int reproducible)
{
    context->reproducible = reproducible;
    return QFP_OK;
}

static qfp_status memory(const qfp_context *context, size_t *bytes)
{
    (void)context;
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0)
        return QFP_FAIL(QFP_MEMORY, "this machine does not tell how much memory it has");
    *bytes = (size_t)pages * (size_t)size;
    return QFP_OK;
}

static void pin(void *memory, size_t bytes)
{
    (void)memory, (void)bytes; /* the device is the host */
}

static void unpin(void *memory)
{
    (void)memory;
}

static qfp_status synchronize(qfp_context *context)
{
    (void)context;
    return QFP_OK;
}

static const qfp_device_operations device = {
    .choose = choose,
    .available = available,
    .describe = describe,
    .context_create = context_create,
    .context_destroy = context_destroy,
    .precision_set = precision_set,
    .reproducible_set = reproducible_set,
    .memory = memory,
    .pin = pin,
    .unpin = unpin,
    .synchronize = synchronize,
};

static const qfp_backend table = {
    .name = "cpu",
    .device = &device,
    .vector = &qfp_cpu_vector,
    .recurrence = &qfp_cpu_recurrence,
    .grid = &qfp_cpu_grid,
    .symbol = &qfp_cpu_symbol,
    .plane = &qfp_cpu_plane,
    .flow = &qfp_cpu_flow,
    .stencil = &qfp_cpu_stencil,
    .paths = &qfp_cpu_paths,
    .guide = &qfp_cpu_guide,
    .doubled = &qfp_cpu_doubled,
    .diffusion = &qfp_cpu_diffusion,
    .boundary = &qfp_cpu_boundary,
    .action = &qfp_cpu_action,
    .process = &qfp_cpu_process,
    .density = &qfp_cpu_density,
    .wave = &qfp_cpu_wave,
};

const qfp_backend *qfp_backend_cpu(void)
{
    return &table;
}
