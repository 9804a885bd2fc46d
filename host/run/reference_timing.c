/* What the reference takes: levels and the way through the times from a trial or, where that is longer, from its
 * own counts; outputs from counts. */
#include <math.h>

#include "core/clock.h"
#include "reference/ket_tables.h"
#include "reference/reference.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/output_timing.h"

#define LONGEST_TRIAL 0.15 /* seconds */
#define GROWING 3.0        /* passages while levels are found, and one more */
#define MOVED 0.999        /* of the last time: there and back again */
#define TOUCH 2e-9         /* seconds of a number that a loop touches once */

/* Seconds to the last time, and of one more time close by. */
static qfp_status time_passage(const qfp_config *config, qfp_reference *r, double *whole,
                               double *each)
{
    double end = config->times[config->time_count - 1], start = qfpi_seconds_now();
    bool is_reversible = config->channel_count == 0 && !config->varies;
    *each = 0.0;
    QFP_TRY(qfp_reference_evolve(r, end));
    *whole = qfpi_seconds_now() - start;
    if (!is_reversible)
        return QFP_OK;
    start = qfpi_seconds_now();
    QFP_TRY(qfp_reference_evolve(r, MOVED * end));
    *each = qfpi_seconds_now() - start;
    return QFP_OK;
}

static void add_outputs(const qfp_config *config, const qfp_reference_expectation *e, double each,
                        qfp_plan *plan, qfp_plan_timing *out)
{
    double once = qfp_opening_seconds(), bytes = 0.0;
    double elements = e->kets > 0.0 ? e->kets * e->states : e->states * e->states;
    double means = 20.0 * TOUCH * elements;
    double time = qfp_writing_seconds(config) +
                  qfp_reference_picture_seconds(config, plan->levels, e->kets) + means;
    double n = config->husimi_points;
    for (int j = 0; j < config->modes; j++) {
        double d = plan->levels[j];
        qfp_look_seconds s = qfp_reference_look_seconds(config, d, e->kets);
        once += s.first;
        time += s.frame + s.entropy;
        if (config->modes > 1) /* the reduced density matrix */
            time += TOUCH * d * elements;
        bytes += qfp_ket_tables_bytes(d, n, n) + 8.0 * n * n;
        if (config->modes == 1)
            bytes += qfp_ket_tables_bytes(d, 16.0 * (sqrt(d) + 5.0), 16.0 * (sqrt(d) + 5.0));
    }
    if (config->husimi_full)
        bytes += 8.0 * pow(n, 2.0 * config->modes);
    plan->bytes_output = bytes;
    plan->bytes_total = plan->bytes_state + plan->bytes_propagator + bytes;
    double times = (double)config->time_count, series = (double)config->series_count;
    out->outputs = once + time * times + means * series;
    out->seconds += out->outputs + each * (times + series);
}

qfp_status qfp_reference_measure(const qfp_config *config, const qfp_equation *equation,
                                 qfp_plan *plan, qfp_plan_timing *out)
{
    qfp_reference *reference = NULL;
    qfp_reference_expectation e;
    double each = 0.0;
    (void)equation;
    *out = (qfp_plan_timing){.application_seconds = NAN, .radius = NAN, .applications = NAN};
    QFP_TRY(qfp_reference_try(config, LONGEST_TRIAL, &reference, &e));
    qfp_status status = QFP_OK;
    if (reference != NULL) {
        double whole = 0.0;
        status = time_passage(config, reference, &whole, &each);
        out->seconds = e.choosing + whole;
    } else {
        out->seconds = GROWING * e.passage;
    }
    qfp_reference_destroy(reference);
    QFP_TRY(status);
    for (int j = 0; j < config->modes; j++)
        plan->levels[j] = e.levels[j];
    plan->dimension = e.states;
    plan->cells = e.kets > 0.0 ? e.kets * e.states : e.states * e.states;
    plan->bytes_state = 16.0 * plan->cells;
    plan->bytes_propagator = e.bytes;
    plan->bytes_available = qfp_engine_memory(config);
    add_outputs(config, &e, each, plan, out);
    return QFP_OK;
}
