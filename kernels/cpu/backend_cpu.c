/* backend_cpu.c - the table of the CPU: always available, always synchronous. */
#include "cpu/slots.h"

static qfp_status device_choose(int number)
{
    if (number != 0)
        return QFP_FAIL(QFP_DEVICE, "there is one CPU, number 0, and no device %d of it", number);
    return QFP_OK;
}

static qfp_status available(void)
{
    return QFP_OK;
}

static qfp_status synchronize(qfp_context *context)
{
    (void)context;
    return QFP_OK;
}

static const qfp_backend table = {
    .name = "cpu",
    .device_choose = device_choose,
    .available = available,
    .describe = cpu_describe,
    .context_create = cpu_context_create,
    .context_destroy = cpu_context_destroy,
    .precision_set = cpu_precision_set,
    .memory = cpu_memory,
    .buffer_create = cpu_buffer_create,
    .buffer_destroy = cpu_buffer_destroy,
    .upload = cpu_upload,
    .download = cpu_download,
    .combine = cpu_combine,
    .inner = cpu_inner,
    .recurrence_create = cpu_recurrence_create,
    .recurrence_destroy = cpu_recurrence_destroy,
    .recurrence_step = cpu_recurrence_step,
    .recurrence_norms = cpu_recurrence_norms,
    .extrema = cpu_extrema,
    .grid_plan_create = cpu_grid_plan_create,
    .grid_plan_destroy = cpu_grid_plan_destroy,
    .transform = cpu_transform,
    .symbol_create = cpu_symbol_create,
    .symbol_destroy = cpu_symbol_destroy,
    .symbol_multiply = cpu_symbol_multiply,
    .symbol_sum = cpu_symbol_sum,
    .symbol_power = cpu_symbol_power,
    .plane_fits = cpu_plane_fits,
    .plane_create = cpu_plane_create,
    .plane_destroy = cpu_plane_destroy,
    .plane_apply = cpu_plane_apply,
    .product_fill = cpu_product_fill,
    .marginal = cpu_marginal,
    .entropy = cpu_entropy,
    .contract = cpu_contract,
    .flow_create = cpu_flow_create,
    .flow_destroy = cpu_flow_destroy,
    .flow_multiply = cpu_flow_multiply,
    .flow_evaluate = cpu_flow_evaluate,
    .stencil_create = cpu_stencil_create,
    .stencil_destroy = cpu_stencil_destroy,
    .stencil_apply = cpu_stencil_apply,
    .stencil_exponential = cpu_stencil_exponential,
    .band = cpu_band,
    .synchronize = synchronize,
};

const qfp_backend *qfp_backend_cpu(void)
{
    return &table;
}
