#include "fock/fock_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/file_density.h"

/* The file's index of the kept level m; its dimension where the file has no such level. */
static size_t index_in_file(const qfp_fock_space *space, const qfp_file_density *file, size_t m)
{
    size_t index = 0;
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
    QFP_TRY(qfp_file_density_read(state, space->modes, &file));
    if (file.note[0] != '\0')
        snprintf(warning, size, "%s", file.note);
    qfp_status status = add_elements(space, &file, weight, u);
    qfp_file_density_destroy(&file);
    return status;
}

qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut, int *levels)
{
    qfp_file_density file;
    QFP_TRY(qfp_file_density_read(state, modes, &file));
    qfp_status status = QFP_OK;
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        int needed;
        status = qfp_file_density_occupied(&file, j, cut / modes, &needed);
        if (status == QFP_OK && needed > levels[j])
            levels[j] = needed;
    }
    qfp_file_density_destroy(&file);
    return status;
}
