/* output_claim.h - INTERNAL: the name of an output, taken for this process before anything is written.
 *
 * PATH.part.lock is locked as long as the name is taken and says which process has it; the lock is one of
 * fcntl, which network file systems have where HDF5's own is switched off.  A process that was killed
 * leaves the file without the lock.
 */
#ifndef QFPI_OUTPUT_CLAIM_H
#define QFPI_OUTPUT_CLAIM_H

#include <stdbool.h>

#include "io/config.h"

typedef struct qfp_output_claim qfp_output_claim;

/* What may become of what is there. */
typedef struct qfp_output_terms {
    bool resume; /* an interrupted run is gone on with */
    bool force;  /* what is there, an interrupted run or another's file, is given up */
} qfp_output_terms;

/* Takes PATH, PATH.part, PATH.part.checkpoint and PATH~ for this process; nothing for NULL.  Changes nothing
 * but the lock.  QFP_USAGE when one of them is the configuration or a file that it reads, by whatever name,
 * and when the terms contradict each other.  QFP_IO when
 * another process has them, when they are no plain files, and, unless `force`, when something would be lost:
 * a checkpoint that is not resumed, or a file that is no result of this program.
 * Of several ranks the first takes it, and the others get NULL; a refusal is everybody's.
 * Give `out` to qfp_output_claim_release, which accepts NULL. */
qfp_status qfp_output_claim_create(const qfp_config *config, const char *path,
                                   qfp_output_terms terms, qfp_output_claim **out) QFP_MUST_USE;
void qfp_output_claim_release(qfp_output_claim *claim);

/* "r.h5~" where an older result will be kept, "" when there is none. */
const char *qfp_output_claim_kept(const qfp_output_claim *claim);

#endif
