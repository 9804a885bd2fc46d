#include "run/fourier_trial.h"

#include <math.h>
#include <string.h>

#include "core/ranks.h"
#include "evolve/symbol_peak.h"
#include "run/fourier_ranks.h"

#define CELLS 2e5         /* tried on a CPU */
#define ON_A_DEVICE 100.0 /* times as many, which keep it busy */
#define LONGEST 0.25      /* seconds of a trial */
#define WIDTH                                                                                      \
    0.8 /* of a mode: a Krylov space of noise sees so much of the peak, 0.73 to 0.9 measured */
#define PHASE_OF_A_VECTOR 0.95 /* of a Krylov basis */
#define FRAME 4.0 /* applications: the residual, moments, edges and entropy of an output time */
#define TAIL_OF_SERIES 30.0 /* terms, each time that one begins */
#define DRIVEN 5000.0       /* some 200 steps at least, of six short exponentials each */
enum { FEWEST_POINTS = 8, RADIUS_APPLICATIONS = 40, MOST_APPLICATIONS = 8 };

qfp_plan qfp_fourier_trial_plan(const qfp_engine *engine, const qfp_plan *plan)
{
    qfp_plan tried = *plan;
    double most = strcmp(engine->name, "cuda") == 0 ? ON_A_DEVICE * CELLS : CELLS;
    double scale = pow(most / plan->cells, 0.5 / plan->modes);
    if (scale >= 1.0)
        return tried;
    tried.cells = 1.0;
    for (int j = 0; j < plan->modes; j++) { /* in steps of 4: no length is a bad one */
        int points = 4 * (int)floor(0.25 * scale * plan->points[j]);
        points = points < FEWEST_POINTS ? FEWEST_POINTS : points;
        tried.points[j] = points < plan->points[j] ? points : plan->points[j];
        tried.cells *= (double)tried.points[j] * (double)tried.points[j];
        for (int axis = j; axis < 2 * plan->modes; axis += plan->modes) {
            double narrower = sqrt((double)tried.points[j] / (double)plan->points[j]);
            tried.extent[axis] *= narrower; /* a smaller state on cells as fine */
            tried.taper[axis] *= narrower;
        }
    }
    return tried;
}

/* Cells, and log n for the transforms of each axis. */
static double work_of(const qfp_plan *plan)
{
    return plan->cells * log(plan->cells);
}

/* *traffic: of one application. */
static qfp_status apply_some(qfp_linear_map *map, double *seconds, qfpi_traffic *traffic)
{
    const qfp_vector_operations *v = map->backend->vector;
    qfp_buffer *u = NULL, *y = NULL;
    double norm; /* waits for a device */
    int done = 0;
    qfp_status status;
    QFP_TRY_GOTO(v->create(map->context, map->count, &u));
    QFP_TRY_GOTO(v->create(map->context, map->count, &y));
    QFP_TRY_GOTO(qfpi_linear_map_noise(map, u));
    QFP_TRY_GOTO(qfp_linear_map_apply(map, u, y)); /* the first one finds cold caches */
    QFP_TRY_GOTO(v->inner(map->count, 1, &y, y, &norm));
    const qfpi_traffic before = qfpi_ranks_traffic();
    double start = qfpi_ranks_seconds_now(), now = start;
    *seconds = INFINITY;
    do { /* the quickest: nothing else ran meanwhile */
        double began = now;
        QFP_TRY_GOTO(qfp_linear_map_apply(map, u, y));
        QFP_TRY_GOTO(v->inner(map->count, 1, &y, y, &norm));
        now = qfpi_ranks_seconds_now();
        *seconds = fmin(*seconds, now - began);
    } while (++done < MOST_APPLICATIONS && now - start < 0.5 * LONGEST);
    *traffic = qfpi_ranks_traffic();
    traffic->bytes = (traffic->bytes - before.bytes) / done;
    traffic->seconds = (traffic->seconds - before.seconds) / done;
    status = QFP_OK;
done:
    v->destroy(u);
    v->destroy(y);
    return status;
}

/* L in the letters of the grid; of a system that depends on time with every coefficient at its largest. */
static qfp_status generator_form(const qfp_config *config, const qfp_equation *equation,
                                 qfp_polynomial *form)
{
    qfp_polynomial largest;
    qfp_polynomial_init(&largest, 4 * config->modes);
    qfp_status status = QFP_OK;
    if (equation->varies) {
        status = qfp_lindblad_generator(&equation->most, &config->theory, &largest);
        if (status == QFP_OK)
            status = qfp_generator_gauge(&largest, equation->c, &largest);
    }
    if (status == QFP_OK)
        status = qfp_generator_to_real(equation->varies ? &largest : &equation->generator, form);
    qfp_polynomial_destroy(&largest);
    return status;
}

qfp_status qfp_fourier_radius(const qfp_config *config, const qfp_equation *equation,
                              const qfp_plan *plan, double *radius)
{
    qfp_grid shape = qfp_engine_shape(plan);
    qfp_polynomial form;
    qfp_polynomial_init(&form, 4 * plan->modes);
    qfp_status status = generator_form(config, equation, &form);
    if (status == QFP_OK)
        status = qfp_symbol_peak(&form, &shape, plan->taper, radius);
    *radius *= pow(WIDTH, plan->modes);
    qfp_polynomial_destroy(&form);
    return status;
}

double qfp_fourier_unitary_applications(double phase)
{
    return fmax(4.0, phase / PHASE_OF_A_VECTOR + fmin(phase, 16.0));
}

/* Measured on driven, open and other systems of one and two modes, within 1.5. */
static double applications_of(const qfp_config *config, const qfp_equation *equation,
                              const qfp_linear_map *map, double radius)
{
    double phase = radius * config->times[config->time_count - 1];
    if (equation->varies) /* steps as a whole and in two halves, two exponentials each */
        return 2.0 * phase / PHASE_OF_A_VECTOR + DRIVEN;
    if (map->dissipative)
        return 1.1 * phase + TAIL_OF_SERIES * (double)config->time_count + QFP_FIELD_MOST;
    return qfp_fourier_unitary_applications(phase);
}

qfp_status qfp_fourier_trial(const qfp_config *config, const qfp_equation *equation,
                             const qfp_plan *plan, const qfp_plan *tried,
                             qfp_grid_generator *generator, qfp_plan_timing *out)
{
    qfp_linear_map *map = qfp_grid_generator_map(generator);
    double larger = plan->cells / tried->cells;
    qfp_application_cost cost;
    qfpi_traffic traffic = {0};
    qfp_grid_generator_cost(generator, &cost);
    QFP_TRY(apply_some(map, &out->application_seconds, &traffic));
    if (larger == 1.0 && !equation->varies &&
        RADIUS_APPLICATIONS * out->application_seconds < LONGEST)
        QFP_TRY(qfp_linear_map_radius(map, &out->radius));
    else
        QFP_TRY(qfp_fourier_radius(config, equation, plan, &out->radius));
    out->application_seconds *= work_of(plan) / work_of(tried);
    out->products = cost.products;
    out->half_transforms = cost.half_transforms;
    out->transpositions = cost.transpositions;
    out->bytes = cost.bytes * larger;
    out->floor_bytes = cost.floor_bytes * larger;
    traffic.bytes *= larger;
    traffic.seconds *= larger;
    qfpi_fourier_time_ranks(config, plan, &traffic, out);
    out->applications = applications_of(config, equation, map, out->radius);
    out->outputs = FRAME * out->application_seconds * (double)config->time_count;
    out->seconds = out->applications * out->application_seconds + out->outputs;
    return QFP_OK;
}
