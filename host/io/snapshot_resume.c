/* snapshot_resume.c - an interrupted run opened again, cut back to its checkpoint. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ranks.h"
#include "io/guard.h"
#include "io/journal.h"
#include "io/output_path.h"
#include "io/snapshot_file.h"

typedef struct cut_request {
    hsize_t rows;
    bool only_looks;   /* whether the file can be cut */
    bool too_short;    /* a dataset holds fewer rows than the checkpoint relies on */
    bool too_long;     /* one holds more */
    char damaged[256]; /* one that cannot be read */
} cut_request;

static bool can_read(hid_t dataset, int rank, const hsize_t *start, const hsize_t *block,
                     double *values)
{
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, block, NULL);
    bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, block, NULL) >= 0 &&
                H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    return good;
}

/* Reads every chunk, whose checksum is looked at then: entry by entry, and a large one by slices. */
static bool is_sound(hid_t dataset, int rank, const hsize_t *extent)
{
    const hsize_t most = 1 << 21; /* doubles: as many as a chunk has */
    hsize_t start[H5S_MAX_RANK] = {0}, block[H5S_MAX_RANK] = {extent[0], 1}, count = 1;
    const hsize_t slices = rank > 1 ? extent[1] : 1;
    for (int i = 2; i < rank; ++i)
        count *= block[i] = extent[i];
    if (rank > 1) {
        block[0] = 1;
        block[1] = count > 0 && count < most ? most / count : 1;
        block[1] = block[1] < slices ? block[1] : slices;
    }
    count *= block[0] * block[1];
    if (extent[0] == 0 || count == 0)
        return true;
    double *values = malloc((size_t)count * sizeof *values);
    bool good = values != NULL;
    for (; good && start[0] < extent[0]; start[0] += block[0])
        for (start[1] = 0; good && start[1] < slices; start[1] += block[1]) {
            hsize_t left = slices - start[1], whole = block[1];
            block[1] = whole < left ? whole : left;
            good = can_read(dataset, rank, start, block, values);
            block[1] = whole;
        }
    free(values);
    return good;
}

/* Cuts every dataset that grows with time, or reads what it would leave. */
static herr_t cut(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    cut_request *request = data;
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    if (information->type != H5O_TYPE_DATASET)
        return 0;
    hid_t dataset = H5Dopen2(root, name, H5P_DEFAULT);
    if (dataset < 0)
        return -1;
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, most);
    herr_t result = rank >= 0 ? 0 : -1;
    H5Sclose(space);
    if (rank > 0 && most[0] == H5S_UNLIMITED) {
        request->too_short |= extent[0] < request->rows;
        request->too_long |= extent[0] > request->rows;
        extent[0] = request->rows;
        if (request->too_short)
            result = -1;
        else if (!request->only_looks)
            result = H5Dset_extent(dataset, extent);
        else if (!is_sound(dataset, rank, extent)) {
            snprintf(request->damaged, sizeof request->damaged, "%s", name);
            result = -1;
        }
    }
    H5Dclose(dataset);
    return result;
}

static qfp_status visit(const qfp_snapshot *s, bool only_looks, bool *too_long)
{
    cut_request request = {.rows = s->time_count, .only_looks = only_looks};
    herr_t visited = H5Ovisit(s->file, H5_INDEX_NAME, H5_ITER_NATIVE, cut, &request);
    *too_long = request.too_long;
    if (visited >= 0)
        return QFP_OK;
    if (request.too_short)
        return QFP_FAIL(QFP_IO,
                        "%s: holds fewer outputs than its checkpoint says; run with --force to "
                        "begin anew",
                        s->part);
    if (request.damaged[0] != '\0')
        return QFP_HDF5_FAIL(
            s->part,
            "/%s in it is damaged before the checkpoint; run with --force to begin "
            "anew",
            request.damaged);
    return QFP_HDF5_FAIL(s->part, "cannot be cut back to its checkpoint");
}

/* ---- a rehearsal ------------------------------------------------------------------------------- */

static qfp_status read_image(const char *path, char **bytes, size_t *size)
{
    struct stat found;
    FILE *file = fopen(path, "rb");
    qfp_status status = file != NULL && fstat(fileno(file), &found) == 0
                            ? QFP_ALLOCATE(*bytes, (size_t)found.st_size, "a copy of the output")
                            : QFP_FAIL(QFP_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (status == QFP_OK) {
        *size = (size_t)found.st_size;
        if (fread(*bytes, 1, *size, file) != *size)
            status = QFP_FAIL(QFP_IO, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (file != NULL)
        fclose(file);
    return status;
}

/* qfp_guarded_work: cuts a copy in memory, where a damage that only writing meets does no harm. */
static qfp_status rehearse(void *self, FILE *answer)
{
    qfp_snapshot copy = *(const qfp_snapshot *)self;
    char *bytes = NULL;
    size_t size = 0;
    bool too_long;
    (void)answer;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    qfp_status status = read_image(copy.is_rolled ? copy.ending : copy.part, &bytes, &size);
    if (status == QFP_OK) {
        H5Pset_fapl_core(access, 1 << 16, 0);
        H5Pset_file_image(access, bytes, size);
        copy.file = H5Fopen("a copy in memory", H5F_ACC_RDWR, access);
        status = copy.file >= 0 ? visit(&copy, false, &too_long)
                                : QFP_HDF5_FAIL(copy.part, "cannot be opened for writing");
        if (copy.file >= 0 && H5Fclose(copy.file) < 0 && status == QFP_OK)
            status = QFP_HDF5_FAIL(copy.part, "cannot be written");
    }
    H5Pclose(access);
    free(bytes);
    return status;
}

static qfp_status try_cut(qfp_snapshot *s)
{
    const char *path = s->part;
    char *answer = NULL;
    size_t size;
    qfp_status status = qfpi_guard(&path, 1, rehearse, s, &answer, &size);
    free(answer);
    return status;
}

static qfp_status open_growing(const qfp_snapshot *s, const char *name, int rank,
                               const qfp_axis *wanted, hid_t *out)
{
    int axes;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfp_hdf5_open_dataset(s->file, s->part, qfpi_relative(name), out, &axes, extent));
    bool same = axes == rank + 1;
    for (int i = 0; same && i < rank; ++i)
        same = extent[i + 1] == wanted[i].count;
    return same ? QFP_OK
                : QFP_FAIL(QFP_USAGE, "%s: %s has another shape than this run", s->part, name);
}

static qfp_status open_all(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    const qfp_axis plane[] = {s->x[0], s->p[0]};
    qfp_axis all[2 * QFP_MAX_MODES];
    const qfp_dataset_spec full = qfpi_snapshot_full_spec(s, all);
    QFP_TRY(open_growing(s, "/time", 0, NULL, &s->time));
    for (int j = 0; j < s->modes; ++j) {
        char name[32];
        snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
        QFP_TRY(open_growing(s, name, 2, plane, &s->marginal[j]));
    }
    if (layout->full) {
        QFP_TRY(open_growing(s, full.name, full.rank, all, &s->full));
        H5Dclose(s->full);
        s->full = -1;
        QFP_TRY(qfpi_snapshot_open_or_create(s, &full, &s->full)); /* as it is written */
    }
    for (size_t i = 0; i < s->observable_count; ++i) {
        char *name = qfpi_format("/observables/%s", layout->observables[i].name);
        if (name == NULL)
            return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
        qfp_status status = open_growing(s, name, 0, NULL, &s->observables[i]);
        free(name);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status check_kind(const qfp_snapshot *s, const char *wanted)
{
    char *kind;
    if (wanted == NULL)
        return QFP_OK;
    QFP_TRY(qfpi_hdf5_guarded_text(s->file, s->part, "kind", &kind));
    bool same = kind != NULL && strcmp(kind, wanted) == 0;
    qfp_status status =
        same ? QFP_OK
             : QFP_FAIL(
                   QFP_USAGE,
                   "%s: was written as a %.32s and not as a %s; resume it with the command that "
                   "began it, or run with --force to begin anew",
                   s->part, kind != NULL ? kind : "file without a kind", wanted);
    free(kind);
    return status;
}

static qfp_status check_config(qfp_snapshot *s, const char *config_text)
{
    QFP_TRY(qfpi_hdf5_guarded_text(s->file, s->part, "config", &s->config));
    if (s->config == NULL || strcmp(s->config, config_text) != 0)
        return QFP_FAIL(QFP_USAGE,
                        "%s: belongs to another configuration; resume with the unchanged one, or "
                        "run with --force to begin anew",
                        s->part);
    return QFP_OK;
}

static qfp_status open_part(qfp_snapshot *s)
{
    if (access(s->part, F_OK) != 0)
        return QFP_FAIL(QFP_IO, "%s: there is no interrupted run to resume", s->part);
    if (access(s->checkpoint, F_OK) != 0) /* the file itself may have been half made */
        return QFP_FAIL(QFP_IO,
                        "%s: the run was interrupted before its first checkpoint; run without "
                        "--resume to begin anew",
                        s->part);
    const char *const checkpoint[] = {s->checkpoint};
    QFP_TRY(qfpi_output_path_check(s->path, s->part));
    QFP_TRY(qfpi_hdf5_survey(checkpoint, 1));
    QFP_TRY(qfpi_snapshot_read_number(s, &s->number));
    s->is_rolled = qfpi_journal_applies(s->journal, s->number);
    if (s->is_rolled) {
        QFP_TRY(qfpi_snapshot_copy_part(s));
        QFP_TRY(qfpi_journal_roll_back(s->journal, s->part, s->ending));
    }
    const char *const files[] = {s->is_rolled ? s->ending : s->part, s->checkpoint};
    qfp_status status = qfpi_hdf5_survey(files, 2);
    if (status == QFP_OK)
        status = qfp_hdf5_open(files[0], &s->file);
    if (status != QFP_IO || !s->is_rolled)
        return status;
    return QFP_FAIL(
        QFP_IO,
        "%s: the HDF5 file is truncated or damaged, which its journal does not mend; run "
        "with --force to begin anew",
        s->part);
}

/* The copy takes the place of PATH.part, which from there on is changed under a journal. */
static qfp_status open_for_writing(qfp_snapshot *s, const qfp_snapshot_layout *layout,
                                   bool too_long)
{
    QFP_TRY(qfpi_snapshot_close(s));
    if (s->is_rolled) {
        QFP_TRY(qfpi_output_sync(s->ending));
        if (rename(s->ending, s->part) != 0)
            return QFP_FAIL(QFP_IO, "%s: cannot be renamed to %s: %s", s->ending, s->part,
                            strerror(errno));
    }
    hid_t access = qfpi_journal_access();
    s->file = access >= 0 ? H5Fopen(s->part, H5F_ACC_RDWR, access) : -1;
    if (access >= 0)
        H5Pclose(access);
    if (s->file < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be opened for writing");
    QFP_TRY(qfpi_journal_begin(s->file, s->journal, s->number));
    if (too_long) {
        QFP_TRY(visit(s, false, &too_long));
        QFP_TRY(qfpi_snapshot_flush(s));
    }
    return open_all(s, layout);
}

static qfp_status resume(qfp_snapshot *s, const qfp_snapshot_layout *layout,
                         const char *config_text, bool only_looks, size_t *next)
{
    bool too_long;
    QFP_TRY(open_part(s));
    QFP_TRY(check_kind(s, layout->kind));
    QFP_TRY(check_config(s, config_text));
    if (layout->x_count > 0)
        QFP_TRY(open_all(s, layout));
    QFP_TRY(qfpi_snapshot_read_next(s, next));
    s->time_count = *next;
    s->has_checkpoint = true;
    QFP_TRY(qfpi_snapshot_check_contents(s));
    QFP_TRY(visit(s, true, &too_long));
    if (only_looks)
        return too_long ? try_cut(s) : QFP_OK;
    return open_for_writing(s, layout, too_long);
}

static qfp_status resume_group(const qfp_snapshot *file, const char *group,
                               const qfp_snapshot_layout *layout, qfp_snapshot *s)
{
    s->is_group = s->has_checkpoint = true;
    s->file = H5Gopen2(file->file, qfpi_relative(group), H5P_DEFAULT);
    if (s->file < 0)
        return QFP_HDF5_FAIL(file->part, "%s cannot be opened", group);
    s->time_count = file->time_count;
    return open_all(s, layout);
}

/* file and group NULL: the file itself */
static qfp_status open_again(const char *path, const qfp_snapshot_layout *layout,
                             const char *config_text, bool only_looks, size_t *next,
                             const qfp_snapshot *file, const char *group, qfp_snapshot **out)
{
    qfpi_pen pen = qfpi_pen_take(NULL);
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(path, layout, &s);
    if (status == QFP_OK && pen.writes)
        status = file != NULL ? resume_group(file, group, layout, s)
                              : resume(s, layout, config_text, only_looks, next);
    if (s != NULL && s->is_rolled && (status != QFP_OK || only_looks))
        unlink(s->ending); /* an open file goes on without a name */
    status = qfpi_pen_drop(&pen, status);
    if (status == QFP_OK && file == NULL)
        status = qfpi_ranks_share(next, sizeof *next);
    if (status == QFP_OK) {
        s->has_checkpoint = true;
        *out = s;
    } else if (s != NULL) {
        qfp_snapshot_close(s); /* an unusable interrupted run is left as it is */
    }
    return status;
}

qfp_status qfp_snapshot_resume(const char *path, const qfp_snapshot_layout *layout,
                               const char *config_text, bool only_looks, size_t *next,
                               qfp_snapshot **out)
{
    return open_again(path, layout, config_text, only_looks, next, NULL, NULL, out);
}

qfp_status qfp_snapshot_resume_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout, qfp_snapshot **out)
{
    return open_again(file->path, layout, NULL, true, NULL, file, group, out);
}

qfp_status qfp_snapshot_resumed_text(const char *path, const char *config_text, const char *name,
                                     char **text)
{
    const qfp_snapshot_layout none = {.kind = "run"};
    qfp_snapshot *s = NULL;
    size_t next;
    QFP_TRY(open_again(path, &none, config_text, true, &next, NULL, NULL, &s));
    size_t length = 0;
    qfpi_pen pen = qfpi_pen_take(s);
    *text = NULL;
    qfp_status status = qfpi_pen_drop(
        &pen, pen.writes ? qfpi_hdf5_guarded_text(s->file, s->part, name, text) : QFP_OK);
    qfp_snapshot_close(s);
    QFP_TRY(status);
    length = *text != NULL ? strlen(*text) : 0;
    return qfpi_ranks_share_block((void **)text, &length);
}
