/* describe_steady.c - the slowest modes of the generator, as points of the complex plane. */
#include "io/hdf5_access.h"
#include "plot/describe.h"

qfp_status qfpi_describe_steady(qfp_source *f)
{
    qfp_picture *q = f->picture;
    qfp_panel *panel = NULL;
    double *decay = NULL, *frequency = NULL;
    size_t count;
    if (!qfpi_file_has(f, "/steady/decay"))
        return QFP_OK;
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, "/steady/decay", 1, &count));
    QFP_TRY(qfpi_file_numbers(f, "/steady/decay", 1, &count, &decay));
    QFP_TRY(qfpi_file_numbers(f, "/steady/frequency", 1, &count, &frequency));
    QFP_TRY(qfpi_picture_panel(q, q->rows, "slowest modes of the generator", &panel));
    panel->axis[0] = "decay rate";
    panel->axis[1] = "frequency";
    return qfpi_panel_layer(q, panel,
                            (qfp_layer){.mark = QFP_CROSSES,
                                        .colour = qfpi_colour(0),
                                        .count = count,
                                        .at = {decay, frequency}});
}
