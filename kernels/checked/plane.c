/* plane.c - checked planes. */
#include "checked/objects.h"
#include "checked/scope.h"

static int fits(const qfp_grid_plan *plan, int mode)
{
    checked_handle *p = checked_handle_lookup(CHECKED_PLAN, plan);
    return p != NULL && qfp_backend_cpu()->plane->fits(p->inner, mode);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    checked_scope scope = {.slot = "plane_create"};
    checked_handle *p = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &p));
    QFP_TRY(checked_scope_pointer(&scope, spec, "spec"));
    qfp_plane *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->plane->create(p->inner, spec, &inner));
    qfp_status status = checked_handle_create(CHECKED_PLANE, p->context, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->plane->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->plan = p;
    *out = (qfp_plane *)(void *)handle;
    return QFP_OK;
}

static void destroy(qfp_plane *plane)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_PLANE, plane);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->plane->destroy(handle->inner);
    checked_handle_destroy(handle);
}

static qfp_status apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate)
{
    checked_scope scope = {.slot = "plane_apply"};
    checked_handle *s = NULL, *p = NULL;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLANE, plane, "plane", &s));
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, s->plan, "the plane's plan", &p));
    size_t doubles = qfp_grid_doubles(&p->grid, QFP_SPACE_Z);
    QFP_TRY(checked_scope_buffer(&scope, x, "x", doubles, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", doubles, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->plane->apply(s->inner, inner_x, inner_y, accumulate);
    return checked_scope_close(&scope, status);
}

const qfp_plane_operations qfp_checked_plane = {
    .fits = fits,
    .create = create,
    .destroy = destroy,
    .apply = apply,
};
