#include "run/accuracy.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/basis.h"

/* In √tolerance; stated errors of means may be a hundred times too large.  On a grid or levels that
 * were planned for the tolerance only half of the figure is worth a warning. */
#define MEANS_ALLOWED 10.0
#define HALF 0.5

#define ROUNDING                                                                                   \
    (4.0 * DBL_EPSILON) /* of a value, and of the numbers of order 1 that cancel in it */

/* An error of the state beyond which its figures say nothing, whatever was asked for. */
#define MEANINGLESS 0.1

qfp_status qfp_accuracy_create(const qfp_solution *s, const qfp_config *config, qfp_accuracy *out)
{
    *out = (qfp_accuracy){0};
    QFP_TRY(qfp_file_density_doubt(&config->initial, config->modes, &out->given));
    return QFP_ALLOCATE(out->errors, s->observable_count, "the errors of the observables");
}

void qfp_accuracy_destroy(qfp_accuracy *a)
{
    free(a->errors);
    *a = (qfp_accuracy){0};
}

static bool is_planned(const qfp_config *config)
{
    return config->basis == QFP_BASIS_FOURIER ? config->points[0] == 0 : config->levels[0] == 0;
}

/* What would keep an error of this kind smaller. */
static const char *remedy(const qfp_config *config)
{
    if (config->basis == QFP_BASIS_REFERENCE && config->channel_count > 0)
        return "quantum trajectories tell no more; use basis: fock";
    if (config->integrator == QFP_INTEGRATOR_RK4)
        return "a smaller solver.step or another solver.integrator would lessen it, if its steps "
               "are "
               "the cause";
    if (is_planned(config))
        return "a smaller solver.tolerance or earlier output.times would lessen it";
    return config->basis == QFP_BASIS_FOURIER
               ? "give solver.grid more points or a larger extent, or leave it out"
               : "raise solver.levels, or leave it out";
}

qfp_status qfp_accuracy_note(qfp_accuracy *a, const qfp_solution *s, const qfp_config *config,
                             const double *values, double t)
{
    double sharpness = fmax(1.0, qfp_basis_of(config)->sharpness);
    /* what a file's state came with is told, but was judged by the run that made it */
    double excess = (a->state - a->given.error) / (sharpness * config->tolerance);
    bool is_lost = a->state > sharpness * MEANINGLESS;
    if (is_lost || (config->tolerance_is_users && excess > 1.0))
        return QFP_FAIL(QFP_TOLERANCE,
                        "the state at t = %.6g may be off by %.1e (tolerance %.0e); %s%s", t,
                        a->state, config->tolerance, remedy(config),
                        is_lost ? "" : ", or allow a larger solver.tolerance");
    if (excess > a->worst.excess)
        a->worst = (qfp_worst){.excess = excess, .of = -1.0, .time = t, .error = a->state};
    double allowed = is_planned(config) ? HALF : MEANS_ALLOWED * sqrt(config->tolerance);
    for (size_t i = 0; i < s->mean_count; i++) {
        double scale = fmax(1.0, fabs(values[i]));
        excess = a->errors[i] / (scale * fmin(1.0, allowed));
        if (excess > a->worst.excess)
            a->worst = (qfp_worst){.excess = excess,
                                   .of = (double)i,
                                   .value = values[i],
                                   .time = t,
                                   .error = a->errors[i]};
    }
    return QFP_OK;
}

void qfp_accuracy_add_given(qfp_accuracy *a, const qfp_solution *s, size_t count,
                            const double *values)
{
    double levels = a->given.levels, quanta = 0.0;
    if (a->given.error == 0.0)
        return;
    for (size_t i = 0; i < s->mean_count; i++)
        if (strncmp(s->observables[i].name, "n_", 2) == 0 &&
            strchr(s->observables[i].name + 2, '_') == NULL)
            quanta += fabs(values[i]);
    levels = fmax(levels, 2.0 * quanta);
    a->state += a->given.error;
    for (size_t i = 0; i < count; i++) {
        int degree = i < s->mean_count ? s->degrees[i] : 0;
        a->errors[i] += a->given.error * pow(2.0 * levels, 0.5 * degree);
    }
}

void qfp_accuracy_add_rounding(qfp_accuracy *a, size_t count, const double *values)
{
    for (size_t i = 0; i < count; i++)
        a->errors[i] += ROUNDING * fmax(1.0, fabs(values[i]));
}

void qfp_accuracy_append(const qfp_accuracy *a, const qfp_solution *s, const qfp_config *config,
                         char *text, size_t size)
{
    const qfp_worst *w = &a->worst;
    char what[64] = "the state";
    size_t used = strlen(text);
    if (!(w->excess > 1.0))
        return;
    if (w->of >= 0.0)
        snprintf(what, sizeof what, "%s = %.6g", s->observables[(size_t)w->of].name, w->value);
    snprintf(text + used, size - used, "%s%s at t = %.6g may be off by %.1e (tolerance %.0e); %s",
             used > 0 ? "; " : "", what, w->time, w->error, config->tolerance, remedy(config));
}

qfp_status qfp_accuracy_write(const qfp_accuracy *a, const qfp_solution *s, qfp_snapshot *snapshot)
{
    for (size_t i = 0; i < s->observable_count; i++) {
        const qfp_quantity *q = &s->observables[i];
        char name[64], long_name[512];
        if (strcmp(q->name, "truncation") == 0)
            continue; /* an error itself */
        snprintf(name, sizeof name, "/errors/%s", q->name);
        snprintf(long_name, sizeof long_name, "stated absolute error of the %s", q->long_name);
        const qfp_dataset_spec spec = {
            .name = name, .units = q->unit, .long_name = long_name, .grows = true};
        QFP_TRY(qfp_snapshot_write(snapshot, &spec, &a->errors[i]));
    }
    return QFP_OK;
}
