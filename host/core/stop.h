/* stop.h - INTERNAL: a wish to stop, made by a signal handler and heeded by loops that can leave what they
 * reached. */
#ifndef QFPI_STOP_H
#define QFPI_STOP_H

#include <stdbool.h>

#include "core/error.h"

/* For signal handlers.  Whether somebody will look: from qfpi_stop_heed(true) to qfpi_stop_heed(false). */
bool qfpi_stop_request(int signal_number);
void qfpi_stop_heed(bool heeds);

/* A file that is of no use once the process has ended where nobody looks; NULL: none.  The name is
 * borrowed.  qfpi_stop_clean removes it, for signal handlers. */
void qfpi_stop_remove(const char *path);
void qfpi_stop_clean(void);

/* The number of the signal, 0: none came. */
int qfpi_stop_requested(void);

/* The same of any of the ranks (core/ranks.h), which all ask here in the same place. */
int qfpi_stop_agreed(void);
/* The same after a step to the time t; QFP_DEVICE when ranks made different steps. */
qfp_status qfpi_stop_agree_at(double t, int *number) QFP_MUST_USE;
/* What they answered last, or else qfpi_stop_requested: why the work ended. */
int qfpi_stop_reason(void);

#endif
