/* slots_plane.c - the CPU has no plane kernel, so there is nothing but the arguments to check. */
#include "checked/scope.h"
#include "checked/slots.h"

int checked_plane_fits(const qfp_grid_plan *plan, int mode)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_PLAN, plan);
    return handle != NULL && qfp_backend_cpu()->plane->fits(handle->inner, mode);
}

qfp_status checked_plane_create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    checked_scope scope = {.slot = "plane_create"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_PLAN, plan, "plan", &handle));
    QFP_TRY(checked_scope_pointer(&scope, spec, "spec"));
    return qfp_backend_cpu()->plane->create(handle->inner, spec, out);
}

void checked_plane_destroy(qfp_plane *plane)
{
    qfp_backend_cpu()->plane->destroy(plane);
}

qfp_status checked_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                               int accumulate)
{
    (void)plane;
    (void)x;
    (void)y;
    (void)accumulate;
    return QFP_FAIL(QFP_INTERNAL, "plane_apply: no plane can have been made");
}
