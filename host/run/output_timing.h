/* output_timing.h - what the outputs of a run take beside its evolution, from counts. */
#ifndef QFPI_OUTPUT_TIMING_H
#define QFPI_OUTPUT_TIMING_H

#include "reference/reference.h"

/* Seconds of a multiplication and addition of doubles in a product of matrices, of one core; measured once in a
 * process. */
double qfp_product_seconds(void);

/* Seconds to write one output time into a file, and to begin and end one. */
double qfp_writing_seconds(const qfp_config *config);
double qfp_opening_seconds(void);

/* Seconds of Q of one mode on the output grid, and of the Wehrl entropy with min_q, of `kets` kets or a
 * matrix (0) on so many levels; `first`: of what is computed once per run. */
typedef struct qfp_look_seconds {
    double frame, entropy, first;
} qfp_look_seconds;
qfp_look_seconds qfp_fock_look_seconds(const qfp_config *config, double levels, double kets);
qfp_look_seconds qfp_reference_look_seconds(const qfp_config *config, double levels, double kets,
                                            bool has_zeros);

/* Of Q of all modes, planes and Wigner functions, where they are asked for, per output time, in the Fock basis. */
double qfp_fock_picture_seconds(const qfp_config *config, const int *levels);
double qfp_reference_picture_seconds(const qfp_config *config, const int *levels, double kets);

/* Where a trial of the reference ended before its levels were found (reference.h), and `levels` are those that the
 * state may need: the seconds of finding them and of a passage; *ratio: how many times the states. */
double qfp_expected_passage(const qfp_reference_expectation *tried, int modes, const int *levels,
                            double *ratio);

#endif
