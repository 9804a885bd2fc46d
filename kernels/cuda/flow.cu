/* flow.cu - drift and diffusion as multipliers on the grid, and at single points. */
#include <stdlib.h>

#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"
#include "cuda/objects.cuh"
#include "shared/eigen_cell.h"
#include "staging/flow_stage.h"

/* Points evaluated at a time, so that their matrices stay small beside the state. */
static const size_t most_points = 1 << 16;

/* Handed to kernels by value; the pointers are device memory. */
struct flow_view {
    int modes;
    double kappa, C;
    const qfp_symbol_term *terms;
    const size_t *first_term; /* of polynomial k; one more entry ends the last */
};

struct qfp_flow {
    qfp_context *context;
    qfpi_flow_stage stage;
    qfp_symbol_term *terms;
    size_t *first_term;
};

/* Device memory of one flow_evaluate: inputs, outputs, and what a point needs in between. */
struct flow_points {
    double *block; /* all the others */
    double *z, *drift, *diffusion, *eigenvalues, *eigenvectors, *hessian, *work;
};

static qfp_status stage_terms(qfp_flow *flow)
{
    int count = qfpi_flow_polynomials(flow->stage.modes);
    size_t total = 0, *first = nullptr;
    qfp_symbol_term *terms = nullptr;
    for (int k = 0; k < count; ++k)
        total += flow->stage.polynomial[k].term_count;
    qfp_status status = QFP_ALLOCATE(first, (size_t)count + 1, "a flow");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(terms, total, "a flow");
    for (int k = 0; status == QFP_OK && k < count; ++k) {
        const qfp_real_polynomial *p = &flow->stage.polynomial[k];
        for (size_t t = 0; t < p->term_count; ++t)
            terms[first[k] + t] = p->terms[t];
        first[k + 1] = first[k] + p->term_count;
    }
    if (status == QFP_OK)
        status = cuda_stage(flow->context, terms, total, "a flow", &flow->terms);
    if (status == QFP_OK)
        status = cuda_stage(flow->context, first, (size_t)count + 1, "a flow", &flow->first_term);
    free(first);
    free(terms);
    return status;
}

static void destroy(qfp_flow *flow)
{
    if (flow == nullptr)
        return;
    (void)cudaFree(flow->terms);
    (void)cudaFree(flow->first_term);
    qfpi_flow_stage_free(&flow->stage);
    free(flow);
}

static qfp_status create(qfp_context *context, int modes, double kappa, double C,
                         const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                         qfp_flow **out)
{
    *out = nullptr;
    qfp_flow *flow = nullptr;
    QFP_TRY(QFP_ALLOCATE(flow, 1, "a flow"));
    flow->context = context;
    qfp_status status = qfpi_flow_stage_create(modes, kappa, C, gradient, hessian, &flow->stage);
    if (status == QFP_OK)
        status = stage_terms(flow);
    if (status != QFP_OK) {
        destroy(flow);
        return status;
    }
    *out = flow;
    return QFP_OK;
}

static qfp_status multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                           const qfp_buffer *x, qfp_buffer *y)
{
    cuda_range range("flow_multiply");
    if (flow->stage.modes != plan->grid.modes)
        return QFP_FAIL(QFP_INTERNAL, "a flow of %d modes on a grid of %d", flow->stage.modes,
                        plan->grid.modes);
    qfp_symbol_spec spec = {};
    qfp_symbol_term *terms = nullptr;
    qfp_symbol *symbol = nullptr;
    spec.space = QFP_SPACE_Z;
    qfp_status status = qfpi_flow_entry(&flow->stage, a, b, &spec.term_count, &terms);
    spec.terms = terms;
    if (status == QFP_OK)
        status = qfp_cuda_symbol.create(plan, &spec, &symbol);
    if (status == QFP_OK)
        status = qfp_cuda_symbol.multiply(symbol, 1.0, const_cast<qfp_buffer *>(x), y, 0);
    qfp_cuda_symbol.destroy(symbol);
    free(terms);
    return status;
}

static __device__ double polynomial_at(const flow_view &v, int k, const double *z)
{
    size_t first = v.first_term[k];
    return qfpi_polynomial_cell(v.first_term[k + 1] - first, v.terms + first, 2 * v.modes, z);
}

/* One thread per point. */
static __global__ void k_flow_evaluate(flow_view v, size_t count, int matrices, int eigenpairs,
                                       flow_points p)
{
    size_t i = cuda_first_cell();
    if (i >= count)
        return;
    int size = 2 * v.modes, square = size * size;
    const double *z = p.z + i * (size_t)size;
    double *hessian = p.hessian + i * (size_t)square, *D = p.diffusion + i * (size_t)square;
    for (int a = 0; a < size; ++a) {
        qfpi_drift_entry entry = qfpi_drift_cell(v.modes, v.kappa, a);
        p.drift[i * (size_t)size + (size_t)a] = entry.weight * polynomial_at(v, entry.component, z);
    }
    if (!matrices)
        return;
    for (int k = 0; k < square; ++k)
        hessian[k] = polynomial_at(v, size + k, z);
    qfpi_diffusion_matrix_cell(v.modes, v.kappa, v.C, hessian, D);
    if (eigenpairs)
        qfpi_eigen_cell(v.modes, D, p.eigenvalues + i * (size_t)size,
                        p.eigenvectors + i * (size_t)square, p.work + 2 * i * (size_t)square);
}

static qfp_status points_create(size_t count, size_t size, flow_points *p)
{
    QFP_TRY(
        cuda_allocate_array(count * (3 * size + 5 * size * size), "points of a flow", &p->block));
    p->z = p->block;
    p->drift = p->z + count * size;
    p->eigenvalues = p->drift + count * size;
    p->diffusion = p->eigenvalues + count * size;
    p->eigenvectors = p->diffusion + count * size * size;
    p->hessian = p->eigenvectors + count * size * size;
    p->work = p->hessian + count * size * size;
    return QFP_OK;
}

static qfp_status copy_out(qfp_context *context, const double *from, size_t count, double *to)
{
    if (to != nullptr)
        QFP_CUDA_TRY(
            cudaMemcpyAsync(to, from, count * sizeof *to, cudaMemcpyDeviceToHost, context->stream),
            "copying local fields from the device");
    return QFP_OK;
}

static double *offset(double *array, size_t doubles)
{
    return array != nullptr ? array + doubles : nullptr;
}

/* Where the results of one chunk go; NULL where not wanted. */
struct flow_results {
    double *drift, *diffusion, *eigenvalues, *eigenvectors;
};

static qfp_status evaluate_piece(const qfp_flow *flow, size_t count, const double *z,
                                 const flow_points *p, const flow_results *to)
{
    size_t size = 2 * (size_t)flow->stage.modes, square = size * size;
    qfp_context *context = flow->context;
    flow_view view = {flow->stage.modes, flow->stage.kappa, flow->stage.C, flow->terms,
                      flow->first_term};
    int eigenpairs = to->eigenvalues != nullptr || to->eigenvectors != nullptr;
    QFP_CUDA_TRY(
        cudaMemcpyAsync(p->z, z, count * size * sizeof *z, cudaMemcpyHostToDevice, context->stream),
        "copying points to the device");
    QFP_LAUNCH(k_flow_evaluate, cuda_blocks(count), CUDA_THREADS, 0, context->stream, view, count,
               to->diffusion != nullptr || eigenpairs, eigenpairs, *p);
    QFP_CUDA_LAUNCHED("k_flow_evaluate");
    QFP_TRY(copy_out(context, p->drift, count * size, to->drift));
    QFP_TRY(copy_out(context, p->diffusion, count * square, to->diffusion));
    QFP_TRY(copy_out(context, p->eigenvalues, count * size, to->eigenvalues));
    QFP_TRY(copy_out(context, p->eigenvectors, count * square, to->eigenvectors));
    return cuda_synchronize(context);
}

static qfp_status evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                           double *diffusion, double *eigenvalues, double *eigenvectors)
{
    cuda_range range("flow_evaluate");
    size_t size = 2 * (size_t)flow->stage.modes, square = size * size;
    size_t step = count < most_points ? count : most_points;
    flow_points points = {};
    if (count == 0)
        return QFP_OK;
    QFP_TRY(points_create(step, size, &points));
    qfp_status status = QFP_OK;
    for (size_t i = 0; status == QFP_OK && i < count; i += step) {
        flow_results to = {offset(drift, i * size), offset(diffusion, i * square),
                           offset(eigenvalues, i * size), offset(eigenvectors, i * square)};
        status =
            evaluate_piece(flow, count - i < step ? count - i : step, z + i * size, &points, &to);
    }
    (void)cudaFree(points.block);
    return status;
}

const qfp_flow_operations qfp_cuda_flow = [] {
    qfp_flow_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.multiply = multiply;
    o.evaluate = evaluate;
    return o;
}();
