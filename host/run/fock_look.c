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
    out->produces = config->channel_count > 0 && config->modes == 1 &&
                    !qfp_fock_production_is_dear(qfp_fock_end(&stage->space, 0));
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

/* rho [end][end] of a matrix [levels][levels] at its beginning, which is that of the last levels. */
static void shift_to_window(size_t levels, size_t end, double complex *rho)
{
    size_t first = end - levels;
    for (size_t m = levels; m-- > 0 && first > 0;) { /* towards larger places, the last first */
        double complex *to = rho + (first + m) * end;
        memmove(to + first, rho + m * levels, levels * sizeof *rho);
        memset(to, 0, first * sizeof *rho);
    }
    memset(rho, 0, first * end * sizeof *rho);
}

/* Tr_{others} ρ from the vacuum on, to be freed. */
static qfp_status reduced(const qfp_fock_look *look, int mode, double complex **rho)
{
    const qfp_fock_stage *s = look->stage;
    size_t end = (size_t)qfp_fock_end(&s->space, mode);
    *rho = NULL;
    QFP_TRY(QFP_ALLOCATE(*rho, end * end, "the density matrix of a mode"));
    QFP_TRY(qfp_fock_reduced(s->engine->backend, s->engine->context, &s->space, s->u, mode, *rho));
    shift_to_window((size_t)s->space.levels[mode], end, *rho);
    return QFP_OK;
}

/* The state in host memory, to be freed, on levels from the vacuum on. */
static qfp_status fetch(const qfp_fock_stage *s, qfp_fock_space *space, double **packed)
{
    int end[QFP_MAX_MODES];
    double *own = NULL;
    for (int j = 0; j < s->space.modes; j++)
        end[j] = qfp_fock_end(&s->space, j);
    QFP_TRY(qfp_fock_space_set(s->space.modes, end, space));
    QFP_TRY(QFP_ALLOCATE(*packed, space->count, "the state"));
    if (space->count == s->space.count)
        return s->engine->backend->vector->download(s->u, 0, space->count, *packed);
    QFP_TRY(QFP_ALLOCATE(own, s->space.count, "the state"));
    qfp_status status = s->engine->backend->vector->download(s->u, 0, s->space.count, own);
    if (status == QFP_OK)
        qfp_fock_embed(&s->space, own, space, *packed);
    free(own);
    return status;
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
            status = qfp_fock_wehrl(&look->whole, qfp_fock_end(&look->stage->space, 0), rho,
                                    qfp_field_equation_dissipation(&now), look->produces, out);
        qfp_field_equation_destroy(&now);
    }
    free(rho);
    return status;
}

size_t qfp_fock_look_names(const qfp_fock_look *look, const char *names[4])
{
    static const char *const all[4] = {"wehrl", "min_q", "trace_d", "entropy_production"};
    memcpy(names, all, sizeof all);
    if (look->config->modes > 1)
        return 0;
    return look->config->channel_count == 0 ? 2 : look->produces ? 4 : 3;
}

size_t qfp_fock_look_values(const qfp_fock_look *look, const qfp_fock_entropy *seen, double *values)
{
    const char *names[4];
    const double all[4] = {seen->wehrl, seen->min_q, seen->trace, seen->production};
    size_t count = qfp_fock_look_names(look, names);
    memcpy(values, all, count * sizeof *all);
    return count;
}

size_t qfp_fock_look_errors(const qfp_fock_look *look, const qfp_fock_entropy *seen, double state,
                            double *errors)
{
    const char *names[4];
    const double all[4] = {qfp_wehrl_error(seen->wehrl, state) + seen->wehrl_error,
                           state * M_1_PI + Q_ROUNDING,
                           seen->largest_trace * state + seen->trace_error,
                           seen->largest * qfp_wehrl_error(0.0, state) + seen->production_error};
    size_t count = qfp_fock_look_names(look, names);
    memcpy(errors, all, count * sizeof *all);
    return count;
}

qfp_status qfp_fock_look_marginal(qfp_fock_look *look, int mode, double *out)
{
    double complex *rho;
    size_t n = (size_t)look->config->husimi_points;
    int levels = qfp_fock_end(&look->stage->space, mode);
    qfp_husimi_tables *tables = &look->tables[mode];
    QFP_TRY(qfp_husimi_tables_for(tables, levels, n, output_axis(look, mode), n,
                                  output_axis(look, look->config->modes + mode)));
    qfp_status status = reduced(look, mode, &rho);
    if (status == QFP_OK)
        qfp_husimi_tables_apply(tables, rho, (size_t)levels, out);
    free(rho);
    return status;
}

qfp_status qfp_fock_look_full(const qfp_fock_look *look, const qfp_slices *to)
{
    size_t n = (size_t)look->config->husimi_points;
    qfp_fock_space space;
    double *packed = NULL, *q = NULL;
    qfp_status status;
    QFP_TRY_GOTO(qfp_solution_full_room(look->config, &q));
    QFP_TRY_GOTO(fetch(look->stage, &space, &packed));
    QFP_TRY_GOTO(qfp_fock_husimi_full(&space, packed, n, look->axis_q, n, look->axis_p, q));
    status = to->take(to->data, 0, n, q);
done:
    free(packed);
    free(q);
    return status;
}

qfp_status qfp_fock_look_plane(const qfp_fock_look *look, const qfp_axis_pair *pair, double *out)
{
    size_t n = (size_t)look->config->husimi_points;
    qfp_fock_space space;
    double *packed = NULL;
    qfp_status status = fetch(look->stage, &space, &packed);
    if (status == QFP_OK)
        status = qfp_fock_plane(&space, packed, pair->first, n, output_axis(look, pair->first),
                                pair->second, n, output_axis(look, pair->second), out);
    free(packed);
    return status;
}

qfp_status qfp_fock_look_wigner(const qfp_fock_look *look, int mode, double *out)
{
    double complex *rho;
    size_t n = (size_t)look->config->husimi_points;
    qfp_status status = reduced(look, mode, &rho);
    if (status == QFP_OK)
        status = qfp_fock_wigner(qfp_fock_end(&look->stage->space, mode), rho, n,
                                 output_axis(look, mode), n,
                                 output_axis(look, look->config->modes + mode), out);
    free(rho);
    return status;
}

qfp_status qfp_fock_look_state(const qfp_fock_look *look, qfp_given_state *out)
{
    qfp_fock_space space;
    double *packed = NULL;
    out->is_matrix = true;
    qfp_status status = fetch(look->stage, &space, &packed);
    memcpy(out->levels, space.levels, sizeof out->levels);
    if (status == QFP_OK)
        status = QFP_ALLOCATE(out->value, space.dimension * space.dimension, "the density matrix");
    if (status == QFP_OK)
        qfp_fock_unpack(&space, packed, out->value);
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
