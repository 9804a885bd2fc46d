/* slots_grid.c - checked transforms, symbols, grid reductions and flows. */
#include "checked/scope.h"
#include "checked/slots.h"

static size_t doubles_of(const checked_handle *plan, qfp_space space)
{
    return qfp_grid_doubles(&plan->grid, space);
}

qfp_status checked_grid_plan_create(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out)
{
    checked_scope scope = {.slot = "grid_plan_create"};
    checked_handle *owner = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    QFP_TRY(checked_scope_pointer(&scope, grid, "grid"));
    qfp_grid_plan *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->grid->create(owner->inner, grid, &inner));
    qfp_status status = checked_handle_create(CHECKED_PLAN, owner, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->grid->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->grid = *grid;
    *out = (qfp_grid_plan *)(void *)handle;
    return QFP_OK;
}

void checked_grid_plan_destroy(qfp_grid_plan *plan)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_PLAN, plan);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->grid->destroy(handle->inner);
    checked_handle_destroy(handle);
}

qfp_status checked_transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                             qfp_buffer *in, qfp_buffer *out)
{
    checked_scope scope = {.slot = "transform"};
    checked_handle *p = NULL;
    qfp_buffer *inner_in = NULL, *inner_out = NULL;
    int forward = direction == QFP_FORWARD;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    /* A device destroys the input of an inverse transform; it is open for writing. */
    QFP_TRY(checked_scope_buffer(&scope, in, "in", doubles_of(p, forward ? QFP_SPACE_Z : space),
                                 forward ? CHECKED_READ : CHECKED_WRITE, &inner_in));
    QFP_TRY(checked_scope_buffer(&scope, out, "out", doubles_of(p, forward ? space : QFP_SPACE_Z),
                                 CHECKED_WRITE, &inner_out));
    QFP_TRY(checked_scope_distinct(&scope, in, out, "in and out"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status =
            qfp_backend_cpu()->grid->transform(p->inner, space, direction, inner_in, inner_out);
    if (status == QFP_OK && !forward)
        checked_pages_poison(scope.buffer[0], doubles_of(p, space));
    return checked_scope_close(&scope, status);
}

qfp_status checked_symbol_create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
{
    checked_scope scope = {.slot = "symbol_create"};
    checked_handle *p = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    QFP_TRY(checked_scope_pointer(&scope, spec, "spec"));
    qfp_symbol *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->symbol->create(p->inner, spec, &inner));
    qfp_status status = checked_handle_create(CHECKED_SYMBOL, p->context, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->symbol->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->plan = p;
    handle->space = spec->space;
    *out = (qfp_symbol *)(void *)handle;
    return QFP_OK;
}

void checked_symbol_destroy(qfp_symbol *symbol)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_SYMBOL, symbol);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->symbol->destroy(handle->inner);
    checked_handle_destroy(handle);
}

/* A symbol outlived by its plan would read freed tables. */
static qfp_status scope_symbol(checked_scope *scope, const qfp_symbol *symbol, checked_handle **s,
                               size_t *doubles)
{
    checked_handle *p = NULL;
    QFP_TRY(checked_scope_handle(scope, CHECKED_SYMBOL, symbol, "symbol", s));
    QFP_TRY(checked_scope_handle(scope, CHECKED_PLAN, (*s)->plan, "the symbol's plan", &p));
    *doubles = doubles_of(p, (*s)->space);
    return QFP_OK;
}

qfp_status checked_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x,
                                   qfp_buffer *y, int accumulate)
{
    checked_scope scope = {.slot = "symbol_multiply"};
    checked_handle *s = NULL;
    size_t doubles = 0;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(scope_symbol(&scope, symbol, &s, &doubles));
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", doubles, CHECKED_WRITE, &inner_y));
    if (accumulate)
        QFP_TRY(checked_scope_distinct(&scope, x, y, "x and an accumulating y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->symbol->multiply(s->inner, scale, inner_x, inner_y, accumulate);
    return checked_scope_close(&scope, status);
}

typedef qfp_status (*symbol_reduction)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

static qfp_status reduce(const char *slot, symbol_reduction run, const qfp_symbol *symbol,
                         const qfp_buffer *x, double *out)
{
    checked_scope scope = {.slot = slot};
    checked_handle *s = NULL;
    size_t doubles = 0;
    qfp_buffer *inner = NULL;
    QFP_TRY(scope_symbol(&scope, symbol, &s, &doubles));
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = run(s->inner, inner, out);
    return checked_scope_close(&scope, status);
}

qfp_status checked_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    return reduce("symbol_sum", qfp_backend_cpu()->symbol->sum, symbol, x, out);
}

qfp_status checked_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    return reduce("symbol_power", qfp_backend_cpu()->symbol->power, symbol, x, out);
}

qfp_status checked_product_fill(qfp_grid_plan *plan, size_t term_count,
                                const qfp_product_term *terms, qfp_buffer *u)
{
    checked_scope scope = {.slot = "product_fill"};
    checked_handle *p = NULL;
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    QFP_TRY(
        checked_scope_buffer(&scope, u, "u", doubles_of(p, QFP_SPACE_Z), CHECKED_WRITE, &inner));
    if (term_count > 0)
        QFP_TRY(checked_scope_pointer(&scope, terms, "terms"));
    for (size_t t = 0; t < term_count; ++t)
        for (int j = 0; j < p->grid.modes; ++j)
            QFP_TRY(checked_scope_pointer(&scope, terms[t].table[j], "a one-mode table"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->grid->product_fill(p->inner, term_count, terms, inner);
    return checked_scope_close(&scope, status);
}

qfp_status checked_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    checked_scope scope = {.slot = "marginal"};
    checked_handle *p = NULL;
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles_of(p, QFP_SPACE_Z), CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, plane, "plane"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->grid->marginal(p->inner, mode, inner, plane);
    return checked_scope_close(&scope, status);
}

qfp_status checked_flow_create(qfp_context *context, int modes, double kappa, double C,
                               const qfp_real_polynomial *gradient,
                               const qfp_real_polynomial *hessian, qfp_flow **out)
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

void checked_flow_destroy(qfp_flow *flow)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_FLOW, flow);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->flow->destroy(handle->inner);
    checked_handle_destroy(handle);
}

qfp_status checked_flow_multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                                 const qfp_buffer *x, qfp_buffer *y)
{
    checked_scope scope = {.slot = "flow_multiply"};
    checked_handle *f = NULL, *p = NULL;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_FLOW, flow, "flow", &f));
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    size_t doubles = doubles_of(p, QFP_SPACE_Z);
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", doubles, CHECKED_WRITE, &inner_y));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->flow->multiply(f->inner, p->inner, a, b, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}

qfp_status checked_flow_evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
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
