/* run_result.c - the tables that a run hands to its caller. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/run.h"
#include "run/observed.h"
#include "run/theory_distance.h"

static qfp_status describe_theory(const run *r, const qfp_member *m, qfp_theory_result *out)
{
    const qfp_solution *s = &m->solution;
    size_t times = r->config->time_count;
    snprintf(out->label, sizeof out->label, "%s", m->label);
    qfp_theory_describe(&m->config.theory, out->theory, sizeof out->theory);
    snprintf(out->ordering, sizeof out->ordering, "%s", s->ordering);
    QFP_TRY(QFP_ALLOCATE(out->names, s->observable_count, "observable names"));
    for (size_t i = 0; i < s->observable_count; i++)
        memcpy(out->names[i], s->observables[i].name, sizeof *out->names);
    out->observable_count = s->observable_count;
    QFP_TRY(QFP_ALLOCATE(out->values, times * s->observable_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->errors, times * s->observable_count, "the errors of observables"));
    return QFP_ALLOCATE(out->distances, times * r->result->distance_count, "distances");
}

qfp_status qfpi_run_result_create(const run *r)
{
    qfp_run_result *out = r->result;
    size_t per_mode = QFP_DISTANCES_PER_MODE;
    const qfp_solution *s = &r->members[0].solution;
    out->distance_count = r->count > 1 ? per_mode * (size_t)r->config->modes : 0;
    QFP_TRY(QFP_ALLOCATE(out->distance_names, out->distance_count, "distances"));
    for (size_t d = 0; d < out->distance_count; d++)
        qfp_theory_distance_name((int)(d / per_mode), (int)(d % per_mode), out->distance_names[d],
                                 sizeof *out->distance_names);
    QFP_TRY(QFP_ALLOCATE(out->times, r->config->time_count, "output times"));
    QFP_TRY(QFP_ALLOCATE(out->theories, r->count, "the theories"));
    out->theory_count = r->count;
    for (size_t i = 0; i < r->count; i++)
        QFP_TRY(describe_theory(r, &r->members[i], &out->theories[i]));
    snprintf(out->backend, sizeof out->backend, "%s", s->backend);
    snprintf(out->device, sizeof out->device, "%s", s->device);
    snprintf(out->note, sizeof out->note, "%s", s->note);
    snprintf(out->basis, sizeof out->basis, "%s", qfp_basis_names[r->config->basis]);
    return QFP_OK;
}

void qfpi_run_result_record(const run *r, double t)
{
    qfp_run_result *out = r->result;
    size_t row = out->time_count, columns = out->distance_count;
    const qfp_member *first = &r->members[0];
    for (size_t i = 0; i < r->count; i++) {
        const qfp_member *m = &r->members[i];
        qfp_theory_result *theory = &out->theories[i];
        double *values = theory->values + row * theory->observable_count;
        double *distance = theory->distances + row * columns;
        double *errors = theory->errors + row * theory->observable_count;
        for (size_t o = 0; o < theory->observable_count; o++) {
            values[o] = m->stopped ? NAN : m->values[o];
            errors[o] = m->stopped || m->basis->errors == NULL ? NAN : m->accuracy.errors[o];
        }
        for (size_t d = 0; d < columns; d++)
            distance[d] = NAN;
        if (columns > 0 && !m->stopped && !first->stopped)
            qfp_theory_distance(first, m, distance);
        theory->time_count += !m->stopped;
    }
    out->times[out->time_count++] = t;
}

static qfp_status copy(size_t count, size_t stride, const double *from, double **to)
{
    QFP_TRY(QFP_ALLOCATE(*to, count, "the correlations"));
    for (size_t i = 0; i < count; i++)
        (*to)[i] = from[i * stride];
    return QFP_OK;
}

static qfp_status tell_correlation(const qfp_two_time *c, qfp_correlation_result *out)
{
    const qfp_correlation *asked = c->asked;
    size_t n = asked->count;
    snprintf(out->left, sizeof out->left, "%s", asked->left.text);
    snprintf(out->right, sizeof out->right, "%s", asked->right.text);
    if (asked->before.text != NULL)
        snprintf(out->before, sizeof out->before, "%s", asked->before.text);
    out->at = asked->at;
    if (!c->is_known)
        return QFP_OK;
    out->count = n;
    out->omega_count = c->omega_count;
    double begun = cabs(c->connected[0]);
    out->faded = begun > c->connected_error[0] ? cabs(c->connected[n - 1]) / begun : NAN;
    QFP_TRY(copy(n, 1, asked->tau, &out->tau));
    QFP_TRY(copy(n, 2, (const double *)c->value, &out->re));
    QFP_TRY(copy(n, 2, (const double *)c->value + 1, &out->im));
    QFP_TRY(copy(n, 1, c->error, &out->error));
    QFP_TRY(copy(c->omega_count, 1, c->omega, &out->omega));
    QFP_TRY(copy(c->omega_count, 1, c->spectrum, &out->spectrum));
    return copy(c->omega_count, 1, c->spectrum_error, &out->spectrum_error);
}

qfp_status qfpi_run_result_correlations(const run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const qfp_correlations *c = &r->members[i].correlations;
        qfp_theory_result *theory = &r->result->theories[i];
        QFP_TRY(QFP_ALLOCATE(theory->correlations, c->count, "the correlations"));
        while (theory->correlation_count < c->count) {
            const qfp_two_time *of = &c->of[theory->correlation_count];
            QFP_TRY(tell_correlation(of, &theory->correlations[theory->correlation_count++]));
        }
    }
    return QFP_OK;
}

qfp_status qfpi_run_result_observed(const run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const qfp_member *m = &r->members[i];
        qfp_theory_result *theory = &r->result->theories[i];
        QFP_TRY(QFP_ALLOCATE(theory->observed, r->config->observed_count, "what was measured"));
        theory->observed_count = r->config->observed_count;
        QFP_TRY(qfp_observed_judge(m, theory->observed));
    }
    return QFP_OK;
}

static void destroy_correlation(qfp_correlation_result *c)
{
    free(c->tau);
    free(c->re);
    free(c->im);
    free(c->error);
    free(c->omega);
    free(c->spectrum);
    free(c->spectrum_error);
}

void qfp_run_result_destroy(qfp_run_result *result)
{
    if (result == NULL)
        return;
    free(result->times);
    for (size_t i = 0; i < result->theory_count; i++) {
        free(result->theories[i].names);
        free(result->theories[i].values);
        free(result->theories[i].errors);
        free(result->theories[i].distances);
        for (size_t k = 0; k < result->theories[i].correlation_count; k++)
            destroy_correlation(&result->theories[i].correlations[k]);
        free(result->theories[i].correlations);
        free(result->theories[i].observed);
    }
    free(result->theories);
    free(result->distance_names);
    qfpi_record_free(result->arrays);
    *result = (qfp_run_result){0};
}
