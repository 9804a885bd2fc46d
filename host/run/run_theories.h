/* run_theories.h - several theories of one system side by side, measured against the first.
 *
 * The first theory fills the root of the file as a run of its own would; the others lie below
 * /theories/LABEL, their distances to the first below /distance/LABEL (see qfp/run.h).
 */
#ifndef QFPI_RUN_THEORIES_H
#define QFPI_RUN_THEORIES_H

#include "io/config.h"
#include "qfp/run.h"

/* All theories are created, and an unbalanced one without consent is refused, before anything is
 * written. QFP_USAGE for --resume, QFP_UNSUPPORTED for checkpoints, QFP_MEMORY when the plans of
 * all theories together exceed the machine. */
qfp_status qfp_run_theories(const qfp_config *config, const qfp_run_options *options,
                            qfp_run_result *out) QFP_MUST_USE;

#endif
