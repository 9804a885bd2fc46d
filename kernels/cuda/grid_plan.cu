/* grid_plan.cu - cuFFT plans over the P or the Q axes, the other group as the batch. */
#include "cuda/grid_plan.cuh"

#include <stdlib.h>

#include "cuda/objects.cuh"
#include "cuda/tree.cuh"

/* One side of a batched transform: neighbours along the group, and from one batch to the next. */
typedef struct side {
    long long embed[CUDA_FFT_AXES], stride, distance;
} side;

/* In A the group is innermost and contiguous; in B the P axes lie between its neighbours and are
 * themselves the batch. */
static void fill_side(const qfp_grid_plan *plan, qfp_space group, qfp_space array, side *s)
{
    const qfpi_shape *shape = &plan->shape[array];
    int modes = plan->grid.modes, first = group == QFP_SPACE_A ? modes : 0;
    long long elements = 1, inner = 1;
    for (int j = 0; j < modes; ++j) {
        s->embed[j] = (long long)shape->length[first + j];
        elements *= s->embed[j];
        inner *= (long long)shape->length[modes + j];
    }
    s->stride = group == QFP_SPACE_A ? 1 : inner;
    s->distance = group == QFP_SPACE_A ? elements : 1;
}

static qfp_status make_plan(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            size_t *most)
{
    cufftHandle *handle = direction == QFP_FORWARD ? &plan->forward[space] : &plan->inverse[space];
    long long length[CUDA_FFT_AXES], batch = 1;
    size_t bytes = 0;
    side real, half;
    fill_side(plan, space, QFP_SPACE_Z, &real);
    fill_side(plan, space, space, &half);
    const size_t *others =
        plan->shape[QFP_SPACE_Z].length + (space == QFP_SPACE_A ? 0 : plan->grid.modes);
    for (int j = 0; j < plan->grid.modes; ++j) {
        length[j] = plan->grid.points[j];
        batch *= (long long)others[j];
    }
    const side *in = direction == QFP_FORWARD ? &real : &half;
    const side *out = direction == QFP_FORWARD ? &half : &real;
    cufftType type = plan->context->precision == QFP_PRECISION_SINGLE
                         ? (direction == QFP_FORWARD ? CUFFT_R2C : CUFFT_C2R)
                         : (direction == QFP_FORWARD ? CUFFT_D2Z : CUFFT_Z2D);
    QFP_CUFFT_TRY(cufftCreate(handle), "creating a transform");
    plan->planned[space][direction] = 1;
    QFP_CUFFT_TRY(cufftSetAutoAllocation(*handle, 0), "creating a transform");
    QFP_CUFFT_TRY(cufftMakePlanMany64(*handle, plan->grid.modes, length,
                                      const_cast<long long *>(in->embed), in->stride, in->distance,
                                      const_cast<long long *>(out->embed), out->stride,
                                      out->distance, type, batch, &bytes),
                  "planning a transform");
    QFP_CUFFT_TRY(cufftSetStream(*handle, plan->context->stream), "planning a transform");
    *most = bytes > *most ? bytes : *most;
    return QFP_OK;
}

static qfp_status make_plans(qfp_grid_plan *plan)
{
    size_t bytes = 0;
    if (plan->grid.modes > CUDA_FFT_AXES)
        return cuda_axis_dft_prepare(plan);
    for (int s = QFP_SPACE_A; s <= QFP_SPACE_B; ++s)
        for (int d = QFP_FORWARD; plan->doubles[s] > 0 && d <= QFP_INVERSE; ++d)
            QFP_TRY(make_plan(plan, (qfp_space)s, (qfp_direction)d, &bytes));
    QFP_TRY(cuda_allocate(bytes, 1, "the work area of the transforms", &plan->work));
    for (int s = QFP_SPACE_A; s <= QFP_SPACE_B; ++s) {
        if (plan->doubles[s] == 0)
            continue;
        QFP_CUFFT_TRY(cufftSetWorkArea(plan->forward[s], plan->work), "planning a transform");
        QFP_CUFFT_TRY(cufftSetWorkArea(plan->inverse[s], plan->work), "planning a transform");
    }
    return QFP_OK;
}

/* Sums over a grid have the rows of a slice as leaves. */
static qfp_status reserve_sums(const qfp_grid_plan *plan)
{
    for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space) {
        qfpi_slices slices;
        qfpi_slices_fill(&plan->grid, &plan->shape[space], (qfp_space)space, &slices);
        if (plan->doubles[space] > 0)
            QFP_TRY(cuda_tree_reserve(plan->context, slices.count, slices.rows));
    }
    for (int mode = 0; mode < plan->grid.modes; ++mode)
        QFP_TRY(cuda_reserve(plan->context, cuda_marginal_doubles(plan, mode)));
    return QFP_OK;
}

static void destroy(qfp_grid_plan *plan)
{
    if (plan == nullptr)
        return;
    for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
        if (plan->planned[space][QFP_FORWARD])
            (void)cufftDestroy(plan->forward[space]);
        if (plan->planned[space][QFP_INVERSE])
            (void)cufftDestroy(plan->inverse[space]);
    }
    (void)cudaFree(plan->work);
    (void)cudaFree(plan->roots);
    plan->context->objects -= 1;
    free(plan);
}

static qfp_status create(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out)
{
    *out = nullptr;
    QFP_TRY(qfpi_grid_check(grid));
    qfp_grid_plan *plan = nullptr;
    QFP_TRY(QFP_ALLOCATE(plan, 1, "a grid plan"));
    plan->context = context;
    context->objects += 1;
    plan->grid = *grid;
    for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space) {
        qfpi_shape_fill(grid, (qfp_space)space, &plan->shape[space]);
        plan->doubles[space] = qfp_grid_doubles(grid, (qfp_space)space);
    }
    qfp_status status = reserve_sums(plan);
    if (status == QFP_OK)
        status = make_plans(plan);
    if (status != QFP_OK) {
        destroy(plan);
        return status;
    }
    *out = plan;
    return QFP_OK;
}

/* cuFFT says how much it takes when it plans; sizes of small prime factors, which
 * are all that plans choose, take as much as the array that is transformed. */
static double transform_bytes(const qfp_grid *grid, qfp_precision precision)
{
    double cells = 1.0;
    const qfp_slab *slab = &grid->slab;
    if (grid->modes > CUDA_FFT_AXES)
        return 0.0;
    for (int j = 0; j < grid->modes; ++j)
        cells *= (double)grid->points[j] * (double)grid->points[j];
    if (slab->count > 0 && slab->axis % grid->modes != 0) /* has neither A nor B */
        return 0.0;
    if (slab->count > 0)
        cells *= (double)slab->count / grid->points[0];
    return (precision == QFP_PRECISION_SINGLE ? sizeof(float) : sizeof(double)) * cells *
           (1.0 + 2.0 / grid->points[grid->modes - 1]);
}

const qfp_grid_operations qfp_cuda_grid = [] {
    qfp_grid_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.transform = cuda_transform;
    o.transform_bytes = transform_bytes;
    o.product_fill = cuda_product_fill;
    o.marginal = cuda_marginal;
    o.contract = cuda_contract;
    return o;
}();
