/* plane.c - distributed planes: of modes 2 … N on slabs of Q_1, of mode 1 on slabs of Q_2. */
#include <stdlib.h>

#include "distributed/distributed.h"

struct qfp_plane {
    dist_plan *plan;
    dist_axis axis;    /* of the slabs */
    size_t doubles[2]; /* of Z in slabs of Q_1 and of `axis` on this rank */
    qfp_plane *inner;  /* NULL where this rank holds nothing */
};

static const qfp_plane_operations *inner_of(const dist_plan *p)
{
    return p->context->inner->plane;
}

static dist_axis axis_of(int mode)
{
    return mode > 0 ? DIST_Q1 : DIST_Q2;
}

/* All ranks answer alike: one that holds nothing asks a slab that it might. */
static int fits(const qfp_grid_plan *plan, int mode)
{
    const dist_plan *p = dist_plan_of(plan);
    const qfp_grid *grid = &p->division->grid;
    if (mode < 0 || mode >= grid->modes || grid->modes == 1)
        return 0;
    int own = p->inner[axis_of(mode)] == NULL || inner_of(p)->fits(p->inner[axis_of(mode)], mode),
        all = 1;
    int *each = NULL;
    if (QFP_ALLOCATE(each, (size_t)qfpi_ranks(), "the answers of all ranks") != QFP_OK)
        return 0;
    if (qfpi_ranks_collect(&own, sizeof own, each) != QFP_OK)
        all = 0;
    for (int r = 0; r < qfpi_ranks(); ++r)
        all &= each[r];
    free(each);
    return all;
}

static void destroy(qfp_plane *plane)
{
    if (plane == NULL)
        return;
    inner_of(plane->plan)->destroy(plane->inner);
    free(plane);
}

/* Room for planes of mode 1, when the first of them is made. */
static qfp_status make_room(dist_plan *p, const qfp_plane *plane)
{
    const qfp_vector_operations *v = p->context->inner->vector;
    if (p->from_q2 != NULL)
        return QFP_OK;
    for (int i = 0; i < 2; ++i)
        if (p->by_q2[i] == NULL)
            QFP_TRY(v->create(p->context->context, plane->doubles[1] > 0 ? plane->doubles[1] : 1,
                              &p->by_q2[i]));
    return v->create(p->context->context, plane->doubles[0] > 0 ? plane->doubles[0] : 1,
                     &p->from_q2);
}

static qfp_status create_inner(qfp_plane *plane, const qfp_plane_spec *spec)
{
    dist_plan *p = plane->plan;
    const dist_division *d = p->division;
    qfp_plane_spec own = *spec;
    qfp_grid slab;
    plane->doubles[0] = dist_slab(d, DIST_Q1, &slab) ? qfp_grid_doubles(&slab, QFP_SPACE_Z) : 0;
    plane->doubles[1] = dist_slab(d, plane->axis, &slab) ? qfp_grid_doubles(&slab, QFP_SPACE_Z) : 0;
    if (plane->axis == DIST_Q2)
        QFP_TRY(make_room(p, plane));
    if (p->inner[plane->axis] == NULL)
        return QFP_OK;
    if (spec->window_z[slab.slab.axis] != NULL)
        own.window_z[slab.slab.axis] += slab.slab.first;
    return inner_of(p)->create(p->inner[plane->axis], &own, &plane->inner);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    *out = NULL;
    dist_plan *p = dist_plan_of(plan);
    if (spec->mode < 0 || spec->mode >= p->division->grid.modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", spec->mode,
                        p->division->grid.modes);
    if (p->division->grid.modes == 1)
        return QFP_FAIL(QFP_UNSUPPORTED, "one plane is not divided among ranks");
    qfp_plane *plane = NULL;
    QFP_TRY(QFP_ALLOCATE(plane, 1, "a plane"));
    plane->plan = p;
    plane->axis = axis_of(spec->mode);
    qfp_status status = qfpi_ranks_agree(create_inner(plane, spec));
    if (status != QFP_OK) {
        destroy(plane);
        return status;
    }
    *out = plane;
    return QFP_OK;
}

static qfp_status apply_by_q2(const qfp_plane *plane, const dist_buffer *x, dist_buffer *y,
                              int accumulate)
{
    dist_plan *p = plane->plan;
    const size_t *doubles = plane->doubles;
    const double unit = 1.0;
    qfp_buffer *back = accumulate ? p->from_q2 : y->inner;
    QFP_TRY(dist_transpose(p->context, p->to_q2, 0, x->inner, doubles[0], p->by_q2[0], doubles[1]));
    if (plane->inner != NULL)
        QFP_TRY(inner_of(p)->apply(plane->inner, p->by_q2[0], p->by_q2[1], 0));
    QFP_TRY(dist_transpose(p->context, p->to_q2, 1, p->by_q2[1], doubles[1], back, doubles[0]));
    if (!accumulate || doubles[0] == 0)
        return QFP_OK;
    return p->context->inner->vector->combine(doubles[0], 1.0, y->inner, 1, &unit, &p->from_q2);
}

static qfp_status apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate)
{
    const dist_division *d = plane->plan->division;
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    QFP_TRY(dist_read_as(from, d, QFP_SPACE_Z));
    QFP_TRY(accumulate ? dist_read_as(to, d, QFP_SPACE_Z) : dist_become(to, d, QFP_SPACE_Z));
    if (plane->axis == DIST_Q2)
        return apply_by_q2(plane, from, to, accumulate);
    return plane->inner == NULL
               ? QFP_OK
               : inner_of(plane->plan)->apply(plane->inner, from->inner, to->inner, accumulate);
}

const qfp_plane_operations qfp_distributed_plane = {
    .fits = fits,
    .create = create,
    .destroy = destroy,
    .apply = apply,
};
