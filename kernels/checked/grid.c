/* grid.c - checked plans, transforms and sums of grids. */
#include "checked/objects.h"
#include "checked/scope.h"

static size_t doubles_of(const checked_handle *plan, qfp_space space)
{
    return qfp_grid_doubles(&plan->grid, space);
}

static qfp_status create(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out)
{
    checked_scope scope = {.slot = "grid_create"};
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

static void destroy(qfp_grid_plan *plan)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_PLAN, plan);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->grid->destroy(handle->inner);
    checked_handle_destroy(handle);
}

static qfp_status transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
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

static qfp_status product_fill(qfp_grid_plan *plan, size_t term_count,
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

static qfp_status marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
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

static qfp_status contract(size_t slices, size_t outer, size_t n, size_t inner, size_t m,
                           const double *matrix, const qfp_buffer *x, qfp_buffer *y)
{
    checked_scope scope = {.slot = "contract"};
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(
        checked_scope_buffer(&scope, x, "x", slices * outer * n * inner, CHECKED_READ, &inner_x));
    QFP_TRY(
        checked_scope_buffer(&scope, y, "y", slices * outer * m * inner, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_pointer(&scope, matrix, "matrix"));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status =
            qfp_backend_cpu()->grid->contract(slices, outer, n, inner, m, matrix, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}

static double transform_bytes(const qfp_grid *grid, qfp_precision precision)
{
    return qfp_backend_cpu()->grid->transform_bytes(grid, precision);
}

const qfp_grid_operations qfp_checked_grid = {
    .create = create,
    .destroy = destroy,
    .transform = transform,
    .transform_bytes = transform_bytes,
    .product_fill = product_fill,
    .marginal = marginal,
    .contract = contract,
};
