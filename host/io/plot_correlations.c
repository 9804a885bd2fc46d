#include "io/plot_correlations.h"

#include <stdio.h>

#include "io/hdf5_access.h"

bool qfpi_picture_has_correlations(const qfp_picture *q)
{
    return H5Lexists(q->file, "/correlations", H5P_DEFAULT) > 0 &&
           H5Lexists(q->file, "/correlations/1", H5P_DEFAULT) > 0;
}

static qfp_status read_axis(qfp_picture *q, const char *name, qfp_panel *panel)
{
    double **axis = &q->own_axes[q->own_axis_count];
    QFP_TRY(qfpi_picture_axis(q->file, q->path, name, 2, &panel->at_count, axis));
    q->own_axis_count++;
    panel->at = *axis;
    return QFP_OK;
}

static qfp_status add_curve(qfp_picture *q, const char *name, const char *label, qfp_panel *panel)
{
    qfp_curve *curve = &panel->curves[panel->count];
    QFP_TRY(qfpi_picture_dataset(q->file, q->path, name, 1, &panel->at_count, &curve->values));
    snprintf(curve->name, sizeof curve->name, "%s", label);
    ++panel->count;
    return QFP_OK;
}

qfp_status qfpi_picture_correlations(qfp_picture *q)
{
    bool more = H5Lexists(q->file, "/correlations/2", H5P_DEFAULT) > 0;
    qfp_panel *c = qfpi_picture_panel(q, more ? "⟨A(t + τ) B(t)⟩, the first" : "⟨A(t + τ) B(t)⟩");
    if (c == NULL)
        return QFP_OK;
    c->axis = "τ";
    QFP_TRY(read_axis(q, "/correlations/1/tau", c));
    QFP_TRY(add_curve(q, "/correlations/1/re", "Re", c));
    QFP_TRY(add_curve(q, "/correlations/1/im", "Im", c));
    qfp_panel *s = qfpi_picture_panel(q, "spectrum S(ω)");
    if (s == NULL || H5Lexists(q->file, "/correlations/1/spectrum", H5P_DEFAULT) <= 0)
        return QFP_OK;
    s->axis = "ω";
    QFP_TRY(read_axis(q, "/correlations/1/omega", s));
    return add_curve(q, "/correlations/1/spectrum", "S", s);
}
