/* provenance.h - what an output file says of itself: every writer takes its attributes from here
 * and adds what only it knows.  Nothing but `date` differs between two runs of one
 * configuration. */
#ifndef QFPI_PROVENANCE_H
#define QFPI_PROVENANCE_H

#include "io/config.h"
#include "io/snapshot.h"

/* How one theory was solved; what does not apply is NULL or 0. */
typedef struct qfp_provenance {
    const qfp_config *config;
    const char *kind;    /* of the file: "run", "sample", "process" */
    const char *backend; /* "cpu" */
    const char *device;  /* one sentence, with the versions of what it runs on */
    const char *basis;
    const char *ordering; /* c of the evolved variable, "0.5" */
    const char *theory, *label;
    const char *integrator;
    const int *points, *levels; /* [modes] of the basis; NULL: it has none */
    const double *extent;       /* [2 modes] boxes of Q_1…Q_N, P_1…P_N */
} qfp_provenance;

/* The attributes of the root; those of its theory are qfp_provenance_write_theory's. */
qfp_status qfp_provenance_write(const qfp_provenance *p, qfp_snapshot *file) QFP_MUST_USE;
/* Of the root, or of the group of a further theory. */
qfp_status qfp_provenance_write_theory(const qfp_provenance *p, qfp_snapshot *s) QFP_MUST_USE;

/* What is known at the end: the internal time steps and the applications of the generator. */
qfp_status qfp_provenance_write_effort(qfp_snapshot *s, size_t steps,
                                       size_t applications) QFP_MUST_USE;

#endif
