/* snapshot_ending.c - what is written last goes into a copy where there is a checkpoint.
 *
 * libhdf5 1.10 changes metadata in place and keeps no journal: a kill or a full disk between the first
 * and the last of the changes would leave a PATH.part that its checkpoint does not fit any more. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/output_path.h"
#include "io/snapshot_file.h"

enum { BLOCK = 1 << 20 };

static qfp_status copy_blocks(int from, const char *part, int to, const char *ending)
{
    char *block = NULL;
    ssize_t count;
    QFP_TRY(QFP_ALLOCATE(block, BLOCK, "a copy of the output"));
    qfp_status status = QFP_OK;
    while (status == QFP_OK && (count = read(from, block, BLOCK)) != 0)
        if (count > 0)
            status = qfpi_output_write(to, ending, block, (size_t)count);
        else if (errno != EINTR)
            status = QFP_FAIL(QFP_IO, "%s: cannot be read: %s", part, strerror(errno));
    free(block);
    return status;
}

qfp_status qfpi_snapshot_copy_part(const qfp_snapshot *s)
{
    int to, from = open(s->part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from < 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be opened: %s", s->part, strerror(errno));
    qfp_status status = qfpi_output_create(s->ending, &to);
    if (status == QFP_OK) {
        status = copy_blocks(from, s->part, to, s->ending);
        if (close(to) != 0 && status == QFP_OK)
            status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", s->ending, strerror(errno));
    }
    close(from);
    return status;
}

static qfp_status reopen(qfp_snapshot *s, size_t count, qfp_snapshot *const *groups,
                         char (*names)[QFP_GROUP_NAME])
{
    for (size_t i = 0; i < count; ++i) {
        if (H5Iget_name(groups[i]->file, names[i], QFP_GROUP_NAME) <= 0)
            return QFP_HDF5_FAIL(s->part, "a group has no name");
        QFP_TRY(qfpi_snapshot_close(groups[i]));
    }
    QFP_TRY(qfpi_snapshot_close(s));
    QFP_TRY(qfpi_snapshot_copy_part(s));
    s->file = H5Fopen(s->ending, H5F_ACC_RDWR, H5P_DEFAULT);
    s->time = s->file >= 0 ? H5Dopen2(s->file, "time", H5P_DEFAULT)
                           : -1; /* the scale of datasets to come */
    if (s->time < 0)
        return QFP_HDF5_FAIL(s->ending, "cannot be opened for writing");
    for (size_t i = 0; i < count; ++i) {
        groups[i]->file = H5Gopen2(s->file, names[i], H5P_DEFAULT);
        if (groups[i]->file < 0)
            return QFP_HDF5_FAIL(s->ending, "%s cannot be opened", names[i]);
    }
    return QFP_OK;
}

static qfp_status begin_ending(qfp_snapshot *s, size_t count, qfp_snapshot *const *groups)
{
    char(*names)[QFP_GROUP_NAME] = NULL;
    QFP_TRY(QFP_ALLOCATE(names, count, "the names of groups"));
    s->is_ending = true;
    qfp_status status = reopen(s, count, groups, names);
    free(names);
    return status;
}

qfp_status qfp_snapshot_begin_ending(qfp_snapshot *s, size_t count, qfp_snapshot *const *groups)
{
    if (!s->has_checkpoint)
        return QFP_OK;
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? begin_ending(s, count, groups) : QFP_OK);
}
