/* What the reference takes: levels and the way through the times from a trial or, where that is longer, from its
 * own counts; outputs from counts. */
#include <math.h>
#include <string.h>

#include "core/ranks.h"
#include "io/config_observables.h"
#include "reference/ket_tables.h"
#include "reference/reference.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/fock_plan.h"
#include "run/output_timing.h"

#define LONGEST_TRIAL 0.15   /* seconds */
#define MOVED 0.618          /* of the last time: back again, and to no symmetry */
#define MOST_LOOKED_AT 600.0 /* levels: a look at Q would take long, and it has zeros */
#define MEAN 3e-8            /* a word of an observable at a state, with its error */
#define TOUCH 2e-9           /* seconds of a number that a loop touches once */

/* Seconds to the last time, and of one more time close by. */
static qfp_status time_passage(const qfp_config *config, qfp_reference *r, double *whole,
                               double *each)
{
    double end = config->times[config->time_count - 1], start = qfpi_ranks_seconds_computed();
    bool is_reversible = config->channel_count == 0 && !config->varies;
    *each = 0.0;
    QFP_TRY(qfp_reference_evolve(r, end));
    *whole = qfpi_ranks_seconds_computed() - start;
    if (!is_reversible)
        return QFP_OK;
    start = qfpi_ranks_seconds_computed();
    QFP_TRY(qfp_reference_evolve(r, MOVED * end));
    *each = qfpi_ranks_seconds_computed() - start;
    return QFP_OK;
}

/* A trial that found no levels: those that the classical flow asks for. */
static void expect_levels(const qfp_config *config, const qfp_equation *equation,
                          qfp_reference_expectation *e, qfp_plan_timing *out)
{
    qfp_plan asked = {.basis = QFP_BASIS_FOCK, .modes = config->modes};
    double ratio;
    if (!qfp_fock_plan_is_free(config) ||
        (qfpi_ranks_failed(qfp_fock_plan(config, equation, &asked)) && asked.levels[0] == 0))
        memcpy(asked.levels, e->levels, sizeof asked.levels);
    out->seconds = qfp_expected_passage(e, config->modes, asked.levels, &ratio);
    for (int j = 0; j < config->modes; j++)
        e->levels[j] = asked.levels[j] > e->levels[j] ? asked.levels[j] : e->levels[j];
    e->states *= ratio;
    e->bytes *= e->kets > 0.0 ? ratio : ratio * ratio;
}

static void add_outputs(const qfp_config *config, const qfp_reference_expectation *e, double each,
                        double rank, bool has_zeros, double words, qfp_plan *plan,
                        qfp_plan_timing *out)
{
    double once = qfp_opening_seconds(), bytes = 0.0;
    double elements = e->kets > 0.0 ? e->kets * e->states : e->states * e->states;
    double means = e->kets > 0.0 ? MEAN * words * elements : 20.0 * TOUCH * elements;
    double time = qfp_writing_seconds(config) +
                  qfp_reference_picture_seconds(config, plan->levels, e->kets) + means;
    double n = config->husimi_points;
    for (int j = 0; j < config->modes; j++) {
        double d = plan->levels[j];
        qfp_look_seconds s = qfp_reference_look_seconds(
            config, d, config->modes == 1 && rank > 0.0 ? rank : e->kets, has_zeros);
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
    qfp_observable_list observables;
    double rank = 0.0; /* 0: not known, or few kets */
    bool has_zeros = config->channel_count == 0;
    *out = (qfp_plan_timing){.application_seconds = NAN, .radius = NAN, .applications = NAN};
    QFP_TRY(qfp_reference_try(config, LONGEST_TRIAL, &reference, &e));
    qfp_status status = QFP_OK;
    if (reference != NULL) {
        double whole = 0.0;
        status = time_passage(config, reference, &whole, &each);
        out->seconds = e.choosing + whole;
        if (status == QFP_OK && e.states <= MOST_LOOKED_AT)
            status = qfp_reference_has_zeros(reference, &has_zeros);
        if (e.kets == 0.0) { /* what its density matrix is made of */
            qfp_reference_kets now;
            qfp_reference_state(reference, &now);
            rank = (double)now.count;
        }
    } else {
        expect_levels(config, equation, &e, out);
    }
    bool reference_is_missing = reference == NULL;
    qfp_reference_destroy(reference);
    QFP_TRY(status);
    for (int j = 0; j < config->modes; j++)
        plan->levels[j] = e.levels[j];
    plan->dimension = e.states;
    plan->cells = e.kets > 0.0 ? e.kets * e.states : e.states * e.states;
    plan->bytes_state = 16.0 * plan->cells;
    plan->bytes_propagator = e.bytes;
    plan->bytes_available = qfp_engine_memory(config);
    if (reference_is_missing && e.kets > 0.0 && e.bytes > QFP_REFERENCE_BYTES)
        return QFP_FAIL(
            QFP_MEMORY,
            "%s: the reference would need about %.2g states, %.3g GB; its limit is %.3g "
            "GB: give fewer solver.levels, raise solver.tolerance, or take fewer modes",
            config->path, e.states, e.bytes / 1e9, QFP_REFERENCE_BYTES / 1e9);
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &observables));
    add_outputs(config, &e, each, rank, has_zeros, (double)observables.moment_count, plan, out);
    qfp_observable_list_destroy(&observables);
    return QFP_OK;
}
