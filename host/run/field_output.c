#include "run/field_output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static size_t point_count(const qfp_config *config)
{
    size_t points = 1;
    for (int a = 0; a < 2 * config->modes; a++)
        points *= (size_t)config->husimi_points;
    return points;
}

double qfp_field_output_bytes(const qfp_config *config)
{
    double points = pow(config->husimi_points, 2.0 * config->modes), axes = 2.0 * config->modes;
    double numbers = 0.0;
    if (config->field_drift || config->field_diffusion)
        numbers += 3.0 * axes + 2.0 * axes * axes; /* z, drift, eigenvalues; D, eigenvectors */
    if (config->field_current)
        numbers += axes + 1.0;
    return 8.0 * points * numbers;
}

/* Output coordinates in the file's order (x_1, p_1, x_2, p_2, …), as dimensionless z. */
static void fill_points(const qfp_config *config, const double *axis_q, const double *axis_p,
                        double *z)
{
    size_t modes = (size_t)config->modes, n = (size_t)config->husimi_points;
    size_t total = point_count(config);
    for (size_t at = 0; at < total; at++) {
        size_t rest = at;
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

typedef struct local_fields {
    double *z, *drift, *diffusion, *eigenvalues, *eigenvectors;
} local_fields;

static qfp_status evaluate(const qfp_config *config, const qfp_backend *backend,
                           const qfp_flow *flow, const double *axis_q, const double *axis_p,
                           local_fields *f)
{
    size_t axes = 2 * (size_t)config->modes, total = point_count(config);
    QFP_TRY(QFP_ALLOCATE(f->z, total * axes, "the points of the fields"));
    QFP_TRY(QFP_ALLOCATE(f->drift, total * axes, "the drift"));
    QFP_TRY(QFP_ALLOCATE(f->diffusion, total * axes * axes, "the diffusion matrix"));
    QFP_TRY(QFP_ALLOCATE(f->eigenvalues, total * axes, "the eigenvalues of D"));
    QFP_TRY(QFP_ALLOCATE(f->eigenvectors, total * axes * axes, "the eigenvectors of D"));
    fill_points(config, axis_q, axis_p, f->z);
    QFP_TRY(backend->flow->evaluate(flow, total, f->z, f->drift, f->diffusion, f->eigenvalues,
                                    f->eigenvectors));
    for (size_t i = 0; i < total; i++)
        for (size_t a = 0; a < axes; a++) {
            double scale = axis_scale(config, (int)a);
            f->drift[i * axes + a] *= scale;
            for (size_t b = 0; b < axes; b++)
                f->diffusion[(i * axes + a) * axes + b] *= scale * axis_scale(config, (int)b);
        }
    return QFP_OK;
}

static qfp_status write(const qfp_config *config, const local_fields *f, qfp_snapshot *snapshot)
{
    const int phase = 2 * config->modes;
    field_axes vector, pairs;
    fill_axes(config, snapshot, &vector);
    pairs = vector; /* the first index of the eigenvectors is the number of the pair */
    pairs.axis[phase] =
        (qfp_axis){.name = "eigenpair",
                   .count = (size_t)phase,
                   .long_name = "number of an eigenpair; vectors of the second half are J times "
                                "those of the first"};
    pairs.axis[phase + 1] = vector.axis[phase];
    const struct {
        bool wanted;
        qfp_dataset_spec spec;
        const double *data;
    } fields[] = {
        {config->field_drift,
         {.name = "/fields/drift",
          .units = "axis per time",
          .long_name = "drift dz/dt of the Liouville part, in the units of the axes per time",
          .rank = phase + 1,
          .axes = vector.axis},
         f->drift},
        {config->field_diffusion,
         {.name = "/fields/diffusion",
          .units = "axis times axis per time",
          .long_name = "traceless diffusion matrix D of dQ/dt = ... + (1/2) d_a d_b (D_ab Q)",
          .rank = phase + 2,
          .axes = vector.axis},
         f->diffusion},
        {config->field_diffusion,
         {.name = "/fields/diffusion_eigenvalues",
          .units = "per time",
          .long_name = "eigenvalues of the dimensionless diffusion matrix, in pairs of either sign",
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
            QFP_TRY(qfp_snapshot_write(snapshot, &fields[i].spec, fields[i].data));
    return QFP_OK;
}

qfp_status qfp_field_output_static(const qfp_config *config, const qfp_backend *backend,
                                   const qfp_flow *flow, const double *axis_q, const double *axis_p,
                                   qfp_snapshot *snapshot)
{
    if (!config->field_drift && !config->field_diffusion)
        return QFP_OK;
    local_fields f = {0};
    qfp_status status = evaluate(config, backend, flow, axis_q, axis_p, &f);
    if (status == QFP_OK)
        status = write(config, &f, snapshot);
    free(f.z);
    free(f.drift);
    free(f.diffusion);
    free(f.eigenvalues);
    free(f.eigenvectors);
    return status;
}

qfp_status qfp_field_output_current(const qfp_config *config, qfp_current *current,
                                    qfp_synthesis *interpolation, qfp_buffer *q,
                                    qfp_snapshot *snapshot)
{
    size_t axes = 2 * (size_t)config->modes, total = point_count(config);
    field_axes vector;
    double *component = NULL, *all = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(component, total, "the current"));
    QFP_TRY_GOTO(QFP_ALLOCATE(all, total * axes, "the current"));
    for (size_t a = 0; a < axes; a++) {
        qfp_buffer *j_a;
        QFP_TRY_GOTO(qfp_current_component(current, q, (int)a, &j_a));
        QFP_TRY_GOTO(qfp_synthesis_full(interpolation, j_a, component));
        for (size_t i = 0; i < total; i++)
            all[i * axes + a] = axis_scale(config, (int)a) * component[i];
    }
    fill_axes(config, snapshot, &vector);
    const qfp_dataset_spec spec = {
        .name = "/fields/current",
        .units = "axis per time",
        .long_name = "probability current J of dQ/dt = -div J, per d2alpha of every mode",
        .grows = true,
        .rank = (int)axes + 1,
        .axes = vector.axis};
    status = qfp_snapshot_write(snapshot, &spec, all);
done:
    free(component);
    free(all);
    return status;
}
