#include "reference/file_kets.h"

#include <math.h>
#include <stdlib.h>

#include "core/hermitian.h"
#include "io/file_density.h"

#define DENSITY_TOLERANCE 1e-6 /* of signs: files may hold single precision */
#define WEIGHT_FLOOR 1e-16     /* eigenvalues that are rounding */

/* Levels of entry i of the file's basis. */
static void levels_of(const qfp_file_density *file, size_t i, int *n)
{
    for (int j = file->modes - 1; j >= 0; j--) {
        n[j] = (int)(i % (size_t)file->levels[j]);
        i /= (size_t)file->levels[j];
    }
}

static bool is_occupied(const qfp_file_density *file, size_t i)
{
    return file->value[file->is_matrix ? i * (file->dimension + 1) : i] != 0.0;
}

/* levels[j] is raised to what holds the state; zeros at the end of a file's arrays are no levels. */
static void raise_to_occupied(const qfp_file_density *file, int *levels)
{
    for (size_t i = 0; i < file->dimension; i++) {
        int n[QFP_MAX_MODES] = {0};
        if (!is_occupied(file, i))
            continue;
        levels_of(file, i, n);
        for (int j = 0; j < file->modes; j++)
            if (n[j] >= levels[j])
                levels[j] = n[j] + 1;
    }
}

qfp_status qfp_file_levels(const qfp_state *state, int modes, int *levels)
{
    qfp_file_density file;
    QFP_TRY(qfp_file_density_read(state, modes, &file));
    raise_to_occupied(&file, levels);
    qfp_file_density_destroy(&file);
    return QFP_OK;
}

qfp_status qfp_file_most(const qfp_state *state, int modes, const int *weight, int *most)
{
    qfp_file_density file;
    QFP_TRY(qfp_file_density_read(state, modes, &file));
    for (size_t i = 0; i < file.dimension; i++) {
        int n[QFP_MAX_MODES] = {0}, total = 0;
        levels_of(&file, i, n);
        for (int j = 0; j < modes; j++)
            total += weight[j] * n[j];
        if (is_occupied(&file, i) && total > *most)
            *most = total;
    }
    qfp_file_density_destroy(&file);
    return QFP_OK;
}

/* An amplitude of the file at its place among ours; what is not kept is rounding. */
static void embed(const qfp_file_density *file, const qfp_kept *kept, size_t i,
                  double complex value, double complex *ket)
{
    int n[QFP_MAX_MODES] = {0};
    levels_of(file, i, n);
    size_t place = qfp_kept_place(kept, n);
    if (place != QFP_NOT_KEPT)
        ket[place] = value;
}

static qfp_status check_fit(const qfp_state *state, const int *levels, const qfp_file_density *file)
{
    int occupied[QFP_MAX_MODES] = {0};
    raise_to_occupied(file, occupied);
    for (int j = 0; j < file->modes; j++)
        if (occupied[j] > levels[j])
            return QFP_FAIL(QFP_CONFIG,
                            "initial.file: %s: %s needs %d levels of mode %d, but solver.levels is "
                            "%d",
                            state->path, state->dataset, occupied[j], j + 1, levels[j]);
    return QFP_OK;
}

static qfp_status from_ket(const qfp_kept *kept, const qfp_file_density *file, qfp_ket_set *out)
{
    QFP_TRY(qfp_ket_set_allocate(1, out->dim, out));
    out->weight[0] = 1.0;
    for (size_t i = 0; i < file->dimension; i++)
        embed(file, kept, i, file->value[i], out->ket);
    return QFP_OK;
}

static qfp_status from_density(const qfp_state *state, const qfp_kept *kept,
                               const qfp_file_density *file, qfp_ket_set *out)
{
    size_t n = file->dimension, count = 0;
    double *eigenvalue = NULL;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(eigenvalue, n, "eigenvalues"));
    QFP_TRY_GOTO(qfpi_hermitian_eigen(n, file->value, eigenvalue));
    if (eigenvalue[0] < -DENSITY_TOLERANCE) {
        status = QFP_FAIL(QFP_CONFIG,
                          "initial.file: %s: %s is no density matrix: it has the eigenvalue %.3g",
                          state->path, state->dataset, eigenvalue[0]);
        goto done;
    }
    while (count < n && eigenvalue[n - 1 - count] > WEIGHT_FLOOR)
        count++;
    QFP_TRY_GOTO(qfp_ket_set_allocate(count, out->dim, out));
    for (size_t k = 0; k < count; k++) {
        out->weight[k] = eigenvalue[n - 1 - k];
        for (size_t i = 0; i < n; i++)
            embed(file, kept, i, file->value[(n - 1 - k) * n + i], out->ket + k * out->dim);
    }
done:
    free(eigenvalue);
    return status;
}

qfp_status qfp_file_kets(const qfp_state *state, const qfp_kept *kept, qfp_ket_set *out)
{
    qfp_file_density file;
    *out = (qfp_ket_set){.dim = kept->dim};
    QFP_TRY(qfp_file_density_read(state, kept->modes, &file));
    qfp_status status = check_fit(state, kept->levels, &file);
    if (status == QFP_OK)
        status =
            file.is_matrix ? from_density(state, kept, &file, out) : from_ket(kept, &file, out);
    qfp_file_density_destroy(&file);
    return status;
}
