#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "io/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdf5_hl.h>

#include "core/ranks.h"
#include "io/journal.h"
#include "io/output_path.h"
#include "io/snapshot_file.h"
#include "io/snapshot_record.h"

static qfp_status keep_values(size_t count, const double *values, double **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, count, "the axes"));
    if (count > 0)
        memcpy(*out, values, count * sizeof *values);
    return QFP_OK;
}

static qfp_status keep_axes(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    size_t own = layout->axes_of_modes ? (size_t)layout->modes : 1;
    QFP_TRY(keep_values(own * layout->x_count, layout->x, &s->x_values));
    QFP_TRY(keep_values(own * layout->p_count, layout->p, &s->p_values));
    s->axes_of_modes = layout->axes_of_modes;
    for (size_t j = 0; j < QFP_MAX_MODES; ++j) {
        size_t at = j < own ? j : 0;
        s->x[j] = (qfp_axis){.name = "x",
                             .count = layout->x_count,
                             .long_name = "position x",
                             .values = s->x_values + at * layout->x_count};
        s->p[j] = (qfp_axis){.name = "p",
                             .count = layout->p_count,
                             .long_name = "momentum p",
                             .values = s->p_values + at * layout->p_count};
    }
    return QFP_OK;
}

qfp_status qfpi_snapshot_new(const char *path, const qfp_snapshot_layout *layout,
                             qfp_snapshot **out)
{
    qfp_snapshot *s = NULL;
    if (layout->modes < 0 || layout->modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "%s: %d modes", path, layout->modes);
    QFP_TRY(QFP_ALLOCATE(s, 1, "the output file"));
    s->file = s->time = s->full = -1;
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        s->marginal[j] = -1;
    s->modes = layout->modes;
    s->path = qfpi_format("%s", path);
    s->part = qfpi_format("%s.part", path);
    s->checkpoint = qfpi_format("%s.part.checkpoint", path);
    s->ending = qfpi_format("%s.part.ending", path);
    s->journal = qfpi_format("%s.part.journal", path);
    qfp_status status = QFP_ALLOCATE(s->observables, layout->observable_count, "the observables");
    if (status == QFP_OK)
        status = keep_axes(s, layout);
    if (status == QFP_OK && (s->path == NULL || s->part == NULL || s->checkpoint == NULL ||
                             s->ending == NULL || s->journal == NULL))
        status = QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    if (status != QFP_OK) {
        qfpi_snapshot_free(s);
        return status;
    }
    s->observable_count = layout->observable_count;
    for (size_t i = 0; i < s->observable_count; ++i)
        s->observables[i] = -1;
    *out = s;
    return QFP_OK;
}

qfpi_pen qfpi_pen_take(const qfp_snapshot *s)
{
    bool is_shared = s == NULL || s->record == NULL;
    return (qfpi_pen){.writes = !is_shared || qfpi_rank() == 0,
                      .is_shared = is_shared,
                      .quiet = qfp_hdf5_quiet_begin()};
}

qfp_status qfpi_pen_drop(const qfpi_pen *pen, qfp_status status)
{
    qfp_hdf5_quiet_end(pen->quiet);
    return pen->is_shared ? qfpi_ranks_agree(status) : status;
}

qfp_status qfpi_snapshot_room(const char *path)
{
    const size_t room = (size_t)8 << 20; /* many times what a small file takes */
    void *memory = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory, writing it needs %zu MiB more", path,
                        room >> 20);
    munmap(memory, room);
    return QFP_OK;
}

/* The first failure says why; what follows from it does not. */
static void close_dataset(const qfp_snapshot *s, hid_t *dataset, qfp_status *status)
{
    if (*dataset >= 0 && H5Dclose(*dataset) < 0 && *status == QFP_OK)
        *status = QFP_HDF5_FAIL(s->part, "cannot be completed");
    *dataset = -1;
}

qfp_status qfpi_snapshot_close(qfp_snapshot *s)
{
    qfp_status status = QFP_OK;
    if (s->record != NULL)
        return QFP_OK;
    close_dataset(s, &s->time, &status);
    close_dataset(s, &s->full, &status);
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        close_dataset(s, &s->marginal[j], &status);
    for (size_t i = 0; i < s->observable_count; ++i)
        close_dataset(s, &s->observables[i], &status);
    hid_t file = s->file;
    s->file = -1;
    if (file >= 0 && (s->is_group ? H5Gclose(file) : H5Fclose(file)) < 0 && status == QFP_OK)
        status = QFP_HDF5_FAIL(s->part, "cannot be completed");
    return status;
}

void qfpi_snapshot_free(qfp_snapshot *s)
{
    free(s->observables);
    free(s->x_values);
    free(s->p_values);
    free(s->path);
    free(s->part);
    free(s->checkpoint);
    free(s->ending);
    free(s->journal);
    free(s->config);
    free(s);
}

static qfp_status create_file(qfp_snapshot *s)
{
    int created;
    QFP_TRY(qfpi_snapshot_room(s->path));
    /* plain calls first: their errors say in one sentence what HDF5 says in ten */
    QFP_TRY(qfpi_output_path_check(s->path, s->part));
    QFP_TRY(qfpi_output_create(s->part, &created));
    close(created);
    s->made_part = true;
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    qfp_hdf5_keep_order(creation);
    H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    hid_t access = qfpi_journal_access();
    s->file = access >= 0 ? H5Fcreate(s->part, H5F_ACC_TRUNC, creation, access) : -1;
    if (access >= 0)
        H5Pclose(access);
    H5Pclose(creation);
    return s->file >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "cannot be created");
}

const qfp_dataset_spec qfpi_snapshot_times = {
    .name = "/time", .units = "1", .long_name = "time t", .grows = true};

static qfp_status write_axes(qfp_snapshot *s)
{
    hid_t dataset;
    QFP_TRY(qfpi_snapshot_create_dataset(s, &qfpi_snapshot_times, &dataset));
    s->time = dataset; /* from here on datasets are created with scales */
    if (H5DSset_scale(dataset, "time") < 0)
        return QFP_HDF5_FAIL(s->part, "/time cannot be written");
    if (s->axes_of_modes)
        return QFP_OK; /* they come with their datasets */
    QFP_TRY(qfpi_snapshot_ensure_axis(s, &s->x[0]));
    return s->p[0].count > 0 ? qfpi_snapshot_ensure_axis(s, &s->p[0]) : QFP_OK;
}

qfp_dataset_spec qfpi_snapshot_full_spec(const qfp_snapshot *s, qfp_axis axes[])
{
    qfp_snapshot_phase_axes(s, axes);
    return (qfp_dataset_spec){.name = "/husimi/full",
                              .units = "1",
                              .long_name =
                                  "Husimi function of all modes together per d2alpha of each",
                              .grows = true,
                              .in_blocks = true,
                              .rank = 2 * s->modes,
                              .axes = axes};
}

static qfp_status create_husimi(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    qfp_axis plane[2], all[2 * QFP_MAX_MODES];
    for (int j = 0; j < s->modes; ++j) {
        char name[32], long_name[160];
        qfpi_snapshot_mode_axes(s, j, plane);
        snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
        snprintf(long_name, sizeof long_name,
                 "Husimi function Q = <alpha|rho|alpha>/pi of mode %d per d2alpha%s", j + 1,
                 s->modes > 1 ? ", the other modes integrated out" : "");
        const qfp_dataset_spec spec = {.name = name,
                                       .units = "1",
                                       .long_name = long_name,
                                       .grows = true,
                                       .rank = 2,
                                       .axes = plane};
        QFP_TRY(qfpi_snapshot_create_dataset(s, &spec, &s->marginal[j]));
    }
    const qfp_dataset_spec full = qfpi_snapshot_full_spec(s, all);
    return layout->full ? qfpi_snapshot_create_dataset(s, &full, &s->full) : QFP_OK;
}

static qfp_status create_observables(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    for (size_t i = 0; i < layout->observable_count; ++i) {
        char *name = qfpi_format("/observables/%s", layout->observables[i].name);
        if (name == NULL)
            return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
        const qfp_dataset_spec spec = {.name = name,
                                       .units = layout->observables[i].unit,
                                       .long_name = layout->observables[i].long_name,
                                       .grows = true};
        qfp_status status = qfpi_snapshot_create_dataset(s, &spec, &s->observables[i]);
        free(name);
        QFP_TRY(status);
    }
    return QFP_OK;
}

qfp_status qfpi_snapshot_create_layout(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    QFP_TRY(create_husimi(s, layout));
    return create_observables(s, layout);
}

/* layout NULL: nothing but the file. */
static qfp_status create_all(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    QFP_TRY(create_file(s));
    unlink(s->checkpoint); /* of an older run that was given up */
    unlink(s->journal);
    if (layout == NULL)
        return QFP_OK;
    QFP_TRY(write_axes(s));
    QFP_TRY(qfpi_snapshot_create_layout(s, layout));
    return qfpi_snapshot_flush(s);
}

/* What is closed after a failure says nothing: the first error is the one to report. */
static void close_silently(qfp_snapshot *s)
{
    char sentence[1024];
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    if (qfpi_snapshot_close(s) != QFP_OK)
        (void)QFP_FAIL(QFP_IO, "%s", sentence);
    qfp_hdf5_quiet_end(quiet);
}

static qfp_status create_whole(const char *path, const qfp_snapshot_layout *layout, bool is_bare,
                               qfp_snapshot **out)
{
    qfpi_pen pen = qfpi_pen_take(NULL);
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(path, layout, &s);
    if (status == QFP_OK && pen.writes)
        status = create_all(s, is_bare ? NULL : layout);
    status = qfpi_pen_drop(&pen, status);
    if (status == QFP_OK)
        *out = s;
    else if (s != NULL) {
        close_silently(s);
        if (s->made_part)
            unlink(s->part);
        qfpi_snapshot_free(s);
    }
    return status;
}

qfp_status qfp_snapshot_create(const char *path, const qfp_snapshot_layout *layout,
                               qfp_snapshot **out)
{
    return create_whole(path, layout, false, out);
}

qfp_status qfp_snapshot_create_bare(const char *path, qfp_snapshot **out)
{
    const qfp_snapshot_layout none = {.modes = 0};
    return create_whole(path, &none, true, out);
}

qfp_status qfp_snapshot_create_record(const qfp_snapshot_layout *layout, qfp_record *record,
                                      qfp_snapshot **out)
{
    qfp_snapshot *s = NULL;
    QFP_TRY(qfpi_snapshot_new("a result in memory", layout, &s));
    s->record = record;
    qfp_status status = qfpi_snapshot_create_dataset(s, &qfpi_snapshot_times, &s->time);
    if (status == QFP_OK)
        status = qfpi_snapshot_create_layout(s, layout);
    if (status == QFP_OK)
        *out = s;
    else
        qfpi_snapshot_free(s);
    return status;
}

static qfp_status append(qfp_snapshot *s, double time, const double *const *marginals,
                         const double *observables)
{
    const qfp_axis plane[] = {s->x[0], s->p[0]};
    hsize_t row = s->time_count;
    if (s->record == NULL)
        QFP_TRY(qfpi_snapshot_room(s->path));
    if (s->full >= 0 && s->slices < s->x[0].count)
        return QFP_FAIL(QFP_INTERNAL, "%s: /husimi/full was announced but not given", s->path);
    for (int j = 0; j < s->modes; ++j)
        QFP_TRY(qfpi_snapshot_append_row(s, s->marginal[j], row, 2, plane, marginals[j]));
    for (size_t i = 0; i < s->observable_count; ++i)
        QFP_TRY(qfpi_snapshot_append_row(s, s->observables[i], row, 0, NULL, &observables[i]));
    /* last: a time is in the file only when everything that belongs to it is */
    if (!s->is_group)
        QFP_TRY(qfpi_snapshot_append_row(s, s->time, row, 0, NULL, &time));
    ++s->time_count;
    s->slices = 0;
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_append(qfp_snapshot *s, double time, const double *const *marginals,
                               const double *observables)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? append(s, time, marginals, observables) : QFP_OK);
}

qfp_status qfp_snapshot_append_full(qfp_snapshot *s, size_t first, size_t count,
                                    const double *values)
{
    qfp_axis all[2 * QFP_MAX_MODES];
    const qfp_dataset_spec spec = qfpi_snapshot_full_spec(s, all);
    size_t start[2 * QFP_MAX_MODES] = {first}, block[2 * QFP_MAX_MODES] = {count};
    for (int a = 1; a < spec.rank; ++a)
        block[a] = all[a].count;
    s->slices = first + count;
    return qfp_snapshot_append_block(s, &spec, start, block, values);
}

/* The link into PATH.part.checkpoint goes; with `keep` its content takes the place. */
static qfp_status settle_checkpoint(const qfp_snapshot *s, bool keep)
{
    if (H5Lexists(s->file, "/checkpoint", H5P_DEFAULT) <= 0)
        return QFP_OK;
    if (H5Ldelete(s->file, "/checkpoint", H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/checkpoint cannot be removed");
    return keep ? qfpi_snapshot_embed_checkpoint(s) : QFP_OK;
}

static qfp_status finish(qfp_snapshot *s, bool keep_checkpoint)
{
    if (s->record != NULL)
        return QFP_OK;
    QFP_TRY(qfpi_snapshot_room(s->path));
    QFP_TRY(settle_checkpoint(s, keep_checkpoint));
    QFP_TRY(qfpi_snapshot_flush(s));
    QFP_TRY(qfpi_snapshot_close(s));
    QFP_TRY(qfpi_output_publish(s->is_ending ? s->ending : s->part, s->path));
    unlink(s->checkpoint);
    if (s->is_ending)
        unlink(s->part);
    unlink(s->journal);
    return QFP_OK;
}

qfp_status qfp_snapshot_finish(qfp_snapshot *s, int keep_checkpoint)
{
    qfpi_pen pen = qfpi_pen_take(s);
    qfp_status status = qfpi_pen_drop(&pen, pen.writes ? finish(s, keep_checkpoint != 0) : QFP_OK);
    if (status != QFP_OK)
        close_silently(s);
    if (status != QFP_OK && s->is_ending) {
        char sentence[1024];
        unlink(s->ending);
        snprintf(sentence, sizeof sentence, "%.900s", qfp_last_error());
        status =
            QFP_FAIL(status, "%s; %s and its checkpoint stay, for --resume", sentence, s->part);
    }
    qfpi_snapshot_free(s);
    return status;
}

void qfp_snapshot_close(qfp_snapshot *s)
{
    if (s == NULL)
        return;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    (void)qfpi_snapshot_close(s); /* a failure to write shows when the file is completed */
    qfpi_snapshot_free(s);
    qfp_hdf5_quiet_end(quiet);
}

static void leave(qfp_snapshot *s, bool keep)
{
    bool has_file = s->record == NULL && qfpi_rank() == 0;
    close_silently(s);
    if (s->is_ending)
        unlink(s->ending);
    if (!keep && has_file) {
        unlink(s->part);
        unlink(s->checkpoint);
        unlink(s->journal);
    }
    qfpi_snapshot_free(s);
}

void qfp_snapshot_abandon(qfp_snapshot *s)
{
    if (s != NULL)
        leave(s, false);
}

bool qfp_snapshot_interrupt(qfp_snapshot *s)
{
    bool resumable = s->has_checkpoint;
    leave(s, resumable);
    return resumable;
}
