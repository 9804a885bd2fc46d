/* backend_checked.c - the CPU behind checks that imitate a device (checked.h says which). */
#include "checked/slots.h"

static qfp_status device_choose(int number)
{
    return qfp_backend_cpu()->device_choose(number);
}

static qfp_status available(void)
{
    return QFP_OK;
}

static const qfp_backend table = {
    .name = "checked",
    .device_choose = device_choose,
    .available = available,
    .describe = checked_describe,
    .context_create = checked_context_create,
    .context_destroy = checked_context_destroy,
    .precision_set = checked_precision_set,
    .memory = checked_memory,
    .buffer_create = checked_buffer_create,
    .buffer_destroy = checked_buffer_destroy,
    .upload = checked_upload,
    .download = checked_download,
    .combine = checked_combine,
    .inner = checked_inner,
    .recurrence_create = checked_recurrence_create,
    .recurrence_destroy = checked_recurrence_destroy,
    .recurrence_step = checked_recurrence_step,
    .recurrence_norms = checked_recurrence_norms,
    .extrema = checked_extrema,
    .grid_plan_create = checked_grid_plan_create,
    .grid_plan_destroy = checked_grid_plan_destroy,
    .transform = checked_transform,
    .symbol_create = checked_symbol_create,
    .symbol_destroy = checked_symbol_destroy,
    .symbol_multiply = checked_symbol_multiply,
    .symbol_sum = checked_symbol_sum,
    .symbol_power = checked_symbol_power,
    .plane_fits = checked_plane_fits,
    .plane_create = checked_plane_create,
    .plane_destroy = checked_plane_destroy,
    .plane_apply = checked_plane_apply,
    .product_fill = checked_product_fill,
    .marginal = checked_marginal,
    .entropy = checked_entropy,
    .contract = checked_contract,
    .flow_create = checked_flow_create,
    .flow_destroy = checked_flow_destroy,
    .flow_multiply = checked_flow_multiply,
    .flow_evaluate = checked_flow_evaluate,
    .stencil_create = checked_stencil_create,
    .stencil_destroy = checked_stencil_destroy,
    .stencil_apply = checked_stencil_apply,
    .stencil_exponential = checked_stencil_exponential,
    .band = checked_band,
    .synchronize = checked_synchronize,
};

const qfp_backend *qfp_backend_checked(void)
{
    return &table;
}
