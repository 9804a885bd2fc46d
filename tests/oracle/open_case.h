/* open_case.h - references of driven and open systems from texts, and their means against closed forms. */
#ifndef OPEN_CASE_H
#define OPEN_CASE_H

#include "../support/config_text.h"
#include "reference_case.h"

/* What the reference may state at the default tolerance: it aims at 1e-10 in ρ, which a variance of some
 * tens weighs up. */
#define STATED 1e-8
/* Of a closed form or of the test's own integrator. */
#define ROUNDING 1e-12

static inline qfp_reference *open_case(const char *text, qfp_config **config)
{
    qfp_reference *r = NULL;
    *config = load(text);
    cr_assert(eq(int, qfp_reference_create(*config, &r), QFP_OK), "%s", qfp_last_error());
    return r;
}

static inline void close_case(qfp_reference *r, qfp_config *config)
{
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
}

static inline double stated(qfp_reference *r, const char *text, double complex mean)
{
    qfp_reference_operator *o = NULL;
    qfp_reference_error error;
    double out;
    cr_assert(eq(int, qfp_reference_operator_create(r, text, &o), QFP_OK), "%s", qfp_last_error());
    cr_assert(eq(int, qfp_reference_error_now(r, &error), QFP_OK));
    cr_assert(eq(int, qfp_reference_mean_error(r, o, mean, &error, &out), QFP_OK));
    qfp_reference_operator_destroy(o);
    return out;
}

static inline void expect_mean(qfp_reference *r, const char *text, double complex expected)
{
    double complex found = case_mean(r, text);
    double error = stated(r, text, found);
    cr_expect(le(dbl, cabs(found - expected), error + ROUNDING * fmax(1.0, cabs(expected))),
              "<%s> = %.15g%+.15gi, expected %.15g%+.15gi, stated %.2g", text, creal(found),
              cimag(found), creal(expected), cimag(expected), error);
    cr_expect(lt(dbl, error, STATED * fmax(1.0, cabs(expected))), "<%s>: stated %.2g", text, error);
}

static inline void expect_trace(qfp_reference *r, double t)
{
    cr_expect(epsilon_eq(dbl, creal(case_mean(r, "1")), 1.0, 1e-12 * fmax(t, 1.0)));
}

#endif
