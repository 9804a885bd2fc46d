/* snapshot_file.h - INTERNAL: the open output file, shared by snapshot.c (life cycle),
 * snapshot_dataset.c (datasets), snapshot_axes.c (their scales), snapshot_group.c (theories) and
 * snapshot_resume.c (checkpoints).
 *
 * The checkpoint lives in a file of its own, PATH.part.checkpoint, to which /checkpoint is an
 * external link: replacing it is a rename, so a kill at any moment leaves the old or the new one
 * whole, and the finished output carries no holes of its size. */
#ifndef QFPI_SNAPSHOT_FILE_H
#define QFPI_SNAPSHOT_FILE_H

#include <string.h>

#include "expression/expression.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

enum { QFP_GROUP_NAME = 96 }; /* bytes of a name such as "/theories/M2" */

struct qfp_snapshot {
    char *path, *part, *checkpoint;
    char *ending;        /* PATH.part.ending, a copy of PATH.part … */
    bool is_ending;      /* … that becomes PATH, from qfp_snapshot_begin_ending on */
    char *journal;       /* PATH.part.journal */
    uint64_t number;     /* of the last checkpoint, from 1 */
    bool is_rolled;      /* the copy is what PATH.part was at its checkpoint */
    bool made_part;      /* PATH.part is ours to remove */
    bool has_checkpoint; /* a run can go on from PATH.part */
    char *config;        /* as an interrupted run has it; NULL: of a file made here */
    hid_t file;          /* of a group: the group, so that the names below are found inside it */
    bool is_group;       /* the times and axes are the file's */
    struct qfp_record
        *record; /* borrowed: what is written goes there, and there is no file; NULL: a file */
    char prefix[QFP_GROUP_NAME]; /* of the names of a group in a record */
    int modes;
    bool axes_of_modes;
    qfp_axis x[QFP_MAX_MODES], p[QFP_MAX_MODES]; /* of all modes alike, or of each */
    double *x_values, *p_values;
    size_t time_count; /* times written so far */
    hid_t time;
    hid_t marginal[QFP_MAX_MODES];
    hid_t full;    /* -1: not asked for */
    size_t slices; /* of it, of the next time */
    size_t observable_count;
    hid_t *observables;
};

/* The dataset /time. */
extern const qfp_dataset_spec qfpi_snapshot_times;

/* A snapshot without a file: names and sizes only, all handles -1. */
qfp_status qfpi_snapshot_new(const char *path, const qfp_snapshot_layout *layout,
                             qfp_snapshot **out) QFP_MUST_USE;
/* QFP_MEMORY when there is no room for what libhdf5 allocates on the way: it does not survive a failure. */
qfp_status qfpi_snapshot_room(const char *path) QFP_MUST_USE;
/* Closes every handle; the file stays.  QFP_IO when HDF5 cannot complete it.  Harmless twice. */
qfp_status qfpi_snapshot_close(qfp_snapshot *s);
void qfpi_snapshot_free(qfp_snapshot *s); /* after close */

/* What a public function does with a file is done by rank 0 of the processes that solve the problem, who has the pen,
 * and what came of it is returned by all; the others have a snapshot whose handles are all -1.  A record is
 * written by every rank for itself.
 *
 *     qfpi_pen pen = qfpi_pen_take(s);
 *     return qfpi_pen_drop(&pen, pen.writes ? write(s, …) : QFP_OK);
 *
 * HDF5 is silent meanwhile. */
typedef struct qfpi_pen {
    bool writes, is_shared;
    qfp_hdf5_quiet quiet;
} qfpi_pen;
qfpi_pen qfpi_pen_take(const qfp_snapshot *s); /* NULL: of a file */
qfp_status qfpi_pen_drop(const qfpi_pen *pen, qfp_status status) QFP_MUST_USE;

/* Names are written as they are met in a file, "/husimi/mode_1"; HDF5 takes them relative to the
 * file or the group without the slash. */
static inline const char *qfpi_relative(const char *name)
{
    return name[0] == '/' ? name + 1 : name;
}

static inline const char *qfpi_last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* Creates /husimi, /observables and what is in them, inside the file or the group. */
qfp_status qfpi_snapshot_create_layout(qfp_snapshot *s,
                                       const qfp_snapshot_layout *layout) QFP_MUST_USE;

/* Creates it, and the groups and scales it needs; chunks hold one time at most. */
qfp_status qfpi_snapshot_create_dataset(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                        hid_t *out) QFP_MUST_USE;
qfp_status qfpi_snapshot_open_or_create(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                        hid_t *out) QFP_MUST_USE;
/* What /husimi/full is; axes [2 modes] are filled. */
qfp_dataset_spec qfpi_snapshot_full_spec(const qfp_snapshot *s, qfp_axis axes[]);
/* Appends one entry along time. */
qfp_status qfpi_snapshot_append_row(const qfp_snapshot *s, hid_t dataset, hsize_t row, int rank,
                                    const qfp_axis *axes, const double *data) QFP_MUST_USE;
qfp_status qfpi_snapshot_flush(const qfp_snapshot *s) QFP_MUST_USE;

/* Creates "/distance/M2" where it is missing. */
qfp_status qfpi_snapshot_ensure_group(const qfp_snapshot *s, const char *name) QFP_MUST_USE;
/* The same for the group that a dataset of this name stands in. */
qfp_status qfpi_snapshot_ensure_group_of(const qfp_snapshot *s, const char *name) QFP_MUST_USE;
/* Creates the scale where it is missing. */
qfp_status qfpi_snapshot_ensure_axis(const qfp_snapshot *s, const qfp_axis *axis) QFP_MUST_USE;
/* The scale at `name`, relative to the file or the group, in a group that exists. */
qfp_status qfpi_snapshot_create_axis(const qfp_snapshot *s, const char *name,
                                     const qfp_axis *axis) QFP_MUST_USE;
/* x and p of a mode from 0. */
void qfpi_snapshot_mode_axes(const qfp_snapshot *s, int mode, qfp_axis axes[2]);
/* "/axes/NAME", or where a name that is a path says. */
void qfpi_snapshot_place_of_axis(const qfp_axis *axis, char *out, size_t size);
/* Attaches the scale at `target` to axis `number` of the dataset `name` and shows it beside it. */
qfp_status qfpi_snapshot_attach(const qfp_snapshot *s, hid_t dataset, const char *name,
                                unsigned number, const char *target) QFP_MUST_USE;
/* Attaches the scales of all axes and shows them beside the dataset. */
qfp_status qfpi_snapshot_label(const qfp_snapshot *s, hid_t dataset,
                               const qfp_dataset_spec *spec) QFP_MUST_USE;

/* PATH.part, as it is on the disk, to PATH.part.ending. */
qfp_status qfpi_snapshot_copy_part(const qfp_snapshot *s) QFP_MUST_USE;

/* /checkpoint inside the file, from PATH.part.checkpoint; the link to it is gone. */
qfp_status qfpi_snapshot_embed_checkpoint(const qfp_snapshot *s) QFP_MUST_USE;
/* Writes the names of the datasets of the unfinished file into `file`, the checkpoint at `path`. */
qfp_status qfpi_snapshot_write_contents(const qfp_snapshot *s, hid_t file,
                                        const char *path) QFP_MUST_USE;
/* QFP_IO when one of them is missing. */
qfp_status qfpi_snapshot_check_contents(const qfp_snapshot *s) QFP_MUST_USE;
/* The number of the checkpoint itself; 0 in one of a version that did not count. */
qfp_status qfpi_snapshot_read_number(const qfp_snapshot *s, uint64_t *number) QFP_MUST_USE;
/* The number of the output that follows the checkpoint. */
qfp_status qfpi_snapshot_read_next(const qfp_snapshot *s, size_t *next) QFP_MUST_USE;

#endif
