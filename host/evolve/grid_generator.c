#include "evolve/grid_generator.h"

#include <stdlib.h>

#include "evolve/factorise.h"
#include "state/taper.h"

struct qfp_grid_generator {
    const qfp_phase_grid *grid;
    qfp_linear_map map;
    bool symmetrised;
    int pairs;
    qfp_symbol *pure_a, *pure_b;     /* NULL when absent */
    qfp_symbol **f, **g;             /* [pairs] */
    qfp_buffer *in_a, *in_b;         /* F_P u, F_Q u */
    qfp_buffer *sum_a, *sum_b;       /* what is gathered in each mixed space */
    qfp_buffer *spectral, *real;     /* scratch */
    qfp_plane *plane[QFP_MAX_MODES]; /* NULL: the mode's terms are among the rest */
    qfp_application_cost cost;
};

static qfp_status stage(qfp_grid_generator *g, qfp_space space, const qfp_factor *factor,
                        qfp_symbol **out)
{
    if (factor->count == 0)
        return QFP_OK;
    return qfp_phase_grid_symbol(g->grid, space, factor->count, factor->terms,
                                 space == QFP_SPACE_A ? qfp_taper_a : qfp_taper_b, g->grid, out);
}

/* y = f_0 u + g_0 u + products, gathered in the mixed spaces so that every product shares the last
 * two inverse transforms.  *started: whether anything was to be done, and y holds it. */
static qfp_status apply_rest(qfp_grid_generator *g, qfp_buffer *u, qfp_buffer *y, int *started)
{
    const qfp_phase_grid *grid = g->grid;
    const qfp_backend *b = grid->backend;
    const double once = 1.0 / grid->round_trip, twice = once / grid->round_trip;
    int sum_a_started = 0, sum_b_started = 0;

    if (g->pure_a != NULL || (g->pairs > 0 && g->symmetrised))
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, g->in_a));
    if (g->pure_b != NULL || g->pairs > 0)
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, u, g->in_b));
    if (g->pure_a != NULL) {
        QFP_TRY(b->symbol->multiply(g->pure_a, once, g->in_a, g->sum_a, 0));
        sum_a_started = 1;
    }
    if (g->pure_b != NULL) {
        QFP_TRY(b->symbol->multiply(g->pure_b, once, g->in_b, g->sum_b, 0));
        sum_b_started = 1;
    }
    for (int r = 0; r < g->pairs; r++) {
        double share = g->symmetrised ? 0.5 * twice : twice;
        QFP_TRY(b->symbol->multiply(g->g[r], 1.0, g->in_b, g->spectral, 0));
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_B, QFP_INVERSE, g->spectral, g->real));
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, g->real, g->spectral));
        QFP_TRY(b->symbol->multiply(g->f[r], share, g->spectral, g->sum_a, sum_a_started));
        sum_a_started = 1;
        if (!g->symmetrised)
            continue;
        QFP_TRY(b->symbol->multiply(g->f[r], 1.0, g->in_a, g->spectral, 0));
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, g->spectral, g->real));
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, g->real, g->spectral));
        QFP_TRY(b->symbol->multiply(g->g[r], share, g->spectral, g->sum_b, sum_b_started));
        sum_b_started = 1;
    }
    const double unit = 1.0;
    if (sum_a_started)
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, g->sum_a, y));
    if (sum_b_started) {
        qfp_buffer *to = sum_a_started ? g->real : y;
        QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_B, QFP_INVERSE, g->sum_b, to));
        if (sum_a_started)
            QFP_TRY(b->vector->combine(grid->doubles[QFP_SPACE_Z], 1.0, y, 1, &unit, &g->real));
    }
    *started = sum_a_started || sum_b_started;
    return QFP_OK;
}

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    qfp_grid_generator *g = self;
    const qfp_phase_grid *grid = g->grid;
    int started = 0;
    QFP_TRY(apply_rest(g, u, y, &started));
    for (int j = 0; j < grid->shape.modes; j++) {
        if (g->plane[j] == NULL)
            continue;
        QFP_TRY(grid->backend->plane->apply(g->plane[j], u, y, started));
        started = 1;
    }
    if (!started) { /* H = constant: nothing moves */
        const double zero = 0.0;
        QFP_TRY(grid->backend->vector->combine(grid->doubles[QFP_SPACE_Z], 0.0, y, 1, &zero, &u));
    }
    return QFP_OK;
}

static qfp_status create_buffers(qfp_grid_generator *g)
{
    const qfp_phase_grid *grid = g->grid;
    size_t z = grid->doubles[QFP_SPACE_Z], a = grid->doubles[QFP_SPACE_A],
           b = grid->doubles[QFP_SPACE_B], spectral = a > b ? a : b;
    const struct {
        qfp_buffer **buffer;
        size_t count;
    } wanted[] = {
        {&g->in_a, a}, {&g->in_b, b}, {&g->sum_a, a}, {&g->sum_b, b}, {&g->spectral, spectral},
        {&g->real, z}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        QFP_TRY(grid->backend->vector->create(grid->context, wanted[i].count, wanted[i].buffer));
    return QFP_OK;
}

/* The real form, cut into what planes take and the rest. */
static qfp_status cut(const qfp_phase_grid *grid, const qfp_polynomial *generator,
                      qfp_generator_parts *parts)
{
    int modes = grid->shape.modes;
    bool fits[QFP_MAX_MODES] = {false};
    qfp_polynomial symmetric, real_form, symmetrised;
    qfp_polynomial_init(&symmetric, 4 * modes);
    qfp_polynomial_init(&real_form, 4 * modes);
    qfp_polynomial_init(&symmetrised, 4 * modes);
    qfp_status status;
    for (int j = 0; j < modes; j++)
        fits[j] = grid->backend->plane != NULL && grid->backend->plane->fits(grid->plan, j) != 0;
    QFP_TRY_GOTO(qfp_generator_symmetric_part(generator, &symmetric));
    bool skew = symmetric.count == 0;
    QFP_TRY_GOTO(qfp_generator_to_real(generator, &real_form));
    if (skew)
        QFP_TRY_GOTO(qfp_generator_to_symmetrised(&real_form, &symmetrised));
    status = qfp_generator_parts_create(skew ? &symmetrised : &real_form, &grid->shape, skew, fits,
                                        parts);
done:
    qfp_polynomial_destroy(&symmetric);
    qfp_polynomial_destroy(&real_form);
    qfp_polynomial_destroy(&symmetrised);
    return status;
}

static qfp_status stage_rest(qfp_grid_generator *g, const qfp_factorisation *rest)
{
    QFP_TRY(QFP_ALLOCATE(g->f, rest->pair_count, "the factors of a generator"));
    QFP_TRY(QFP_ALLOCATE(g->g, rest->pair_count, "the factors of a generator"));
    g->pairs = (int)rest->pair_count;
    QFP_TRY(stage(g, QFP_SPACE_A, &rest->pure_a, &g->pure_a));
    QFP_TRY(stage(g, QFP_SPACE_B, &rest->pure_b, &g->pure_b));
    for (int r = 0; r < g->pairs; r++) {
        QFP_TRY(stage(g, QFP_SPACE_A, &rest->f[r], &g->f[r]));
        QFP_TRY(stage(g, QFP_SPACE_B, &rest->g[r], &g->g[r]));
    }
    return qfp_factorisation_is_empty(rest) ? QFP_OK : create_buffers(g);
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

static qfp_status stage_plane(qfp_grid_generator *g, int mode, const qfp_mode_parts *parts)
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
        .mode = mode, .symmetrised = g->symmetrised, .part_count = parts->count, .part = part};
    status =
        qfp_phase_grid_plane(g->grid, &spec, qfp_taper_a, qfp_taper_b, g->grid, &g->plane[mode]);
done:
    free(list);
    free(part);
    return status;
}

qfp_status qfp_grid_generator_create(const qfp_phase_grid *grid, const qfp_polynomial *generator,
                                     qfp_grid_generator **out)
{
    qfp_grid_generator *g = NULL;
    QFP_TRY(QFP_ALLOCATE(g, 1, "a generator on the grid"));
    g->grid = grid;
    qfp_generator_parts parts = {0};
    qfp_status status;
    QFP_TRY_GOTO(cut(grid, generator, &parts));
    g->symmetrised = parts.symmetrised;
    qfp_generator_parts_cost(&parts, &grid->shape, &g->cost);
    QFP_TRY_GOTO(stage_rest(g, &parts.rest));
    for (int j = 0; j < parts.modes; j++)
        if (parts.plane[j].count > 0)
            QFP_TRY_GOTO(stage_plane(g, j, &parts.plane[j]));
    g->map = (qfp_linear_map){.backend = grid->backend,
                              .context = grid->context,
                              .count = grid->doubles[QFP_SPACE_Z],
                              .skew = g->symmetrised,
                              .self = g,
                              .apply = apply};
done:
    qfp_generator_parts_destroy(&parts);
    if (status != QFP_OK) {
        qfp_grid_generator_destroy(g);
        return status;
    }
    *out = g;
    return QFP_OK;
}

void qfp_grid_generator_destroy(qfp_grid_generator *g)
{
    if (g == NULL)
        return;
    const qfp_backend *b = g->grid->backend;
    for (int r = 0; r < g->pairs; r++) {
        b->symbol->destroy(g->f[r]);
        b->symbol->destroy(g->g[r]);
    }
    b->symbol->destroy(g->pure_a);
    b->symbol->destroy(g->pure_b);
    for (int j = 0; b->plane != NULL && j < g->grid->shape.modes; j++)
        b->plane->destroy(g->plane[j]);
    qfp_buffer *buffers[] = {g->in_a, g->in_b, g->sum_a, g->sum_b, g->spectral, g->real};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        b->vector->destroy(buffers[i]);
    free(g->f);
    free(g->g);
    free(g);
}

qfp_linear_map *qfp_grid_generator_map(qfp_grid_generator *g)
{
    return &g->map;
}

void qfp_grid_generator_cost(const qfp_grid_generator *g, qfp_application_cost *out)
{
    *out = g->cost;
}
