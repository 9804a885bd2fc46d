/* symbol.c - checked symbols. */
#include "checked/objects.h"
#include "checked/scope.h"

static qfp_status create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
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

static void destroy(qfp_symbol *symbol)
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
    *doubles = qfp_grid_doubles(&p->grid, (*s)->space);
    return QFP_OK;
}

static qfp_status multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x, qfp_buffer *y,
                           int accumulate)
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

static qfp_status sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    return reduce("symbol_sum", qfp_backend_cpu()->symbol->sum, symbol, x, out);
}

static qfp_status power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    return reduce("symbol_power", qfp_backend_cpu()->symbol->power, symbol, x, out);
}

const qfp_symbol_operations qfp_checked_symbol = {
    .create = create,
    .destroy = destroy,
    .multiply = multiply,
    .sum = sum,
    .power = power,
};
