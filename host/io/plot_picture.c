#include "io/plot_picture.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"
#include "io/snapshot.h"

void qfp_picture_destroy(qfp_picture *q)
{
    free(q->title);
    free(q->time);
    free(q->x);
    free(q->p);
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        free(q->husimi[j]);
    for (size_t i = 0; i < q->n_count; ++i)
        free(q->n[i].values);
    for (size_t i = 0; i < q->a_count; ++i)
        free(q->a[i].values);
    for (size_t i = 0; i < q->energy_count; ++i)
        free(q->energy[i].values);
}

static qfp_status read_shaped(const char *path, const char *name, int rank, const size_t *shape,
                              double **out)
{
    int found_rank, is_complex;
    size_t found[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &found_rank, found, &is_complex, &data));
    bool same = found_rank == rank && !is_complex;
    for (int i = 0; same && i < rank; ++i)
        same = shape[i] == 0 || found[i] == shape[i];
    if (!same) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", path, name);
    }
    *out = data;
    return QFP_OK;
}

static qfp_status read_axis(const char *path, const char *name, size_t *count, double **out)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &rank, shape, &is_complex, &data));
    if (rank != 1 || is_complex || shape[0] == 0) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s is empty or no list of numbers", path, name);
    }
    *count = shape[0];
    *out = data;
    return QFP_OK;
}

/* Adds a curve when the file has it; an output may carry any selection of observables. */
static qfp_status read_curve(qfp_picture *q, hid_t file, const char *name, const char *label,
                             qfp_curve *curves, size_t *count)
{
    char dataset[64];
    snprintf(dataset, sizeof dataset, "/observables/%s", name);
    if (H5Lexists(file, "/observables", H5P_DEFAULT) <= 0 ||
        H5Lexists(file, dataset, H5P_DEFAULT) <= 0)
        return QFP_OK;
    QFP_TRY(read_shaped(q->path, dataset, 1, &q->time_count, &curves[*count].values));
    snprintf(curves[*count].name, sizeof curves[*count].name, "%s", label);
    ++*count;
    return QFP_OK;
}

static qfp_status read_modes(qfp_picture *q, hid_t file)
{
    static const char *const subscripts[QFP_MAX_MODES + 1] = {"",  "₁", "₂", "₃", "₄",
                                                              "₅", "₆", "₇", "₈"};
    const size_t shape[3] = {q->time_count, q->x_count, q->p_count};
    for (int j = 1; j <= QFP_MAX_MODES; ++j) {
        char name[32], label[32];
        snprintf(name, sizeof name, "/husimi/mode_%d", j);
        if (H5Lexists(file, "/husimi", H5P_DEFAULT) <= 0 || H5Lexists(file, name, H5P_DEFAULT) <= 0)
            break;
        QFP_TRY(read_shaped(q->path, name, 3, shape, &q->husimi[j - 1]));
        q->modes = j;
        snprintf(name, sizeof name, "n_%d", j);
        snprintf(label, sizeof label, "n%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, q->n, &q->n_count));
        snprintf(name, sizeof name, "re_a_%d", j);
        snprintf(label, sizeof label, "Re a%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, q->a, &q->a_count));
        snprintf(name, sizeof name, "im_a_%d", j);
        snprintf(label, sizeof label, "Im a%s", subscripts[j]);
        QFP_TRY(read_curve(q, file, name, label, q->a, &q->a_count));
    }
    if (q->modes == 0)
        return QFP_FAIL(QFP_IO, "%s: has no dataset /husimi/mode_1; it is no qfp output", q->path);
    return read_curve(q, file, "energy", "energy", q->energy, &q->energy_count);
}

static qfp_status read_title(qfp_picture *q, hid_t file)
{
    q->title = qfp_hdf5_read_text(file, "title");
    if (q->title == NULL || q->title[0] == '\0') {
        free(q->title);
        const char *slash = strrchr(q->path, '/');
        q->title = qfpi_format("%s", slash != NULL ? slash + 1 : q->path);
    }
    return q->title != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", q->path);
}

/* Evenly over the run, first and last included. */
static void choose_maps(qfp_picture *q)
{
    q->map_count = q->time_count < QFP_MAX_MAPS ? q->time_count : QFP_MAX_MAPS;
    for (size_t i = 0; i < q->map_count; ++i)
        q->map_time[i] = q->map_count > 1 ? (i * (q->time_count - 1) + (q->map_count - 1) / 2) /
                                                (q->map_count - 1)
                                          : 0;
}

static qfp_status read_all(qfp_picture *q, hid_t file)
{
    QFP_TRY(read_axis(q->path, "/time", &q->time_count, &q->time));
    QFP_TRY(read_axis(q->path, "/axes/x", &q->x_count, &q->x));
    QFP_TRY(read_axis(q->path, "/axes/p", &q->p_count, &q->p));
    if (q->x_count < 2 || q->p_count < 2)
        return QFP_FAIL(QFP_IO, "%s: the axes have fewer than two points", q->path);
    QFP_TRY(read_modes(q, file));
    choose_maps(q);
    return read_title(q, file);
}

qfp_status qfp_picture_read(const char *path, qfp_picture *out)
{
    *out = (qfp_picture){.path = path};
    hid_t file;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfp_hdf5_open(path, &file);
    if (status == QFP_OK) {
        status = read_all(out, file);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}
