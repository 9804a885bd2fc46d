/* backend_cuda.cu - the table of the CUDA backend. */
#include "cuda/paths.cuh"
#include "cuda/slots.h"

static qfp_device_operations device_operations()
{
    qfp_device_operations table = {};
    table.choose = cuda_device_choose;
    table.available = cuda_available;
    table.describe = cuda_describe;
    table.context_create = cuda_context_create;
    table.context_destroy = cuda_context_destroy;
    table.precision_set = cuda_precision_set;
    table.memory = cuda_memory;
    table.synchronize = cuda_synchronize;
    return table;
}

static qfp_vector_operations vector_operations()
{
    qfp_vector_operations table = {};
    table.create = cuda_buffer_create;
    table.destroy = cuda_buffer_destroy;
    table.upload = cuda_upload;
    table.download = cuda_download;
    table.combine = cuda_combine;
    table.inner = cuda_inner;
    table.extrema = cuda_extrema;
    table.entropy = cuda_entropy;
    return table;
}

static qfp_recurrence_operations recurrence_operations()
{
    qfp_recurrence_operations table = {};
    table.create = cuda_recurrence_create;
    table.destroy = cuda_recurrence_destroy;
    table.step = cuda_recurrence_step;
    table.norms = cuda_recurrence_norms;
    return table;
}

static qfp_grid_operations grid_operations()
{
    qfp_grid_operations table = {};
    table.create = cuda_grid_plan_create;
    table.destroy = cuda_grid_plan_destroy;
    table.transform = cuda_transform;
    table.product_fill = cuda_product_fill;
    table.marginal = cuda_marginal;
    table.contract = cuda_contract;
    return table;
}

static qfp_symbol_operations symbol_operations()
{
    qfp_symbol_operations table = {};
    table.create = cuda_symbol_create;
    table.destroy = cuda_symbol_destroy;
    table.multiply = cuda_symbol_multiply;
    table.sum = cuda_symbol_sum;
    table.power = cuda_symbol_power;
    return table;
}

static qfp_plane_operations plane_operations()
{
    qfp_plane_operations table = {};
    table.fits = cuda_plane_fits;
    table.create = cuda_plane_create;
    table.destroy = cuda_plane_destroy;
    table.apply = cuda_plane_apply;
    return table;
}

static qfp_flow_operations flow_operations()
{
    qfp_flow_operations table = {};
    table.create = cuda_flow_create;
    table.destroy = cuda_flow_destroy;
    table.multiply = cuda_flow_multiply;
    table.evaluate = cuda_flow_evaluate;
    return table;
}

static qfp_stencil_operations stencil_operations()
{
    qfp_stencil_operations table = {};
    table.create = cuda_stencil_create;
    table.destroy = cuda_stencil_destroy;
    table.apply = cuda_stencil_apply;
    table.exponential = cuda_stencil_exponential;
    table.band = cuda_band;
    return table;
}

static qfp_paths_operations paths_operations()
{
    qfp_paths_operations table = {};
    table.draw = cuda_paths_draw;
    table.gaussian = cuda_paths_gaussian;
    table.sums = cuda_paths_sums;
    table.histogram = cuda_paths_histogram;
    return table;
}

static qfp_guide_operations guide_operations()
{
    qfp_guide_operations table = {};
    table.create = cuda_guide_create;
    table.destroy = cuda_guide_destroy;
    table.load = cuda_guide_load;
    table.advance = cuda_guide_advance;
    return table;
}

static qfp_doubled_operations doubled_operations()
{
    qfp_doubled_operations table = {};
    table.create = cuda_doubled_create;
    table.destroy = cuda_doubled_destroy;
    table.advance = cuda_doubled_advance;
    return table;
}

static qfp_boundary_operations boundary_operations()
{
    qfp_boundary_operations table = {};
    table.begin = cuda_boundary_begin;
    table.advance = cuda_boundary_advance;
    return table;
}

static qfp_action_operations action_operations()
{
    qfp_action_operations table = {};
    table.run = cuda_action_run;
    return table;
}

const qfp_backend *qfp_backend_cuda(void)
{
    static const qfp_device_operations device = device_operations();
    static const qfp_vector_operations vector = vector_operations();
    static const qfp_recurrence_operations recurrence = recurrence_operations();
    static const qfp_grid_operations grid = grid_operations();
    static const qfp_symbol_operations symbol = symbol_operations();
    static const qfp_plane_operations plane = plane_operations();
    static const qfp_flow_operations flow = flow_operations();
    static const qfp_stencil_operations stencil = stencil_operations();
    static const qfp_paths_operations paths = paths_operations();
    static const qfp_guide_operations guide = guide_operations();
    static const qfp_doubled_operations doubled = doubled_operations();
    static const qfp_boundary_operations boundary = boundary_operations();
    static const qfp_action_operations action = action_operations();
    static const qfp_backend table = {"cuda",    &device, &vector,  &recurrence, &grid,  &symbol,
                                      &plane,    &flow,   &stencil, &paths,      &guide, &doubled,
                                      &boundary, &action, nullptr,  nullptr,     nullptr};
    return &table;
}
