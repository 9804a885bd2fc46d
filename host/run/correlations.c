#include "run/correlations.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/checksum.h"

#define WORTH_A_WARNING 0.5 /* of the largest value */

qfp_status qfp_correlations_create(const qfp_config *config, qfp_correlations *out)
{
    *out = (qfp_correlations){0};
    QFP_TRY(QFP_ALLOCATE(out->of, config->correlation_count, "the correlations"));
    for (; out->count < config->correlation_count; out->count++)
        QFP_TRY(
            qfp_two_time_create(config, &config->correlations[out->count], &out->of[out->count]));
    return QFP_OK;
}

void qfp_correlations_destroy(qfp_correlations *c)
{
    for (size_t i = 0; i < c->count; i++)
        qfp_two_time_destroy(&c->of[i]);
    free(c->of);
    *c = (qfp_correlations){0};
}

qfp_two_time *qfp_correlations_due(const qfp_correlations *c, double t)
{
    qfp_two_time *next = NULL;
    for (size_t i = 0; i < c->count; i++)
        if (!c->of[i].is_known && c->of[i].asked->at <= t &&
            (next == NULL || c->of[i].asked->at < next->asked->at))
            next = &c->of[i];
    return next;
}

/* ---- the file ------------------------------------------------------------------------------ */

/* One column of a correlation: real or imaginary part, or the spectrum. */
typedef struct column {
    const char *name, *what, *units, *axis;
    size_t count, stride; /* of data, in doubles */
    const double *at;
    double *data, *error;
} column;

enum { COLUMNS = 5 };

static void list_columns(const qfp_two_time *c, column out[COLUMNS])
{
    static const char *const names[] = {"re", "im", "re_connected", "im_connected"};
    static const char *const whats[] = {"real part of <A(t + tau) B(t)>",
                                        "imaginary part of <A(t + tau) B(t)>",
                                        "real part of <A(t + tau) B(t)> - <A(t + tau)><B(t)>",
                                        "imaginary part of <A(t + tau) B(t)> - <A(t + tau)><B(t)>"};
    for (int i = 0; i < 4; i++)
        out[i] = (column){.name = names[i],
                          .what = whats[i],
                          .axis = "tau",
                          .count = c->asked->count,
                          .stride = 2,
                          .at = c->asked->tau,
                          .data = (double *)(i < 2 ? c->value : c->connected) + i % 2,
                          .error = i < 2 ? c->error : c->connected_error};
    out[4] = (column){.name = "spectrum",
                      .what = "spectrum 2 Re int_0^T dtau exp(-i omega tau) (<A(t + tau) B(t)> - "
                              "<A(t + tau)><B(t)>), T the last tau",
                      .axis = "omega",
                      .count = c->omega_count,
                      .stride = 1,
                      .at = c->omega,
                      .data = c->spectrum,
                      .error = c->spectrum_error};
}

static qfp_status write_column(const qfp_two_time *c, size_t number, const column *of,
                               bool is_error, double *room, qfp_snapshot *snapshot)
{
    char name[96], axis_name[64], long_name[600];
    const char *group = is_error ? "/errors" : "";
    const double *data = is_error ? of->error : of->data;
    for (size_t i = 0; i < of->count; i++)
        room[i] = data[is_error ? i : i * of->stride];
    snprintf(name, sizeof name, "%s/correlations/%zu/%s", group, number, of->name);
    snprintf(axis_name, sizeof axis_name, "/correlations/%zu/%s", number, of->axis);
    snprintf(long_name, sizeof long_name, "%s%s, A = %.100s, B = %.100s, t = %.12g",
             is_error ? "stated absolute error of the " : "", of->what, c->asked->left.text,
             c->asked->right.text, c->asked->at);
    const qfp_axis axis = {.name = axis_name,
                           .count = of->count,
                           .long_name = of->stride == 2 ? "delay tau after the time t"
                                                        : "angular frequency omega",
                           .values = of->at};
    const qfp_dataset_spec spec = {.name = name,
                                   .units = of->stride == 2 ? "1" : "time",
                                   .long_name = long_name,
                                   .rank = 1,
                                   .axes = &axis};
    return qfp_snapshot_write(snapshot, &spec, room);
}

static qfp_status write(const qfp_two_time *c, size_t number, qfp_snapshot *snapshot)
{
    column columns[COLUMNS];
    double *room = NULL;
    list_columns(c, columns);
    size_t most = c->asked->count > c->omega_count ? c->asked->count : c->omega_count;
    QFP_TRY(QFP_ALLOCATE(room, most, "a correlation"));
    qfp_status status = QFP_OK;
    for (int i = 0; i < COLUMNS; i++)
        for (int is_error = 0; is_error < 2 && status == QFP_OK && columns[i].count > 0; is_error++)
            status = write_column(c, number, &columns[i], is_error, room, snapshot);
    free(room);
    return status;
}

qfp_status qfp_correlations_write(const qfp_correlations *c, qfp_snapshot *snapshot)
{
    for (size_t i = 0; i < c->count; i++)
        QFP_TRY(write(&c->of[i], i + 1, snapshot));
    return QFP_OK;
}

/* ---- checkpoints --------------------------------------------------------------------------- */

static qfp_status read_column(size_t number, const column *of, bool is_error, double *room,
                              qfp_snapshot *snapshot)
{
    char name[96];
    double *data = is_error ? of->error : of->data;
    snprintf(name, sizeof name, "%s/correlations/%zu/%s", is_error ? "/errors" : "", number,
             of->name);
    QFP_TRY(qfp_snapshot_read(snapshot, name, of->count, room));
    for (size_t i = 0; i < of->count; i++)
        data[is_error ? i : i * of->stride] = room[i];
    return QFP_OK;
}

/* The spectrum follows from the rest. */
static qfp_status read(qfp_two_time *c, size_t number, qfp_snapshot *snapshot)
{
    column columns[COLUMNS];
    double *room = NULL;
    list_columns(c, columns);
    QFP_TRY(QFP_ALLOCATE(room, c->asked->count, "a correlation"));
    qfp_status status = QFP_OK;
    for (int i = 0; i < COLUMNS - 1; i++)
        for (int is_error = 0; is_error < 2 && status == QFP_OK; is_error++)
            status = read_column(number, &columns[i], is_error, room, snapshot);
    free(room);
    c->is_known = true;
    return status == QFP_OK ? qfp_two_time_transform(c) : status;
}

double qfp_correlations_checksum(const qfp_correlations *c, double t)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        const qfp_two_time *of = &c->of[i];
        size_t n = of->asked->count;
        if (!of->is_known || !(of->asked->at < t))
            continue;
        sum = qfpi_checksum(sum, of->value, n * sizeof *of->value);
        sum = qfpi_checksum(sum, of->connected, n * sizeof *of->connected);
        sum = qfpi_checksum(sum, of->error, n * sizeof *of->error);
        sum = qfpi_checksum(sum, of->connected_error, n * sizeof *of->connected_error);
    }
    return (double)(sum >> 11);
}

qfp_status qfp_correlations_resume(qfp_correlations *c, qfp_snapshot *snapshot, double t)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->of[i].asked->at < t)
            QFP_TRY(read(&c->of[i], i + 1, snapshot));
    return qfp_correlations_checksum(c, t) == c->checksum
               ? QFP_OK
               : QFP_FAIL(QFP_IO,
                          "the correlations before t = %.6g are not what the checkpoint relies on; "
                          "run with --force to begin anew",
                          t);
}

/* ---- what is said -------------------------------------------------------------------------- */

static void largest(const qfp_two_time *c, double *value, double *error)
{
    *value = *error = 0.0;
    for (size_t i = 0; i < c->asked->count; i++) {
        *value = fmax(*value, cabs(c->value[i]));
        *error = !(c->error[i] <= *error) ? c->error[i] : *error;
    }
}

void qfp_correlations_append(const qfp_correlations *c, char *text, size_t size)
{
    for (size_t i = 0; i < c->count; i++) {
        const qfp_two_time *of = &c->of[i];
        size_t used = strlen(text);
        double value, error;
        largest(of, &value, &error);
        if (of->is_known && error > WORTH_A_WARNING * fmax(value, 1e-6))
            snprintf(text + used, size - used,
                     "%scorrelation %zu, at most %.3g, may be off by %.1e; a smaller "
                     "solver.tolerance would lessen it",
                     used > 0 ? "; " : "", i + 1, value, error);
    }
}
