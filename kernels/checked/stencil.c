/* stencil.c - checked stencils and bands of the Fock basis. */
#include "checked/objects.h"
#include "checked/scope.h"

static size_t packed_doubles(size_t dimension)
{
    return dimension * (dimension + 1);
}

static qfp_status create(qfp_context *context, size_t dimension, size_t term_count,
                         const qfp_stencil_term *terms, qfp_stencil **out)
{
    checked_scope scope = {.slot = "stencil_create"};
    checked_handle *owner = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    if (term_count > 0)
        QFP_TRY(checked_scope_pointer(&scope, terms, "terms"));
    qfp_stencil *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->stencil->create(owner->inner, dimension, term_count, terms, &inner));
    qfp_status status = checked_handle_create(CHECKED_STENCIL, owner, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->stencil->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->dimension = dimension;
    *out = (qfp_stencil *)(void *)handle;
    return QFP_OK;
}

static void destroy(qfp_stencil *stencil)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_STENCIL, stencil);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->stencil->destroy(handle->inner);
    checked_handle_destroy(handle);
}

static qfp_status apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    checked_scope scope = {.slot = "stencil_apply"};
    checked_handle *s = NULL;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_STENCIL, stencil, "stencil", &s));
    size_t doubles = packed_doubles(s->dimension);
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", doubles, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->stencil->apply(s->inner, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}

static qfp_status exponential(const qfp_stencil *stencil, double t, qfp_buffer *x)
{
    checked_scope scope = {.slot = "stencil_exponential"};
    checked_handle *s = NULL;
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_STENCIL, stencil, "stencil", &s));
    QFP_TRY(
        checked_scope_buffer(&scope, x, "x", packed_doubles(s->dimension), CHECKED_WRITE, &inner));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->stencil->exponential(s->inner, t, inner);
    return checked_scope_close(&scope, status);
}

static qfp_status band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                       double *out)
{
    checked_scope scope = {.slot = "band"};
    checked_handle *owner = NULL;
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    QFP_TRY(checked_scope_buffer(&scope, x, "x", packed_doubles(dimension), CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->stencil->band(owner->inner, dimension, shift, inner, out);
    return checked_scope_close(&scope, status);
}

const qfp_stencil_operations qfp_checked_stencil = {
    .create = create,
    .destroy = destroy,
    .apply = apply,
    .exponential = exponential,
    .band = band,
};
