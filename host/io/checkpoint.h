/* checkpoint.h - INTERNAL to io: what is in a checkpoint (checkpoint_read.c), and the numbers of its state on their way
 * to its file and from there, a few megabytes at a time (checkpoint_state.c): nobody ever has all of them. */
#ifndef QFPI_CHECKPOINT_H
#define QFPI_CHECKPOINT_H

#include "io/guard.h"
#include "io/snapshot_file.h"

/* Where the checkpoint of a theory lies. */
void qfpi_checkpoint_group(const char *label, char *out, size_t size);
/* Of the configuration in the file and the number of the next output. */
qfp_status qfpi_checkpoint_checksum_of_run(const qfp_snapshot *s, size_t next,
                                           uint64_t *sum) QFP_MUST_USE;
/* Of a theory within the checkpoint of one run at one time, but for its state; `run` is the checksum of those. */
uint64_t qfpi_checkpoint_checksum(uint64_t run, const qfp_checkpoint *c);
/* Of rank 0: what is in a group, after its checksum was looked at; *state: as qfpi_state_open says, NULL of a theory that
 * stopped. */
qfp_status qfpi_checkpoint_read(const qfp_snapshot *s, const char *name, qfp_checkpoint *out,
                                qfpi_guarded **state) QFP_MUST_USE;

/* Of rank 0, who has the file; of others, dataset -1. */
typedef struct qfpi_state_file {
    hid_t dataset;
    const char *path; /* of the file, borrowed */
    size_t at, count;
    uint64_t checksum; /* of what precedes the numbers and of those that were written */
} qfpi_state_file;

/* Creates `state` [count] in a group; `checksum` is that of what precedes it. */
qfp_status qfpi_state_create(hid_t group, const char *path, size_t count, uint64_t checksum,
                             qfpi_state_file *out) QFP_MUST_USE;
/* `put` of a writer on rank 0 alone, and one for all ranks. */
qfp_status qfpi_state_write(qfpi_state_file *f, size_t count, const void *numbers) QFP_MUST_USE;
qfp_status qfpi_state_put(void *self, size_t count, const void *numbers) QFP_MUST_USE;
/* Closes it, hands `status` on; QFP_INTERNAL when numbers are missing. */
qfp_status qfpi_state_finish(qfpi_state_file *f, qfp_status status) QFP_MUST_USE;

/* What a group of a file says that it holds, as `state`. */
typedef struct qfpi_state_facts {
    int is_list; /* of real numbers; without that `count` is 0 */
    size_t count;
    uint64_t checksum;
} qfpi_state_facts;

/* Of rank 0: a process of its own has read all numbers once, for the checksum, and hands them over, read again.
 * *out, also after a failure: for qfpi_guard_end, NULL.  QFP_IO as qfp_hdf5_read; `checksum` is that of what
 * precedes them. */
qfp_status qfpi_state_open(const char *path, const char *group, uint64_t checksum,
                           qfpi_state_facts *facts, qfpi_guarded **out) QFP_MUST_USE;
/* `get` of a reader on all ranks; `self` is that process, NULL where there is none. */
qfp_status qfpi_state_get(void *self, size_t count, void *numbers) QFP_MUST_USE;

#endif
