/* qfp.h - the whole public interface, in the order in which it is used.
 *
 *     qfp_config *config;
 *     qfp_run_result result;
 *     qfp_run_options options = {.output_path = "kerr.h5"};
 *     if (qfp_config_load("kerr.yaml", NULL, 0, &config) != QFP_OK ||
 *         qfp_run(config, &options, &result) != QFP_OK)
 *         fprintf(stderr, "%s\n", qfp_last_error());
 */
#ifndef QFP_QFP_H
#define QFP_QFP_H

#include "qfp/status.h" /* what every function returns */
#include "qfp/config.h" /* read a configuration */
#include "qfp/audit.h"  /* what it means */
#include "qfp/plan.h"   /* what it will cost */
#include "qfp/bench.h"  /* how fast this machine is at it */
#include "qfp/arrays.h" /* what a result consists of, in memory */
#include "qfp/run.h"
#include "qfp/steady.h"
#include "qfp/sweep.h"
#include "qfp/sample.h"  /* solve it */
#include "qfp/compare.h" /* judge the result */
#include "qfp/plot.h"    /* look at it */
#include "qfp/devices.h" /* what it can run on */
#include "qfp/version.h"

#endif
