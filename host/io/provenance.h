/* provenance.h - what an output file says of itself: every writer takes its attributes from here
 * and adds what only it knows.  Nothing but `date` differs between two runs of one
 * configuration. */
#ifndef QFPI_PROVENANCE_H
#define QFPI_PROVENANCE_H

#include "io/config.h"
#include "io/snapshot.h"

/* How one theory was solved; what does not apply is NULL. */
typedef struct qfp_provenance {
    const qfp_config *config;
    const char *kind;    /* of the file: "run", "sample", "process" */
    const char *backend; /* "cpu" */
    const char *device;  /* one sentence, with the versions of what it runs on */
    const char *basis;
    const char *ordering; /* c of the evolved variable, "0.5" */
    const char *theory, *label;
    const int *points;    /* [modes] of the grid; NULL: it has none */
    const double *extent; /* [2 modes] boxes of Q_1…Q_N, P_1…P_N */
    const double *centre; /* [2 modes] and their middles */
} qfp_provenance;

/* What it took: known when the file is finished. */
typedef struct qfp_effort {
    const char *integrator;    /* "krylov"; NULL: no steps in time were taken */
    int levels[QFP_MAX_MODES]; /* at the end, for they may grow; 0: no levels */
    size_t steps;              /* internal, since the run began or was resumed */
    size_t applications;       /* of the generator, those for observables among them */
} qfp_effort;

/* The program itself as far as its numbers depend on that: version, compiler, arithmetic. */
const char *qfp_provenance_program(void);

/* The attributes of the root; those of its theory are qfp_provenance_write_theory's. */
qfp_status qfp_provenance_write(const qfp_provenance *p, qfp_snapshot *file) QFP_MUST_USE;
/* Of the root, or of the group of a further theory. */
qfp_status qfp_provenance_write_theory(const qfp_provenance *p, qfp_snapshot *s) QFP_MUST_USE;

qfp_status qfp_provenance_write_effort(const qfp_config *config, const qfp_effort *effort,
                                       qfp_snapshot *s) QFP_MUST_USE;

#endif
