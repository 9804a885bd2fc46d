#include "qfp/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "core/turn.h"
#include "fock/fock_generator.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/fock_plan.h"
#include "run/fourier_open.h"
#include "run/fourier_plan.h"

enum { BATCHES = 5 };
#define BATCH_SECONDS 0.08 /* long against the clock and a scheduler's slice */

/* Everything that the operations work on. */
typedef struct bench_rig {
    qfp_engine engine;
    qfp_equation equation;
    qfp_plan plan;
    double element; /* bytes of one number */
    size_t count;   /* numbers of the state */
    qfp_buffer *x[3];
    qfp_linear_map *map;
    /* fourier */
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_symbol *flux;     /* i k_P1 Q_1² on A, as a flux multiplies */
    qfp_buffer *mixed[2]; /* A */
    /* fock */
    qfp_fock_space space;
    qfp_fock_generator *stencil;
} bench_rig;

typedef qfp_status (*bench_call)(bench_rig *rig);

static void destroy(bench_rig *rig)
{
    const qfp_backend *b = rig->engine.backend;
    qfp_grid_generator_destroy(rig->generator);
    qfp_fock_generator_destroy(rig->stencil);
    if (b != NULL) {
        b->symbol->destroy(rig->flux);
        for (int i = 0; i < 3; i++)
            b->vector->destroy(rig->x[i]);
        for (int i = 0; i < 2; i++)
            b->vector->destroy(rig->mixed[i]);
    }
    qfp_phase_grid_destroy(rig->grid);
    qfp_equation_destroy(&rig->equation);
    qfp_engine_destroy(&rig->engine);
}

/* ---- creation ------------------------------------------------------------------------------ */

/* Zeros: no operation here is slower or faster for what the numbers are. */
static qfp_status create_buffer(const bench_rig *rig, size_t count, qfp_buffer **out)
{
    QFP_TRY(rig->engine.backend->vector->create(rig->engine.context, count, out));
    return rig->engine.backend->vector->combine(count, 0.0, *out, 0, NULL, NULL);
}

static qfp_status create_fourier(const qfp_config *config, bench_rig *rig)
{
    qfp_symbol_term term = {.im = 1.0};
    QFP_TRY(qfp_engine_grid(&rig->engine, &rig->plan, &rig->grid));
    QFP_TRY(qfp_fourier_generator(config, &rig->equation, rig->grid, &rig->generator));
    term.power[0] = 2;
    term.power[rig->plan.modes] = 1;
    QFP_TRY(qfp_phase_grid_symbol(rig->grid, QFP_SPACE_A, 1, &term, NULL, NULL, &rig->flux));
    for (int i = 0; i < 2; i++)
        QFP_TRY(create_buffer(rig, rig->grid->doubles[QFP_SPACE_A], &rig->mixed[i]));
    rig->count = rig->grid->doubles[QFP_SPACE_Z];
    rig->map = qfp_grid_generator_map(rig->generator);
    return QFP_OK;
}

static qfp_status create_fock(bench_rig *rig)
{
    QFP_TRY(qfp_fock_space_set(rig->plan.modes, rig->plan.levels, &rig->space));
    QFP_TRY(qfp_fock_generator_create(rig->engine.backend, rig->engine.context, &rig->space,
                                      &rig->equation.husimi, &rig->stencil));
    rig->count = rig->space.count;
    rig->map = qfp_fock_generator_map(rig->stencil);
    return QFP_OK;
}

static qfp_status create(const qfp_config *config, bench_rig *rig)
{
    QFP_TRY(qfp_equation_create(config, &rig->equation));
    QFP_TRY(qfp_basis_plan(config, &rig->equation, &rig->plan));
    QFP_TRY(qfp_engine_create(config->backend, config->device, qfp_engine_precision(config),
                              &rig->engine));
    rig->element = config->single_precision ? 4.0 : 8.0;
    QFP_TRY(rig->plan.basis == QFP_BASIS_FOCK ? create_fock(rig) : create_fourier(config, rig));
    for (int i = 0; i < 3; i++)
        QFP_TRY(create_buffer(rig, rig->count, &rig->x[i]));
    return QFP_OK;
}

/* ---- operations ---------------------------------------------------------------------------- */

static qfp_status copy(bench_rig *rig)
{
    const double one = 1.0;
    return rig->engine.backend->vector->combine(rig->count, 0.0, rig->x[1], 1, &one, &rig->x[0]);
}

/* What a Krylov step orthogonalises with. */
static qfp_status combine(bench_rig *rig)
{
    const double a[2] = {0.5, 0.25};
    return rig->engine.backend->vector->combine(rig->count, 0.0, rig->x[2], 2, a, rig->x);
}

static qfp_status inner(bench_rig *rig)
{
    double out;
    return rig->engine.backend->vector->inner(rig->count, 1, &rig->x[0], rig->x[1], &out);
}

static qfp_status transform_forward(bench_rig *rig)
{
    return rig->engine.backend->grid->transform(rig->grid->plan, QFP_SPACE_A, QFP_FORWARD,
                                                rig->x[0], rig->mixed[0]);
}

static qfp_status transform_inverse(bench_rig *rig)
{
    return rig->engine.backend->grid->transform(rig->grid->plan, QFP_SPACE_A, QFP_INVERSE,
                                                rig->mixed[0], rig->x[0]);
}

static qfp_status multiply(bench_rig *rig)
{
    return rig->engine.backend->symbol->multiply(rig->flux, 1.0, rig->mixed[0], rig->mixed[1], 0);
}

static qfp_status apply(bench_rig *rig)
{
    return qfp_linear_map_apply(rig->map, rig->x[0], rig->x[1]);
}

/* ---- measuring ----------------------------------------------------------------------------- */

static qfp_status time_calls(bench_rig *rig, bench_call call, size_t calls, double *seconds)
{
    double start = qfpi_ranks_seconds_now();
    for (size_t i = 0; i < calls; i++)
        QFP_TRY(call(rig));
    QFP_TRY(rig->engine.backend->device->synchronize(rig->engine.context));
    *seconds = (qfpi_ranks_seconds_now() - start) / (double)calls;
    return QFP_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median over batches; the first call warms up, the second says how many make a batch. */
static qfp_status median_seconds(bench_rig *rig, bench_call call, double *seconds)
{
    double batch[BATCHES], one;
    QFP_TRY(time_calls(rig, call, 1, &one));
    QFP_TRY(time_calls(rig, call, 1, &one));
    size_t calls = one < BATCH_SECONDS ? (size_t)(BATCH_SECONDS / (one + 1e-7)) + 1 : 1;
    for (int b = 0; b < BATCHES; b++)
        QFP_TRY(time_calls(rig, call, calls, &batch[b]));
    qsort(batch, BATCHES, sizeof *batch, ascending);
    *seconds = batch[BATCHES / 2];
    return QFP_OK;
}

static qfp_status measure(bench_rig *rig, const char *name, bench_call call, double bytes,
                          double flops, qfp_bench *out)
{
    qfp_bench_operation *o = &out->operation[out->count];
    QFP_TRY(median_seconds(rig, call, &o->seconds));
    snprintf(o->name, sizeof o->name, "%s", name);
    o->bytes = bytes;
    o->flops = flops;
    out->count++;
    return QFP_OK;
}

static qfp_status measure_all(bench_rig *rig, qfp_bench *out)
{
    double state = rig->element * (double)rig->count, flops = (double)rig->count;
    out->bytes = state;
    out->floor_bytes = 2.0 * state;
    QFP_TRY(measure(rig, "copy", copy, 2.0 * state, 0.0, out));
    QFP_TRY(measure(rig, "combine two vectors", combine, 3.0 * state, 3.0 * flops, out));
    QFP_TRY(measure(rig, "inner product", inner, 2.0 * state, 2.0 * flops, out));
    if (rig->plan.basis == QFP_BASIS_FOCK) {
        qfp_fock_cost cost;
        qfp_fock_generator_cost(rig->stencil, &cost);
        return measure(rig, "application of the generator", apply, rig->element / 8.0 * cost.bytes,
                       cost.flops, out);
    }
    double mixed = rig->element * (double)rig->grid->doubles[QFP_SPACE_A];
    qfp_application_cost cost;
    qfp_grid_generator_cost(rig->generator, &cost);
    QFP_TRY(measure(rig, "transform over P, forward", transform_forward, state + mixed, 0.0, out));
    QFP_TRY(measure(rig, "transform over P, inverse", transform_inverse, state + mixed, 0.0, out));
    QFP_TRY(measure(rig, "multiply by i k Q^2", multiply, 2.0 * mixed, 0.0, out));
    return measure(rig, "application of the generator", apply, rig->element / 8.0 * cost.bytes,
                   cost.flops, out);
}

static void describe_problem(const bench_rig *rig, char *text, size_t size)
{
    char shape[128];
    bool is_fock = rig->plan.basis == QFP_BASIS_FOCK;
    if (is_fock)
        qfp_levels_describe(rig->plan.modes, rig->plan.levels, rig->plan.first, shape,
                            sizeof shape);
    else
        qfp_grid_describe(&rig->plan, shape, sizeof shape);
    snprintf(text, size, "%s, %s %s, %s", qfp_basis_names[rig->plan.basis], shape,
             is_fock ? "levels" : "points", rig->element == 4.0 ? "single" : "double");
}

qfp_status qfp_bench_measure(const qfp_config *configured, qfp_bench *out)
{
    QFPI_TAKE_TURN();
    qfp_config settled = *configured;
    const qfp_config *config = &settled;
    bench_rig rig = {.element = 8.0};
    qfp_status status;
    *out = (qfp_bench){.count = 0};
    QFP_TRY(qfp_config_require_system(config));
    if (config->basis == QFP_BASIS_AUTO)
        settled.basis = QFP_BASIS_FOURIER;
    if (config->basis == QFP_BASIS_REFERENCE)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: solver.basis: bench times the bases fourier and fock; the reference "
                        "has no generator",
                        config->path);
    QFP_TRY_GOTO(create(config, &rig));
    describe_problem(&rig, out->problem, sizeof out->problem);
    QFP_TRY_GOTO(
        rig.engine.backend->device->describe(rig.engine.context, out->device, sizeof out->device));
    status = measure_all(&rig, out);
done:
    destroy(&rig);
    return status;
}
