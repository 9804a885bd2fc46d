/* plane_stage.c - see plane_stage.h. */
#include "staging/plane_stage.h"

#include <string.h>

#include "shared/axis.h"

/* Of the wavenumber and of the coordinate of mode j in a term of a space. */
static int wavenumber_power(const qfp_grid *grid, int mode, qfp_space space,
                            const qfp_symbol_term *term)
{
    return term->power[space == QFP_SPACE_A ? grid->modes + mode : mode];
}

static int coordinate_power(const qfp_grid *grid, int mode, qfp_space space,
                            const qfp_symbol_term *term)
{
    return term->power[space == QFP_SPACE_A ? mode : grid->modes + mode];
}

/* own: only the axes of `mode` may occur; else only those of the others. */
static qfp_status check_term(const qfp_grid *grid, int mode, int own, const qfp_symbol_term *term)
{
    for (int axis = 0; axis < 2 * grid->modes; ++axis) {
        if (term->power[axis] == 0)
            continue;
        if ((axis % grid->modes == mode) != own)
            return QFP_FAIL(QFP_INTERNAL, "a term of mode %d in the plane of mode %d",
                            axis % grid->modes, mode);
        if (term->power[axis] > QFPI_MAX_DEGREE)
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "a Hamiltonian of degree %d in one variable; %d is the highest",
                            term->power[axis], QFPI_MAX_DEGREE);
    }
    return QFP_OK;
}

static qfp_status check_factor(const qfp_grid *grid, int mode, qfp_space space,
                               const qfp_plane_factor *factor)
{
    for (size_t t = 0; t < factor->term_count; ++t) {
        const qfp_symbol_term *term = &factor->terms[t];
        QFP_TRY(check_term(grid, mode, 1, term));
        int odd = wavenumber_power(grid, mode, space, term) % 2;
        if ((odd ? term->re : term->im) != 0.0)
            return QFP_FAIL(QFP_INTERNAL, "term %zu of a factor is no real operator", t);
    }
    return QFP_OK;
}

static qfp_status check_part(const qfp_grid *grid, int mode, const qfp_plane_part *part)
{
    if (part->pure_a.term_count + part->pure_b.term_count + part->pair_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "nothing to do in the planes of mode %d", mode);
    for (size_t t = 0; t < part->spectator.term_count; ++t) {
        QFP_TRY(check_term(grid, mode, 0, &part->spectator.terms[t]));
        if (part->spectator.terms[t].im != 0.0)
            return QFP_FAIL(QFP_INTERNAL, "a spectator that is not real");
    }
    QFP_TRY(check_factor(grid, mode, QFP_SPACE_A, &part->pure_a));
    QFP_TRY(check_factor(grid, mode, QFP_SPACE_B, &part->pure_b));
    for (size_t r = 0; r < part->pair_count; ++r) {
        QFP_TRY(check_factor(grid, mode, QFP_SPACE_A, &part->f[r]));
        QFP_TRY(check_factor(grid, mode, QFP_SPACE_B, &part->g[r]));
    }
    return QFP_OK;
}

qfp_status qfpi_plane_check(const qfp_grid *grid, const qfp_plane_spec *spec)
{
    if (spec->mode < 0 || spec->mode >= grid->modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", spec->mode, grid->modes);
    if (spec->part_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "nothing to do in the planes of mode %d", spec->mode);
    if (grid->slab.count > 0 && grid->slab.axis != qfp_slab_axis_of_planes(grid, spec->mode))
        return QFP_FAIL(QFP_INTERNAL, "the planes of mode %d are not whole in slabs of axis %d",
                        spec->mode, grid->slab.axis + 1);
    for (size_t i = 0; i < spec->part_count; ++i)
        QFP_TRY(check_part(grid, spec->mode, &spec->part[i]));
    return QFP_OK;
}

size_t qfpi_plane_count(const qfp_grid *grid, const qfpi_shape *shape, int mode)
{
    size_t planes = 1;
    for (int axis = 0; axis < 2 * grid->modes; ++axis)
        planes *= axis % grid->modes != mode ? shape->length[axis] : 1;
    return planes;
}

qfpi_plane_powers qfpi_plane_powers_of(const qfp_grid *grid, int mode, qfp_space space,
                                       const qfp_plane_factor *factor)
{
    qfpi_plane_powers powers = {0, 0};
    for (size_t t = 0; t < factor->term_count; ++t) {
        int power = wavenumber_power(grid, mode, space, &factor->terms[t]);
        int *count = power % 2 ? &powers.odd : &powers.even;
        if (*count < power / 2 + 1)
            *count = power / 2 + 1;
    }
    return powers;
}

void qfpi_plane_coefficients(const qfp_grid *grid, int mode, qfp_space space,
                             const qfp_plane_factor *factor, double scale, double *out)
{
    int n = grid->points[mode];
    double extent = grid->extent[space == QFP_SPACE_A ? mode : grid->modes + mode];
    qfpi_plane_powers powers = qfpi_plane_powers_of(grid, mode, space, factor);
    memset(out, 0, (size_t)(powers.even + powers.odd) * (size_t)n * sizeof *out);
    for (size_t t = 0; t < factor->term_count; ++t) {
        const qfp_symbol_term *term = &factor->terms[t];
        int k = wavenumber_power(grid, mode, space, term);
        int x = coordinate_power(grid, mode, space, term);
        double *row = out + (size_t)(k / 2 + (k % 2 ? powers.even : 0)) * (size_t)n;
        for (int i = 0; i < n; ++i)
            row[i] +=
                scale * (k % 2 ? term->im : term->re) * qfpi_axis_power_cell(0, i, n, extent, x);
    }
}

static double spectator_term(const qfp_grid *grid, const qfpi_shape *shape,
                             const qfp_plane_spec *spec, const qfp_symbol_term *term,
                             const size_t *index)
{
    double product = term->re;
    for (int axis = 0; axis < 2 * grid->modes; ++axis) {
        if (term->power[axis] == 0)
            continue;
        const double *window = spec->window_z[axis];
        product *= qfpi_axis_power_cell(0, (int)(shape->first[axis] + index[axis]),
                                        grid->points[axis % grid->modes], grid->extent[axis],
                                        term->power[axis]);
        product *= window != NULL ? window[index[axis]] : 1.0;
    }
    return product;
}

void qfpi_plane_spectator(const qfp_grid *grid, const qfpi_shape *shape, const qfp_plane_spec *spec,
                          const qfp_real_polynomial *spectator, double *out)
{
    size_t index[2 * QFP_MAX_MODES] = {0}, planes = qfpi_plane_count(grid, shape, spec->mode);
    for (size_t plane = 0; plane < planes; ++plane) {
        size_t rest = plane;
        for (int axis = 2 * grid->modes - 1; axis >= 0; --axis) {
            if (axis % grid->modes == spec->mode)
                continue;
            index[axis] = rest % shape->length[axis];
            rest /= shape->length[axis];
        }
        out[plane] = 0.0;
        for (size_t t = 0; t < spectator->term_count; ++t)
            out[plane] += spectator_term(grid, shape, spec, &spectator->terms[t], index);
    }
}
