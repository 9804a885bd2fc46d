/* backend_cuda.cu - the table of the CUDA backend. */
#include "cuda/slots.h"

static qfp_backend make_table(void)
{
    qfp_backend table = {};
    table.name = "cuda";
#define SLOT(name) table.name = cuda_##name
    SLOT(device_choose);
    SLOT(describe);
    SLOT(context_create);
    SLOT(context_destroy);
    SLOT(precision_set);
    SLOT(memory);
    SLOT(buffer_create);
    SLOT(buffer_destroy);
    SLOT(upload);
    SLOT(download);
    SLOT(combine);
    SLOT(inner);
    SLOT(recurrence_create);
    SLOT(recurrence_destroy);
    SLOT(recurrence_step);
    SLOT(recurrence_norms);
    SLOT(extrema);
    SLOT(grid_plan_create);
    SLOT(grid_plan_destroy);
    SLOT(transform);
    SLOT(symbol_create);
    SLOT(symbol_destroy);
    SLOT(symbol_multiply);
    SLOT(symbol_sum);
    SLOT(symbol_power);
    SLOT(plane_fits);
    SLOT(plane_create);
    SLOT(plane_destroy);
    SLOT(plane_apply);
    SLOT(product_fill);
    SLOT(marginal);
    SLOT(entropy);
    SLOT(contract);
    SLOT(flow_create);
    SLOT(flow_destroy);
    SLOT(flow_multiply);
    SLOT(flow_evaluate);
    SLOT(stencil_create);
    SLOT(stencil_destroy);
    SLOT(stencil_apply);
    SLOT(stencil_exponential);
    SLOT(band);
    SLOT(available);
    SLOT(synchronize);
#undef SLOT
    return table;
}

const qfp_backend *qfp_backend_cuda(void)
{
    static const qfp_backend table = make_table();
    return &table;
}
