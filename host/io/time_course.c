#include "io/time_course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_time.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Knots, and three points between each two. */
static size_t add_knots(const double *knots, size_t count, double *time)
{
    size_t added = 0;
    for (size_t k = 0; k < count; k++)
        for (int part = 0; part < 4 && (part == 0 || k + 1 < count); part++)
            time[added++] =
                knots[k] + (k + 1 < count ? 0.25 * part * (knots[k + 1] - knots[k]) : 0.0);
    return added;
}

static qfp_status choose_times(const qfp_config *config, size_t points, qfp_time_course *course)
{
    double end = config->time_count > 0 ? config->times[config->time_count - 1] : 0.0;
    if (config->series_count > 0)
        end = fmax(end, config->series_times[config->series_count - 1]);
    double *knots = NULL;
    size_t knot_count = 0, count = 0;
    bool moves = config->varies && end > 0.0;
    QFP_TRY(qfp_config_knots(config, 0.0, moves ? end : 0.0, &knot_count, &knots));
    qfp_status status = QFP_ALLOCATE(course->time, points + 4 * knot_count + 1, "times");
    for (size_t i = 0; status == QFP_OK && i <= (moves ? points : 0); i++)
        course->time[count++] = end * (double)i / (double)points;
    if (status == QFP_OK && moves)
        count += add_knots(knots, knot_count, course->time + count);
    free(knots);
    QFP_TRY(status);
    qsort(course->time, count, sizeof *course->time, compare);
    for (size_t i = 0; i < count; i++) /* two that are one but for rounding are one */
        if (i == 0 || course->time[i] - course->time[course->points - 1] > 1e-12 * end)
            course->time[course->points++] = course->time[i];
    return QFP_OK;
}

/* The row of values of a term, which is new with zeros before. */
static qfp_status row_of(qfp_operator_course *o, size_t points, const uint8_t *power, size_t *row)
{
    qfp_polynomial *most = &o->most;
    size_t size = (size_t)most->variables, at = 0;
    while (at < most->count && memcmp(most->terms[at].power, power, size) < 0)
        at++;
    *row = at;
    if (at < most->count && memcmp(most->terms[at].power, power, size) == 0)
        return QFP_OK;
    double complex *grown = realloc(o->values, (most->count + 1) * points * sizeof *grown);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the coefficients of a system over time");
    o->values = grown;
    memmove(grown + (at + 1) * points, grown + at * points,
            (most->count - at) * points * sizeof *grown);
    for (size_t i = 0; i < points; i++)
        grown[at * points + i] = 0.0;
    return qfp_polynomial_add_term(most, 1.0, power);
}

static qfp_status note(qfp_operator_course *o, size_t points, size_t i, const qfp_polynomial *now)
{
    for (size_t t = 0; t < now->count; t++) {
        size_t row;
        QFP_TRY(row_of(o, points, now->terms[t].power, &row));
        o->values[row * points + i] = now->terms[t].coefficient;
    }
    return QFP_OK;
}

static void find_largest(qfp_operator_course *o, size_t points)
{
    for (size_t t = 0; t < o->most.count; t++) {
        double largest = 0.0;
        for (size_t i = 0; i < points; i++)
            largest = fmax(largest, cabs(o->values[t * points + i]));
        o->most.terms[t].coefficient = largest;
    }
}

static qfp_status sample(const qfp_config *config, size_t i, qfp_time_course *course)
{
    qfp_polynomial now;
    qfp_status status = qfp_config_wick_at(config, course->time[i], &now);
    if (status == QFP_OK)
        status = note(&course->hamiltonian, course->points, i, &now);
    qfp_polynomial_destroy(&now);
    for (size_t k = 0; k < course->channel_count && status == QFP_OK; k++) {
        qfp_channel_course *channel = &course->channels[k];
        status = qfp_config_channel_at(config, k, course->time[i], &channel->rate[i], &now);
        if (status == QFP_OK)
            status = note(&channel->of, course->points, i, &now);
        qfp_polynomial_destroy(&now);
    }
    return status;
}

qfp_status qfp_time_course_create(const qfp_config *config, size_t points, qfp_time_course *out)
{
    *out = (qfp_time_course){.channel_count = config->channel_count};
    qfp_polynomial_init(&out->hamiltonian.most, 2 * config->modes);
    QFP_TRY(choose_times(config, points, out));
    QFP_TRY(QFP_ALLOCATE(out->channels, out->channel_count + 1, "channels over time"));
    for (size_t k = 0; k < out->channel_count; k++) {
        qfp_polynomial_init(&out->channels[k].of.most, 2 * config->modes);
        QFP_TRY(QFP_ALLOCATE(out->channels[k].rate, out->points, "rates over time"));
    }
    for (size_t i = 0; i < out->points; i++)
        QFP_TRY(sample(config, i, out));
    find_largest(&out->hamiltonian, out->points);
    for (size_t k = 0; k < out->channel_count; k++)
        find_largest(&out->channels[k].of, out->points);
    return QFP_OK;
}

void qfp_time_course_destroy(qfp_time_course *course)
{
    free(course->time);
    qfp_polynomial_destroy(&course->hamiltonian.most);
    free(course->hamiltonian.values);
    for (size_t k = 0; course->channels != NULL && k < course->channel_count; k++) {
        free(course->channels[k].rate);
        qfp_polynomial_destroy(&course->channels[k].of.most);
        free(course->channels[k].of.values);
    }
    free(course->channels);
    *course = (qfp_time_course){0};
}

qfp_status qfp_time_course_most(const qfp_time_course *course, qfp_lindblad *out)
{
    qfp_lindblad_init(out, course->hamiltonian.most.variables / 2);
    QFP_TRY(qfp_polynomial_copy(&course->hamiltonian.most, &out->wick));
    for (size_t k = 0; k < course->channel_count; k++) {
        double rate = 0.0;
        for (size_t i = 0; i < course->points; i++)
            rate = fmax(rate, course->channels[k].rate[i]);
        QFP_TRY(qfp_lindblad_add(out, rate, &course->channels[k].of.most));
    }
    return QFP_OK;
}
