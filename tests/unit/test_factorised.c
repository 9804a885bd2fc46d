/* A generator as a matrix and its factors, against its own application. */
#include "../support/operators.h"

#include <stdlib.h>

#include "algebra/lindblad.h"
#include "fock/factorised.h"
#include "fock/fock_generator.h"

typedef struct rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_space space;
    qfp_fock_generator *generator;
    qfp_unknown_map map;
} rig;

/* H = n + ¼a†²a² + 0.3x of the first mode with loss, pair loss and gain, hopping where there are two. */
static void rig_make(int modes, const int *levels, rig *r)
{
    const qfp_theory theory = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 0.8};
    const char *const channels[] = {modes == 1 ? "a" : "a[1]", modes == 1 ? "a^2" : "a[1]^2",
                                    modes == 1 ? "ad" : "ad[2]"};
    *r = (rig){.backend = qfp_backend_cpu()};
    qfp_lindblad system;
    qfp_polynomial generator;
    qfp_lindblad_init(&system, modes);
    qfp_polynomial_init(&generator, 4 * modes);
    qfp_polynomial h =
        wick_of(modes == 1 ? "n + 0.25*ad^2*a^2 + 0.3*x" : "n[1] + hc(ad[1]*a[2])", modes);
    MUST(qfp_polynomial_copy(&h, &system.wick));
    for (int k = 0; k < 3; k++) {
        qfp_polynomial c = wick_of(channels[k], modes);
        MUST(qfp_lindblad_add(&system, 0.3 + 0.2 * k, &c));
        qfp_polynomial_destroy(&c);
    }
    MUST(qfp_lindblad_generator(&system, &theory, &generator));
    MUST(r->backend->device->context_create(1, &r->context));
    MUST(qfp_fock_space_set(modes, levels, &r->space));
    MUST(qfp_fock_generator_create(r->backend, r->context, &r->space, &generator, &r->generator));
    MUST(qfp_unknown_map_create(&r->space, qfp_fock_generator_map(r->generator), &r->map));
    qfp_polynomial_destroy(&h);
    qfp_polynomial_destroy(&generator);
    qfp_lindblad_destroy(&system);
}

static void rig_end(rig *r)
{
    qfp_unknown_map_destroy(&r->map);
    qfp_fock_generator_destroy(r->generator);
    r->backend->device->context_destroy(r->context);
}

/* ‖(L − s) x − b‖∞ of the solution for b = 1, −1, 1, …, over the size of x. */
static double residual(rig *r, qfp_factorised *f, double shift)
{
    size_t n = r->map.count;
    double *x = calloc(n, sizeof *x), *y = calloc(n, sizeof *y), worst = 0.0, size = 1.0;
    for (size_t i = 0; i < n; i++)
        x[i] = i % 2 == 0 ? 1.0 : -1.0;
    MUST(qfp_factorised_shift(f, shift));
    MUST(qfp_factorised_solve(f, x));
    MUST(qfp_unknown_map_apply(&r->map, x, y));
    for (size_t i = 0; i < n; i++) {
        size = fmax(size, fabs(x[i]));
        worst = fmax(worst, fabs(y[i] - shift * x[i] - (i % 2 == 0 ? 1.0 : -1.0)));
    }
    free(x);
    free(y);
    return worst / size;
}

/* Full, and as a band: of pair loss it is four rows of the triangle wide. */
Test(factorised, inverts_what_it_was_made_of)
{
    const int sizes[] = {9, 45};
    for (int i = 0; i < 2; i++) {
        rig r;
        qfp_factorised *f = NULL;
        rig_make(1, &sizes[i], &r);
        MUST(qfp_factorised_create(&r.map, &f));
        cr_assert(f != NULL);
        cr_assert(eq(int, qfp_factorised_is_full(f), i == 0));
        cr_assert(le(dbl, 8.0 * pow(sizes[i], 3.0), qfp_factorised_bytes(pow(sizes[i], 2.0))));
        for (double shift = 1e-3; shift < 2.0; shift *= 30.0) {
            double left = residual(&r, f, shift);
            /* elements of L are up to 45² ½: a few roundings of that */
            cr_assert(lt(dbl, left, 1e-11), "%g of %d levels at %g", left, sizes[i], shift);
        }
        qfp_factorised_destroy(f);
        rig_end(&r);
    }
}

/* Two modes reach too far for a band. */
Test(factorised, is_none_where_it_would_take_too_long)
{
    const int levels[] = {14, 14};
    rig r;
    qfp_factorised *f = NULL;
    rig_make(2, levels, &r);
    MUST(qfp_factorised_create(&r.map, &f));
    cr_assert(f == NULL);
    rig_end(&r);
}
