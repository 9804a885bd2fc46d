/* time_course.h - what a system that depends on time does during a run: the coefficients of its operators,
 * sampled finely enough to see a short pulse.
 *
 * Sampling a time asks for the parameters, H and every channel at it, so that a course that was made says
 * that H is Hermitian and no rate negative at all of its times.
 */
#ifndef QFPI_TIME_COURSE_H
#define QFPI_TIME_COURSE_H

#include "io/config.h"

/* An operator as a list of terms a†^p a^q that do not change, with coefficients that do. */
typedef struct qfp_operator_course {
    qfp_polynomial most;    /* with the largest |coefficient| of every term */
    double complex *values; /* [most.count][points] */
} qfp_operator_course;

typedef struct qfp_channel_course {
    double *rate; /* [points] */
    qfp_operator_course of;
} qfp_channel_course;

typedef struct qfp_time_course {
    size_t points;
    double *time; /* [points], from 0 to the end of the run */
    qfp_operator_course hamiltonian;
    size_t channel_count;
    qfp_channel_course *channels;
} qfp_time_course;

/* At about so many times, equally far apart, and at the knots of tables and between them; of a system that
 * stays what it is, or that has no duration, at t = 0 alone.  QFP_CONFIG, with the time, where the system is
 * none.  Give `out` to qfp_time_course_destroy either way. */
qfp_status qfp_time_course_create(const qfp_config *config, size_t points,
                                  qfp_time_course *out) QFP_MUST_USE;
void qfp_time_course_destroy(qfp_time_course *course);

/* A pulse of a ten thousandth of the run is twice as wide as two of them are apart. */
enum { QFP_TIME_COURSE_POINTS = 16384 };

/* The system whose every coefficient and rate is the largest that it comes to: what can happen at all. */
qfp_status qfp_time_course_most(const qfp_time_course *course, qfp_lindblad *out) QFP_MUST_USE;

#endif
