/* backend_distributed.c - the table of several ranks, and their machines as a device. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"

static const qfp_backend *inner_backend;

const qfp_backend *dist_inner_backend(void)
{
    return inner_backend != NULL ? inner_backend : qfp_backend_cpu();
}

static int is_cuda(const qfp_backend *backend)
{
    return strcmp(backend->name, "cuda") == 0;
}

static qfp_status choose(int number)
{
    return qfpi_ranks_agree(dist_inner_backend()->device->choose(number));
}

static qfp_status available(void)
{
    return qfpi_ranks_agree(dist_inner_backend()->device->available());
}

static qfp_status describe(qfp_context *context, char *text, size_t size)
{
    const dist_context *c = dist_context_of(context);
    char own[200];
    QFP_TRY(c->inner->device->describe(c->context, own, sizeof own));
    snprintf(text, size, "%d rank%s, each %s", qfpi_ranks(), qfpi_ranks() == 1 ? "" : "s", own);
    return QFP_OK;
}

static qfp_status context_create(int threads, qfp_context **out)
{
    *out = NULL;
    dist_context *c = NULL;
    QFP_TRY(QFP_ALLOCATE(c, 1, "a context of several ranks"));
    c->inner = dist_inner_backend();
    c->is_host = !is_cuda(c->inner);
    c->reads_devices = qfpi_exchange_reads_devices();
    qfp_status status = c->inner->device->context_create(threads, &c->context);
    if (status == QFP_OK) /* transforms that are timed would differ from rank to rank */
        status = c->inner->device->reproducible_set(c->context, 1);
    status = qfpi_ranks_agree(status);
    if (status != QFP_OK) {
        c->inner->device->context_destroy(c->context);
        free(c);
        return status;
    }
    *out = (qfp_context *)(void *)c;
    return QFP_OK;
}

static void context_destroy(qfp_context *context)
{
    dist_context *c = dist_context_of(context);
    if (c == NULL)
        return;
    dist_room_destroy(c);
    c->inner->device->context_destroy(c->context);
    free(c);
}

static qfp_status precision_set(qfp_context *context, qfp_precision precision)
{
    dist_context *c = dist_context_of(context);
    c->is_single = precision == QFP_PRECISION_SINGLE;
    return qfpi_ranks_agree(c->inner->device->precision_set(c->context, precision));
}

static qfp_status reproducible_set(qfp_context *context, int reproducible)
{
    (void)context, (void)reproducible;
    return QFP_OK;
}

/* Slabs are alike, so that the rank with the least memory decides.  Ranks on one machine share its memory. */
static qfp_status memory(const qfp_context *context, size_t *bytes)
{
    const qfp_backend *inner =
        context != NULL ? dist_context_of(context)->inner : dist_inner_backend();
    size_t own = 0, *all = NULL, ranks = (size_t)qfpi_ranks();
    QFP_TRY(qfpi_ranks_agree(
        inner->device->memory(context != NULL ? dist_context_of(context)->context : NULL, &own)));
    if (!is_cuda(inner))
        own /= (size_t)qfpi_ranks_here();
    QFP_TRY(QFP_ALLOCATE(all, ranks, "the memory of all ranks"));
    qfp_status status = qfpi_ranks_collect(&own, sizeof own, all);
    for (size_t r = 0; status == QFP_OK && r < ranks; ++r)
        own = all[r] < own ? all[r] : own;
    free(all);
    *bytes = own * ranks;
    return status;
}

static void pin(void *memory, size_t bytes)
{
    dist_inner_backend()->device->pin(memory, bytes);
}

static void unpin(void *memory)
{
    dist_inner_backend()->device->unpin(memory);
}

static qfp_status synchronize(qfp_context *context)
{
    const dist_context *c = dist_context_of(context);
    return c->inner->device->synchronize(c->context);
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
    .name = "distributed",
    .device = &device,
    .vector = &qfp_distributed_vector,
    .recurrence = &qfp_distributed_recurrence,
    .grid = &qfp_distributed_grid,
    .symbol = &qfp_distributed_symbol,
    .plane = &qfp_distributed_plane,
    .flow = &qfp_distributed_flow,
};

const qfp_backend *qfp_backend_distributed(const qfp_backend *inner)
{
    inner_backend = inner;
    return &table;
}
