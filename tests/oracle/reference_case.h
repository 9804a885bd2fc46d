/* reference_case.h - configurations by hand for the tests of host/reference. */
#ifndef REFERENCE_CASE_H
#define REFERENCE_CASE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
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

static inline qfp_reference_observables case_observe(qfp_reference *r)
{
    qfp_reference_observables o;
    cr_assert(eq(int, qfp_reference_observe(r, &o), QFP_OK), "%s", qfp_last_error());
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
