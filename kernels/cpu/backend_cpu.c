/* backend_cpu.c - the table of the CPU: always available, always synchronous. */
#include "cpu/paths.h"
#include "cpu/process.h"
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

static const qfp_device_operations device = {
    .choose = device_choose,
    .available = available,
    .describe = cpu_describe,
    .context_create = cpu_context_create,
    .context_destroy = cpu_context_destroy,
    .precision_set = cpu_precision_set,
    .memory = cpu_memory,
    .synchronize = synchronize,
};

static const qfp_vector_operations vector = {
    .create = cpu_buffer_create,
    .destroy = cpu_buffer_destroy,
    .upload = cpu_upload,
    .download = cpu_download,
    .combine = cpu_combine,
    .inner = cpu_inner,
    .extrema = cpu_extrema,
    .entropy = cpu_entropy,
};

static const qfp_recurrence_operations recurrence = {
    .create = cpu_recurrence_create,
    .destroy = cpu_recurrence_destroy,
    .step = cpu_recurrence_step,
    .norms = cpu_recurrence_norms,
};

static const qfp_grid_operations grid = {
    .create = cpu_grid_plan_create,
    .destroy = cpu_grid_plan_destroy,
    .transform = cpu_transform,
    .product_fill = cpu_product_fill,
    .marginal = cpu_marginal,
    .contract = cpu_contract,
};

static const qfp_symbol_operations symbol = {
    .create = cpu_symbol_create,
    .destroy = cpu_symbol_destroy,
    .multiply = cpu_symbol_multiply,
    .sum = cpu_symbol_sum,
    .power = cpu_symbol_power,
};

static const qfp_plane_operations plane = {
    .fits = cpu_plane_fits,
    .create = cpu_plane_create,
    .destroy = cpu_plane_destroy,
    .apply = cpu_plane_apply,
};

static const qfp_flow_operations flow = {
    .create = cpu_flow_create,
    .destroy = cpu_flow_destroy,
    .multiply = cpu_flow_multiply,
    .evaluate = cpu_flow_evaluate,
};

static const qfp_stencil_operations stencil = {
    .create = cpu_stencil_create,
    .destroy = cpu_stencil_destroy,
    .apply = cpu_stencil_apply,
    .exponential = cpu_stencil_exponential,
    .band = cpu_band,
};

static const qfp_paths_operations paths = {
    .draw = cpu_paths_draw,
    .gaussian = cpu_paths_gaussian,
    .sums = cpu_paths_sums,
    .histogram = cpu_paths_histogram,
};

static const qfp_guide_operations guide = {
    .create = cpu_guide_create,
    .destroy = cpu_guide_destroy,
    .load = cpu_guide_load,
    .advance = cpu_guide_advance,
};

static const qfp_doubled_operations doubled = {
    .create = cpu_doubled_create,
    .destroy = cpu_doubled_destroy,
    .advance = cpu_doubled_advance,
};

static const qfp_boundary_operations boundary = {
    .begin = cpu_boundary_begin,
    .advance = cpu_boundary_advance,
};

static const qfp_action_operations action = {
    .run = cpu_action_run,
};

static const qfp_backend table = {
    .name = "cpu",
    .device = &device,
    .vector = &vector,
    .recurrence = &recurrence,
    .grid = &grid,
    .symbol = &symbol,
    .plane = &plane,
    .flow = &flow,
    .stencil = &stencil,
    .paths = &paths,
    .guide = &guide,
    .doubled = &doubled,
    .boundary = &boundary,
    .action = &action,
    .process = &qfp_cpu_process,
    .density = &qfp_cpu_density,
    .wave = &qfp_cpu_wave,
};

const qfp_backend *qfp_backend_cpu(void)
{
    return &table;
}
