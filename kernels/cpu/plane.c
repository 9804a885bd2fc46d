/* plane.c - staging of one mode's part of a generator: its factors as tables. */
#include "cpu/plane.h"

#include <stdlib.h>

#include "cpu/objects.h"
#include "shared/axis.h"
#include "staging/plane_stage.h"

/* With one mode there is one plane and no block of them: transforms of the whole grid serve it. */
static int fits(const qfp_grid_plan *plan, int mode)
{
    const qfp_grid *grid = &plan->grid;
    return grid->modes > 1 && mode >= 0 && mode < grid->modes &&
           (grid->slab.count == 0 || grid->slab.axis == qfp_slab_axis_of_planes(grid, mode)) &&
           cpu_line_fits((size_t)grid->points[mode]);
}

/* Where the next table goes. */
typedef struct filling {
    const qfp_grid_plan *plan;
    const qfp_plane_spec *spec;
    double *row, *next; /* row: coefficients of one factor */
} filling;

/* [x][k] of a term of a factor, summed up over its powers. */
static const double *add_table(filling *f, qfp_space space, const double *coefficients, int powers,
                               int odd)
{
    int modes = f->plan->grid.modes, mode = f->spec->mode, n = f->plan->grid.points[mode];
    double extent = f->plan->grid.extent[space == QFP_SPACE_A ? modes + mode : mode];
    const double *window = space == QFP_SPACE_A ? f->spec->window_a : f->spec->window_b;
    double *table = f->next;
    if (powers == 0)
        return NULL;
    f->next += (size_t)n * (size_t)n;
    for (int x = 0; x < n; ++x)
        for (int k = 0; k < n; ++k) {
            double sum = 0.0;
            for (int m = 0; m < powers; ++m)
                sum += coefficients[m * n + x] * qfpi_axis_power_cell(1, k, n, extent, 2 * m + odd);
            if (window != NULL)
                sum *= window[space == QFP_SPACE_A ? x * n + k : k * n + x];
            table[x * n + k] = sum;
        }
    return table;
}

static cpu_plane_factor add_factor(filling *f, qfp_space space, const qfp_plane_factor *factor,
                                   double share)
{
    const qfp_grid *grid = &f->plan->grid;
    int mode = f->spec->mode, n = grid->points[mode];
    qfpi_plane_powers powers = qfpi_plane_powers_of(grid, mode, space, factor);
    /* A factor comes with a transform there and back, which multiplies by n. */
    qfpi_plane_coefficients(grid, mode, space, factor, share / (double)n, f->row);
    return (cpu_plane_factor){add_table(f, space, f->row, powers.even, 0),
                              add_table(f, space, f->row + powers.even * n, powers.odd, 1)};
}

static void add_pure(filling *f, int along, int spectator, const qfp_plane_factor *factor,
                     qfp_plane *plane)
{
    if (factor->term_count == 0)
        return;
    qfp_space space = along == CPU_ALONG_P ? QFP_SPACE_A : QFP_SPACE_B;
    plane->pure[along][plane->pure_count[along]++] =
        (cpu_plane_pure){spectator, add_factor(f, space, factor, 1.0)};
}

static void fill(filling *f, qfp_plane *plane)
{
    const qfp_plane_spec *spec = f->spec;
    int next = 0;
    for (size_t i = 0; i < spec->part_count; ++i) {
        const qfp_plane_part *part = &spec->part[i];
        int spectator = CPU_PLANE_NONE;
        if (part->spectator.term_count > 0) {
            qfpi_plane_spectator(&f->plan->grid, &f->plan->shape[QFP_SPACE_Z], spec,
                                 &part->spectator,
                                 plane->spectators + plane->planes * (size_t)next);
            spectator = next++;
        }
        add_pure(f, CPU_ALONG_P, spectator, &part->pure_a, plane);
        add_pure(f, CPU_ALONG_Q, spectator, &part->pure_b, plane);
        for (size_t r = 0; r < part->pair_count; ++r) {
            if (part->f[r].term_count == 0 || part->g[r].term_count == 0)
                continue;
            plane->pair[plane->pair_count++] = (cpu_plane_pair){
                spectator, add_factor(f, QFP_SPACE_A, &part->f[r], spec->symmetrised ? 0.5 : 1.0),
                add_factor(f, QFP_SPACE_B, &part->g[r], 1.0)};
        }
    }
}

static qfp_status stage(const qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane *plane)
{
    size_t parts = spec->part_count, pairs = 0, spectators = 0, tables = 0;
    for (size_t i = 0; i < parts; ++i) {
        const qfp_plane_part *part = &spec->part[i];
        pairs += part->pair_count;
        spectators += part->spectator.term_count > 0;
    }
    tables = 2 * 2 * (parts + pairs); /* two factors, and each of them even and odd */
    size_t n = plane->n, scratch = cpu_plane_scratch_cells(n, (int)pairs);
    filling f = {.plan = plan, .spec = spec};
    plane->scratch_doubles = 2 * CPU_LANES * scratch;
    QFP_TRY(cpu_line_create(n, &plane->line));
    for (int along = 0; along < 2; ++along)
        QFP_TRY(QFP_ALLOCATE(plane->pure[along], parts, "the factors of a plane"));
    QFP_TRY(QFP_ALLOCATE(plane->pair, pairs, "the factors of a plane"));
    QFP_TRY(cpu_allocate(tables * n * n, "the factors of a plane", &plane->tables));
    QFP_TRY(
        cpu_allocate(spectators * plane->planes, "the spectators of a plane", &plane->spectators));
    QFP_TRY(cpu_allocate((size_t)plan->context->threads * plane->scratch_doubles,
                         "the blocks of a plane", &plane->scratch));
    QFP_TRY(QFP_ALLOCATE(f.row, (QFPI_MAX_DEGREE + 2) * n, "the factors of a plane"));
    f.next = plane->tables;
    fill(&f, plane);
    free(f.row);
    return QFP_OK;
}

static void destroy(qfp_plane *plane)
{
    if (plane == NULL)
        return;
    cpu_line_destroy(plane->line);
    free(plane->pure[0]);
    free(plane->pure[1]);
    free(plane->pair);
    free(plane->tables);
    free(plane->spectators);
    free(plane->scratch);
    free(plane);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    *out = NULL;
    const qfp_grid *grid = &plan->grid;
    QFP_TRY(qfpi_plane_check(grid, spec));
    if (!fits(plan, spec->mode))
        return QFP_FAIL(QFP_UNSUPPORTED, "no planes of %d x %d points in a grid of %d modes",
                        grid->points[spec->mode], grid->points[spec->mode], grid->modes);
    qfp_plane *plane = NULL;
    QFP_TRY(QFP_ALLOCATE(plane, 1, "a plane"));
    plane->context = plan->context;
    plane->n = (size_t)grid->points[spec->mode];
    plane->cells = plan->doubles[QFP_SPACE_Z];
    const qfpi_shape *shape = &plan->shape[QFP_SPACE_Z];
    plane->planes = qfpi_plane_count(grid, shape, spec->mode);
    plane->symmetrised = spec->symmetrised;
    plane->between = plane->after = 1;
    for (int axis = spec->mode + 1; axis < 2 * grid->modes;
         ++axis) /* Q axes behind, P axes before */
        if (axis < grid->modes + spec->mode)
            plane->between *= shape->length[axis];
        else if (axis > grid->modes + spec->mode)
            plane->after *= shape->length[axis];
    qfp_status status = stage(plan, spec, plane);
    if (status != QFP_OK) {
        destroy(plane);
        return status;
    }
    *out = plane;
    return QFP_OK;
}

const qfp_plane_operations qfp_cpu_plane = {
    .fits = fits,
    .create = create,
    .destroy = destroy,
    .apply = cpu_plane_apply,
};
