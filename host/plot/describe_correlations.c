/* describe_correlations.c - two-time correlations and their spectra, and the slowest modes of a generator. */
#include <string.h>

#include "plot/describe.h"

enum { MOST_CORRELATIONS = 8 };

/* A curve over an axis of the group, with a band of its stated error. */
static void add_curve(qfp_source *f, const char *group, const char *dataset, const char *axis,
                      size_t colour, const char *name, qfp_panel *panel)
{
    qfp_picture *q = f->picture;
    qfp_course c = {.name = name, .colour = qfpi_colour(colour)};
    const char *errors = qfpi_text(q, "/errors%s/%s", group, dataset);
    c.time = qfpi_axis(f, qfpi_text(q, "%s/%s", group, axis), 2, &c.count);
    c.value = qfpi_whole(f, qfpi_text(q, "%s/%s", group, dataset), 1, &c.count);
    c.error = qfpi_has(f, errors) ? qfpi_whole(f, errors, 1, &c.count) : NULL;
    if (q->status == QFP_OK)
        qfpi_course_draw(f, &c, name != NULL, panel);
}

static void add_correlation(qfp_source *f, const char *group)
{
    qfp_picture *q = f->picture;
    const char *real = qfpi_text(q, "%s/re", group);
    const char *meaning = qfpi_attribute(f, real, "long_name");
    bool is_told = strncmp(meaning, "real part of ", 13) == 0;
    qfp_panel *panel = qfpi_panel(q, q->rows, is_told ? meaning + 13 : "⟨A(t + τ) B(t)⟩", "τ", "");
    add_curve(f, group, "re", "tau", 0, "Re", panel);
    add_curve(f, group, "im", "tau", 1, "Im", panel);
    if (!qfpi_has(f, qfpi_text(q, "%s/spectrum", group)))
        return;
    panel = qfpi_panel(q, panel->row, "spectrum S(ω)", "ω", "");
    add_curve(f, group, "spectrum", "omega", 2, NULL, panel);
    qfpi_choose_logarithm(panel);
}

void qfpi_describe_correlations(qfp_source *f)
{
    for (int k = 1; k <= MOST_CORRELATIONS; k++) {
        const char *group = qfpi_text(f->picture, "/correlations/%d", k);
        if (qfpi_has(f, group))
            add_correlation(f, group);
    }
}

void qfpi_describe_steady(qfp_source *f)
{
    size_t count;
    if (!qfpi_has(f, "/steady/decay") || !qfpi_extents(f, "/steady/decay", 1, &count))
        return;
    const double *decay = qfpi_whole(f, "/steady/decay", 1, &count);
    const double *frequency = qfpi_whole(f, "/steady/frequency", 1, &count);
    qfp_panel *panel = qfpi_panel(f->picture, f->picture->rows, "slowest modes of the generator",
                                  "decay rate", "frequency");
    qfpi_draw(f->picture, panel,
              (qfp_layer){QFP_CROSSES, qfpi_colour(0), NULL, count, {decay, frequency}, NULL});
}
