#include "evolve/grid_operator.h"

#include <stdlib.h>

#include "evolve/factorise.h"
#include "state/taper.h"

/* ---- staging ------------------------------------------------------------------------------- */

static qfp_status stage(const qfpi_grid_operator *o, qfp_space space, const qfp_factor *factor,
                        qfp_symbol **out)
{
    if (factor->count == 0)
        return QFP_OK;
    return qfp_phase_grid_symbol(o->grid, space, factor->count, factor->terms,
                                 space == QFP_SPACE_A ? qfp_taper_a : qfp_taper_b, o->grid, out);
}

static qfp_status stage_rest(qfpi_grid_operator *o, const qfp_factorisation *rest)
{
    QFP_TRY(QFP_ALLOCATE(o->f, rest->pair_count, "the factors of a generator"));
    QFP_TRY(QFP_ALLOCATE(o->g, rest->pair_count, "the factors of a generator"));
    o->pairs = (int)rest->pair_count;
    QFP_TRY(stage(o, QFP_SPACE_A, &rest->pure_a, &o->pure_a));
    QFP_TRY(stage(o, QFP_SPACE_B, &rest->pure_b, &o->pure_b));
    for (int r = 0; r < o->pairs; r++) {
        QFP_TRY(stage(o, QFP_SPACE_A, &rest->f[r], &o->f[r]));
        QFP_TRY(stage(o, QFP_SPACE_B, &rest->g[r], &o->g[r]));
    }
    o->reads_a = o->pure_a != NULL || (o->pairs > 0 && o->symmetrised);
    o->reads_b = o->pure_b != NULL || o->pairs > 0;
    o->fills_a = o->pure_a != NULL || o->pairs > 0;
    o->fills_b = o->pure_b != NULL || (o->pairs > 0 && o->symmetrised);
    return QFP_OK;
}

static qfp_plane_factor plane_factor(const qfp_factor *factor)
{
    return (qfp_plane_factor){factor->count, factor->terms};
}

/* The factors of all parts stand in one list, f then g of each part. */
static void list_part(const qfp_mode_part *from, qfp_plane_factor *list, qfp_plane_part *to)
{
    size_t pairs = from->factors.pair_count;
    for (size_t r = 0; r < pairs; r++) {
        list[r] = plane_factor(&from->factors.f[r]);
        list[pairs + r] = plane_factor(&from->factors.g[r]);
    }
    *to = (qfp_plane_part){.spectator = {from->spectator.count, from->spectator.terms},
                           .pure_a = plane_factor(&from->factors.pure_a),
                           .pure_b = plane_factor(&from->factors.pure_b),
                           .pair_count = pairs,
                           .f = list,
                           .g = list + pairs};
}

static qfp_status stage_plane(qfpi_grid_operator *o, int mode, const qfp_mode_parts *parts)
{
    qfp_plane_factor *list = NULL;
    qfp_plane_part *part = NULL;
    size_t factors = 0, next = 0;
    for (size_t i = 0; i < parts->count; i++)
        factors += 2 * parts->part[i].factors.pair_count;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(list, factors, "the factors of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(part, parts->count, "the parts of a generator"));
    for (size_t i = 0; i < parts->count; i++) {
        list_part(&parts->part[i], list + next, &part[i]);
        next += 2 * parts->part[i].factors.pair_count;
    }
    qfp_plane_spec spec = {
        .mode = mode, .symmetrised = o->symmetrised, .part_count = parts->count, .part = part};
    status =
        qfp_phase_grid_plane(o->grid, &spec, qfp_taper_a, qfp_taper_b, o->grid, &o->plane[mode]);
done:
    free(list);
    free(part);
    return status;
}

qfp_status qfpi_grid_operator_create(const qfp_phase_grid *grid, const qfp_polynomial *form,
                                     bool symmetrised, qfpi_grid_operator *out)
{
    bool fits[QFP_MAX_MODES] = {false};
    qfp_generator_parts parts = {0};
    *out = (qfpi_grid_operator){.grid = grid, .symmetrised = symmetrised};
    for (int j = 0; j < grid->shape.modes; j++)
        fits[j] = grid->backend->plane != NULL && grid->backend->plane->fits(grid->plan, j) != 0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_parts_create(form, &grid->shape, symmetrised, fits, &parts));
    qfp_generator_parts_cost(&parts, &grid->shape, &out->cost);
    QFP_TRY_GOTO(stage_rest(out, &parts.rest));
    for (int j = 0; j < parts.modes; j++)
        if (parts.plane[j].count > 0)
            QFP_TRY_GOTO(stage_plane(out, j, &parts.plane[j]));
done:
    qfp_generator_parts_destroy(&parts);
    return status;
}

void qfpi_grid_operator_destroy(qfpi_grid_operator *o)
{
    if (o->grid == NULL)
        return;
    const qfp_backend *b = o->grid->backend;
    for (int r = 0; r < o->pairs; r++) {
        b->symbol->destroy(o->f[r]);
        b->symbol->destroy(o->g[r]);
    }
    b->symbol->destroy(o->pure_a);
    b->symbol->destroy(o->pure_b);
    for (int j = 0; b->plane != NULL && j < o->grid->shape.modes; j++)
        b->plane->destroy(o->plane[j]);
    free(o->f);
    free(o->g);
    *o = (qfpi_grid_operator){0};
}

/* ---- applying ------------------------------------------------------------------------------ */

/* sum.a or sum.b += share × symbol × x */
static qfp_status gather_one(const qfpi_grid_operator *o, qfp_space space, const qfp_symbol *symbol,
                             double share, qfp_buffer *x, qfpi_gathered *sum)
{
    bool in_a = space == QFP_SPACE_A;
    int *started = in_a ? &sum->a_started : &sum->b_started;
    QFP_TRY(o->grid->backend->symbol->multiply(symbol, share, x, in_a ? sum->a : sum->b, *started));
    *started = 1;
    return QFP_OK;
}

/* real = inverse of (symbol × x), then spectral = its forward transform to the other space */
static qfp_status cross_over(const qfpi_grid_operator *o, qfp_space from, const qfp_symbol *symbol,
                             qfp_buffer *x, qfp_buffer *spectral, qfp_buffer *real)
{
    const qfp_backend *b = o->grid->backend;
    qfp_space to = from == QFP_SPACE_A ? QFP_SPACE_B : QFP_SPACE_A;
    QFP_TRY(b->symbol->multiply(symbol, 1.0, x, spectral, 0));
    QFP_TRY(b->grid->transform(o->grid->plan, from, QFP_INVERSE, spectral, real));
    return b->grid->transform(o->grid->plan, to, QFP_FORWARD, real, spectral);
}

qfp_status qfpi_grid_operator_gather(const qfpi_grid_operator *o, double factor, qfp_buffer *in_a,
                                     qfp_buffer *in_b, qfpi_gathered *sum, qfp_buffer *spectral,
                                     qfp_buffer *real)
{
    const double once = factor / o->grid->round_trip, twice = once / o->grid->round_trip;
    const double share = o->symmetrised ? 0.5 * twice : twice;
    if (o->pure_a != NULL)
        QFP_TRY(gather_one(o, QFP_SPACE_A, o->pure_a, once, in_a, sum));
    if (o->pure_b != NULL)
        QFP_TRY(gather_one(o, QFP_SPACE_B, o->pure_b, once, in_b, sum));
    for (int r = 0; r < o->pairs; r++) {
        QFP_TRY(cross_over(o, QFP_SPACE_B, o->g[r], in_b, spectral, real));
        QFP_TRY(gather_one(o, QFP_SPACE_A, o->f[r], share, spectral, sum));
        if (!o->symmetrised)
            continue;
        QFP_TRY(cross_over(o, QFP_SPACE_A, o->f[r], in_a, spectral, real));
        QFP_TRY(gather_one(o, QFP_SPACE_B, o->g[r], share, spectral, sum));
    }
    return QFP_OK;
}

qfp_status qfpi_gathered_invert(const qfp_phase_grid *grid, qfpi_gathered *sum, qfp_buffer *y,
                                qfp_buffer *real, int *started)
{
    const qfp_backend *b = grid->backend;
    const double unit = 1.0;
    if (sum->a_started)
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, sum->a, y));
    if (sum->b_started) {
        qfp_buffer *to = sum->a_started ? real : y;
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_B, QFP_INVERSE, sum->b, to));
        if (sum->a_started)
            QFP_TRY(b->vector->combine(grid->doubles[QFP_SPACE_Z], 1.0, y, 1, &unit, &real));
    }
    *started = sum->a_started || sum->b_started;
    sum->a_started = sum->b_started = 0;
    return QFP_OK;
}

qfp_status qfpi_grid_operator_planes(const qfpi_grid_operator *o, qfp_buffer *u, qfp_buffer *y,
                                     int *started)
{
    for (int j = 0; j < o->grid->shape.modes; j++) {
        if (o->plane[j] == NULL)
            continue;
        QFP_TRY(o->grid->backend->plane->apply(o->plane[j], u, y, *started));
        *started = 1;
    }
    return QFP_OK;
}
