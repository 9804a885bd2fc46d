/* snapshot_checkpoint.c - checkpoints: written beside the file, kept in it at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5_hl.h>

#include "core/ranks.h"
#include "io/checkpoint.h"
#include "io/journal.h"
#include "io/output_path.h"
#include "io/snapshot_file.h"

/* A theory on its way into a file: a group with the dataset `state`, or the attribute `stopped`, and the attributes
 * time, warning, steps, applications and checksum. */
typedef struct theory {
    const qfp_checkpoint *c;
    const char *path; /* of the file */
    hid_t group;      /* -1: of a rank that does not write */
    uint64_t checksum;
    qfpi_state_file state;
} theory;

static theory new_theory(const qfp_checkpoint *c, const char *path)
{
    return (theory){.c = c, .path = path, .group = -1, .state = {.dataset = -1}};
}

/* Up to the numbers of the state. */
static qfp_status begin_theory(hid_t file, const char *label, uint64_t run, theory *t)
{
    const qfp_checkpoint *c = t->c;
    char name[96];
    qfpi_checkpoint_group(label, name, sizeof name);
    t->checksum = qfpi_checkpoint_checksum(run, c);
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    t->group = H5Gcreate2(file, name, links, H5P_DEFAULT, H5P_DEFAULT);
    H5Pclose(links);
    if (t->group < 0)
        return QFP_HDF5_FAIL(t->path, "the checkpoint cannot be written");
    QFP_TRY(qfp_hdf5_write_numbers(t->group, t->path, "time", H5T_NATIVE_DOUBLE, 1, &c->time));
    if (c->stopped != NULL)
        return qfp_hdf5_write_text(t->group, t->path, "stopped", c->stopped);
    return qfpi_state_create(t->group, t->path, c->count, t->checksum, &t->state);
}

/* Closes it, hands `status` on. */
static qfp_status end_theory(theory *t, qfp_status status)
{
    const qfp_checkpoint *c = t->c;
    status = qfpi_state_finish(&t->state, status);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(t->group, t->path, "warning", c->warning);
    if (status == QFP_OK)
        status =
            qfp_hdf5_write_numbers(t->group, t->path, "steps", H5T_NATIVE_UINT64, 1, &c->steps);
    if (status == QFP_OK)
        status = qfp_hdf5_write_numbers(t->group, t->path, "applications", H5T_NATIVE_UINT64, 1,
                                        &c->applications);
    if (status == QFP_OK)
        status = qfp_hdf5_write_numbers(t->group, t->path, "checksum", H5T_NATIVE_UINT64, 1,
                                        c->stopped == NULL ? &t->state.checksum : &t->checksum);
    if (t->group >= 0)
        H5Gclose(t->group);
    return status;
}

static qfp_status write_next(hid_t file, const char *path, size_t next)
{
    int64_t number = (int64_t)next;
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    qfp_status status = qfp_hdf5_write_numbers(group, path, "next", H5T_NATIVE_INT64, 1, &number);
    H5Gclose(group);
    return status;
}

/* Which journal of the unfinished file is this checkpoint's: of no use in a finished one. */
static qfp_status write_number(hid_t file, const char *path, uint64_t number)
{
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    qfp_status status =
        qfp_hdf5_write_numbers(group, path, "number", H5T_NATIVE_UINT64, 1, &number);
    H5Gclose(group);
    return status;
}

/* Of all ranks: they work together on the state of a theory, and one that fails at that meets the others in main alone.
 * file -1: of one that does not write. */
static qfp_status write_theory(hid_t file, const char *path, const char *label, uint64_t run,
                               const qfp_checkpoint_source *source, size_t index)
{
    qfp_checkpoint c = {0};
    QFP_TRY(source->describe(source->data, index, &c));
    theory t = new_theory(&c, path);
    qfp_state_writer to = {.self = &t.state, .put = qfpi_state_put};
    qfp_status status = qfpi_ranks_agree(file >= 0 ? begin_theory(file, label, run, &t) : QFP_OK);
    if (status == QFP_OK && c.stopped == NULL)
        status = source->give(source->data, index, &to);
    if (status != QFP_OK)
        return file >= 0 ? end_theory(&t, status) : status;
    return qfpi_ranks_agree(file >= 0 ? end_theory(&t, QFP_OK) : QFP_OK);
}

static qfp_status write_theories(const qfp_snapshot *s, hid_t file, const char *path, size_t next,
                                 size_t theories, const char *const *labels,
                                 const qfp_checkpoint_source *source)
{
    uint64_t run = 0;
    QFP_TRY(qfpi_ranks_agree(file >= 0 ? qfpi_checkpoint_checksum_of_run(s, next, &run) : QFP_OK));
    for (size_t i = 0; i < theories; ++i)
        QFP_TRY(write_theory(file, path, i == 0 ? NULL : labels[i], run, source, i));
    return QFP_OK;
}

static qfp_status write_rest(const qfp_snapshot *s, hid_t file, const char *path, size_t next)
{
    QFP_TRY(qfpi_snapshot_write_contents(s, file, path));
    QFP_TRY(write_number(file, path, s->number + 1));
    return write_next(file, path, next);
}

static qfp_status link_checkpoint(const qfp_snapshot *s)
{
    if (H5Lexists(s->file, "/checkpoint", H5P_DEFAULT) > 0)
        return QFP_OK;
    const char *slash = strrchr(s->checkpoint, '/');
    const char *beside = slash != NULL ? slash + 1 : s->checkpoint;
    if (H5Lcreate_external(beside, "/checkpoint", s->file, "/checkpoint", H5P_DEFAULT,
                           H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/checkpoint cannot be linked");
    return QFP_OK;
}

static qfp_status create_fresh(const qfp_snapshot *s, const char *fresh, hid_t *file)
{
    int created = -1;
    QFP_TRY(qfpi_snapshot_room(s->path));
    QFP_TRY(qfpi_output_create(fresh, &created));
    close(created);
    *file = H5Fcreate(fresh, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (*file >= 0)
        return QFP_OK;
    unlink(fresh);
    return QFP_HDF5_FAIL(fresh, "the checkpoint cannot be written");
}

/* The fresh file, as far as it came, takes the place of the checkpoint. */
static qfp_status settle(qfp_snapshot *s, hid_t file, const char *fresh, size_t next,
                         qfp_status status)
{
    if (status == QFP_OK)
        status = write_rest(s, file, fresh, next);
    if (H5Fclose(file) < 0 && status == QFP_OK)
        status = QFP_HDF5_FAIL(fresh, "the checkpoint cannot be completed");
    if (status == QFP_OK)
        status = link_checkpoint(s);
    /* outputs up to `next` reach the disk before the checkpoint that relies on them; when its new name does
     * is all the same, as the older checkpoint serves as well */
    if (status == QFP_OK)
        status = qfpi_snapshot_flush(s);
    if (status == QFP_OK)
        status = qfpi_output_sync(s->part);
    if (status == QFP_OK)
        status = qfpi_output_sync(fresh);
    if (status == QFP_OK && rename(fresh, s->checkpoint) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", s->checkpoint, strerror(errno));
    if (status != QFP_OK)
        unlink(fresh);
    QFP_TRY(status);
    s->has_checkpoint = true;
    return qfpi_journal_begin(s->file, s->journal, ++s->number);
}

qfp_status qfp_snapshot_checkpoint(qfp_snapshot *s, size_t next, size_t theories,
                                   const char *const *labels, const qfp_checkpoint_source *source)
{
    qfpi_pen pen = qfpi_pen_take(s);
    hid_t file = -1;
    char *fresh = qfpi_format("%s.new", s->checkpoint);
    qfp_status status = fresh == NULL ? QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path) : QFP_OK;
    if (status == QFP_OK && pen.writes)
        status = create_fresh(s, fresh, &file);
    status = qfpi_ranks_agree(status);
    if (status == QFP_OK)
        status = write_theories(s, file, fresh, next, theories, labels, source);
    pen.is_shared &= status == QFP_OK; /* else all know, or meet in main */
    if (file >= 0)
        status = settle(s, file, fresh, next, status);
    free(fresh);
    status = qfpi_pen_drop(&pen, status);
    s->has_checkpoint |= status == QFP_OK;
    return status;
}

/* The axis of a state: a dimension without values, for nobody reads the number of a double, and
 * they may be many. */
static herr_t label_state(hid_t group)
{
    if (H5Lexists(group, "state", H5P_DEFAULT) <= 0)
        return 0; /* of a theory that stopped */
    hid_t state = H5Dopen2(group, "state", H5P_DEFAULT);
    hid_t space = H5Dget_space(state);
    char text[80]; /* the words by which netCDF knows such a dimension */
    snprintf(text, sizeof text, "This is a netCDF dimension but not a netCDF variable.%10lld",
             (long long)H5Sget_simple_extent_npoints(space));
    hid_t scale =
        H5Dcreate2(group, "element", H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t result = scale >= 0 ? H5DSset_scale(scale, text) : -1;
    if (result >= 0)
        result = H5DSattach_scale(state, scale, 0);
    if (scale >= 0)
        H5Dclose(scale);
    H5Sclose(space);
    H5Dclose(state);
    return result;
}

/* The numbers of a state from one file to the other. */
static qfp_status copy_state(size_t count, qfpi_guarded *from, qfpi_state_file *to)
{
    double *piece = NULL;
    QFP_TRY(QFP_ALLOCATE(piece, QFP_STATE_PIECE, "a piece of a checkpoint"));
    qfp_status status = QFP_OK;
    for (size_t left = count, part; left > 0 && status == QFP_OK; left -= part) {
        part = left < QFP_STATE_PIECE ? left : QFP_STATE_PIECE;
        status = qfpi_guard_take(from, piece, part * sizeof *piece);
        if (status == QFP_OK)
            status = qfpi_state_write(to, part, piece);
    }
    free(piece);
    return status;
}

static qfp_status embed_theory(const qfp_snapshot *s, const char *label, size_t next)
{
    char name[96];
    qfp_checkpoint c = {0};
    qfpi_guarded *state = NULL;
    uint64_t run;
    QFP_TRY(qfpi_checkpoint_checksum_of_run(s, next, &run));
    qfpi_checkpoint_group(label, name, sizeof name);
    theory t = new_theory(&c, s->part);
    qfp_status status = qfpi_checkpoint_read(s, name, &c, &state);
    if (status == QFP_OK)
        status = begin_theory(s->file, label, run, &t);
    if (status == QFP_OK && c.stopped == NULL)
        status = copy_state(c.count, state, &t.state);
    status = end_theory(&t, status);
    qfpi_guard_end(state);
    free(c.stopped);
    free(c.warning);
    QFP_TRY(status);
    hid_t group = H5Gopen2(s->file, name, H5P_DEFAULT);
    herr_t labelled = label_state(group);
    H5Gclose(group);
    return labelled >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "%s cannot be written", name);
}

/* H5Ocopy would do, but libhdf5 1.10 does not survive it on a full disk. */
qfp_status qfpi_snapshot_embed_checkpoint(const qfp_snapshot *s)
{
    hid_t file;
    size_t next;
    hsize_t count = 0;
    QFP_TRY(qfpi_snapshot_read_next(s, &next));
    QFP_TRY(embed_theory(s, NULL, next));
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    qfp_status status = QFP_OK;
    hid_t theories = H5Lexists(file, "/checkpoint/theories", H5P_DEFAULT) > 0
                         ? H5Gopen2(file, "/checkpoint/theories", H5P_DEFAULT)
                         : -1;
    if (theories >= 0)
        H5Gget_num_objs(theories, &count);
    for (hsize_t i = 0; i < count && status == QFP_OK; ++i) {
        char label[64] = "";
        H5Lget_name_by_idx(theories, ".", H5_INDEX_NAME, H5_ITER_INC, i, label, sizeof label,
                           H5P_DEFAULT);
        status = embed_theory(s, label, next);
    }
    if (theories >= 0)
        H5Gclose(theories);
    H5Fclose(file);
    return status == QFP_OK ? write_next(s->file, s->part, next) : status;
}
