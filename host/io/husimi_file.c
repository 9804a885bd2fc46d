#include "io/husimi_file.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/guard.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

#define EVEN 1e-3 /* of the spacing: axes may be single precision */

void qfp_husimi_grid_destroy(qfp_husimi_grid *grid)
{
    free(grid->x);
    free(grid->p);
    free(grid->q);
    *grid = (qfp_husimi_grid){0};
}

/* The first scale of an axis: the last part of its path, or else the name it was given. */
typedef struct scale_name {
    char path[256];
    char letter; /* of its name, small; 0: no scale */
} scale_name;

static herr_t note_scale(hid_t dataset, unsigned axis, hid_t scale, void *data)
{
    scale_name *out = data;
    char given[64] = "";
    (void)dataset;
    (void)axis;
    if (H5Iget_name(scale, out->path, sizeof out->path) <= 0)
        return 0;
    const char *slash = strrchr(out->path, '/');
    const char *name = slash != NULL ? slash + 1 : out->path;
    if (strchr("xp", tolower((unsigned char)name[0])) == NULL &&
        H5DSget_scale_name(scale, given, sizeof given) > 0)
        name = given;
    out->letter = (char)tolower((unsigned char)name[0]);
    return 1;
}

/* The scales of the last two axes. */
typedef struct scales {
    const char *path, *dataset;
    scale_name names[2];
} scales;

/* qfp_guarded_work: scales are found through references of variable length. */
static qfp_status look_for_scales(void *self, FILE *answer)
{
    scales *s = self;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    hid_t file = -1, opened = -1;
    int rank = 0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_hdf5_open(s->path, &file));
    QFP_TRY_GOTO(qfp_hdf5_open_dataset(file, s->path, s->dataset, &opened, &rank, extent));
    for (int a = 0; a < 2 && rank >= 2; a++)
        H5DSiterate_scales(opened, (unsigned)(rank - 2 + a), NULL, note_scale, &s->names[a]);
    if (fwrite(s->names, sizeof s->names, 1, answer) != 1)
        status = QFP_FAIL(QFP_IO, "%s: the axes of %s cannot be handed over", s->path, s->dataset);
done:
    if (opened >= 0)
        H5Dclose(opened);
    if (file >= 0)
        H5Fclose(file);
    return status;
}

static qfp_status find_scales(const char *path, const char *dataset, scale_name names[2])
{
    scales s = {.path = path, .dataset = dataset};
    char *answer = NULL;
    size_t size;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfpi_guard(&path, 1, look_for_scales, &s, &answer, &size);
    qfp_hdf5_quiet_end(quiet);
    if (status == QFP_OK && size != sizeof s.names)
        status = QFP_FAIL(QFP_IO, "%s: the axes of %s came back damaged", path, dataset);
    if (status == QFP_OK)
        memcpy(names, answer, sizeof s.names);
    for (int a = 0; a < 2 && status == QFP_OK; a++)
        names[a].path[sizeof names[a].path - 1] = '\0';
    free(answer);
    return status;
}

static qfp_status read_axis(const char *path, const char *name, size_t expected, double **axis)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfp_hdf5_read(path, name, &rank, shape, &is_complex, axis));
    if (rank != 1 || shape[0] != expected || is_complex || expected < 2)
        return QFP_FAIL(QFP_CONFIG, "%s: the axis %s has not the %zu numbers of the Q grid", path,
                        name, expected);
    double spacing = ((*axis)[expected - 1] - (*axis)[0]) / (double)(expected - 1);
    for (size_t i = 0; i < expected; i++)
        if (!(spacing > 0.0) ||
            !(fabs((*axis)[i] - (*axis)[0] - (double)i * spacing) <= EVEN * spacing))
            return QFP_FAIL(QFP_CONFIG,
                            "%s: the axis %s of the Q grid is not evenly spaced and increasing at "
                            "its point %zu",
                            path, name, i + 1);
    return QFP_OK;
}

/* x and p of a folder have the lengths of the axes. */
static bool are_in(const char *path, const char *folder, size_t length, const size_t shape[2],
                   scale_name names[2])
{
    for (int a = 0; a < 2; a++) {
        snprintf(names[a].path, sizeof names[a].path, "%.*s/%c", (int)length, folder, "xp"[a]);
        if (!qfp_hdf5_has_axis(path, names[a].path, shape[a]))
            return false;
    }
    return true;
}

/* Names of the axes along which the last two axes of the dataset run; *is_turned: p comes first. */
static qfp_status find_axes(const char *path, const char *dataset, const size_t shape[2],
                            scale_name names[2], bool *found, bool *is_turned)
{
    QFP_TRY(find_scales(path, dataset, names));
    *is_turned = names[0].letter == 'p' && names[1].letter == 'x';
    *found = *is_turned || (names[0].letter == 'x' && names[1].letter == 'p');
    if (*found)
        return QFP_OK;
    const char *slash = strrchr(dataset, '/');
    size_t beside = slash != NULL ? (size_t)(slash - dataset) : 0;
    *found = are_in(path, dataset, beside, shape, names) ||
             are_in(path, "/axes", strlen("/axes"), shape, names);
    return QFP_OK;
}

static qfp_status take_values(const char *path, const char *dataset, const double *data,
                              bool is_turned, qfp_husimi_grid *out)
{
    QFP_TRY(QFP_ALLOCATE(out->q, out->nx * out->np, "a Q grid"));
    for (size_t i = 0; i < out->nx; i++)
        for (size_t k = 0; k < out->np; k++) {
            double value = is_turned ? data[k * out->nx + i] : data[i * out->np + k];
            if (!isfinite(value))
                return QFP_FAIL(QFP_CONFIG, "%s: %s holds a NaN or an infinity", path, dataset);
            out->q[i * out->np + k] = value;
        }
    return QFP_OK;
}

qfp_status qfp_husimi_file_read(const char *path, const char *dataset, bool *found,
                                qfp_husimi_grid *out)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    scale_name names[2];
    bool is_turned = false;
    *out = (qfp_husimi_grid){0};
    *found = false;
    QFP_TRY(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data));
    qfp_status status = QFP_OK;
    if (!is_complex && (rank == 2 || rank == 3) && (rank == 2 || shape[0] > 0))
        QFP_TRY_GOTO(find_axes(path, dataset, shape + rank - 2, names, found, &is_turned));
    if (!*found)
        goto done;
    size_t rows = shape[rank - 2], columns = shape[rank - 1];
    const double *last = data + (rank == 3 ? (shape[0] - 1) * rows * columns : 0);
    out->nx = is_turned ? columns : rows;
    out->np = is_turned ? rows : columns;
    QFP_TRY_GOTO(read_axis(path, names[is_turned ? 1 : 0].path, out->nx, &out->x));
    QFP_TRY_GOTO(read_axis(path, names[is_turned ? 0 : 1].path, out->np, &out->p));
    status = take_values(path, dataset, last, is_turned, out);
done:
    free(data);
    if (status != QFP_OK)
        qfp_husimi_grid_destroy(out);
    return status;
}
