/* bench_application.c - qfp_bench: where the time of one generator application goes.
 *
 *     qfp_bench               Markdown tables: copy, backend slots, applications
 *     qfp_bench CONFIG.yaml…  the evolution of configurations: applications, their cost, floors
 *
 * Rates are bytes of the model of backend.h, every array read or written once, over the median
 * time.  "of copy" compares with a copy in this process of arrays as large as u, so that a grid in
 * cache is judged by the cache; "of bound" with the longer of two times, that of the bytes at the
 * rate of such a copy and that of the flops at the rate of multiply-adds in registers.
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>

#include "core/clock.h"
#include "evolve/propagator.h"
#include "io/config.h"
#include "measure.h"
#include "rig.h"
#include "run/engine.h"
#include "run/equation.h"
#include "state/initial_state.h"

#define LARGE_COPY ((size_t)1 << 27)  /* bytes of an array no cache holds */
#define SHARED_COPY ((size_t)1 << 20) /* from this size on all threads copy */

static int copy_threads(size_t bytes)
{
    return bytes >= SHARED_COPY ? omp_get_max_threads() : 1;
}

/* ---- slots ---------------------------------------------------------------------------------- */

typedef struct slot {
    bench_rig *rig;
    qfp_space space;
    int accumulate;
} slot;

static qfp_status run_forward(void *data)
{
    slot *s = data;
    return s->rig->backend->grid->transform(s->rig->grid->plan, s->space, QFP_FORWARD, s->rig->u,
                                            s->rig->spectral[0]);
}

/* The input is destroyed, but which numbers are transformed does not change the time. */
static qfp_status run_inverse(void *data)
{
    slot *s = data;
    return s->rig->backend->grid->transform(s->rig->grid->plan, s->space, QFP_INVERSE,
                                            s->rig->spectral[0], s->rig->y);
}

static qfp_status run_multiply(void *data)
{
    slot *s = data;
    return s->rig->backend->symbol->multiply(s->rig->symbol[s->space], 1e-3, s->rig->spectral[1],
                                             s->rig->spectral[0], s->accumulate);
}

static qfp_status run_combine(void *data)
{
    slot *s = data;
    const double a = 1e-3;
    return s->rig->backend->vector->combine(s->rig->grid->doubles[QFP_SPACE_Z], 0.5, s->rig->y, 1,
                                            &a, &s->rig->u);
}

static qfp_status run_inner(void *data)
{
    slot *s = data;
    double out;
    return s->rig->backend->vector->inner(s->rig->grid->doubles[QFP_SPACE_Z], 1, &s->rig->u,
                                          s->rig->y, &out);
}

/* An inverse transform grows the numbers by Π n_j per round; fresh ones keep them finite. */
static qfp_status refresh(bench_rig *rig, qfp_space space)
{
    return rig->backend->grid->transform(rig->grid->plan, space, QFP_FORWARD, rig->u,
                                         rig->spectral[0]);
}

static qfp_status print_slot(const char *name, const bench_system *system, bench_action action,
                             slot *s, double bytes, double copy_rate)
{
    double seconds;
    QFP_TRY(refresh(s->rig, s->space == QFP_SPACE_Z ? QFP_SPACE_A : s->space));
    QFP_TRY(bench_seconds(action, s, &seconds));
    printf("| %s | %d^%d | %.1f | %.2f | %.2f |\n", name, system->points, 2 * system->modes,
           1e6 * seconds, 1e-9 * bytes / seconds, bytes / seconds / copy_rate);
    fflush(stdout);
    return QFP_OK;
}

static qfp_status print_slots(const bench_system *system)
{
    bench_rig rig;
    QFP_TRY(bench_rig_create(qfp_backend_cpu(), system, &rig));
    double z = 8.0 * (double)rig.grid->doubles[QFP_SPACE_Z];
    double a = 8.0 * (double)rig.grid->doubles[QFP_SPACE_A];
    double b = 8.0 * (double)rig.grid->doubles[QFP_SPACE_B];
    const struct {
        const char *name;
        bench_action action;
        slot slot;
        double bytes;
    } rows[] = {
        {"transform A, forward", run_forward, {&rig, QFP_SPACE_A, 0}, z + a},
        {"transform A, inverse", run_inverse, {&rig, QFP_SPACE_A, 0}, z + a},
        {"transform B, forward", run_forward, {&rig, QFP_SPACE_B, 0}, z + b},
        {"transform B, inverse", run_inverse, {&rig, QFP_SPACE_B, 0}, z + b},
        {"symbol_multiply A, y = s x", run_multiply, {&rig, QFP_SPACE_A, 0}, 2.0 * a},
        {"symbol_multiply B, y += s x", run_multiply, {&rig, QFP_SPACE_B, 1}, 3.0 * b},
        {"combine, y = b y + a x", run_combine, {&rig, QFP_SPACE_Z, 0}, 3.0 * z},
        {"inner, x . y", run_inner, {&rig, QFP_SPACE_Z, 0}, 2.0 * z},
    };
    size_t bytes = (size_t)z;
    double copy_rate;
    qfp_status status = bench_rig_slots(&rig);
    if (status == QFP_OK)
        status = bench_copy_rate(bytes, copy_threads(bytes), &copy_rate);
    if (status == QFP_OK)
        printf("| copy of arrays as large as u | %d^%d | %.1f | %.2f | 1 |\n", system->points,
               2 * system->modes, 2e6 * z / copy_rate, 1e-9 * copy_rate);
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == QFP_OK; i++) {
        slot s = rows[i].slot;
        status = print_slot(rows[i].name, system, rows[i].action, &s, rows[i].bytes, copy_rate);
    }
    bench_rig_destroy(&rig);
    return status;
}

/* ---- applications --------------------------------------------------------------------------- */

static qfp_status run_application(void *data)
{
    bench_rig *rig = data;
    return qfp_linear_map_apply(qfp_grid_generator_map(rig->generator), rig->u, rig->y);
}

typedef struct machine {
    double flop_rate, copy_rate; /* of one thread; of all */
} machine;

static void print_application(const char *name, const qfp_application_cost *cost, double seconds,
                              const machine *m)
{
    double achieved = cost->bytes / seconds;
    double bound = fmax(cost->bytes / m->copy_rate,
                        cost->flops / (m->flop_rate * (double)omp_get_max_threads()));
    printf("| %s | %d | %.1f | %.3g | %.3g | %.2f | %.2f | %.2f | %.2f | %.1f |\n", name,
           cost->products, 1e6 * seconds, 1e-6 * cost->bytes, 1e-6 * cost->floor_bytes,
           1e-9 * achieved, achieved / m->copy_rate, 1e-9 * cost->flops / seconds, bound / seconds,
           seconds * m->copy_rate / cost->floor_bytes);
    fflush(stdout);
}

static qfp_status print_system(const bench_system *system, double flop_rate)
{
    bench_rig rig;
    QFP_TRY(bench_rig_create(qfp_backend_cpu(), system, &rig));
    qfp_application_cost cost;
    qfp_grid_generator_cost(rig.generator, &cost);
    size_t bytes = 8 * rig.grid->doubles[QFP_SPACE_Z];
    double seconds;
    machine m = {.flop_rate = flop_rate};
    char name[80];
    if (system->last > 0)
        snprintf(name, sizeof name, "%s %d^2 x %d^2", system->name, system->points, system->last);
    else
        snprintf(name, sizeof name, "%s %d^%d", system->name, system->points, 2 * system->modes);
    qfp_status status;
    QFP_TRY_GOTO(bench_copy_rate(bytes, copy_threads(bytes), &m.copy_rate));
    QFP_TRY_GOTO(bench_seconds(run_application, &rig, &seconds));
    print_application(name, &cost, seconds, &m);
done:
    bench_rig_destroy(&rig);
    return status;
}

static qfp_status print_machine(double *flop_rate, double *memory_rate)
{
    QFP_TRY(bench_flop_rate(flop_rate));
    QFP_TRY(bench_copy_rate(LARGE_COPY, omp_get_max_threads(), memory_rate));
    printf("OpenMP threads %d; copy of 128 MiB arrays %.2f GB/s; multiply-add in registers, one "
           "thread, %.1f Gflop/s.\n\n",
           omp_get_max_threads(), 1e-9 * *memory_rate, 1e-9 * *flop_rate);
    return QFP_OK;
}

static qfp_status print_everything(void)
{
    const char *kerr = "0.5*ad^2*a^2";
    const char *quartic = "0.5*p^2 + 0.5*x^2 + 0.05*x^4";
    const char *dimer = "-hc(ad[1]*a[2]) + sum(j, 0.25*ad[j]^2*a[j]^2)";
    const char *second = "ad[1]*a[1] + 2*ad[2]*a[2] + 0.3*hc(ad[1]^2*a[2])";
    const bench_system slots[] = {{"Kerr", kerr, 1, 64, 16.0, 0},
                                  {"quartic", quartic, 1, 128, 22.0, 0},
                                  {"dimer", dimer, 2, 32, 11.0, 0}};
    const bench_system systems[] = {{"Kerr", kerr, 1, 64, 16.0, 0},
                                    {"quartic", quartic, 1, 128, 22.0, 0},
                                    {"Bose-Hubbard dimer", dimer, 2, 24, 9.5, 0},
                                    {"Bose-Hubbard dimer", dimer, 2, 36, 11.6, 20},
                                    {"Bose-Hubbard dimer", dimer, 2, 32, 11.0, 0},
                                    {"Bose-Hubbard dimer", dimer, 2, 48, 13.0, 0},
                                    {"second harmonic", second, 2, 32, 11.0, 24}};
    double flop_rate, memory_rate;
    QFP_TRY(print_machine(&flop_rate, &memory_rate));
    printf("| operation | grid | µs | GB/s | of copy |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        QFP_TRY(print_slots(&slots[i]));
    printf("\n| application | products | µs | model MB | floor MB | GB/s | of copy | Gflop/s | "
           "of bound | times the floor |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        QFP_TRY(print_system(&systems[i], flop_rate));
    return QFP_OK;
}

/* ---- configurations ------------------------------------------------------------------------- */

typedef struct evolution {
    qfp_plan plan;
    qfp_equation equation;
    qfp_engine engine;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_propagator *propagator;
    qfp_buffer *u;
} evolution;

static qfp_status evolution_create(const qfp_config *config, evolution *e)
{
    char warning[256];
    QFP_TRY(qfp_equation_create(config, &e->equation));
    QFP_TRY(qfp_plan_create(config, &e->plan, NULL));
    QFP_TRY(qfp_engine_create(config->backend, config->device, qfp_engine_precision(config),
                              &e->engine));
    QFP_TRY(qfp_engine_grid(&e->engine, &e->plan, &e->grid));
    QFP_TRY(qfp_grid_generator_create(e->grid, &e->equation.generator, &e->generator));
    QFP_TRY(
        e->engine.backend->vector->create(e->engine.context, e->grid->doubles[QFP_SPACE_Z], &e->u));
    QFP_TRY(qfp_initial_state_fill(e->grid, &config->initial, e->equation.c, e->u, warning,
                                   sizeof warning));
    qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_KRYLOV,
        .tolerance = 0.1 * config->tolerance, /* the share that a run gives to time */
        .time_scale = config->times[config->time_count - 1],
    };
    return qfp_propagator_create(qfp_grid_generator_map(e->generator), &options, &e->propagator);
}

static void evolution_destroy(evolution *e)
{
    qfp_propagator_destroy(e->propagator);
    if (e->u != NULL)
        e->engine.backend->vector->destroy(e->u);
    qfp_grid_generator_destroy(e->generator);
    qfp_phase_grid_destroy(e->grid);
    qfp_engine_destroy(&e->engine);
    qfp_equation_destroy(&e->equation);
}

/* CPU seconds of all threads together: other programs cannot lengthen them much. */
static qfp_status evolve(const qfp_config *config, evolution *e, double *seconds)
{
    double start = qfpi_clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 1; i < config->time_count; i++)
        QFP_TRY(qfp_propagator_advance(e->propagator, e->u, config->times[i] - config->times[i - 1],
                                       NULL, NULL));
    *seconds = qfpi_clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    return QFP_OK;
}

static qfp_status print_evolution(const qfp_config *config, const evolution *e, double seconds,
                                  double flop_rate)
{
    qfp_application_cost cost;
    qfp_grid_generator_cost(e->generator, &cost);
    double applications = (double)qfp_grid_generator_map(e->generator)->applications;
    size_t bytes = 8 * e->grid->doubles[QFP_SPACE_Z];
    double copy_rate;
    QFP_TRY(bench_copy_rate(bytes, copy_threads(bytes), &copy_rate));
    printf("| %s | %d^%d | %.0f | %.2f | %.1f | %.4g | %.4g | %.3g | %.2f | %.3g | %.3g | %.3g "
           "|\n",
           config->title != NULL ? config->title : config->path, e->plan.points[0],
           2 * e->plan.modes, applications, seconds, 1e6 * seconds / applications,
           1e-6 * cost.bytes, 1e-6 * cost.floor_bytes, 1e-6 * cost.flops, 1e-9 * copy_rate,
           applications * cost.floor_bytes / copy_rate, applications * cost.bytes / copy_rate,
           applications * cost.flops / flop_rate);
    return QFP_OK;
}

static qfp_status bench_configuration(const char *path, double flop_rate)
{
    qfp_config *config = NULL;
    evolution e = {0};
    double seconds;
    qfp_status status;
    QFP_TRY_GOTO(qfp_config_load(path, NULL, 0, &config));
    QFP_TRY_GOTO(evolution_create(config, &e));
    QFP_TRY_GOTO(evolve(config, &e, &seconds));
    if (qfp_grid_generator_map(e.generator)->applications == 0)
        status = QFP_FAIL(QFP_USAGE, "%s: output.times leave nothing to evolve", path);
    else
        status = print_evolution(config, &e, seconds, flop_rate);
done:
    evolution_destroy(&e);
    qfp_config_destroy(config);
    return status;
}

static qfp_status bench_configurations(int count, char **paths)
{
    double flop_rate, memory_rate;
    QFP_TRY(print_machine(&flop_rate, &memory_rate));
    printf(
        "| configuration | grid | applications | CPU s | µs each, propagator included | model MB | "
        "floor MB | Mflop | copy GB/s | floor s | model s at copy | flops s |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < count; i++)
        QFP_TRY(bench_configuration(paths[i], flop_rate));
    return QFP_OK;
}

int main(int argc, char **argv)
{
    qfp_status status = argc > 1 ? bench_configurations(argc - 1, argv + 1) : print_everything();
    if (status != QFP_OK)
        fprintf(stderr, "qfp_bench: %s\n", qfp_last_error());
    return qfp_status_exit(status);
}
