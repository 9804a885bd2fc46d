/* describe_correlations.c - two-time correlations and their spectra, and the slowest modes of a generator. */
#include <string.h>

#include "plot/describe.h"

enum { MOST_CORRELATIONS = 8 };

/* A curve over an axis of the group, with a band of its stated error. */
static qfp_status add_curve(qfp_source *f, const char *group, const char *name, const char *axis,
                            size_t colour, const char *legend, qfp_panel *panel)
{
    qfp_picture *q = f->picture;
    qfp_course c = {.legend = legend, .colour = qfpi_colour(colour)};
    QFP_TRY(qfpi_file_axis(f, qfpi_picture_text(q, "%s/%s", group, axis), 2, &c.count, &c.time));
    QFP_TRY(
        qfpi_file_numbers(f, qfpi_picture_text(q, "%s/%s", group, name), 1, &c.count, &c.value));
    const char *errors = qfpi_picture_text(q, "/errors%s/%s", group, name);
    if (qfpi_file_has(f, errors))
        QFP_TRY(qfpi_file_numbers(f, errors, 1, &c.count, &c.error));
    return qfpi_course_draw(f, &c, panel);
}

static qfp_status add_correlation(qfp_source *f, const char *group)
{
    qfp_picture *q = f->picture;
    qfp_panel *panel = NULL;
    const char *meaning, *of;
    QFP_TRY(qfpi_file_text(f, qfpi_picture_text(q, "%s/re", group), "long_name", &meaning));
    of = strncmp(meaning, "real part of ", 13) == 0 ? meaning + 13 : "⟨A(t + τ) B(t)⟩";
    QFP_TRY(qfpi_picture_panel(q, q->rows, of, &panel));
    panel->axis[0] = "τ";
    panel->axis[1] = "";
    QFP_TRY(add_curve(f, group, "re", "tau", 0, "Re", panel));
    QFP_TRY(add_curve(f, group, "im", "tau", 1, "Im", panel));
    if (!qfpi_file_has(f, qfpi_picture_text(q, "%s/spectrum", group)))
        return QFP_OK;
    QFP_TRY(qfpi_picture_panel(q, panel->row, "spectrum S(ω)", &panel));
    panel->axis[0] = "ω";
    panel->axis[1] = "";
    QFP_TRY(add_curve(f, group, "spectrum", "omega", 2, NULL, panel));
    qfpi_choose_logarithm(panel);
    return QFP_OK;
}

qfp_status qfpi_describe_correlations(qfp_source *f)
{
    for (int k = 1; k <= MOST_CORRELATIONS; k++) {
        const char *group = qfpi_picture_text(f->picture, "/correlations/%d", k);
        if (!qfpi_file_has(f, group))
            return QFP_OK;
        QFP_TRY(add_correlation(f, group));
    }
    return QFP_OK;
}
