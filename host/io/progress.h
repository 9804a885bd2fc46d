/* progress.h - a bar with ETA on a terminal, plain lines elsewhere; always on stderr. */
#ifndef QFPI_PROGRESS_H
#define QFPI_PROGRESS_H

typedef struct qfp_progress qfp_progress;

/* label NULL: a silent progress.  now: seconds of a clock, qfpi_seconds_now outside tests. */
qfp_progress *qfp_progress_create(const char *label, double (*now)(void));
void qfp_progress_update(qfp_progress *p, double fraction, const char *note);
/* Says how long it took; of a short one nothing stays. */
void qfp_progress_destroy(qfp_progress *p);

/* A line on stderr, "qfp: SENTENCE". */
void qfp_progress_tell(const char *sentence);

/* A line on stderr, "LABEL: planning", unless within a second a progress shows something or
 * qfp_progress_settle is called: what comes before a run can take minutes and has no fraction.  Uses
 * SIGALRM. */
void qfp_progress_promise(const char *label);
void qfp_progress_settle(void);

#endif
