#include "state/file_fill.h"

#include <stdlib.h>

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

bool qfp_grid_piece_next(const qfp_grid_axes *axes, size_t most, qfp_grid_piece *piece)
{
    size_t begin = piece->offset + piece->count, cells = qfp_grid_axes_cells(axes);
    size_t slice = cells; /* doubles of one index of Q_k */
    int k = -1;
    if (begin >= cells)
        return false;
    do
        slice /= (size_t)axes->points[++k];
    while (slice > most && k + 1 < axes->modes);
    size_t index = begin / slice, slices = most > slice ? most / slice : 1;
    for (int j = 0; j < axes->modes; j++) {
        piece->first[j] = 0;
        piece->length[j] = axes->points[j];
    }
    for (int j = k; j >= 0; j--) {
        piece->first[j] = (int)(index % (size_t)axes->points[j]);
        piece->length[j] = 1;
        index /= (size_t)axes->points[j];
    }
    size_t left = (size_t)(axes->points[k] - piece->first[k]);
    piece->length[k] = (int)(slices < left ? slices : left);
    piece->offset = begin;
    piece->count = (size_t)piece->length[k] * slice;
    return true;
}

/* u [Q_1]…[Q_N][P_1]…[P_N] += planes [Q_1][P_1][Q_2][P_2]… */
static void add_planes(const qfp_dyad_grid *dyads, size_t count, const double *planes, double *u)
{
    int modes = dyads->modes;
    size_t stride_q[QFP_MAX_MODES], stride_p[QFP_MAX_MODES], all = 1;
    for (int j = modes - 1; j >= 0; j--) {
        stride_p[j] = all;
        all *= dyads->n_p[j];
    }
    for (int j = modes - 1; j >= 0; j--) {
        stride_q[j] = all;
        all *= dyads->n_q[j];
    }
    for (size_t i = 0; i < count; i++) {
        size_t rest = i, place = 0;
        for (int j = modes - 1; j >= 0; j--) {
            place += rest % dyads->n_p[j] * stride_p[j];
            rest /= dyads->n_p[j];
            place += rest % dyads->n_q[j] * stride_q[j];
            rest /= dyads->n_q[j];
        }
        u[place] += planes[i];
    }
}

void qfp_file_symbol_destroy(qfp_file_symbol *s)
{
    free(s->x);
    s->x = NULL;
}

qfp_status qfp_file_symbol_create(const qfp_grid_axes *axes, const qfp_file_density *file,
                                  double weight, qfp_file_symbol *out)
{
    int modes = axes->modes;
    kept_levels kept = {.file = file};
    qfp_dyad_grid *dyads = &out->dyads;
    size_t count, points;
    qfp_status status;
    *out = (qfp_file_symbol){.dyads = {.modes = modes}};
    for (int j = 0; j < modes; j++) {
        dyads->n_q[j] = dyads->n_p[j] = (size_t)axes->points[j];
        dyads->q[j] = axes->coordinates[j];
        dyads->p[j] = axes->coordinates[modes + j];
        QFP_TRY(qfp_file_density_occupied(file, j, EMPTY, &dyads->levels[j]));
    }
    QFP_TRY(qfp_dyad_grid_sizes(dyads, &count, &points));
    QFP_TRY_GOTO(map_levels(dyads, &kept));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->x, count, "a state from a file"));
    status = qfp_dyads_from_matrix(dyads, weight, kept_element, &kept, out->x);
done:
    free(kept.index);
    if (status != QFP_OK)
        qfp_file_symbol_destroy(out);
    return status;
}

qfp_status qfp_file_symbol_add(const qfp_file_symbol *s, double c, const qfp_grid_piece *piece,
                               double *u)
{
    qfp_dyad_grid here = s->dyads;
    double *planes = NULL;
    for (int j = 0; j < here.modes; j++) {
        here.q[j] += piece->first[j];
        here.n_q[j] = (size_t)piece->length[j];
    }
    QFP_TRY(QFP_ALLOCATE(planes, piece->count, "a state from a file"));
    qfp_status status = qfp_dyads_to_grid(&here, c, s->x, planes);
    if (status == QFP_OK)
        add_planes(&here, piece->count, planes, u);
    free(planes);
    return status;
}
