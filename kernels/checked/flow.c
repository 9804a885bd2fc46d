/* flow.c - checked flows. */
#include "checked/objects.h"
#include "checked/scope.h"

static qfp_status create(qfp_context *context, int modes, double kappa, double C,
                         const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                         qfp_flow **out)
{
    checked_scope scope = {.slot = "flow_create"};
    checked_handle *owner = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    QFP_TRY(checked_scope_pointer(&scope, gradient, "gradient"));
    QFP_TRY(checked_scope_pointer(&scope, hessian, "hessian"));
    qfp_flow *inner = NULL;
    QFP_TRY(
        qfp_backend_cpu()->flow->create(owner->inner, modes, kappa, C, gradient, hessian, &inner));
    qfp_status status = checked_handle_create(CHECKED_FLOW, owner, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->flow->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->modes = modes;
    *out = (qfp_flow *)(void *)handle;
    return QFP_OK;
}

static void destroy(qfp_flow *flow)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_FLOW, flow);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->flow->destroy(handle->inner);
    checked_handle_destroy(handle);
}

static qfp_status multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                           const qfp_buffer *x, qfp_buffer *y)
{
    checked_scope scope = {.slot = "flow_multiply"};
    checked_handle *f = NULL, *p = NULL;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_FLOW, flow, "flow", &f));
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    size_t doubles = qfp_grid_doubles(&p->grid, QFP_SPACE_Z);
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", doubles, CHECKED_WRITE, &inner_y));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->flow->multiply(f->inner, p->inner, a, b, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}

static qfp_status evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                           double *diffusion, double *eigenvalues, double *eigenvectors)
{
    checked_scope scope = {.slot = "flow_evaluate"};
    checked_handle *f = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_FLOW, flow, "flow", &f));
    if (count > 0)
        QFP_TRY(checked_scope_pointer(&scope, z, "z"));
    return qfp_backend_cpu()->flow->evaluate(f->inner, count, z, drift, diffusion, eigenvalues,
                                             eigenvectors);
}

const qfp_flow_operations qfp_checked_flow = {
    .create = create,
    .destroy = destroy,
    .multiply = multiply,
    .evaluate = evaluate,
};
