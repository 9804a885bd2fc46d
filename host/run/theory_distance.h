/* theory_distance.h - how far one theory is from another at one time. */
#ifndef QFPI_THEORY_DISTANCE_H
#define QFPI_THEORY_DISTANCE_H

#include "run/member.h"

enum { QFP_DISTANCES_PER_MODE = 4 };

/* "husimi_l2_1", "husimi_max_1", "n_1", "a_1", … and what they are, in words. */
void qfp_theory_distance_name(int mode, int which, char *name, size_t size);
const char *qfp_theory_distance_meaning(int which);

/* out[modes * QFP_DISTANCES_PER_MODE] from what both members observed last (formulas in qfp/run.h).
 * Observables that one of them lacks give NaN. */
void qfp_theory_distance(const qfp_member *first, const qfp_member *other, double *out);

#endif
