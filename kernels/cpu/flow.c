/* flow.c - drift and diffusion as multipliers on the grid, and at single points. */
#include <stdlib.h>
#include <string.h>

#include "cpu/grid_plan.h"
#include "cpu/objects.h"
#include "shared/eigen_cell.h"
#include "shared/flow_cell.h"
#include "staging/flow_stage.h"

struct qfp_flow {
    const qfp_context *context;
    qfpi_flow_stage stage;
};

static void destroy(qfp_flow *flow)
{
    if (flow == NULL)
        return;
    qfpi_flow_stage_free(&flow->stage);
    free(flow);
}

static qfp_status create(qfp_context *context, int modes, double kappa, double C,
                         const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                         qfp_flow **out)
{
    *out = NULL;
    qfp_flow *flow = NULL;
    QFP_TRY(QFP_ALLOCATE(flow, 1, "a flow"));
    flow->context = context;
    qfp_status status = qfpi_flow_stage_create(modes, kappa, C, gradient, hessian, &flow->stage);
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
    if (flow->stage.modes != plan->grid.modes)
        return QFP_FAIL(QFP_INTERNAL, "a flow of %d modes on a grid of %d", flow->stage.modes,
                        plan->grid.modes);
    qfp_symbol_spec spec = {.space = QFP_SPACE_Z};
    qfp_symbol_term *terms = NULL;
    qfp_symbol *symbol = NULL;
    qfp_status status = qfpi_flow_entry(&flow->stage, a, b, &spec.term_count, &terms);
    spec.terms = terms;
    if (status == QFP_OK)
        status = qfp_cpu_symbol.create(plan, &spec, &symbol);
    if (status == QFP_OK)
        status = qfp_cpu_symbol.multiply(symbol, 1.0, (qfp_buffer *)x, y, 0);
    qfp_cpu_symbol.destroy(symbol);
    free(terms);
    return status;
}

static void drift_at(const qfpi_flow_stage *flow, const double *z, double *drift)
{
    for (int a = 0; a < 2 * flow->modes; ++a) {
        qfpi_drift_entry entry = qfpi_drift_cell(flow->modes, flow->kappa, a);
        const qfp_real_polynomial *p = &flow->polynomial[entry.component];
        drift[a] = entry.weight * qfpi_polynomial_cell(p->term_count, p->terms, 2 * flow->modes, z);
    }
}

static void diffusion_at(const qfpi_flow_stage *flow, const double *z, double *D)
{
    int size = 2 * flow->modes;
    double hessian[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX];
    for (int k = 0; k < size * size; ++k) {
        const qfp_real_polynomial *p = &flow->polynomial[size + k];
        hessian[k] = qfpi_polynomial_cell(p->term_count, p->terms, size, z);
    }
    qfpi_diffusion_matrix_cell(flow->modes, flow->kappa, flow->C, hessian, D);
}

static qfp_status evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                           double *diffusion, double *eigenvalues, double *eigenvectors)
{
    const qfpi_flow_stage *stage = &flow->stage;
    size_t size = 2 * (size_t)stage->modes, square = size * size;
    int matrices = diffusion != NULL || eigenvalues != NULL || eigenvectors != NULL;
    int threads = cpu_threads_for(flow->context, count * square * size);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < count; ++i) {
        double D[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX], value[QFPI_EIGEN_MAX];
        double vector[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX], work[QFPI_EIGEN_WORK];
        if (drift != NULL)
            drift_at(stage, z + i * size, drift + i * size);
        if (!matrices)
            continue;
        diffusion_at(stage, z + i * size, D);
        if (diffusion != NULL)
            memcpy(diffusion + i * square, D, square * sizeof *D);
        if (eigenvalues == NULL && eigenvectors == NULL)
            continue;
        qfpi_eigen_cell(stage->modes, D, value, vector, work);
        if (eigenvalues != NULL)
            memcpy(eigenvalues + i * size, value, size * sizeof *value);
        if (eigenvectors != NULL)
            memcpy(eigenvectors + i * square, vector, square * sizeof *vector);
    }
    return QFP_OK;
}

const qfp_flow_operations qfp_cpu_flow = {
    .create = create,
    .destroy = destroy,
    .multiply = multiply,
    .evaluate = evaluate,
};
