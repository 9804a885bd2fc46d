/* plane.c - distributed planes: of modes 2 … N on slabs of Q_1, of mode 1 on slabs of Q_2. */
#include <stdlib.h>

#include "distributed/distributed.h"

struct qfp_plane {
    dist_plan *plan;
    dist_axis axis;                /* of the slabs */
    qfp_plane *inner[DIST_PIECES]; /* NULL where this rank holds nothing */
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
    dist_axis axis = axis_of(mode);
    int own = 1, all = 1, *each = NULL;
    for (int piece = 0; piece < p->division->pieces[axis]; ++piece)
        if (p->inner[axis][piece] != NULL)
            own &= inner_of(p)->fits(p->inner[axis][piece], mode);
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
    for (int piece = 0; piece < DIST_PIECES; ++piece)
        inner_of(plane->plan)->destroy(plane->inner[piece]);
    free(plane);
}

/* Room for planes of mode 1, when the first of them is made. */
static qfp_status make_room(dist_plan *p)
{
    if (p->by_q2.own != NULL)
        return QFP_OK;
    QFP_TRY(
        dist_window_create(p->context, dist_doubles(p->division, DIST_Q2, QFP_SPACE_Z), &p->by_q2));
    return qfpi_ranks_agree(dist_transposition_prepare(p->context, &p->to_q2, &p->by_q2));
}

static qfp_status create_inner(qfp_plane *plane, const qfp_plane_spec *spec)
{
    dist_plan *p = plane->plan;
    const dist_division *d = p->division;
    qfp_grid slab;
    for (int piece = 0; piece < d->pieces[plane->axis]; ++piece) {
        qfp_plane_spec own = *spec;
        if (!dist_slab(d, plane->axis, piece, &slab))
            continue;
        if (spec->window_z[slab.slab.axis] != NULL)
            own.window_z[slab.slab.axis] += slab.slab.first;
        QFP_TRY(inner_of(p)->create(p->inner[plane->axis][piece], &own, &plane->inner[piece]));
    }
    return QFP_OK;
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
    qfp_status status = plane->axis == DIST_Q2 ? make_room(plane->plan) : QFP_OK;
    if (status == QFP_OK)
        status = qfpi_ranks_agree(create_inner(plane, spec));
    if (status != QFP_OK) {
        destroy(plane);
        return status;
    }
    *out = plane;
    return QFP_OK;
}

static qfp_status apply_piece(void *what, int piece)
{
    const qfp_plane *plane = what;
    dist_plan *p = plane->plan;
    qfp_buffer *x = NULL, *y = NULL;
    if (plane->inner[piece] == NULL)
        return QFP_OK;
    QFP_TRY(dist_view(p, DIST_Q2, QFP_SPACE_Z, piece, p->way.own, &x));
    qfp_status status = dist_view(p, DIST_Q2, QFP_SPACE_Z, piece, p->by_q2.own, &y);
    if (status == QFP_OK)
        status = inner_of(p)->apply(plane->inner[piece], x, y, 0);
    p->context->inner->vector->destroy(y);
    p->context->inner->vector->destroy(x);
    return status;
}

static qfp_status apply_by_q2(const qfp_plane *plane, const dist_buffer *x, dist_buffer *y,
                              int accumulate)
{
    dist_plan *p = plane->plan;
    size_t doubles = dist_doubles(p->division, DIST_Q1, QFP_SPACE_Z);
    const double unit = 1.0;
    qfp_buffer *back = accumulate ? p->way.own : y->inner;
    QFP_TRY(dist_there(p->context, &p->to_q2, x->inner, &p->way, apply_piece, (void *)plane));
    QFP_TRY(dist_back(p->context, &p->to_q2, &p->by_q2, back, NULL, NULL));
    if (!accumulate || doubles == 0)
        return QFP_OK;
    return p->context->inner->vector->combine(doubles, 1.0, y->inner, 1, &unit, &p->way.own);
}

static qfp_status apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate)
{
    const dist_division *d = plane->plan->division;
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    QFP_TRY(dist_read_as(from, d, QFP_SPACE_Z));
    QFP_TRY(accumulate ? dist_read_as(to, d, QFP_SPACE_Z) : dist_become(to, d, QFP_SPACE_Z));
    if (plane->axis == DIST_Q2)
        return apply_by_q2(plane, from, to, accumulate);
    return plane->inner[0] == NULL
               ? QFP_OK
               : inner_of(plane->plan)->apply(plane->inner[0], from->inner, to->inner, accumulate);
}

const qfp_plane_operations qfp_distributed_plane = {
    .fits = fits,
    .create = create,
    .destroy = destroy,
    .apply = apply,
};
