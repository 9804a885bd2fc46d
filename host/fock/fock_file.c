#include "fock/fock_file.h"

#include <math.h>
#include <stdlib.h>

#include "fock/fock_convert.h"
#include "state/file_density.h"
#include "state/file_grid.h"

/* The file's index of the kept level m; its dimension where the file has no such level. */
static size_t index_in_file(const qfp_fock_space *space, const qfp_file_density *file, size_t m)
{
    size_t index = 0;
    if (file->is_flat)
        return m;
    for (int j = 0; j < space->modes; j++) {
        int level = qfp_fock_level(space, m, j);
        if (level >= file->levels[j])
            return file->dimension;
        index = index * (size_t)file->levels[j] + (size_t)level;
    }
    return index;
}

static qfp_status add_elements(const qfp_fock_space *space, const qfp_file_density *file,
                               double weight, double *u)
{
    size_t at = 0, *index = NULL;
    QFP_TRY(QFP_ALLOCATE(index, space->dimension, "a state from a file"));
    for (size_t m = 0; m < space->dimension; m++)
        index[m] = index_in_file(space, file, m);
    for (size_t m = 0; m < space->dimension; m++)
        for (size_t n = m; n < space->dimension; n++, at++) {
            if (index[m] >= file->dimension || index[n] >= file->dimension)
                continue;
            double complex value = weight * qfp_file_density_element(file, index[m], index[n]);
            u[2 * at] += (m == n ? 1.0 : sqrt(2.0)) * creal(value);
            u[2 * at + 1] += m == n ? 0.0 : sqrt(2.0) * cimag(value);
        }
    free(index);
    return QFP_OK;
}

qfp_status qfp_fock_file_add(const qfp_fock_space *space, const qfp_state *state, double weight,
                             double *u, char *warning, size_t size)
{
    qfp_file_density file;
    QFP_TRY(qfp_file_density_read(state->path, state->dataset, space->modes, &file));
    if (file.is_grid)
        return qfp_fock_from_file_grid(space, state, weight, u, warning, size);
    qfp_status status;
    if (file.is_flat && file.dimension != space->dimension)
        status = QFP_FAIL(QFP_CONFIG,
                          "%s: %s has %zu states, but solver.levels keep %zu; give levels whose "
                          "product is the length of the dataset",
                          state->path, state->dataset, file.dimension, space->dimension);
    else
        status = add_elements(space, &file, weight, u);
    qfp_file_density_destroy(&file);
    return status;
}

qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut, int *levels)
{
    qfp_file_density file;
    QFP_TRY(qfp_file_density_read(state->path, state->dataset, modes, &file));
    if (file.is_grid) {
        double radius;
        QFP_TRY(qfp_file_grid_radius(state->path, state->dataset, &radius));
        int needed = (int)ceil(0.5 * (radius + 3.0) * (radius + 3.0)) + 4;
        levels[0] = needed > levels[0] ? needed : levels[0];
        return QFP_OK;
    }
    qfp_status status = QFP_OK;
    if (file.is_flat)
        status = QFP_FAIL(QFP_CONFIG,
                          "%s: %s does not say how its %zu states are divided over %d modes; give "
                          "solver.levels",
                          state->path, state->dataset, file.dimension, modes);
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        int needed;
        status = qfp_file_density_occupied(&file, j, cut / modes, &needed);
        if (status == QFP_OK && needed > levels[j])
            levels[j] = needed;
    }
    qfp_file_density_destroy(&file);
    return status;
}
