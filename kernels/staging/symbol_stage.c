/* symbol_stage.c - see symbol_stage.h. */
#include "staging/symbol_stage.h"

#include <stdlib.h>

#include "shared/axis.h"

static qfp_status check_spec(const qfp_grid *grid, const qfp_symbol_spec *spec)
{
    if (spec->term_count > 0 && spec->terms == NULL)
        return QFP_FAIL(QFP_INTERNAL, "a symbol of %zu terms without a list", spec->term_count);
    for (size_t t = 0; t < spec->term_count; ++t) {
        if (spec->space == QFP_SPACE_Z && spec->terms[t].im != 0.0)
            return QFP_FAIL(QFP_INTERNAL, "term %zu of a symbol on Z is not real", t);
        for (int axis = 0; axis < 2 * grid->modes; ++axis)
            if (spec->terms[t].power[axis] > QFPI_MAX_DEGREE)
                return QFP_FAIL(QFP_UNSUPPORTED,
                                "a Hamiltonian of degree %d in one variable; %d is the highest",
                                spec->terms[t].power[axis], QFPI_MAX_DEGREE);
    }
    return QFP_OK;
}

static qfp_status fill_powers(const qfp_grid *grid, const qfpi_shape *shape, qfp_space space,
                              qfpi_symbol_stage *stage)
{
    size_t total = 0;
    for (int axis = 0; axis < shape->axes; ++axis) {
        stage->axis_offset[axis] = total;
        total += QFPI_POWERS * shape->length[axis];
    }
    QFP_TRY(QFP_ALLOCATE(stage->powers, total, "the axis tables of a symbol"));
    stage->power_count = total;
    double *next = stage->powers;
    for (int axis = 0; axis < shape->axes; ++axis) {
        int n = grid->points[axis % grid->modes];
        int is_wavenumber = qfpi_axis_is_wavenumber(grid, space, axis);
        for (int power = 0; power < QFPI_POWERS; ++power)
            for (size_t i = 0; i < shape->length[axis]; ++i)
                *next++ = qfpi_axis_power_cell(is_wavenumber, (int)(shape->first[axis] + i), n,
                                               grid->extent[axis], power);
    }
    return QFP_OK;
}

static void assign_columns(const qfpi_shape *shape, const qfp_symbol_spec *spec,
                           qfpi_symbol_stage *stage)
{
    int inner = shape->axes - 1;
    for (int power = 0; power < QFPI_POWERS; ++power)
        stage->column[power] = -1;
    for (size_t t = 0; t < spec->term_count; ++t)
        stage->column[spec->terms[t].power[inner]] = 0;
    for (int power = 0; power < QFPI_POWERS; ++power)
        if (stage->column[power] == 0)
            stage->column[power] = stage->columns++;
    if (stage->columns == 0) {
        stage->column[0] = 0;
        stage->columns = 1; /* the zero symbol */
    }
}

qfp_status qfpi_symbol_stage_create(const qfp_grid *grid, const qfpi_shape *shape,
                                    const qfp_symbol_spec *spec, qfpi_symbol_stage *stage)
{
    *stage = (qfpi_symbol_stage){0};
    QFP_TRY(check_spec(grid, spec));
    QFP_TRY(fill_powers(grid, shape, spec->space, stage));
    assign_columns(shape, spec, stage);
    for (size_t t = 0; t < spec->term_count; ++t) {
        stage->has_re |= spec->terms[t].re != 0.0;
        stage->has_im |= spec->terms[t].im != 0.0;
    }
    stage->has_re |= !stage->has_im;
    return QFP_OK;
}

void qfpi_symbol_stage_free(qfpi_symbol_stage *stage)
{
    free(stage->powers);
    *stage = (qfpi_symbol_stage){0};
}
