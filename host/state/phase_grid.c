#include "state/phase_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

qfp_status qfp_phase_grid_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_grid *shape, qfp_phase_grid **out)
{
    qfp_phase_grid *grid = NULL;
    QFP_TRY(QFP_ALLOCATE(grid, 1, "a phase-space grid"));
    grid->backend = backend;
    grid->context = context;
    grid->shape = *shape;
    grid->cell = 1.0;
    grid->round_trip = 1.0;
    for (int j = 0; j < shape->modes; j++) {
        double n = shape->points[j];
        grid->cell *= 0.5 * shape->extent[j] / n * shape->extent[shape->modes + j] / n;
        grid->round_trip *= n;
    }
    const qfp_space spaces[] = {QFP_SPACE_Z, QFP_SPACE_A, QFP_SPACE_B};
    for (int s = 0; s < 3; s++) {
        grid->doubles[spaces[s]] = qfp_grid_doubles(shape, spaces[s]);
        if (grid->doubles[spaces[s]] == 0) {
            qfp_phase_grid_destroy(grid);
            return QFP_FAIL(QFP_MEMORY, "the grid has more points than 64-bit sizes can count");
        }
    }
    qfp_status status = backend->grid->create(context, shape, &grid->plan);
    if (status != QFP_OK) {
        qfp_phase_grid_destroy(grid);
        return status;
    }
    *out = grid;
    return QFP_OK;
}

void qfp_phase_grid_destroy(qfp_phase_grid *grid)
{
    if (grid == NULL)
        return;
    if (grid->plan != NULL)
        grid->backend->grid->destroy(grid->plan);
    free(grid);
}

int qfp_phase_grid_points(const qfp_phase_grid *grid, int axis)
{
    return grid->shape.points[axis % grid->shape.modes];
}

double qfp_phase_grid_coordinate(const qfp_phase_grid *grid, int axis, int index)
{
    int n = qfp_phase_grid_points(grid, axis);
    return (index - n / 2) * grid->shape.extent[axis] / n;
}

double qfp_phase_grid_wavenumber(const qfp_phase_grid *grid, int axis, int index)
{
    int n = qfp_phase_grid_points(grid, axis);
    return 2.0 * M_PI * (index < n / 2 ? index : index - n) / grid->shape.extent[axis];
}

/* One mode's window table; `halved`: only the wavenumbers that an array of the last mode has. */
static qfp_status window_table(const qfp_phase_grid *grid, qfp_space space, int mode, bool halved,
                               qfp_window window, const void *data, double **out)
{
    int n = grid->shape.points[mode], q = mode, p = grid->shape.modes + mode;
    int first_count = space == QFP_SPACE_B && halved ? n / 2 + 1 : n;
    int second_count = space == QFP_SPACE_A && halved ? n / 2 + 1 : n;
    double *table = NULL;
    QFP_TRY(QFP_ALLOCATE(table, (size_t)first_count * (size_t)second_count, "a window table"));
    for (int i = 0; i < first_count; i++) {
        double first = space == QFP_SPACE_B ? qfp_phase_grid_wavenumber(grid, q, i)
                                            : qfp_phase_grid_coordinate(grid, q, i);
        for (int k = 0; k < second_count; k++) {
            double second = space == QFP_SPACE_A ? qfp_phase_grid_wavenumber(grid, p, k)
                                                 : qfp_phase_grid_coordinate(grid, p, k);
            table[i * second_count + k] = window(data, mode, first, second);
        }
    }
    *out = table;
    return QFP_OK;
}

qfp_status qfp_phase_grid_symbol(const qfp_phase_grid *grid, qfp_space space, size_t term_count,
                                 const qfp_symbol_term *terms, qfp_window window, const void *data,
                                 qfp_symbol **out)
{
    qfp_symbol_spec spec = {.space = space, .term_count = term_count, .terms = terms};
    double *tables[QFP_MAX_MODES] = {NULL};
    qfp_status status = QFP_OK;
    for (int j = 0; window != NULL && j < grid->shape.modes && status == QFP_OK; j++) {
        status = window_table(grid, space, j, j == grid->shape.modes - 1, window, data, &tables[j]);
        spec.window[j] = tables[j];
    }
    if (status == QFP_OK)
        status = grid->backend->symbol->create(grid->plan, &spec, out);
    for (int j = 0; j < grid->shape.modes; j++)
        free(tables[j]);
    return status;
}

/* window(coordinate, wavenumber 0) along one axis. */
static qfp_status coordinate_window(const qfp_phase_grid *grid, int axis, qfp_window window,
                                    const void *data, double **out)
{
    int n = qfp_phase_grid_points(grid, axis), modes = grid->shape.modes;
    QFP_TRY(QFP_ALLOCATE(*out, (size_t)n, "a window table"));
    for (int i = 0; i < n; i++) {
        double z = qfp_phase_grid_coordinate(grid, axis, i);
        (*out)[i] = axis < modes ? window(data, axis, z, 0.0) : window(data, axis - modes, 0.0, z);
    }
    return QFP_OK;
}

qfp_status qfp_phase_grid_plane(const qfp_phase_grid *grid, const qfp_plane_spec *spec,
                                qfp_window window_a, qfp_window window_b, const void *data,
                                qfp_plane **out)
{
    qfp_plane_spec with_windows = *spec;
    double *table_a = NULL, *table_b = NULL, *along[2 * QFP_MAX_MODES] = {NULL};
    int modes = grid->shape.modes;
    qfp_status status;
    if (window_a != NULL)
        QFP_TRY_GOTO(window_table(grid, QFP_SPACE_A, spec->mode, false, window_a, data, &table_a));
    if (window_b != NULL)
        QFP_TRY_GOTO(window_table(grid, QFP_SPACE_B, spec->mode, false, window_b, data, &table_b));
    for (int axis = 0; axis < 2 * modes; axis++) {
        qfp_window window = axis < modes ? window_a : window_b;
        if (window == NULL || axis % modes == spec->mode)
            continue;
        QFP_TRY_GOTO(coordinate_window(grid, axis, window, data, &along[axis]));
        with_windows.window_z[axis] = along[axis];
    }
    with_windows.window_a = table_a;
    with_windows.window_b = table_b;
    status = grid->backend->plane->create(grid->plan, &with_windows, out);
done:
    free(table_a);
    free(table_b);
    for (int axis = 0; axis < 2 * modes; axis++)
        free(along[axis]);
    return status;
}

qfp_status qfp_real_polynomial_terms(const qfp_polynomial *polynomial, size_t *count,
                                     qfp_symbol_term **terms)
{
    qfp_symbol_term *list = NULL;
    QFP_TRY(QFP_ALLOCATE(list, polynomial->count, "the terms of a symbol"));
    for (size_t t = 0; t < polynomial->count; t++) {
        list[t].re = creal(polynomial->terms[t].coefficient);
        memcpy(list[t].power, polynomial->terms[t].power, (size_t)polynomial->variables);
    }
    *count = polynomial->count;
    *terms = list;
    return QFP_OK;
}

qfp_status qfp_phase_grid_real_symbol(const qfp_phase_grid *grid, const qfp_polynomial *polynomial,
                                      qfp_symbol **out)
{
    size_t count;
    qfp_symbol_term *terms = NULL;
    QFP_TRY(qfp_real_polynomial_terms(polynomial, &count, &terms));
    qfp_status status = qfp_phase_grid_symbol(grid, QFP_SPACE_Z, count, terms, NULL, NULL, out);
    free(terms);
    return status;
}

static double gaussian_of_second(const void *data, int mode, double first, double second)
{
    (void)mode, (void)first;
    return exp(-0.5 * *(const double *)data * second * second);
}

static double gaussian_of_first(const void *data, int mode, double first, double second)
{
    (void)mode, (void)second;
    return exp(-0.5 * *(const double *)data * first * first);
}

qfp_status qfp_phase_grid_gaussian(const qfp_phase_grid *grid, double c, qfp_symbol *to[2])
{
    const qfp_symbol_term one = {.re = 1.0};
    to[0] = to[1] = NULL;
    QFP_TRY(qfp_phase_grid_symbol(grid, QFP_SPACE_A, 1, &one, gaussian_of_second, &c, &to[0]));
    qfp_status status =
        qfp_phase_grid_symbol(grid, QFP_SPACE_B, 1, &one, gaussian_of_first, &c, &to[1]);
    if (status != QFP_OK) {
        grid->backend->symbol->destroy(to[0]);
        to[0] = NULL;
    }
    return status;
}

static double inner_box(const void *data, int mode, double q, double p)
{
    const qfp_phase_grid *grid = data;
    double of_half = 0.5 * QFP_INNER_FRACTION;
    return fabs(q) <= of_half * grid->shape.extent[mode] &&
           fabs(p) <= of_half * grid->shape.extent[grid->shape.modes + mode];
}

qfp_status qfp_phase_grid_inner_box(const qfp_phase_grid *grid, qfp_symbol **out)
{
    const qfp_symbol_term one = {.re = 1.0};
    return qfp_phase_grid_symbol(grid, QFP_SPACE_Z, 1, &one, inner_box, grid, out);
}
