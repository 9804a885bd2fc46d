#include "run/member.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "qfp/version.h"

static qfp_status create_frame(qfp_member *m)
{
    const qfp_config *config = &m->config;
    size_t n = (size_t)config->husimi_points, plane = n * n, all = 1;
    QFP_TRY(QFP_ALLOCATE(m->axis, n, "output axes"));
    for (size_t i = 0; i < n; i++)
        m->axis[i] = qfp_output_coordinate(config, (int)i);
    for (int j = 0; j < config->modes; j++) {
        QFP_TRY(QFP_ALLOCATE(m->marginals[j], plane, "a Husimi marginal"));
        all = all > SIZE_MAX / 16 / plane ? 0 : all * plane;
    }
    if (config->husimi_full && all == 0)
        return QFP_FAIL(QFP_MEMORY, "%s: output.husimi.full: %d points on %d axes are too many",
                        config->path, config->husimi_points, 2 * config->modes);
    if (config->husimi_full)
        QFP_TRY(QFP_ALLOCATE(m->full, all, "the full Husimi function"));
    return QFP_ALLOCATE(m->values, m->solution.observable_count, "observables");
}

qfp_status qfp_member_prepare(const qfp_config *config, size_t index, qfp_member *out)
{
    *out = (qfp_member){.config = *config, .label = qfp_config_theory_label(config, index)};
    QFP_TRY(qfp_config_select_theory(&out->config, index));
    QFP_TRY(qfp_equation_create(&out->config, &out->equation));
    QFP_TRY(qfp_basis_of(config)->supports(&out->config, &out->equation));
    QFP_TRY(qfp_equation_refuse(&out->equation, &out->config));
    return qfp_basis_plan(&out->config, &out->equation, &out->plan);
}

qfp_status qfp_member_start(qfp_member *m)
{
    QFP_TRY(qfp_basis_of(&m->config)->create(&m->config, &m->equation, &m->plan, &m->solution));
    return create_frame(m);
}

void qfp_member_destroy(qfp_member *m)
{
    free(m->axis);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(m->marginals[j]);
    free(m->full);
    free(m->values);
    qfp_solution_destroy(&m->solution);
    qfp_equation_destroy(&m->equation);
    *m = (qfp_member){0};
}

qfp_status qfp_member_observe(qfp_member *m)
{
    QFP_TRY(m->solution.observe(m->solution.self, m->values));
    for (size_t i = 0; i < m->solution.observable_count; i++)
        if (!isfinite(m->values[i]))
            return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: the observable %s is not finite", m->time,
                            m->solution.observable_names[i]);
    return QFP_OK;
}

qfp_status qfp_member_husimi(qfp_member *m)
{
    for (int j = 0; j < m->config.modes; j++)
        QFP_TRY(m->solution.marginal(m->solution.self, j, m->marginals[j]));
    return m->full != NULL ? m->solution.full(m->solution.self, m->full) : QFP_OK;
}

qfp_status qfp_member_append(qfp_member *m, double t)
{
    if (m->stopped)
        return qfp_snapshot_append_blank(m->snapshot, t);
    QFP_TRY(qfp_snapshot_append(m->snapshot, t, (const double *const *)m->marginals, m->full,
                                m->values));
    return m->solution.write_fields != NULL
               ? m->solution.write_fields(m->solution.self, m->snapshot, false)
               : QFP_OK;
}

static const char *unit_of(const char *name)
{
    if (strncmp(name, "edge", 4) == 0 || strcmp(name, "tail") == 0)
        return "fraction";
    if (strcmp(name, "energy") == 0)
        return "as the Hamiltonian";
    if (strcmp(name, "growth") == 0)
        return "per time";
    if (strcmp(name, "wehrl") == 0)
        return "nat";
    if (strcmp(name, "min_q") == 0)
        return "per d^2N alpha";
    return "1";
}

static void fill_attributes(const qfp_member *m, bool as_group, qfp_member_layout *out)
{
    const qfp_config *config = &m->config;
    const qfp_attribute of_theory[] = {
        {"theory", out->theory},
        {"label", m->label},
        {"basis", qfp_basis_names[config->basis]},
        {"ordering", m->solution.ordering},
        {"backend", m->solution.backend},
        {"device", m->solution.device},
    };
    const qfp_attribute of_file[] = {
        {"format_version", "1"},
        {"program_version", QFP_VERSION},
        {"git_commit", QFP_GIT_COMMIT},
        {"title", config->title},
        {"config", config->text},
        {"operator", config->expression},
        {"units", "x and p physical, alpha = (x/l + i p l/kappa)/sqrt(2), time with 1/kappa, "
                  "Husimi functions per d2alpha = dx dp/(2 kappa)"},
        {"quadratures", "var_x and var_p of the dimensionless x = (a + ad)/sqrt(2)"},
    };
    size_t count = 0;
    for (size_t i = 0; !as_group && i < sizeof of_file / sizeof *of_file; i++)
        out->attributes[count++] = of_file[i];
    for (size_t i = 0; i < sizeof of_theory / sizeof *of_theory; i++)
        out->attributes[count++] = of_theory[i];
    out->layout.attribute_count = count;
    out->layout.attributes = out->attributes;
}

qfp_status qfp_member_layout_create(const qfp_member *m, bool as_group, qfp_member_layout *out)
{
    const qfp_config *config = &m->config;
    const qfp_solution *s = &m->solution;
    *out = (qfp_member_layout){.layout = {.modes = config->modes,
                                          .x_count = (size_t)config->husimi_points,
                                          .p_count = (size_t)config->husimi_points,
                                          .x = m->axis,
                                          .p = m->axis,
                                          .observable_count = s->observable_count,
                                          .full = config->husimi_full}};
    QFP_TRY(QFP_ALLOCATE(out->names, s->observable_count, "observable names"));
    QFP_TRY(QFP_ALLOCATE(out->units, s->observable_count, "observable names"));
    for (size_t i = 0; i < s->observable_count; i++) {
        out->names[i] = s->observable_names[i];
        out->units[i] = unit_of(out->names[i]);
    }
    out->layout.observable_names = out->names;
    out->layout.observable_units = out->units;
    qfp_theory_describe(&config->theory, out->theory, sizeof out->theory);
    fill_attributes(m, as_group, out);
    return QFP_OK;
}

void qfp_member_layout_destroy(qfp_member_layout *layout)
{
    free(layout->names);
    free(layout->units);
}
