#include "state/file_fill.h"

#include <stdlib.h>

#include "state/dyad_grid.h"

#define EMPTY 1e-32 /* population of levels that are left out: amplitudes of rounding */

/* The kept levels of a file, as a matrix. */
typedef struct kept_levels {
    const qfp_file_density *file;
    size_t *index; /* [kept dimension]: flat index in the file */
} kept_levels;

static double complex kept_element(const void *data, size_t m, size_t n)
{
    const kept_levels *kept = data;
    return qfp_file_density_element(kept->file, kept->index[m], kept->index[n]);
}

static qfp_status map_levels(const qfp_dyad_grid *dyads, kept_levels *kept)
{
    size_t dimension = 1;
    for (int j = 0; j < dyads->modes; j++)
        dimension *= (size_t)dyads->levels[j];
    QFP_TRY(QFP_ALLOCATE(kept->index, dimension, "a state from a file"));
    for (size_t m = 0; m < dimension; m++) {
        size_t rest = m, stride = 1;
        for (int j = dyads->modes - 1; j >= 0; j--) {
            kept->index[m] += rest % (size_t)dyads->levels[j] * stride;
            rest /= (size_t)dyads->levels[j];
            stride *= (size_t)kept->file->levels[j];
        }
    }
    return QFP_OK;
}

size_t qfp_grid_axes_cells(const qfp_grid_axes *axes)
{
    size_t cells = 1;
    for (int j = 0; j < axes->modes; j++)
        cells *= (size_t)axes->points[j] * (size_t)axes->points[j];
    return cells;
}

/* u [Q_1]…[Q_N][P_1]…[P_N] += planes [Q_1][P_1][Q_2][P_2]… */
static void add_planes(const qfp_grid_axes *axes, const double *planes, double *u)
{
    int modes = axes->modes;
    size_t stride_q[QFP_MAX_MODES], stride_p[QFP_MAX_MODES], all = 1;
    for (int j = modes - 1; j >= 0; j--) {
        stride_p[j] = all;
        all *= (size_t)axes->points[j];
    }
    for (int j = 0; j < modes; j++)
        stride_q[j] = all * stride_p[j];
    for (size_t i = 0; i < qfp_grid_axes_cells(axes); i++) {
        size_t rest = i, place = 0;
        for (int j = modes - 1; j >= 0; j--) {
            size_t n = (size_t)axes->points[j];
            place += rest % n * stride_p[j] + rest / n % n * stride_q[j];
            rest /= n * n;
        }
        u[place] += planes[i];
    }
}

qfp_status qfp_file_fill(const qfp_grid_axes *axes, const qfp_file_density *file, double c,
                         double weight, double *u)
{
    int modes = axes->modes;
    qfp_dyad_grid dyads = {.modes = modes};
    kept_levels kept = {.file = file};
    size_t count, points;
    double *x = NULL, *planes = NULL;
    qfp_status status;
    for (int j = 0; j < modes; j++) {
        dyads.n_q[j] = dyads.n_p[j] = (size_t)axes->points[j];
        dyads.q[j] = axes->coordinates[j];
        dyads.p[j] = axes->coordinates[modes + j];
        QFP_TRY(qfp_file_density_occupied(file, j, EMPTY, &dyads.levels[j]));
    }
    QFP_TRY(qfp_dyad_grid_sizes(&dyads, &count, &points));
    QFP_TRY_GOTO(map_levels(&dyads, &kept));
    QFP_TRY_GOTO(QFP_ALLOCATE(x, count, "a state from a file"));
    QFP_TRY_GOTO(QFP_ALLOCATE(planes, points, "a state from a file"));
    QFP_TRY_GOTO(qfp_dyads_from_matrix(&dyads, weight, kept_element, &kept, x));
    QFP_TRY_GOTO(qfp_dyads_to_grid(&dyads, c, x, planes));
    add_planes(axes, planes, u);
done:
    free(kept.index);
    free(x);
    free(planes);
    return status;
}
