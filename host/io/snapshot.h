/* snapshot.h - the output file: HDF5, time along the first axis, written to NAME.part and renamed.
 *
 *   /time [T]   /axes/x [nx]   /axes/p [np]     dimension scales, attached; /axes/x_1, /axes/p_1, … where the
 *                                               modes have windows of their own
 *   /husimi/mode_j [T, nx, np]                  marginal of mode j per d²α = dx dp/2κ
 *   /husimi/full [T, n_x1, n_p1, …]             when asked for
 *   /husimi/x_1_p_2 [T, n_x1, n_p2]             Q of two quadratures, when asked for
 *   /wigner/mode_j [T, nx, np]                  Wigner function of mode j per d²α, when asked for
 *   /state/{ket, rho} [S?, levels…]             the state, when asked for
 *   /observables/NAME [T]
 *   /errors/NAME [T]                            their stated absolute errors
 *   /series/time [S]   /series/NAME [S]         observables at more times, when asked for
 *   /errors/series/NAME [S]                     their stated absolute errors
 *   /correlations/1/{re, im} [tau]              two-time correlations, when asked for
 *   /correlations/1/spectrum [omega]            with the stated errors in /errors/correlations/1
 *   /fields/{drift, diffusion, …}               when asked for
 *   /histogram/mode_j [T, nx, np]               of an ensemble
 *   /paths [T, path, coordinate]                single trajectories, when asked for
 *   /checkpoint                                 complete state of the propagator
 *   /theories/LABEL/…                           the same for further theories, times shared
 *   /distance/LABEL/NAME [T]                    between each of them and the first
 *
 * Every axis of every dataset has a scale, as a rule /time or /axes/NAME, and every group shows the scales of
 * its datasets as links: xarray looks for them there, and refuses a dataset with an axis that has
 * none.  Every dataset has the attributes units and long_name.
 */
#ifndef QFPI_SNAPSHOT_H
#define QFPI_SNAPSHOT_H

#include <complex.h>
#include <stdbool.h>
#include <stdint.h>

#include "algebra/observable.h"

typedef struct qfp_snapshot qfp_snapshot;

/* One axis of a dataset.  Its scale /axes/NAME, or where a name that is a path says, is made when the first
 * dataset that has it is. */
typedef struct qfp_axis {
    const char *name;
    size_t count;
    const char *long_name;
    const double *values;      /* [count] */
    const char *const *labels; /* [count], in place of values; both NULL: 1, 2, … */
} qfp_axis;

/* What a dataset is; its name says where it stands, "/fields/drift". */
typedef struct qfp_dataset_spec {
    const char *name, *units, *long_name;
    bool grows;     /* a first axis of times */
    bool in_blocks; /* its entries come by qfp_snapshot_append_block */
    int rank;       /* without time */
    const qfp_axis *axes;
} qfp_dataset_spec;

/* Who takes a function of the whole phase space, [nx][np][nx][np]…, slice by slice of its first axis, in order: every
 * rank does, and has the numbers, which it may change. */
typedef struct qfp_slices {
    void *data;
    qfp_status (*take)(void *data, size_t first, size_t count, double *values);
} qfp_slices;

/* Everything known before the first time is written. */
typedef struct qfp_snapshot_layout {
    const char *kind; /* as its attribute says; NULL: any, where a file is resumed */
    int modes;        /* 0: a process in real variables, without p and without /husimi */
    size_t x_count, p_count;
    const double *x,
        *p; /* physical axes, /axes/x and /axes/p: those of the first mode for all, or … */
    bool axes_of_modes; /* … of every mode its own, [modes][count], /axes/x_1, /axes/p_1, … */
    size_t observable_count;
    const qfp_quantity *observables;
    int full; /* write /husimi/full */
} qfp_snapshot_layout;

/* Creates PATH.part (truncating a stale one); fails with QFP_IO and names the path. */
qfp_status qfp_snapshot_create(const char *path, const qfp_snapshot_layout *layout,
                               qfp_snapshot **out) QFP_MUST_USE;

/* The same without a file: everything goes into `record`, which is borrowed and was empty.  It takes all that a
 * file takes but checkpoints. */
struct qfp_record;
qfp_status qfp_snapshot_create_record(const qfp_snapshot_layout *layout, struct qfp_record *record,
                                      qfp_snapshot **out) QFP_MUST_USE;

/* Appends one time and flushes; PATH.part is readable from then on: marginals [modes][nx*np], observables
 * [observable_count].  The full Husimi function, where it was announced, precedes it. */
qfp_status qfp_snapshot_append(qfp_snapshot *s, double time, const double *const *marginals,
                               const double *observables) QFP_MUST_USE;
/* Slices first … first + count − 1 of x_1 of /husimi/full at the time that is appended next, one behind the other:
 * values [count][np][nx][np]… */
qfp_status qfp_snapshot_append_full(qfp_snapshot *s, size_t first, size_t count,
                                    const double *values) QFP_MUST_USE;

/* The 2N axes of a function of the whole phase space, x_1, p_1, x_2, …; x and p of one mode. */
void qfp_snapshot_phase_axes(const qfp_snapshot *s, qfp_axis axes[]);

/* The next time of Q of two axes of z = (Q_1…Q_N, P_1…P_N), in the order given: values [n][n]. */
qfp_status qfp_snapshot_append_plane(qfp_snapshot *s, int first, int second,
                                     const double *values) QFP_MUST_USE;
/* The next time of /wigner/mode_j, mode from 0: values [nx][np]. */
qfp_status qfp_snapshot_append_wigner(qfp_snapshot *s, int mode, const double *values) QFP_MUST_USE;

/* The whole dataset, replaced when there; of one that grows its next time. */
qfp_status qfp_snapshot_write(qfp_snapshot *s, const qfp_dataset_spec *spec,
                              const double *data) QFP_MUST_USE;

/* The block start … start + count of a dataset, of one that grows of an entry along time; the one that begins at zeros
 * begins the entry. */
qfp_status qfp_snapshot_append_block(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                     const size_t *start, const size_t *count,
                                     const double *data) QFP_MUST_USE;

/* A file without times or axes of its own, for datasets of the next two kinds. */
qfp_status qfp_snapshot_create_bare(const char *path, qfp_snapshot **out) QFP_MUST_USE;
/* The block start … start + count of a dataset that does not grow, created where it is missing; complex
 * numbers are pairs. */
qfp_status qfp_snapshot_write_block(qfp_snapshot *s, const qfp_dataset_spec *spec, bool is_complex,
                                    const size_t *start, const size_t *count,
                                    const double *data) QFP_MUST_USE;
/* A new dataset of texts [product of its axes]. */
qfp_status qfp_snapshot_write_texts(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                    const char *const *texts) QFP_MUST_USE;

/* A dataset of `count` numbers that qfp_snapshot_write wrote.  QFP_IO when it is not there. */
qfp_status qfp_snapshot_read(qfp_snapshot *s, const char *name, size_t count,
                             double *data) QFP_MUST_USE;

/* A state on number states, level_1 slowest: a ket [levels…] or a density matrix [levels…, levels…]. */
typedef struct qfp_state_row {
    bool is_matrix;
    int modes;
    const int *levels;
    double complex *value;
    double error;     /* that it may be off by, in the trace norm; NaN: not known */
    size_t row, rows; /* number `row` of so many; rows 0: a single one without an axis of times */
    const double *times; /* [rows] */
} qfp_state_row;

/* The attribute of /state/ket and /state/rho that holds the error of the state written last. */
#define QFP_STATED_ERROR "stated_error"

/* Writes /state/ket or /state/rho, with labelled axes; states with fewer levels than others of their
 * dataset have zeros there, and what was not written is NaN. */
qfp_status qfp_snapshot_write_state(qfp_snapshot *s, const qfp_state_row *state) QFP_MUST_USE;

/* The next time of /histogram/mode_j [T, nx, np], the density of sampled points per d²α in cells
 * centred on the axes x and p. */
qfp_status qfp_snapshot_append_histogram(qfp_snapshot *s, int mode,
                                         const double *density) QFP_MUST_USE;

/* A group such as "/theories/M2" with the datasets and attributes of `layout` inside an open file;
 * its times and axes are links to the file's.  It takes appends, fields and attributes like a file.
 * Close it before the file, with qfp_snapshot_close. */
qfp_status qfp_snapshot_create_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout,
                                     qfp_snapshot **out) QFP_MUST_USE;

/* Appends a time at which there is nothing to say: NaN in every dataset along time. */
qfp_status qfp_snapshot_append_blank(qfp_snapshot *s, double time) QFP_MUST_USE;

/* Writes a number to NAME [T] ("/distance/M2/n_1") at the time that the file appended last. */
qfp_status qfp_snapshot_append_series(qfp_snapshot *file, const char *name, const char *long_name,
                                      double value) QFP_MUST_USE;

/* One theory on its way: a state of `count` numbers at `time`, or why it stopped; what it has to say about its
 * accuracy, and what it took so far. */
typedef struct qfp_checkpoint {
    double time;
    size_t count;
    char *stopped; /* NULL: it goes on */
    char *warning; /* "" for nothing */
    uint64_t steps, applications;
} qfp_checkpoint;

/* The numbers of a state, doubles or structs of nothing else, one after the other, to its file and from there.  Every
 * rank makes the calls, and all fail alike: what is put are those of rank 0, what is got are the same on all.  States on
 * grids go by pieces of QFP_STATE_PIECE numbers, so that no process holds all of one. */
enum { QFP_STATE_PIECE = 1 << 18 };
typedef struct qfp_state_writer {
    void *self;
    qfp_status (*put)(void *self, size_t count, const void *numbers);
} qfp_state_writer;
typedef struct qfp_state_reader {
    void *self;
    qfp_status (*get)(void *self, size_t count, void *numbers);
} qfp_state_reader;

/* Where a checkpoint comes from: that of theory `index` but for its state, and, where it goes on, those numbers.  What
 * `out` points to must live until the next `describe`. */
typedef struct qfp_checkpoint_source {
    void *data;
    qfp_status (*describe)(void *data, size_t index, qfp_checkpoint *out);
    qfp_status (*give)(void *data, size_t index, qfp_state_writer *to);
} qfp_checkpoint_source;

/* Replaces /checkpoint, to be followed by output number `next`, theory after theory: the first at
 * /checkpoint itself, the others at /checkpoint/theories/LABEL.  Flushes, so that a run killed at
 * any moment can be resumed from PATH.part.  The states lie in PATH.part.checkpoint, replaced by
 * renaming, to which /checkpoint of PATH.part is a link. */
qfp_status qfp_snapshot_checkpoint(qfp_snapshot *s, size_t next, size_t theories,
                                   const char *const *labels,
                                   const qfp_checkpoint_source *source) QFP_MUST_USE;

/* Opens PATH.part of an interrupted run.  QFP_IO when there is none or it has no checkpoint, QFP_USAGE when
 * its kind, its verbatim configuration (attribute "config") or a shape is not that of `layout` and
 * `config_text`; of a layout without axes the kind alone is looked at.  Outputs beyond
 * `next` are cut; with `only_looks` the file is open for reading and stays as it is, which is the way to
 * find out whether everything fits: close that with qfp_snapshot_close.  On failure PATH.part is left
 * as it is. */
qfp_status qfp_snapshot_resume(const char *path, const qfp_snapshot_layout *layout,
                               const char *config_text, bool only_looks, size_t *next,
                               qfp_snapshot **out) QFP_MUST_USE;
/* The same for a group of a file that was resumed. */
qfp_status qfp_snapshot_resume_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout,
                                     qfp_snapshot **out) QFP_MUST_USE;
/* A text attribute of the file of an interrupted run of this configuration, malloc'ed, NULL when it has none; fails
 * as qfp_snapshot_resume does. */
qfp_status qfp_snapshot_resumed_text(const char *path, const char *config_text, const char *name,
                                     char **text) QFP_MUST_USE;
/* Of a theory, NULL for the first, from a file that was resumed, after its checksum was looked at.  stopped and warning
 * are malloc'ed, also on failure; `state` stands before the first of the numbers, and is closed either way. */
qfp_status qfp_snapshot_read_checkpoint(const qfp_snapshot *file, const char *label,
                                        qfp_checkpoint *out, qfp_state_reader *state) QFP_MUST_USE;
void qfp_snapshot_close_state(qfp_state_reader *state);

/* Attributes of the file or the group, replaced when there; one number is a scalar. */
qfp_status qfp_snapshot_set_attribute(qfp_snapshot *s, const char *name,
                                      const char *value) QFP_MUST_USE;
qfp_status qfp_snapshot_set_reals(qfp_snapshot *s, const char *name, size_t count,
                                  const double *values) QFP_MUST_USE;
qfp_status qfp_snapshot_set_integers(qfp_snapshot *s, const char *name, size_t count,
                                     const int64_t *values) QFP_MUST_USE;
/* A text attribute of a group or a dataset that exists ("/distance/M2"). */
qfp_status qfp_snapshot_set_attribute_of(qfp_snapshot *s, const char *object, const char *name,
                                         const char *value) QFP_MUST_USE;

/* Nothing but attributes and whole datasets is written from here on.  With a checkpoint they go into a copy, so that PATH.part
 * and its checkpoint fit each other until the result stands.  `groups` [count]: those of `s` that are
 * open. */
qfp_status qfp_snapshot_begin_ending(qfp_snapshot *s, size_t count,
                                     qfp_snapshot *const *groups) QFP_MUST_USE;

/* Removes /checkpoint unless keep_checkpoint, closes, renames PATH.part to PATH.  `s` is gone
 * afterwards, also on failure; PATH.part then stays. */
qfp_status qfp_snapshot_finish(qfp_snapshot *s, int keep_checkpoint) QFP_MUST_USE;
/* Closes; everything stays.  Accepts NULL. */
void qfp_snapshot_close(qfp_snapshot *s);
/* Closes; removes PATH.part.  Accepts NULL. */
void qfp_snapshot_abandon(qfp_snapshot *s);
/* After a failure: closes; what a checkpoint was written of stays for --resume (true), anything else
 * is removed. */
bool qfp_snapshot_interrupt(qfp_snapshot *s);

/* Reads a whole dataset of numbers from any HDF5 file as doubles, or as (re, im) pairs with
 * is_complex = 1 when it is a compound of two floating members.  A trailing axis of length 2 is not
 * interpreted.  data is malloc'ed; rank ≤ 16.  QFP_IO says whether the file is missing, no HDF5
 * file, damaged, or without such a dataset. */
qfp_status qfp_hdf5_read(const char *path, const char *dataset, int *rank, size_t *shape,
                         int *is_complex, double **data) QFP_MUST_USE;
/* Whether that dataset is there, with one axis of this length. */
bool qfp_hdf5_has_axis(const char *path, const char *dataset, size_t length);

#endif
