/* reference_case.h - configurations by hand for the tests of host/reference. */
#ifndef REFERENCE_CASE_H
#define REFERENCE_CASE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/reference.h"

static inline qfp_config case_new(int modes, const char *expression)
{
    qfp_config config = {.path = (char *)"case.yaml",
                         .modes = modes,
                         .expression = (char *)expression,
                         .kappa = 1.0,
                         .theory = {QFP_ORDER_EXACT, 1.0, 1.0},
                         .tolerance = 1e-10};
    return config;
}

static inline qfp_config case_coherent(int modes, const char *expression, double complex alpha)
{
    qfp_config config = case_new(modes, expression);
    config.initial.kind = QFP_STATE_GAUSSIAN;
    config.initial.alpha[0] = alpha;
    return config;
}

static inline qfp_reference *case_reference(const qfp_config *config)
{
    qfp_reference *r = NULL;
    cr_assert(eq(int, qfp_reference_create(config, &r), QFP_OK), "%s", qfp_last_error());
    return r;
}

static inline void case_evolve(qfp_reference *r, double t)
{
    cr_assert(eq(int, qfp_reference_evolve(r, t), QFP_OK), "%s", qfp_last_error());
}

static inline double complex case_mean(qfp_reference *r, const char *text)
{
    qfp_reference_operator *o = NULL;
    double complex mean;
    cr_assert(eq(int, qfp_reference_operator_create(r, text, &o), QFP_OK), "%s", qfp_last_error());
    cr_assert(eq(int, qfp_reference_mean(r, o, &mean), QFP_OK), "%s", qfp_last_error());
    qfp_reference_operator_destroy(o);
    return mean;
}

/* "n[%d]" with the number of a mode, counted from 1. */
static inline double complex case_mode(qfp_reference *r, const char *format, int mode)
{
    char text[32];
    snprintf(text, sizeof text, format, mode, mode);
    return case_mean(r, text);
}

typedef struct case_observables {
    double norm, energy, purity, wehrl, tail;
    double n[QFP_MAX_MODES], re_a[QFP_MAX_MODES], im_a[QFP_MAX_MODES];
    double var_x[QFP_MAX_MODES], var_p[QFP_MAX_MODES];
    int levels[QFP_MAX_MODES];
} case_observables;

static inline case_observables case_observe(qfp_reference *r)
{
    case_observables o = {.norm = creal(case_mean(r, "1")), .energy = creal(case_mean(r, NULL))};
    qfp_reference_diagnostics d;
    cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK), "%s", qfp_last_error());
    o.purity = d.purity;
    o.wehrl = d.wehrl;
    o.tail = d.tail;
    memcpy(o.levels, d.levels, sizeof o.levels);
    for (int j = 0; j < QFP_MAX_MODES && d.levels[j] > 0; j++) {
        double complex a = case_mode(r, "a[%d]", j + 1);
        o.n[j] = creal(case_mode(r, "n[%d]", j + 1));
        o.re_a[j] = creal(a);
        o.im_a[j] = cimag(a);
        o.var_x[j] = creal(case_mode(r, "x[%d]^2", j + 1)) - 2.0 * creal(a) * creal(a);
        o.var_p[j] = creal(case_mode(r, "p[%d]^2", j + 1)) - 2.0 * cimag(a) * cimag(a);
    }
    return o;
}

/* Marginal Q of a mode at one α. */
static inline double case_q(qfp_reference *r, int mode, double complex alpha)
{
    double q = M_SQRT2 * creal(alpha), p = M_SQRT2 * cimag(alpha), value;
    cr_assert(eq(int, qfp_reference_husimi(r, mode, 1, &q, 1, &p, &value), QFP_OK));
    return value;
}

/* The configuration must be refused with this status and a sentence that contains the words. */
static inline void case_refused(const qfp_config *config, qfp_status status, const char *words)
{
    qfp_reference *r = NULL;
    cr_assert(eq(int, qfp_reference_create(config, &r), status), "%s", qfp_last_error());
    cr_assert(eq(ptr, r, NULL));
    cr_assert(ne(ptr, (void *)strstr(qfp_last_error(), words), NULL), "\"%s\" lacks \"%s\"",
              qfp_last_error(), words);
}

#endif
