/* backend_checked.c - the CPU behind checks that imitate a device (checked.h says which). */
#include "checked/slots.h"

static qfp_status device_choose(int number)
{
    return qfp_backend_cpu()->device->choose(number);
}

static qfp_status available(void)
{
    return QFP_OK;
}

static const qfp_device_operations device = {
    .choose = device_choose,
    .available = available,
    .describe = checked_describe,
    .context_create = checked_context_create,
    .context_destroy = checked_context_destroy,
    .precision_set = checked_precision_set,
    .memory = checked_memory,
    .synchronize = checked_synchronize,
};

static const qfp_vector_operations vector = {
    .create = checked_buffer_create,
    .destroy = checked_buffer_destroy,
    .upload = checked_upload,
    .download = checked_download,
    .combine = checked_combine,
    .inner = checked_inner,
    .extrema = checked_extrema,
    .entropy = checked_entropy,
};

static const qfp_recurrence_operations recurrence = {
    .create = checked_recurrence_create,
    .destroy = checked_recurrence_destroy,
    .step = checked_recurrence_step,
    .norms = checked_recurrence_norms,
};

static const qfp_grid_operations grid = {
    .create = checked_grid_plan_create,
    .destroy = checked_grid_plan_destroy,
    .transform = checked_transform,
    .product_fill = checked_product_fill,
    .marginal = checked_marginal,
    .contract = checked_contract,
};

static const qfp_symbol_operations symbol = {
    .create = checked_symbol_create,
    .destroy = checked_symbol_destroy,
    .multiply = checked_symbol_multiply,
    .sum = checked_symbol_sum,
    .power = checked_symbol_power,
};

static const qfp_plane_operations plane = {
    .fits = checked_plane_fits,
    .create = checked_plane_create,
    .destroy = checked_plane_destroy,
    .apply = checked_plane_apply,
};

static const qfp_flow_operations flow = {
    .create = checked_flow_create,
    .destroy = checked_flow_destroy,
    .multiply = checked_flow_multiply,
    .evaluate = checked_flow_evaluate,
};

static const qfp_stencil_operations stencil = {
    .create = checked_stencil_create,
    .destroy = checked_stencil_destroy,
    .apply = checked_stencil_apply,
    .exponential = checked_stencil_exponential,
    .band = checked_band,
};

static const qfp_backend table = {
    .name = "checked",
    .device = &device,
    .vector = &vector,
    .recurrence = &recurrence,
    .grid = &grid,
    .symbol = &symbol,
    .plane = &plane,
    .flow = &flow,
    .stencil = &stencil,
};

const qfp_backend *qfp_backend_checked(void)
{
    return &table;
}
