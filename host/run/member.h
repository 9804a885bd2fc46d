/* member.h - one theory of a run: its solution, and what one output time of it consists of. */
#ifndef QFPI_MEMBER_H
#define QFPI_MEMBER_H

#include "run/basis.h"

typedef struct qfp_member {
    const qfp_config *config; /* borrowed */
    qfp_equation equation;
    qfp_plan plan;
    qfp_solution solution;
    double *axis;                     /* physical x and p of the output grid */
    double *marginals[QFP_MAX_MODES]; /* of the time observed last */
    double *full;                     /* NULL when not asked for */
    double *values;                   /* [observable_count] */
} qfp_member;

/* Give `out` to qfp_member_destroy either way. */
qfp_status qfp_member_create(const qfp_config *config, qfp_member *out) QFP_MUST_USE;
void qfp_member_destroy(qfp_member *m);

/* Fills `values`; QFP_NOT_FINITE names the observable. */
qfp_status qfp_member_observe(qfp_member *m, double t) QFP_MUST_USE;
/* Fills `marginals` and `full`. */
qfp_status qfp_member_husimi(qfp_member *m) QFP_MUST_USE;
/* Appends both, and the fields, to a file or a group. */
qfp_status qfp_member_append(qfp_member *m, double t, qfp_snapshot *snapshot) QFP_MUST_USE;

/* What a file or a group of this theory looks like; borrows from the member. */
typedef struct qfp_member_layout {
    qfp_snapshot_layout layout;
    const char **names, **units;
    qfp_attribute attributes[14];
    char theory[64];
} qfp_member_layout;

/* `as_group`: the attributes that differ between the theories of one file only.  Give `out` to
 * qfp_member_layout_destroy either way; it must not be moved. */
qfp_status qfp_member_layout_create(const qfp_member *m, const char *label, bool as_group,
                                    qfp_member_layout *out) QFP_MUST_USE;
void qfp_member_layout_destroy(qfp_member_layout *layout);

#endif
