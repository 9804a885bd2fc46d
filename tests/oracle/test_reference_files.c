/* The reference against exact answers computed with QuTiP (tests/data/reference). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/snapshot.h"
#include "reference_case.h"

/* Rounding and the tolerance of QuTiP's integrator. */
#define TOLERANCE 1e-9
/* Two files carry the truncation of their own basis already at t = 0, where the answer is a closed
 * form: the dimer's Q is off by 2.4e-9, the energy of thermal_kerr (2.54) by 2.4e-9. */
#define TRUNCATED 3e-9

typedef struct answers {
    char path[512];
    size_t nx, np;
    double *x, *p;
    double tolerance;
} answers;

static double *read_all(const answers *a, const char *dataset, size_t *count)
{
    int rank, is_complex;
    size_t shape[16];
    double *data = NULL;
    cr_assert(eq(int, qfp_hdf5_read(a->path, dataset, &rank, shape, &is_complex, &data), QFP_OK),
              "%s", qfp_last_error());
    *count = 1;
    for (int j = 0; j < rank; j++)
        *count *= shape[j];
    return data;
}

static double observable(const answers *a, const char *name, int mode, size_t time)
{
    char dataset[64];
    size_t count;
    if (mode < 0)
        snprintf(dataset, sizeof dataset, "/observables/%s", name);
    else
        snprintf(dataset, sizeof dataset, "/observables/%s_%d", name, mode + 1);
    double *data = read_all(a, dataset, &count);
    cr_assert(lt(sz, time, count));
    double value = data[time];
    free(data);
    return value;
}

static double husimi_difference(const answers *a, qfp_reference *r, int mode, size_t time)
{
    char dataset[64];
    size_t count, size = a->nx * a->np;
    snprintf(dataset, sizeof dataset, "/husimi/mode_%d", mode + 1);
    double *expected = read_all(a, dataset, &count);
    double *found = malloc(size * sizeof *found);
    double worst = 0.0;
    cr_assert(le(sz, (time + 1) * size, count));
    cr_assert(eq(int, qfp_reference_husimi(r, mode, a->nx, a->x, a->np, a->p, found), QFP_OK));
    for (size_t i = 0; i < size; i++)
        worst = fmax(worst, fabs(found[i] - expected[time * size + i]));
    free(found);
    free(expected);
    return worst;
}

static void check_time(const answers *a, qfp_reference *r, int modes, size_t time)
{
    case_observables o = case_observe(r);
    cr_expect(epsilon_eq(dbl, o.norm, 1.0, 1e-12)); /* rounding of a unitary flow */
    cr_expect(epsilon_eq(dbl, o.energy, observable(a, "energy", -1, time), a->tolerance));
    for (int j = 0; j < modes; j++) {
        cr_expect(epsilon_eq(dbl, o.n[j], observable(a, "n", j, time), TOLERANCE));
        cr_expect(epsilon_eq(dbl, o.re_a[j], observable(a, "re_a", j, time), TOLERANCE));
        cr_expect(epsilon_eq(dbl, o.im_a[j], observable(a, "im_a", j, time), TOLERANCE));
        double worst = husimi_difference(a, r, j, time);
        cr_expect(lt(dbl, worst, a->tolerance), "mode %d, time %zu: %g", j + 1, time, worst);
    }
}

static void check(const char *name, double tolerance)
{
    char yaml[512];
    answers a = {.tolerance = tolerance};
    qfp_config *config = NULL;
    qfp_reference *r = NULL;
    size_t times;
    snprintf(yaml, sizeof yaml, QFP_TEST_DATA "/reference/%s.yaml", name);
    snprintf(a.path, sizeof a.path, QFP_TEST_DATA "/reference/%s.h5", name);
    cr_assert(eq(int, qfp_config_load(yaml, NULL, 0, &config), QFP_OK), "%s", qfp_last_error());
    a.x = read_all(&a, "/axes/x", &a.nx);
    a.p = read_all(&a, "/axes/p", &a.np);
    double *time = read_all(&a, "/time", &times);
    cr_assert(eq(int, qfp_reference_create(config, &r), QFP_OK), "%s", qfp_last_error());
    for (size_t i = 0; i < times; i++) {
        cr_assert(eq(int, qfp_reference_evolve(r, time[i]), QFP_OK));
        check_time(&a, r, config->modes, i);
    }
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
    free(time);
    free(a.x);
    free(a.p);
}

Test(reference_files, kerr)
{
    check("kerr", TOLERANCE);
}

Test(reference_files, amplifier_cat)
{
    check("amplifier_cat", TOLERANCE);
}

Test(reference_files, quartic)
{
    check("quartic", TOLERANCE);
}

Test(reference_files, thermal_kerr)
{
    check("thermal_kerr", TRUNCATED);
}

Test(reference_files, dimer)
{
    check("dimer", TRUNCATED);
}

Test(reference_files, trimer)
{
    check("trimer", TOLERANCE);
}

Test(reference_files, lossy_kerr)
{
    check("lossy_kerr", TOLERANCE);
}

Test(reference_files, cat_stabilised)
{
    check("cat_stabilised", TOLERANCE);
}

Test(reference_files, pulsed_kerr)
{
    check("pulsed_kerr", TOLERANCE);
}

/* Q of mode 2 is off by 1.6e-7 of its maximum in the file. */
Test(reference_files, lossy_dimer)
{
    check("lossy_dimer", 6e-8);
}
