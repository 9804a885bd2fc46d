#include "rig.h"

#include <math.h>
#include <stdlib.h>

#include "algebra/hamiltonian.h"

qfp_status bench_generator(const bench_system *system, double c, qfp_polynomial *out)
{
    const qfp_place place = {.file = "bench", .key = system->name};
    const qfp_theory exact = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};
    qfp_node *node = NULL;
    qfp_polynomial wick;
    qfp_polynomial_init(&wick, 2 * system->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_expression_parse(system->hamiltonian, system->modes, NULL, 0, &place, &node));
    QFP_TRY_GOTO(qfp_wick_from_operator(node, system->modes, &wick));
    QFP_TRY_GOTO(qfp_generator_build(&wick, &exact, out));
    status = qfp_generator_gauge(out, c, out);
done:
    qfp_node_destroy(node);
    qfp_polynomial_destroy(&wick);
    return status;
}

static double window(const void *data, int mode, double first, double second)
{
    (void)data, (void)mode;
    return exp(-1e-6 * (first * first + second * second));
}

static qfp_status create_symbols(bench_rig *rig)
{
    int modes = rig->grid->shape.modes;
    const qfp_space spaces[] = {QFP_SPACE_A, QFP_SPACE_B};
    for (int s = 0; s < 2; s++) {
        int coordinate = spaces[s] == QFP_SPACE_A ? 0 : modes;
        int wavenumber = spaces[s] == QFP_SPACE_A ? modes : 0;
        qfp_symbol_term terms[2] = {{.im = 1.0}, {.im = -1.0}};
        terms[0].power[coordinate] = 2;
        terms[0].power[wavenumber] = terms[1].power[wavenumber] = 1;
        QFP_TRY(qfp_phase_grid_symbol(rig->grid, spaces[s], 2, terms, window, NULL,
                                      &rig->symbol[spaces[s]]));
    }
    return QFP_OK;
}

/* What the numbers are does not matter as long as none is denormal: f(first mode) f(second)…, made
 * where they are needed, because an array may fit the device only. */
static qfp_status fill(bench_rig *rig)
{
    const qfp_grid *shape = &rig->grid->shape;
    int last = shape->points[shape->modes - 1];
    size_t n = (size_t)(last > shape->points[0] ? last : shape->points[0]), count = n * n;
    qfp_product_term term = {.weight_re = 1.0};
    double *table = NULL;
    QFP_TRY(QFP_ALLOCATE(table, 2 * count, "a benchmark state"));
    for (size_t i = 0; i < count; i++)
        table[2 * i] = 1.0 / (1.0 + (double)(i % 1009));
    for (int j = 0; j < shape->modes; j++)
        term.table[j] = table;
    qfp_status status = rig->backend->grid->product_fill(rig->grid->plan, 1, &term, rig->u);
    free(table);
    return status;
}

static qfp_status create_state(bench_rig *rig)
{
    const qfp_backend *b = rig->backend;
    size_t count = rig->grid->doubles[QFP_SPACE_Z];
    QFP_TRY(b->vector->create(rig->context, count, &rig->u));
    QFP_TRY(b->vector->create(rig->context, count, &rig->y));
    QFP_TRY(fill(rig));
    return b->vector->combine(count, 0.0, rig->y, 0, NULL, NULL);
}

qfp_status bench_rig_slots(bench_rig *rig)
{
    const qfp_backend *b = rig->backend;
    const size_t *doubles = rig->grid->doubles;
    size_t spectral =
        doubles[QFP_SPACE_A] > doubles[QFP_SPACE_B] ? doubles[QFP_SPACE_A] : doubles[QFP_SPACE_B];
    QFP_TRY(create_symbols(rig));
    for (int i = 0; i < 2; i++) {
        QFP_TRY(b->vector->create(rig->context, spectral, &rig->spectral[i]));
        QFP_TRY(b->vector->combine(spectral, 0.0, rig->spectral[i], 0, NULL, NULL));
    }
    return b->grid->transform(rig->grid->plan, QFP_SPACE_A, QFP_FORWARD, rig->u, rig->spectral[1]);
}

qfp_status bench_rig_create(const qfp_backend *backend, const bench_system *system, bench_rig *out)
{
    bench_rig rig = {.backend = backend};
    qfp_grid shape = {.modes = system->modes};
    qfp_polynomial generator;
    qfp_polynomial_init(&generator, 4 * system->modes);
    for (int j = 0; j < system->modes; j++) {
        shape.points[j] =
            system->last > 0 && j == system->modes - 1 ? system->last : system->points;
        shape.extent[j] = shape.extent[system->modes + j] = system->extent;
    }
    qfp_status status;
    /* c = ½: the Moyal equation of the Wigner function. */
    QFP_TRY_GOTO(bench_generator(system, 0.5, &generator));
    QFP_TRY_GOTO(rig.backend->device->context_create(0, &rig.context));
    QFP_TRY_GOTO(qfp_phase_grid_create(rig.backend, rig.context, &shape, &rig.grid));
    for (int axis = 0; axis < 2 * system->modes; axis++)
        rig.grid->taper[axis] = 0.45 * system->extent; /* as in a run: windowed multipliers */
    QFP_TRY_GOTO(qfp_grid_generator_create(rig.grid, &generator, &rig.generator));
    status = create_state(&rig);
done:
    qfp_polynomial_destroy(&generator);
    if (status != QFP_OK)
        bench_rig_destroy(&rig);
    else
        *out = rig;
    return status;
}

void bench_rig_destroy(bench_rig *rig)
{
    const qfp_backend *b = rig->backend;
    qfp_buffer *buffers[] = {rig->u, rig->y, rig->spectral[0], rig->spectral[1]};
    for (int i = 0; i < 4; i++)
        b->vector->destroy(buffers[i]);
    for (int s = 0; s < 3; s++)
        b->symbol->destroy(rig->symbol[s]);
    qfp_grid_generator_destroy(rig->generator);
    qfp_phase_grid_destroy(rig->grid);
    b->device->context_destroy(rig->context);
    *rig = (bench_rig){.backend = b};
}
