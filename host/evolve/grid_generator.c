#include "evolve/grid_generator.h"

#include <math.h>
#include <stdlib.h>

#include "evolve/grid_operator.h"
#include "evolve/square_forms.h"
#include "state/taper.h"

enum { BODY_BUFFERS = 6, SQUARE_BUFFERS = 3 };

/* sign × (the operator twice) */
typedef struct square {
    qfpi_grid_operator root; /* with the root of the weight in it */
    double sign;
} square;

struct qfp_grid_generator {
    const qfp_phase_grid *grid;
    qfp_linear_map map;
    qfp_theory theory;
    double c;
    qfpi_grid_operator body; /* all but the squares */
    size_t squares;
    square *square;                  /* [squares] */
    double absorption;               /* outside the tapers, of what leaves A's or B's */
    qfp_symbol *inside_a, *inside_b; /* 1 inside, NULL before there was absorption */
    qfp_buffer *in_a, *in_b;         /* F_P u, F_Q u */
    qfp_buffer *sum_a, *sum_b;       /* what is gathered in each mixed space */
    qfp_buffer *spectral, *real;     /* scratch */
    qfp_buffer *root_a, *root_b;     /* of K u, K of one square, which is in `root` */
    qfp_buffer *root;
    qfp_application_cost cost;
};

/* ---- applying ------------------------------------------------------------------------------ */

static bool reads(const qfp_grid_generator *g, bool a)
{
    bool read = g->absorption > 0.0 || (a ? g->body.reads_a : g->body.reads_b);
    for (size_t i = 0; i < g->squares; i++)
        read = read || (a ? g->square[i].root.reads_a : g->square[i].root.reads_b);
    return read;
}

static qfp_status spread(const qfp_grid_generator *g, bool a, bool b, qfp_buffer *u,
                         qfp_buffer *in_a, qfp_buffer *in_b)
{
    const qfp_grid_operations *grid = g->grid->backend->grid;
    if (a)
        QFP_TRY(grid->transform(g->grid->plan, QFP_SPACE_A, QFP_FORWARD, u, in_a));
    return b ? grid->transform(g->grid->plan, QFP_SPACE_B, QFP_FORWARD, u, in_b) : QFP_OK;
}

/* What of ± K²u takes transforms into `sum`, the planes of it into y. */
static qfp_status apply_square(qfp_grid_generator *g, const square *s, qfp_buffer *u,
                               qfpi_gathered *sum, qfp_buffer *y, int *y_started)
{
    const qfpi_grid_operator *k = &s->root;
    qfpi_gathered own = {.a = g->root_a, .b = g->root_b};
    int started = 0;
    QFP_TRY(qfpi_grid_operator_gather(k, 1.0, g->in_a, g->in_b, &own, g->spectral, g->real));
    QFP_TRY(qfpi_gathered_invert(g->grid, &own, g->root, g->real, &started));
    QFP_TRY(qfpi_grid_operator_planes(k, u, g->root, &started));
    if (s->sign < 0.0)
        QFP_TRY(g->grid->backend->vector->combine(g->map.count, -1.0, g->root, 0, NULL, NULL));
    QFP_TRY(spread(g, k->reads_a, k->reads_b, g->root, g->root_a, g->root_b));
    QFP_TRY(qfpi_grid_operator_gather(k, 1.0, g->root_a, g->root_b, sum, g->spectral, g->real));
    return qfpi_grid_operator_planes(k, g->root, y, y_started);
}

/* sum += absorption × (inside_a + inside_b) u, of which 2 absorption u is taken off again in the end */
static qfp_status gather_inside(const qfp_grid_generator *g, qfpi_gathered *sum)
{
    const qfp_symbol_operations *s = g->grid->backend->symbol;
    const double once = g->absorption / g->grid->round_trip;
    QFP_TRY(s->multiply(g->inside_a, once, g->in_a, sum->a, sum->a_started));
    QFP_TRY(s->multiply(g->inside_b, once, g->in_b, sum->b, sum->b_started));
    sum->a_started = sum->b_started = 1;
    return QFP_OK;
}

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    qfp_grid_generator *g = self;
    const qfp_vector_operations *v = g->grid->backend->vector;
    const double unit = 1.0, zero = 0.0, off = -2.0 * g->absorption;
    qfpi_gathered sum = {.a = g->sum_a, .b = g->sum_b};
    int started = 0, gathered = 0;
    QFP_TRY(spread(g, reads(g, true), reads(g, false), u, g->in_a, g->in_b));
    QFP_TRY(qfpi_grid_operator_gather(&g->body, 1.0, g->in_a, g->in_b, &sum, g->spectral, g->real));
    if (g->absorption > 0.0)
        QFP_TRY(gather_inside(g, &sum));
    for (size_t i = 0; i < g->squares; i++)
        QFP_TRY(apply_square(g, &g->square[i], u, &sum, y, &started));
    QFP_TRY(qfpi_gathered_invert(g->grid, &sum, started ? g->root : y, g->real, &gathered));
    if (started && gathered)
        QFP_TRY(v->combine(g->map.count, 1.0, y, 1, &unit, &g->root));
    started = started || gathered;
    QFP_TRY(qfpi_grid_operator_planes(&g->body, u, y, &started));
    if (g->absorption > 0.0)
        return v->combine(g->map.count, 1.0, y, 1, &off, &u);
    if (!started) /* H = constant: nothing moves */
        QFP_TRY(v->combine(g->map.count, 0.0, y, 1, &zero, &u));
    return QFP_OK;
}

/* ---- what it costs ------------------------------------------------------------------------- */

/* Beside the body's: both applications of K, but for the transforms of u and of the sum that it shares. */
static void add_square_cost(const qfp_grid_generator *g, const qfpi_grid_operator *k,
                            qfpi_grid_operator *shared, qfp_application_cost *out)
{
    double z = 8.0 * (double)qfp_grid_doubles(&g->grid->shape, QFP_SPACE_Z);
    double s = 8.0 * (double)qfp_grid_doubles(&g->grid->shape, QFP_SPACE_A);
    int own = k->fills_a + k->fills_b + k->reads_a + k->reads_b, products = 2 * k->pairs;
    int first = (k->reads_a && !shared->reads_a) + (k->reads_b && !shared->reads_b);
    int last = (k->fills_a && !shared->fills_a) + (k->fills_b && !shared->fills_b);
    int transforms = own + first + last + 4 * products;
    int multiplies = 2 * ((k->pure_a != NULL) + (k->pure_b != NULL) + 2 * products);
    out->half_transforms += transforms;
    out->transpositions += k->fills_b + k->reads_b + (k->reads_b && !shared->reads_b) +
                           (k->fills_b && !shared->fills_b) + 2 * products +
                           (k->plane[0] != NULL ? 4 : 0);
    out->multiplies += multiplies;
    out->products += 2 * k->cost.products;
    out->planes += 2 * k->cost.planes;
    out->bytes += transforms * (z + s) + multiplies * 2.5 * s +
                  (k->fills_a && k->fills_b ? 3.0 * z : 0.0) + k->cost.planes * 6.0 * z;
    out->flops += 2.0 * k->cost.flops;
    shared->reads_a |= k->reads_a;
    shared->reads_b |= k->reads_b;
    shared->fills_a |= k->fills_a;
    shared->fills_b |= k->fills_b;
}

static void add_absorber_cost(const qfp_grid_generator *g, qfpi_grid_operator *shared,
                              qfp_application_cost *out)
{
    double z = 8.0 * (double)qfp_grid_doubles(&g->grid->shape, QFP_SPACE_Z);
    double s = 8.0 * (double)qfp_grid_doubles(&g->grid->shape, QFP_SPACE_A);
    int transforms = !shared->reads_a + !shared->reads_b + !shared->fills_a + !shared->fills_b;
    out->half_transforms += transforms;
    out->transpositions += !shared->reads_b + !shared->fills_b;
    out->multiplies += 2;
    out->bytes += transforms * (z + s) + 2.0 * 2.5 * s + 3.0 * z;
    shared->reads_a = shared->reads_b = shared->fills_a = shared->fills_b = true;
}

static void find_cost(qfp_grid_generator *g)
{
    qfpi_grid_operator shared = g->body;
    g->cost = g->body.cost;
    if (g->absorption > 0.0)
        add_absorber_cost(g, &shared, &g->cost);
    for (size_t i = 0; i < g->squares; i++)
        add_square_cost(g, &g->square[i].root, &shared, &g->cost);
}

/* ---- building ------------------------------------------------------------------------------ */

/* Buffers that are there stay. */
static qfp_status create_buffers(qfp_grid_generator *g)
{
    const qfp_phase_grid *grid = g->grid;
    size_t z = grid->doubles[QFP_SPACE_Z], a = grid->doubles[QFP_SPACE_A],
           b = grid->doubles[QFP_SPACE_B], spectral = a > b ? a : b;
    const struct {
        qfp_buffer **buffer;
        size_t count;
    } wanted[BODY_BUFFERS + SQUARE_BUFFERS] = {
        {&g->in_a, a}, {&g->in_b, b},   {&g->sum_a, a},  {&g->sum_b, b}, {&g->spectral, spectral},
        {&g->real, z}, {&g->root_a, a}, {&g->root_b, b}, {&g->root, z}};
    bool needed = reads(g, true) || reads(g, false);
    int first = needed ? 0 : BODY_BUFFERS;
    int last = BODY_BUFFERS + (g->squares > 0 ? SQUARE_BUFFERS : 0);
    for (int i = first; i < last; i++)
        if (*wanted[i].buffer == NULL)
            QFP_TRY(
                grid->backend->vector->create(grid->context, wanted[i].count, wanted[i].buffer));
    return QFP_OK;
}

static void clear(qfp_grid_generator *g)
{
    qfpi_grid_operator_destroy(&g->body);
    g->absorption = 0.0;
    g->map.dissipative = false;
    for (size_t i = 0; i < g->squares; i++)
        qfpi_grid_operator_destroy(&g->square[i].root);
    free(g->square);
    g->square = NULL;
    g->squares = 0;
}

/* Of any generator: symmetrised where it is skew. */
static qfp_status build_plain(qfp_grid_generator *g, const qfp_polynomial *generator)
{
    int modes = g->grid->shape.modes;
    qfp_polynomial symmetric, form;
    qfp_polynomial_init(&symmetric, 4 * modes);
    qfp_polynomial_init(&form, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_symmetric_part(generator, &symmetric));
    g->map.skew = symmetric.count == 0;
    QFP_TRY_GOTO(qfp_generator_to_real(generator, &form));
    if (g->map.skew)
        QFP_TRY_GOTO(qfp_generator_to_symmetrised(&form, &form));
    status = qfpi_grid_operator_create(g->grid, &form, g->map.skew, &g->body);
done:
    qfp_polynomial_destroy(&symmetric);
    qfp_polynomial_destroy(&form);
    return status;
}

/* What absorbs outside the tapers: as fast as the symmetric rest grows there at most, since what would
 * balance that growth has faded out. */
static qfp_status build_absorber(qfp_grid_generator *g, const qfpi_square_forms *forms)
{
    const qfp_symbol_term one = {.re = 1.0};
    const qfp_phase_grid *grid = g->grid;
    bool is_tapered = false;
    for (int axis = 0; axis < 2 * grid->shape.modes; axis++)
        is_tapered = is_tapered || grid->taper[axis] > 0.0;
    g->absorption = is_tapered ? qfpi_square_forms_bound(forms, grid->taper) : 0.0;
    if (g->absorption == 0.0 || g->inside_a != NULL)
        return QFP_OK;
    QFP_TRY(qfp_phase_grid_symbol(grid, QFP_SPACE_A, 1, &one, qfp_taper_a, grid, &g->inside_a));
    return qfp_phase_grid_symbol(grid, QFP_SPACE_B, 1, &one, qfp_taper_b, grid, &g->inside_b);
}

static qfp_status build_squares(qfp_grid_generator *g, const qfp_lindblad *lindblad)
{
    qfpi_square_forms forms;
    qfp_status status;
    QFP_TRY_GOTO(qfpi_square_forms_create(lindblad, &g->theory, &forms));
    QFP_TRY_GOTO(build_absorber(g, &forms));
    QFP_TRY_GOTO(qfpi_grid_operator_create(g->grid, &forms.body, true, &g->body));
    QFP_TRY_GOTO(QFP_ALLOCATE(g->square, forms.count, "the squares of a generator"));
    for (size_t i = 0; i < forms.count; i++) {
        square *own = &g->square[g->squares++];
        own->sign = forms.sign[i];
        QFP_TRY_GOTO(qfpi_grid_operator_create(g->grid, &forms.root[i], true, &own->root));
    }
    g->map.skew = lindblad->channel_count == 0;
    g->map.dissipative = lindblad->channel_count > 0;
done:
    qfpi_square_forms_destroy(&forms);
    return status;
}

static int degree_of_channels(const qfp_lindblad *l)
{
    int degree = 0;
    for (size_t k = 0; k < l->channel_count; k++) {
        int own = qfp_polynomial_degree(&l->channels[k].wick, 0, l->wick.variables);
        degree = own > degree ? own : degree;
    }
    return degree;
}

qfp_status qfp_grid_generator_has_squares(const qfp_lindblad *lindblad, const qfp_theory *theory,
                                          double c, bool *out)
{
    bool whole =
        theory->order == QFP_ORDER_EXACT || 2 * degree_of_channels(lindblad) <= theory->order;
    qfp_polynomial generator;
    *out = false;
    if (c != 0.5 || !whole)
        return QFP_OK;
    qfp_polynomial_init(&generator, 2 * lindblad->wick.variables);
    qfp_status status = qfp_generator_build(&lindblad->wick, theory, &generator);
    if (status == QFP_OK)
        status = qfp_generator_gauge(&generator, c, &generator);
    if (status == QFP_OK)
        status = qfp_generator_symmetric_part(&generator, &generator);
    *out = generator.count == 0;
    qfp_polynomial_destroy(&generator);
    return status;
}

qfp_status qfp_grid_generator_set(qfp_grid_generator *g, const qfp_lindblad *lindblad)
{
    qfp_polynomial generator;
    clear(g);
    qfp_polynomial_init(&generator, 2 * lindblad->wick.variables);
    bool squares;
    qfp_status status;
    QFP_TRY_GOTO(qfp_grid_generator_has_squares(lindblad, &g->theory, g->c, &squares));
    if (squares) {
        QFP_TRY_GOTO(build_squares(g, lindblad));
    } else {
        QFP_TRY_GOTO(qfp_lindblad_generator(lindblad, &g->theory, &generator));
        QFP_TRY_GOTO(qfp_generator_gauge(&generator, g->c, &generator));
        QFP_TRY_GOTO(build_plain(g, &generator));
    }
    find_cost(g);
    status = create_buffers(g);
done:
    qfp_polynomial_destroy(&generator);
    return status;
}

static qfp_status create(const qfp_phase_grid *grid, qfp_grid_generator **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, 1, "a generator on the grid"));
    (*out)->grid = grid;
    (*out)->map = (qfp_linear_map){.backend = grid->backend,
                                   .context = grid->context,
                                   .count = grid->doubles[QFP_SPACE_Z],
                                   .self = *out,
                                   .apply = apply};
    return QFP_OK;
}

qfp_status qfp_grid_generator_create(const qfp_phase_grid *grid, const qfp_polynomial *generator,
                                     qfp_grid_generator **out)
{
    qfp_grid_generator *g = NULL;
    QFP_TRY(create(grid, &g));
    qfp_status status;
    QFP_TRY_GOTO(build_plain(g, generator));
    find_cost(g);
    status = create_buffers(g);
done:
    if (status != QFP_OK) {
        qfp_grid_generator_destroy(g);
        return status;
    }
    *out = g;
    return QFP_OK;
}

qfp_status qfp_grid_generator_create_open(const qfp_phase_grid *grid, const qfp_lindblad *lindblad,
                                          const qfp_theory *theory, double c,
                                          qfp_grid_generator **out)
{
    qfp_grid_generator *g = NULL;
    QFP_TRY(create(grid, &g));
    g->theory = *theory;
    g->c = c;
    qfp_status status = qfp_grid_generator_set(g, lindblad);
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
    clear(g);
    g->grid->backend->symbol->destroy(g->inside_a);
    g->grid->backend->symbol->destroy(g->inside_b);
    qfp_buffer *buffers[] = {g->in_a, g->in_b,   g->sum_a,  g->sum_b, g->spectral,
                             g->real, g->root_a, g->root_b, g->root};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        g->grid->backend->vector->destroy(buffers[i]);
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
