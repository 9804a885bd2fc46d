/* plane_stage.c - see plane_stage.h. */
#include "staging/plane_stage.h"

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

static qfp_status check_factor(const qfp_grid *grid, int mode, qfp_space space,
                               const qfp_plane_factor *factor)
{
    for (size_t t = 0; t < factor->term_count; ++t) {
        const qfp_symbol_term *term = &factor->terms[t];
        for (int axis = 0; axis < 2 * grid->modes; ++axis) {
            if (term->power[axis] != 0 && axis % grid->modes != mode)
                return QFP_FAIL(QFP_INTERNAL, "a term of mode %d in the plane of mode %d",
                                axis % grid->modes, mode);
            if (term->power[axis] > QFPI_MAX_DEGREE)
                return QFP_FAIL(QFP_UNSUPPORTED,
                                "a Hamiltonian of degree %d in one variable; %d is the highest",
                                term->power[axis], QFPI_MAX_DEGREE);
        }
        int odd = wavenumber_power(grid, mode, space, term) % 2;
        if ((odd ? term->re : term->im) != 0.0)
            return QFP_FAIL(QFP_INTERNAL, "term %zu of a factor is no real operator", t);
    }
    return QFP_OK;
}

qfp_status qfpi_plane_check(const qfp_grid *grid, const qfp_plane_spec *spec)
{
    if (spec->mode < 0 || spec->mode >= grid->modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", spec->mode, grid->modes);
    if (spec->pure_a.term_count + spec->pure_b.term_count + spec->pair_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "nothing to do in the planes of mode %d", spec->mode);
    QFP_TRY(check_factor(grid, spec->mode, QFP_SPACE_A, &spec->pure_a));
    QFP_TRY(check_factor(grid, spec->mode, QFP_SPACE_B, &spec->pure_b));
    for (size_t r = 0; r < spec->pair_count; ++r) {
        QFP_TRY(check_factor(grid, spec->mode, QFP_SPACE_A, &spec->f[r]));
        QFP_TRY(check_factor(grid, spec->mode, QFP_SPACE_B, &spec->g[r]));
    }
    return QFP_OK;
}

qfpi_plane_parts qfpi_plane_parts_of(const qfp_plane_factor *factor)
{
    qfpi_plane_parts parts = {0, 0};
    for (size_t t = 0; t < factor->term_count; ++t) {
        parts.re |= factor->terms[t].re != 0.0;
        parts.im |= factor->terms[t].im != 0.0;
    }
    return parts;
}

void qfpi_plane_table(const qfp_grid *grid, const qfp_plane_spec *spec, qfp_space space,
                      const qfp_plane_factor *factor, double scale, double *re, double *im)
{
    int n = grid->points[spec->mode], in_a = space == QFP_SPACE_A;
    double coordinate_extent = grid->extent[in_a ? spec->mode : grid->modes + spec->mode];
    double wavenumber_extent = grid->extent[in_a ? grid->modes + spec->mode : spec->mode];
    const double *window = in_a ? spec->window_a : spec->window_b;
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < n; ++k) {
            double sum_re = 0.0, sum_im = 0.0;
            for (size_t t = 0; t < factor->term_count; ++t) {
                const qfp_symbol_term *term = &factor->terms[t];
                double product =
                    qfpi_axis_power_cell(0, i, n, coordinate_extent,
                                         coordinate_power(grid, spec->mode, space, term)) *
                    qfpi_axis_power_cell(1, k, n, wavenumber_extent,
                                         wavenumber_power(grid, spec->mode, space, term));
                sum_re += term->re * product;
                sum_im += term->im * product;
            }
            double w = window == NULL ? scale : scale * window[in_a ? i * n + k : k * n + i];
            re[i * n + k] = w * sum_re;
            im[i * n + k] = w * sum_im;
        }
}
