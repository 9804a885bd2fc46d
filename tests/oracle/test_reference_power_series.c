/* The integrator of the reference for driven and open systems, alone on y' = −i (φ(t) + w) y. */
#include "../support/config_text.h"
#include "reference/power_series.h"

#include <math.h>

TestSuite(reference_power_series, .init = scratch_make, .fini = scratch_remove);

typedef struct phase {
    double weight; /* of the constant part */
    size_t applications;
} phase;

static void add(void *data, size_t part, const double complex *y, double complex *out)
{
    phase *p = data;
    p->applications++;
    *out += (part == 0 ? p->weight : 1.0) * CMPLX(cimag(*y), -creal(*y));
}

static double norm(void *data, const double complex *y)
{
    (void)data;
    return cabs(*y);
}

static qfp_status goes_on(void *data, double t, bool *out)
{
    (void)data;
    (void)t;
    *out = true;
    return QFP_OK;
}

typedef struct outcome {
    double error, stated;
    size_t steps, applications;
} outcome;

/* From 0 to `to` and, where `back` is true, home again, with the H of the text and ∫φ = angle. */
static outcome integrate(const char *text, double weight, double error_rate, double to,
                         double angle, bool back)
{
    const qfp_power_series_hook hook = {NULL, goes_on};
    qfp_config *config = load(text);
    qfp_drive *drive = NULL;
    qfp_power_series *series = NULL;
    phase p = {.weight = weight};
    double t = 0.0;
    double complex y = 1.0;
    const qfp_linear linear = {.data = &p, .size = 1, .add = add, .norm = norm};
    cr_assert(eq(int, qfp_drive_create(config, &drive), QFP_OK), "%s", qfp_last_error());
    cr_assert(eq(sz, qfp_drive_parts(drive), 2));
    cr_assert(eq(int, qfp_power_series_create(&linear, drive, error_rate, &series), QFP_OK));
    cr_assert(eq(int, qfp_power_series_advance(series, &t, to, &y, &hook), QFP_OK), "%s",
              qfp_last_error());
    cr_assert(eq(dbl, t, to));
    if (back)
        cr_assert(eq(int, qfp_power_series_advance(series, &t, 0.0, &y, &hook), QFP_OK));
    double complex expected = back ? 1.0 : cexp(CMPLX(0.0, -(angle + weight * to)));
    outcome o = {.error = cabs(y - expected),
                 .stated = qfp_power_series_error(series),
                 .steps = qfp_power_series_steps(series),
                 .applications = p.applications};
    qfp_power_series_destroy(series);
    qfp_drive_destroy(drive);
    qfp_config_destroy(config);
    return o;
}

#define COSINE                                                                                     \
    "hamiltonian: {operator: \"cos(5*t)*n\"}\n"                                                    \
    "initial: {fock: [1]}\n"                                                                       \
    "output: {times: [0, 4]}\n"

/* What is stated holds at every accuracy, is near what was asked for, and costs little more: the order is
 * as high as the number of terms. */
Test(reference_power_series, errors_are_stated_at_every_accuracy)
{
    const double rate[4] = {1e-3, 1e-6, 1e-9, 1e-12};
    outcome o[4];
    for (int i = 0; i < 4; i++) {
        o[i] = integrate(COSINE, 40.0, rate[i], 4.0, sin(20.0) / 5.0, false);
        cr_expect(le(dbl, o[i].error, o[i].stated), "%g: %g %g", rate[i], o[i].error, o[i].stated);
        /* of 4 units of time; rounding of 160 radians beside it */
        cr_expect(lt(dbl, o[i].stated, 4.0 * rate[i] + 1e-12), "%g: %g", rate[i], o[i].stated);
    }
    /* at order p the work grows by 10^{3/p}: p above 12 */
    cr_expect(
        lt(dbl, (double)o[2].applications, pow(10.0, 6.0 / 12.0) * (double)o[0].applications));
    cr_expect(lt(dbl, 1e-13, o[0].error)); /* there is something to state */
}

/* A kink and the knots of tables: each costs steps, not accuracy. */
Test(reference_power_series, what_is_not_smooth)
{
    outcome kink = integrate("hamiltonian: {operator: \"sqrt((t - 1.2345)^2)*n\"}\n"
                             "initial: {fock: [1]}\n"
                             "output: {times: [0, 4]}\n",
                             3.0, 1e-10, 4.0, 0.5 * (1.2345 * 1.2345 + 2.7655 * 2.7655), false);
    cr_expect(lt(dbl, kink.error, 1e-10), "%g", kink.error);
    cr_expect(le(dbl, kink.error, kink.stated), "%g %g", kink.error, kink.stated);
    outcome table =
        integrate("hamiltonian:\n"
                  "  parameters: {f: {times: [0, 1, 2, 3, 4], values: [0, 1, 0, -1, 0]}}\n"
                  "  operator: \"f*n\"\n"
                  "initial: {fock: [1]}\n"
                  "output: {times: [0, 4]}\n",
                  3.0, 1e-10, 4.0, 0.0, false);
    cr_expect(lt(dbl, table.error, 1e-11), "%g", table.error); /* antisymmetric: ∫f = 0 */
    cr_expect(lt(sz, table.steps, 40));
}

Test(reference_power_series, forth_and_back)
{
    outcome o = integrate(COSINE, 7.0, 1e-11, 4.0, 0.0, true);
    cr_expect(le(dbl, o.error, o.stated), "%g %g", o.error, o.stated);
    cr_expect(lt(dbl, o.stated, 1e-10));
}

/* A pulse of 1e-4 of the run that the first steps, as long as the run, would not see. */
Test(reference_power_series, a_pulse_is_not_stepped_over)
{
    outcome o = integrate("hamiltonian: {operator: \"exp(-((t - 2.71828)/4e-4)^2)/4e-4*n\"}\n"
                          "initial: {fock: [1]}\n"
                          "output: {times: [0, 4]}\n",
                          0.0, 1e-10, 4.0, sqrt(M_PI), false);
    cr_expect(lt(dbl, o.error, 1e-10), "%g", o.error);
    cr_expect(le(dbl, o.error, o.stated + 1e-12));
}
