#include "evolve/grid_generator.h"

#include <math.h>
#include <stdlib.h>

#include "evolve/factorise.h"

#define TAPER_WIDTH 0.08 /* of the radius */

struct qfp_grid_generator {
    const qfp_phase_grid *grid;
    qfp_linear_map map;
    bool symmetrised;
    int pairs;
    qfp_symbol *pure_a, *pure_b; /* NULL when absent */
    qfp_symbol **f, **g;         /* [pairs] */
    qfp_buffer *in_a, *in_b;     /* F_P u, F_Q u */
    qfp_buffer *sum_a, *sum_b;   /* what is gathered in each mixed space */
    qfp_buffer *spectral, *real; /* scratch */
    size_t factor_terms;
};

/* 1 inside the radius R, 0 beyond 1.08 R, infinitely smooth between: the narrower the fade, the
 * smaller the spectral radius, and the state is below the tolerance there anyway.  In space A the
 * array is ρ(x + y/2, x − y/2) with y ↔ k_P: a state that keeps |x| ≤ R in both arguments of ρ
 * obeys Q² + (k_P/2)² ≤ R², where R is its reach along Q; in space B likewise with the reach along
 * P. */
static double fade(double radius, double coordinate, double wavenumber)
{
    if (radius <= 0.0)
        return 1.0;
    double s = (hypot(coordinate, 0.5 * wavenumber) / radius - 1.0) / TAPER_WIDTH;
    if (s <= 0.0)
        return 1.0;
    if (s >= 1.0)
        return 0.0;
    double falling = exp(-1.0 / (1.0 - s)), rising = exp(-1.0 / s);
    return falling / (falling + rising);
}

static double taper_a(const void *data, int mode, double q, double k_p)
{
    const qfp_phase_grid *grid = data;
    return fade(grid->taper[mode], q, k_p);
}

static double taper_b(const void *data, int mode, double k_q, double p)
{
    const qfp_phase_grid *grid = data;
    return fade(grid->taper[grid->shape.modes + mode], p, k_q);
}

static qfp_status stage(qfp_grid_generator *g, qfp_space space, const qfp_factor *factor,
                        qfp_symbol **out)
{
    if (factor->count == 0)
        return QFP_OK;
    g->factor_terms += factor->count;
    return qfp_phase_grid_symbol(g->grid, space, factor->count, factor->terms,
                                 space == QFP_SPACE_A ? taper_a : taper_b, g->grid, out);
}

/* y = f_0 u + g_0 u + products, gathered in the mixed spaces so that every product shares the last
 * two inverse transforms. */
static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    qfp_grid_generator *g = self;
    const qfp_phase_grid *grid = g->grid;
    const qfp_backend *b = grid->backend;
    const double once = 1.0 / grid->round_trip, twice = once / grid->round_trip;
    int sum_a_started = 0, sum_b_started = 0;

    if (g->pure_a != NULL || (g->pairs > 0 && g->symmetrised))
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, g->in_a));
    if (g->pure_b != NULL || g->pairs > 0)
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, u, g->in_b));
    if (g->pure_a != NULL) {
        QFP_TRY(b->symbol_multiply(g->pure_a, once, g->in_a, g->sum_a, 0));
        sum_a_started = 1;
    }
    if (g->pure_b != NULL) {
        QFP_TRY(b->symbol_multiply(g->pure_b, once, g->in_b, g->sum_b, 0));
        sum_b_started = 1;
    }
    for (int r = 0; r < g->pairs; r++) {
        double share = g->symmetrised ? 0.5 * twice : twice;
        QFP_TRY(b->symbol_multiply(g->g[r], 1.0, g->in_b, g->spectral, 0));
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_B, QFP_INVERSE, g->spectral, g->real));
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, g->real, g->spectral));
        QFP_TRY(b->symbol_multiply(g->f[r], share, g->spectral, g->sum_a, sum_a_started));
        sum_a_started = 1;
        if (!g->symmetrised)
            continue;
        QFP_TRY(b->symbol_multiply(g->f[r], 1.0, g->in_a, g->spectral, 0));
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, g->spectral, g->real));
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, g->real, g->spectral));
        QFP_TRY(b->symbol_multiply(g->g[r], share, g->spectral, g->sum_b, sum_b_started));
        sum_b_started = 1;
    }
    const double unit = 1.0;
    if (sum_a_started)
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, g->sum_a, y));
    if (sum_b_started) {
        qfp_buffer *to = sum_a_started ? g->real : y;
        QFP_TRY(b->transform(grid->plan, QFP_SPACE_B, QFP_INVERSE, g->sum_b, to));
        if (sum_a_started)
            QFP_TRY(b->combine(grid->doubles[QFP_SPACE_Z], 1.0, y, 1, &unit, &g->real));
    }
    if (!sum_a_started && !sum_b_started) { /* H = constant: nothing moves */
        const double zero = 0.0;
        QFP_TRY(b->combine(grid->doubles[QFP_SPACE_Z], 0.0, y, 1, &zero, &u));
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
        QFP_TRY(grid->backend->buffer_create(grid->context, wanted[i].count, wanted[i].buffer));
    return QFP_OK;
}

static qfp_status factorised(const qfp_polynomial *generator, int modes, bool *skew,
                             qfp_factorisation *factors)
{
    qfp_polynomial symmetric, real_form, symmetrised;
    qfp_polynomial_init(&symmetric, 4 * modes);
    qfp_polynomial_init(&real_form, 4 * modes);
    qfp_polynomial_init(&symmetrised, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_symmetric_part(generator, &symmetric));
    *skew = symmetric.count == 0;
    QFP_TRY_GOTO(qfp_generator_to_real(generator, &real_form));
    if (*skew)
        QFP_TRY_GOTO(qfp_generator_to_symmetrised(&real_form, &symmetrised));
    status = qfp_factorise(*skew ? &symmetrised : &real_form, modes, *skew, factors);
done:
    qfp_polynomial_destroy(&symmetric);
    qfp_polynomial_destroy(&real_form);
    qfp_polynomial_destroy(&symmetrised);
    return status;
}

qfp_status qfp_grid_generator_create(const qfp_phase_grid *grid, const qfp_polynomial *generator,
                                     qfp_grid_generator **out)
{
    qfp_grid_generator *g = NULL;
    QFP_TRY(QFP_ALLOCATE(g, 1, "a generator on the grid"));
    g->grid = grid;
    qfp_factorisation factors = {0};
    qfp_status status;
    QFP_TRY_GOTO(factorised(generator, grid->shape.modes, &g->symmetrised, &factors));
    QFP_TRY_GOTO(QFP_ALLOCATE(g->f, factors.pair_count, "the factors of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(g->g, factors.pair_count, "the factors of a generator"));
    g->pairs = (int)factors.pair_count;
    QFP_TRY_GOTO(stage(g, QFP_SPACE_A, &factors.pure_a, &g->pure_a));
    QFP_TRY_GOTO(stage(g, QFP_SPACE_B, &factors.pure_b, &g->pure_b));
    for (int r = 0; r < g->pairs; r++) {
        QFP_TRY_GOTO(stage(g, QFP_SPACE_A, &factors.f[r], &g->f[r]));
        QFP_TRY_GOTO(stage(g, QFP_SPACE_B, &factors.g[r], &g->g[r]));
    }
    QFP_TRY_GOTO(create_buffers(g));
    g->map = (qfp_linear_map){.backend = grid->backend,
                              .context = grid->context,
                              .count = grid->doubles[QFP_SPACE_Z],
                              .skew = g->symmetrised,
                              .self = g,
                              .apply = apply};
done:
    qfp_factorisation_destroy(&factors);
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
        b->symbol_destroy(g->f[r]);
        b->symbol_destroy(g->g[r]);
    }
    b->symbol_destroy(g->pure_a);
    b->symbol_destroy(g->pure_b);
    qfp_buffer *buffers[] = {g->in_a, g->in_b, g->sum_a, g->sum_b, g->spectral, g->real};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        b->buffer_destroy(buffers[i]);
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
    const qfp_phase_grid *grid = g->grid;
    double z = 8.0 * (double)grid->doubles[QFP_SPACE_Z];
    double s = 8.0 * (double)grid->doubles[QFP_SPACE_A];
    int products = g->pairs * (g->symmetrised ? 2 : 1);
    int with_a = g->pure_a != NULL || g->pairs > 0, with_b = g->pure_b != NULL || g->pairs > 0;
    out->products = g->pairs;
    out->half_transforms = 2 * (with_a + with_b) + 2 * products;
    if (!g->symmetrised && g->pairs > 0) {
        out->half_transforms -= g->pure_a == NULL; /* no F_P u */
        out->half_transforms -= g->pure_b == NULL; /* nothing gathered in B */
    }
    out->multiplies = (g->pure_a != NULL) + (g->pure_b != NULL) + 2 * products;
    out->bytes = out->half_transforms * (z + s) + out->multiplies * 2.5 * s +
                 (with_a && with_b ? 3.0 * z : 0.0);
    double cells = (double)grid->doubles[QFP_SPACE_Z], axes_log2 = 0.0;
    for (int j = 0; j < grid->shape.modes; j++)
        axes_log2 += log2(grid->shape.points[j]);
    out->flops = out->half_transforms * 2.5 * cells * axes_log2 + out->multiplies * 6.0 * cells;
    out->floor_bytes = 2.0 * z;
}
