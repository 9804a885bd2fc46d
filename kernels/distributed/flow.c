/* flow.c - drift and diffusion: as multipliers on this rank's slab, and at points, which every rank computes alike. */
#include <stdlib.h>

#include "distributed/distributed.h"

struct qfp_flow {
    dist_context *context;
    qfp_flow *inner;
};

static const qfp_flow_operations *inner_of(const qfp_flow *f)
{
    return f->context->inner->flow;
}

static void destroy(qfp_flow *flow)
{
    if (flow == NULL)
        return;
    inner_of(flow)->destroy(flow->inner);
    free(flow);
}

static qfp_status create(qfp_context *context, int modes, double kappa, double C,
                         const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                         qfp_flow **out)
{
    *out = NULL;
    qfp_flow *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "a flow"));
    f->context = dist_context_of(context);
    qfp_status status = qfpi_ranks_agree(
        inner_of(f)->create(f->context->context, modes, kappa, C, gradient, hessian, &f->inner));
    if (status != QFP_OK) {
        destroy(f);
        return status;
    }
    *out = f;
    return QFP_OK;
}

static qfp_status multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                           const qfp_buffer *x, qfp_buffer *y)
{
    const dist_plan *p = dist_plan_of(plan);
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    QFP_TRY(dist_read_as(from, p->division, QFP_SPACE_Z));
    if (to != from)
        QFP_TRY(dist_become(to, p->division, QFP_SPACE_Z));
    qfp_status status = p->inner[DIST_Q1][0] == NULL
                            ? QFP_OK
                            : inner_of(flow)->multiply(flow->inner, p->inner[DIST_Q1][0], a, b,
                                                       from->inner, to->inner);
    return qfpi_ranks_agree(status); /* a rank that holds nothing does not fail */
}

static qfp_status evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                           double *diffusion, double *eigenvalues, double *eigenvectors)
{
    return inner_of(flow)->evaluate(flow->inner, count, z, drift, diffusion, eigenvalues,
                                    eigenvectors);
}

const qfp_flow_operations qfp_distributed_flow = {
    .create = create,
    .destroy = destroy,
    .multiply = multiply,
    .evaluate = evaluate,
};
