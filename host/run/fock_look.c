#include "run/fock_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_plane.h"
#include "run/field_equation.h"
#include "run/field_output.h"
#include "run/stated_error.h"

#define Q_ROUNDING 1e-15 /* of Q by tables */

qfp_status qfp_fock_look_create(const qfp_config *config, const qfp_fock_stage *stage,
                                qfp_fock_look *out)
{
    *out = (qfp_fock_look){.config = config, .stage = stage};
    return qfp_output_axes(config, &out->axis_q, &out->axis_p);
}

void qfp_fock_look_destroy(qfp_fock_look *look)
{
    free(look->axis_q);
    free(look->axis_p);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        qfp_husimi_tables_destroy(&look->tables[j]);
    qfp_husimi_tables_destroy(&look->whole);
}

/* Tr_{others} ρ, to be freed. */
static qfp_status reduced(const qfp_fock_look *look, int mode, double complex **rho)
{
    const qfp_fock_stage *s = look->stage;
    size_t levels = (size_t)s->space.levels[mode];
    *rho = NULL;
    QFP_TRY(QFP_ALLOCATE(*rho, levels * levels, "the density matrix of a mode"));
    return qfp_fock_reduced(s->engine->backend, s->engine->context, &s->space, s->u, mode, *rho);
}

/* The state in host memory, to be freed. */
static qfp_status fetch(const qfp_fock_stage *s, double **packed)
{
    QFP_TRY(QFP_ALLOCATE(*packed, s->space.count, "the state"));
    return s->engine->backend->vector->download(s->u, 0, s->space.count, *packed);
}

static const double *output_axis(const qfp_fock_look *look, int axis)
{
    int modes = look->config->modes;
    size_t n = (size_t)look->config->husimi_points;
    return (axis < modes ? look->axis_q : look->axis_p) + (size_t)(axis % modes) * n;
}

qfp_status qfp_fock_look_entropy(qfp_fock_look *look, double t, qfp_fock_entropy *out)
{
    double complex *rho;
    qfp_field_equation now;
    qfp_status status = reduced(look, 0, &rho);
    if (status == QFP_OK) {
        status = qfp_field_equation_create(look->config, t, &now);
        if (status == QFP_OK)
            status = qfp_fock_wehrl(&look->whole, look->stage->space.levels[0], rho,
                                    qfp_field_equation_dissipation(&now), out);
        qfp_field_equation_destroy(&now);
    }
    free(rho);
    return status;
}

size_t qfp_fock_look_names(const qfp_config *config, const char *names[4])
{
    static const char *const all[4] = {"wehrl", "min_q", "trace_d", "entropy_production"};
    memcpy(names, all, sizeof all);
    return config->modes > 1 ? 0 : config->channel_count > 0 ? 4 : 2;
}

size_t qfp_fock_look_values(const qfp_config *config, const qfp_fock_entropy *seen, double *values)
{
    const char *names[4];
    const double all[4] = {seen->wehrl, seen->min_q, seen->trace, seen->production};
    size_t count = qfp_fock_look_names(config, names);
    memcpy(values, all, count * sizeof *all);
    return count;
}

size_t qfp_fock_look_errors(const qfp_config *config, const qfp_fock_entropy *seen, double state,
                            double *errors)
{
    const char *names[4];
    const double all[4] = {qfp_wehrl_error(seen->wehrl, state) + seen->wehrl_error,
                           state * M_1_PI + Q_ROUNDING,
                           seen->largest_trace * state + seen->trace_error,
                           seen->largest * qfp_wehrl_error(0.0, state) + seen->production_error};
    size_t count = qfp_fock_look_names(config, names);
    memcpy(errors, all, count * sizeof *all);
    return count;
}

qfp_status qfp_fock_look_marginal(qfp_fock_look *look, int mode, double *out)
{
    double complex *rho;
    size_t n = (size_t)look->config->husimi_points;
    int levels = look->stage->space.levels[mode];
    qfp_husimi_tables *tables = &look->tables[mode];
    QFP_TRY(qfp_husimi_tables_for(tables, levels, n, output_axis(look, mode), n,
                                  output_axis(look, look->config->modes + mode)));
    qfp_status status = reduced(look, mode, &rho);
    if (status == QFP_OK)
        qfp_husimi_tables_apply(tables, rho, (size_t)levels, out);
    free(rho);
    return status;
}

qfp_status qfp_fock_look_full(const qfp_fock_look *look, double *out)
{
    size_t n = (size_t)look->config->husimi_points;
    double *packed = NULL;
    qfp_status status = fetch(look->stage, &packed);
    if (status == QFP_OK)
        status = qfp_fock_husimi_full(&look->stage->space, packed, n, look->axis_q, n, look->axis_p,
                                      out);
    free(packed);
    return status;
}

qfp_status qfp_fock_look_plane(const qfp_fock_look *look, const qfp_axis_pair *pair, double *out)
{
    size_t n = (size_t)look->config->husimi_points;
    double *packed = NULL;
    qfp_status status = fetch(look->stage, &packed);
    if (status == QFP_OK)
        status = qfp_fock_plane(&look->stage->space, packed, pair->first, n,
                                output_axis(look, pair->first), pair->second, n,
                                output_axis(look, pair->second), out);
    free(packed);
    return status;
}

qfp_status qfp_fock_look_wigner(const qfp_fock_look *look, int mode, double *out)
{
    double complex *rho;
    size_t n = (size_t)look->config->husimi_points;
    qfp_status status = reduced(look, mode, &rho);
    if (status == QFP_OK)
        status = qfp_fock_wigner(look->stage->space.levels[mode], rho, n, output_axis(look, mode),
                                 n, output_axis(look, look->config->modes + mode), out);
    free(rho);
    return status;
}

qfp_status qfp_fock_look_state(const qfp_fock_look *look, qfp_given_state *out)
{
    const qfp_fock_space *space = &look->stage->space;
    double *packed = NULL;
    out->is_matrix = true;
    memcpy(out->levels, space->levels, sizeof out->levels);
    qfp_status status =
        QFP_ALLOCATE(out->value, space->dimension * space->dimension, "the density matrix");
    if (status == QFP_OK)
        status = fetch(look->stage, &packed);
    if (status == QFP_OK)
        qfp_fock_unpack(space, packed, out->value);
    free(packed);
    return status;
}

qfp_status qfp_fock_look_fields(const qfp_fock_look *look, const qfp_equation *equation,
                                bool at_start, double t, qfp_snapshot *snapshot)
{
    const qfp_engine *engine = look->stage->engine;
    return qfp_field_output_local(equation, look->config, engine->backend, engine->context,
                                  at_start, t, look->axis_q, look->axis_p, snapshot);
}
