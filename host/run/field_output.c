#include "run/field_output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hermitian.h"
#include "run/field_equation.h"
#include "state/local_flow.h"

static size_t point_count(const qfp_config *config)
{
    size_t points = 1;
    for (int a = 0; a < 2 * config->modes; a++)
        points *= (size_t)config->husimi_points;
    return points;
}

enum { NUMBERS = 1 << 20 }; /* of all local fields at once, or a slice of x_1 of them */

/* Of all local fields, per point. */
static size_t local_numbers(const qfp_config *config)
{
    size_t axes = 2 * (size_t)config->modes;
    size_t open =
        config->channel_count > 0 ? axes * axes + 1 : 0; /* of dissipation, and its trace */
    return 3 * axes + 2 * axes * axes + open; /* z, drift, eigenvalues; D, eigenvectors */
}

/* Slices of x_1 that are computed at once. */
static size_t slices_at_once(const qfp_config *config)
{
    size_t all = (size_t)config->husimi_points;
    size_t slice = point_count(config) / all * local_numbers(config);
    size_t most = slice < NUMBERS ? NUMBERS / slice : 1;
    return most < all ? most : all;
}

double qfp_field_output_bytes(const qfp_config *config)
{
    double slice = pow(config->husimi_points, 2.0 * config->modes - 1.0), local = 0.0;
    if (config->field_drift || config->field_diffusion)
        local = 8.0 * slice * (double)(slices_at_once(config) * local_numbers(config));
    double current = config->field_current
                         ? qfp_synthesis_full_bytes(config->modes, config->husimi_points)
                         : 0.0;
    return local + current;
}

/* Output coordinates first … in the file's order (x_1, p_1, x_2, p_2, …), as dimensionless z. */
static void fill_points(const qfp_config *config, const double *axis_q, const double *axis_p,
                        size_t first, size_t count, double *z)
{
    size_t modes = (size_t)config->modes, n = (size_t)config->husimi_points;
    for (size_t at = 0; at < count; at++) {
        size_t rest = first + at;
        for (size_t j = modes; j-- > 0;) {
            z[(2 * at + 1) * modes + j] = axis_p[j * n + rest % n];
            rest /= n;
            z[2 * at * modes + j] = axis_q[j * n + rest % n];
            rest /= n;
        }
    }
}

/* Physical units per dimensionless unit of an axis. */
static double axis_scale(const qfp_config *config, int axis)
{
    double length = config->length[axis % config->modes];
    return axis < config->modes ? length : config->kappa / length;
}

/* The axes of a field of vectors or matrices: phase space and the components, in the order of z:
 * x_1, x_2, …, p_1, p_2, … */
typedef struct field_axes {
    qfp_axis axis[2 * QFP_MAX_MODES + 2];
    char label[2 * QFP_MAX_MODES][16];
    const char *labels[2 * QFP_MAX_MODES];
} field_axes;

static void fill_axes(const qfp_config *config, const qfp_snapshot *snapshot, field_axes *f)
{
    int modes = config->modes;
    qfp_snapshot_phase_axes(snapshot, f->axis);
    for (int a = 0; a < 2 * modes; a++) {
        snprintf(f->label[a], sizeof f->label[a], "%c_%d", a < modes ? 'x' : 'p', a % modes + 1);
        f->labels[a] = f->label[a];
    }
    f->axis[2 * modes] = (qfp_axis){.name = "component",
                                    .count = 2 * (size_t)modes,
                                    .long_name = "direction in phase space of a component",
                                    .labels = f->labels};
    f->axis[2 * modes + 1] = f->axis[2 * modes];
    f->axis[2 * modes + 1].name = "component_2";
    f->axis[2 * modes + 1].long_name = "direction in phase space of the second index of a matrix";
}

/* At the points of slices first … first + count − 1 of x_1, `points` of them. */
typedef struct local_fields {
    size_t first, count, points;
    double *z, *drift, *diffusion, *dissipation, *trace, *eigenvalues, *eigenvectors;
} local_fields;

/* What a long_name says of orders that the fields do not hold. */
static const char *what_is_missing(const qfp_equation *equation)
{
    return equation->is_fokker_planck
               ? ""
               : "; the equation of Q has derivatives of orders above two, which are not in it";
}

/* to[i * step] += p(z_i) */
static qfp_status add_values(const qfp_polynomial *p, size_t count, const double *z, double *to,
                             size_t step)
{
    size_t terms, axes = (size_t)p->variables;
    qfp_symbol_term *list = NULL;
    QFP_TRY(qfp_real_polynomial_terms(p, &terms, &list));
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < terms; t++) {
            double product = list[t].re;
            for (size_t a = 0; a < axes; a++)
                for (int k = 0; k < list[t].power[a]; k++)
                    product *= z[i * axes + a];
            to[i * step] += product;
        }
    free(list);
    return QFP_OK;
}

/* Eigenpairs of the symmetric D of all points, descending, vectors by rows. */
static qfp_status diagonalise(size_t axes, size_t count, local_fields *f)
{
    double complex matrix[4 * QFP_MAX_MODES * QFP_MAX_MODES];
    double value[2 * QFP_MAX_MODES];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < axes * axes; k++)
            matrix[k] = f->diffusion[i * axes * axes + k];
        QFP_TRY(qfpi_hermitian_eigen(axes, matrix, value));
        for (size_t k = 0; k < axes; k++) {
            f->eigenvalues[i * axes + k] = value[axes - 1 - k];
            for (size_t a = 0; a < axes; a++)
                f->eigenvectors[(i * axes + k) * axes + a] =
                    creal(matrix[(axes - 1 - k) * axes + a]);
        }
    }
    return QFP_OK;
}

/* Dissipation at all points, beside the Hamiltonian's part. */
static qfp_status add_dissipation(const qfp_dissipation_facts *facts, size_t count, local_fields *f)
{
    size_t axes = 2 * (size_t)facts->modes;
    for (size_t a = 0; a < axes; a++) {
        QFP_TRY(add_values(&facts->drift[a], count, f->z, f->drift + a, axes));
        for (size_t b = 0; b < axes; b++)
            QFP_TRY(add_values(&facts->diffusion[a][b], count, f->z, f->dissipation + a * axes + b,
                               axes * axes));
    }
    QFP_TRY(add_values(&facts->trace, count, f->z, f->trace, 1));
    for (size_t k = 0; k < count * axes * axes; k++)
        f->diffusion[k] += f->dissipation[k];
    return diagonalise(axes, count, f);
}

static void to_physical_units(const qfp_config *config, size_t count, local_fields *f)
{
    size_t axes = 2 * (size_t)config->modes;
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < axes; a++) {
            double scale = axis_scale(config, (int)a);
            f->drift[i * axes + a] *= scale;
            for (size_t b = 0; b < axes; b++) {
                double both = scale * axis_scale(config, (int)b);
                f->diffusion[(i * axes + a) * axes + b] *= both;
                if (f->dissipation != NULL)
                    f->dissipation[(i * axes + a) * axes + b] *= both;
            }
        }
}

static qfp_status evaluate(const qfp_config *config, const qfp_backend *backend,
                           qfp_context *context, const qfp_field_equation *equation,
                           local_fields *f)
{
    size_t axes = 2 * (size_t)config->modes, total = f->points;
    qfp_flow *flow = NULL;
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, (int)axes);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f->drift, total * axes, "the drift"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->diffusion, total * axes * axes, "the diffusion matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->eigenvalues, total * axes, "the eigenvalues of D"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->eigenvectors, total * axes * axes, "the eigenvectors of D"));
    QFP_TRY_GOTO(qfp_symbol_to_real(&equation->antiwick, &symbol));
    QFP_TRY_GOTO(
        qfp_local_flow_create(backend, context, &symbol, config->kappa, equation->C, &flow));
    QFP_TRY_GOTO(backend->flow->evaluate(flow, total, f->z, f->drift, f->diffusion, f->eigenvalues,
                                         f->eigenvectors));
    if (equation->is_open) {
        QFP_TRY_GOTO(QFP_ALLOCATE(f->dissipation, total * axes * axes, "the diffusion matrix"));
        QFP_TRY_GOTO(QFP_ALLOCATE(f->trace, total, "the trace of D"));
        QFP_TRY_GOTO(add_dissipation(&equation->dissipation, total, f));
    }
    to_physical_units(config, total, f);
done:
    backend->flow->destroy(flow);
    qfp_polynomial_destroy(&symbol);
    return status;
}

/* Slices of a dataset whose long_name ends with what is missing. */
static qfp_status write_one(const qfp_equation *equation, qfp_dataset_spec spec,
                            const local_fields *f, const double *data, qfp_snapshot *snapshot)
{
    size_t start[2 * QFP_MAX_MODES + 2] = {f->first}, block[2 * QFP_MAX_MODES + 2] = {f->count};
    char long_name[256];
    for (int i = 1; i < spec.rank; i++)
        block[i] = spec.axes[i].count;
    snprintf(long_name, sizeof long_name, "%s%s", spec.long_name, what_is_missing(equation));
    spec.long_name = long_name;
    spec.grows = equation->varies;
    spec.in_blocks = true;
    return qfp_snapshot_append_block(snapshot, &spec, start, block, data);
}

static qfp_status write(const qfp_equation *equation, const qfp_config *config,
                        const local_fields *f, qfp_snapshot *snapshot)
{
    const int phase = 2 * config->modes;
    const bool is_open = equation->is_open;
    field_axes vector, pairs;
    fill_axes(config, snapshot, &vector);
    pairs = vector; /* the first index of the eigenvectors is the number of the pair */
    pairs.axis[phase] = (qfp_axis){
        .name = "eigenpair",
        .count = (size_t)phase,
        .long_name = is_open ? "number of an eigenpair, the largest eigenvalue first"
                             : "number of an eigenpair; vectors of the second half are J "
                               "times those of the first"};
    pairs.axis[phase + 1] = vector.axis[phase];
    const struct {
        bool wanted;
        qfp_dataset_spec spec;
        const double *data;
    } fields[] = {
        {config->field_drift,
         {.name = "/fields/drift",
          .units = "axis per time",
          .long_name = is_open ? "drift dz/dt of the Liouville part and of dissipation, in the "
                                 "units of the axes per time"
                               : "drift dz/dt of the Liouville part, in the units of the axes per "
                                 "time",
          .rank = phase + 1,
          .axes = vector.axis},
         f->drift},
        {config->field_diffusion,
         {.name = "/fields/diffusion",
          .units = "axis times axis per time",
          .long_name = is_open ? "diffusion matrix D of dQ/dt = ... + (1/2) d_a d_b (D_ab Q), the "
                                 "traceless part of H and what dissipation adds"
                               : "traceless diffusion matrix D of dQ/dt = ... + (1/2) d_a d_b "
                                 "(D_ab Q)",
          .rank = phase + 2,
          .axes = vector.axis},
         f->diffusion},
        {config->field_diffusion && is_open,
         {.name = "/fields/diffusion_dissipation",
          .units = "axis times axis per time",
          .long_name = "what dissipation adds to the diffusion matrix D",
          .rank = phase + 2,
          .axes = vector.axis},
         f->dissipation},
        {config->field_diffusion && is_open,
         {.name = "/fields/diffusion_trace",
          .units = "per time",
          .long_name = "trace of the dimensionless diffusion matrix, which is dissipation's alone: "
                       "a local measure of irreversibility",
          .rank = phase,
          .axes = vector.axis},
         f->trace},
        {config->field_diffusion,
         {.name = "/fields/diffusion_eigenvalues",
          .units = "per time",
          .long_name = is_open ? "eigenvalues of the dimensionless diffusion matrix, descending: "
                                 "where all are positive Q moves as by an ordinary diffusion"
                               : "eigenvalues of the dimensionless diffusion matrix, in pairs of "
                                 "either sign",
          .rank = phase + 1,
          .axes = pairs.axis},
         f->eigenvalues},
        {config->field_diffusion,
         {.name = "/fields/diffusion_eigenvectors",
          .units = "1",
          .long_name = "unit eigenvectors of the dimensionless diffusion matrix",
          .rank = phase + 2,
          .axes = pairs.axis},
         f->eigenvectors}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].wanted)
            QFP_TRY(write_one(equation, fields[i].spec, f, fields[i].data, snapshot));
    return QFP_OK;
}

static void destroy_fields(local_fields *f)
{
    free(f->z);
    free(f->drift);
    free(f->diffusion);
    free(f->dissipation);
    free(f->trace);
    free(f->eigenvalues);
    free(f->eigenvectors);
}

qfp_status qfp_field_output_local(const qfp_equation *equation, const qfp_config *config,
                                  const qfp_backend *backend, qfp_context *context, bool at_start,
                                  double t, const double *axis_q, const double *axis_p,
                                  qfp_snapshot *snapshot)
{
    bool wanted = config->field_drift || config->field_diffusion;
    if (!wanted || at_start == equation->varies)
        return QFP_OK;
    size_t all = (size_t)config->husimi_points, most = slices_at_once(config);
    size_t slice = point_count(config) / all;
    qfp_field_equation now;
    qfp_status status = qfp_field_equation_create(config, t, &now);
    for (size_t first = 0; first < all && status == QFP_OK; first += most) {
        local_fields f = {.first = first, .count = all - first < most ? all - first : most};
        f.points = f.count * slice;
        status =
            QFP_ALLOCATE(f.z, f.points * 2 * (size_t)config->modes, "the points of the fields");
        if (status == QFP_OK) {
            fill_points(config, axis_q, axis_p, first * slice, f.points, f.z);
            status = evaluate(config, backend, context, &now, &f);
        }
        if (status == QFP_OK)
            status = write(equation, config, &f, snapshot);
        destroy_fields(&f);
    }
    qfp_field_equation_destroy(&now);
    return status;
}

/* qfp_slices of a component of the current. */
typedef struct component {
    const qfp_config *config;
    const qfp_dataset_spec *spec;
    qfp_snapshot *snapshot;
    int axis;
} component;

static qfp_status append_component(void *data, size_t first, size_t count, double *values)
{
    const component *c = data;
    size_t n = (size_t)c->config->husimi_points, all = count, last = (size_t)c->spec->rank - 1;
    size_t start[2 * QFP_MAX_MODES + 1] = {first}, block[2 * QFP_MAX_MODES + 1] = {count};
    for (size_t i = 1; i < last; i++)
        all *= block[i] = n;
    start[last] = (size_t)c->axis;
    block[last] = 1;
    for (size_t i = 0; i < all; i++)
        values[i] *= axis_scale(c->config, c->axis);
    return qfp_snapshot_append_block(c->snapshot, c->spec, start, block, values);
}

qfp_status qfp_field_output_current(const qfp_equation *equation, const qfp_config *config,
                                    qfp_current *current, qfp_synthesis *interpolation,
                                    qfp_buffer *q, qfp_snapshot *snapshot)
{
    int axes = 2 * config->modes;
    char long_name[256];
    field_axes vector;
    fill_axes(config, snapshot, &vector);
    snprintf(long_name, sizeof long_name, "%s%s",
             "probability current J of dQ/dt = -div J, per d2alpha of every mode",
             what_is_missing(equation));
    const qfp_dataset_spec spec = {.name = "/fields/current",
                                   .units = "axis per time",
                                   .long_name = long_name,
                                   .grows = true,
                                   .in_blocks = true,
                                   .rank = axes + 1,
                                   .axes = vector.axis};
    for (int a = 0; a < axes; a++) {
        component c = {.config = config, .spec = &spec, .snapshot = snapshot, .axis = a};
        const qfp_slices slices = {.data = &c, .take = append_component};
        qfp_buffer *j_a;
        QFP_TRY(qfp_current_component(current, q, a, &j_a));
        QFP_TRY(qfp_synthesis_full(interpolation, j_a, &slices));
    }
    return QFP_OK;
}
