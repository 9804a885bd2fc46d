/* The propagators against closed forms: L = H B H with B of 2 × 2 blocks [[a, -w], [w, a]] and H a
 * Householder reflection, so e^{tL} = H e^{tB} H and every block is a damped rotation. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evolve/propagator.h"
#include "evolve/small_exponential.h"

enum { SIZE = 128, BLOCKS = SIZE / 2 };

typedef struct blocks {
    double growth, frequency[BLOCKS], mirror[SIZE];
    const qfp_backend *backend;
} blocks;

static void reflect(const blocks *b, double *x)
{
    double overlap = 0.0;
    for (int i = 0; i < SIZE; i++)
        overlap += b->mirror[i] * x[i];
    for (int i = 0; i < SIZE; i++)
        x[i] -= 2.0 * overlap * b->mirror[i];
}

/* Different in neighbouring blocks. */
static double growth_of(const blocks *b, int k)
{
    return b->growth * (double)(k % 3) / 2.0;
}

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    blocks *b = self;
    double x[SIZE], out[SIZE];
    QFP_TRY(b->backend->vector->download(u, 0, SIZE, x));
    reflect(b, x);
    for (int k = 0; k < BLOCKS; k++) {
        out[2 * k] = growth_of(b, k) * x[2 * k] - b->frequency[k] * x[2 * k + 1];
        out[2 * k + 1] = growth_of(b, k) * x[2 * k + 1] + b->frequency[k] * x[2 * k];
    }
    reflect(b, out);
    return b->backend->vector->upload(y, 0, SIZE, out);
}

static void exact(const blocks *b, double t, const double *start, double *out)
{
    double x[SIZE];
    for (int i = 0; i < SIZE; i++)
        x[i] = start[i];
    reflect(b, x);
    for (int k = 0; k < BLOCKS; k++) {
        double c = exp(growth_of(b, k) * t) * cos(b->frequency[k] * t);
        double s = exp(growth_of(b, k) * t) * sin(b->frequency[k] * t);
        out[2 * k] = c * x[2 * k] - s * x[2 * k + 1];
        out[2 * k + 1] = s * x[2 * k] + c * x[2 * k + 1];
    }
    reflect(b, out);
}

/* The highest frequency is 40. */
static blocks make_blocks(const qfp_backend *backend, double growth)
{
    blocks b = {.growth = growth, .backend = backend};
    double norm = 0.0;
    for (int i = 0; i < SIZE; i++) {
        b.mirror[i] = sin(1.0 + 3.0 * i);
        norm += b.mirror[i] * b.mirror[i];
    }
    for (int i = 0; i < SIZE; i++)
        b.mirror[i] /= sqrt(norm);
    for (int k = 0; k < BLOCKS; k++)
        b.frequency[k] = 40.0 * (k + 1) / BLOCKS;
    return b;
}

typedef struct outcome {
    double error, stated, norm_drift;
    size_t applications;
} outcome;

/* Error in the 2-norm after time t of a unit vector. */
static outcome run(qfp_integrator integrator, double growth, double tolerance, double step,
                   double t)
{
    blocks b = make_blocks(qfp_backend_cpu(), growth);
    double start[SIZE], reached[SIZE], wanted[SIZE], norm = 0.0;
    for (int i = 0; i < SIZE; i++) {
        start[i] = cos(0.7 * i * i);
        norm += start[i] * start[i];
    }
    for (int i = 0; i < SIZE; i++)
        start[i] /= sqrt(norm);

    qfp_context *context = NULL;
    qfp_buffer *u = NULL;
    qfp_propagator *propagator = NULL;
    cr_assert(eq(int, b.backend->device->context_create(1, &context), QFP_OK));
    cr_assert(eq(int, b.backend->vector->create(context, SIZE, &u), QFP_OK));
    cr_assert(eq(int, b.backend->vector->upload(u, 0, SIZE, start), QFP_OK));
    qfp_linear_map map = {.backend = b.backend,
                          .context = context,
                          .count = SIZE,
                          .skew = growth == 0.0,
                          .dissipative = growth < 0.0,
                          .self = &b,
                          .apply = apply};
    qfp_propagator_options options = {
        .integrator = integrator, .tolerance = tolerance, .time_scale = t, .step = step};
    cr_assert(eq(int, qfp_propagator_create(&map, &options, &propagator), QFP_OK));
    cr_assert(eq(int, qfp_propagator_advance(propagator, u, t, NULL, NULL), QFP_OK));
    cr_assert(eq(int, b.backend->vector->download(u, 0, SIZE, reached), QFP_OK));
    exact(&b, t, start, wanted);
    outcome o = {.applications = map.applications};
    double squared = 0.0;
    for (int i = 0; i < SIZE; i++) {
        o.error += (reached[i] - wanted[i]) * (reached[i] - wanted[i]);
        squared += reached[i] * reached[i];
    }
    o.error = sqrt(o.error);
    o.stated = qfp_propagation_error(qfp_propagator_progress(propagator), DBL_EPSILON);
    o.norm_drift = fabs(sqrt(squared) - 1.0);
    qfp_propagator_destroy(propagator);
    b.backend->vector->destroy(u);
    b.backend->device->context_destroy(context);
    return o;
}

Test(propagator, krylov_meets_its_tolerance_on_a_skew_generator)
{
    for (double tolerance = 1e-4; tolerance > 1e-12; tolerance *= 1e-3) {
        outcome o = run(QFP_INTEGRATOR_KRYLOV, 0.0, tolerance, 0.0, 3.0);
        cr_assert(lt(dbl, o.error, tolerance), "tolerance %g, error %g", tolerance, o.error);
        /* e^{T} of a skew T is orthogonal whatever the error: only rounding moves the norm */
        cr_assert(lt(dbl, o.norm_drift, 1e-13), "norm drift %g", o.norm_drift);
    }
}

Test(propagator, krylov_meets_its_tolerance_on_a_growing_generator)
{
    for (double growth = -2.0; growth < 2.5; growth += 4.0) {
        outcome o = run(QFP_INTEGRATOR_KRYLOV, growth, 1e-8, 0.0, 1.0);
        /* the tolerance is relative to the norm of the moment, at most e^2 here */
        cr_assert(lt(dbl, o.error, 1e-8 * exp(2.0)), "error %g", o.error);
    }
}

/* A Krylov propagator for vectors that touch few of the blocks. */
typedef struct narrow {
    blocks b;
    qfp_context *context;
    qfp_buffer *u;
    qfp_linear_map map;
    qfp_propagator *propagator;
} narrow;

static void narrow_create(const qfp_backend *backend, narrow *n)
{
    n->b = make_blocks(backend, 0.0);
    memset(n->b.mirror, 0, sizeof n->b.mirror); /* spaces that are invariant to the last bit */
    cr_assert(eq(int, backend->device->context_create(1, &n->context), QFP_OK));
    cr_assert(eq(int, backend->vector->create(n->context, SIZE, &n->u), QFP_OK));
    n->map = (qfp_linear_map){.backend = backend,
                              .context = n->context,
                              .count = SIZE,
                              .skew = true,
                              .self = &n->b,
                              .apply = apply};
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_KRYLOV, .tolerance = 1e-10, .time_scale = 1.0};
    cr_assert(eq(int, qfp_propagator_create(&n->map, &options, &n->propagator), QFP_OK));
}

static void narrow_destroy(narrow *n)
{
    qfp_propagator_destroy(n->propagator);
    n->b.backend->vector->destroy(n->u);
    n->b.backend->device->context_destroy(n->context);
}

/* A vector in `used` blocks, advanced twice; returns the applications of both. */
static void narrow_run(narrow *n, int used, size_t applications[2])
{
    double start[SIZE] = {0}, reached[SIZE], wanted[SIZE], error = 0.0;
    for (int k = 0; k < used; k++)
        start[used <= 3 ? 40 * (k + 1) : 2 * k] = 1.0;
    cr_assert(eq(int, n->b.backend->vector->upload(n->u, 0, SIZE, start), QFP_OK));
    for (int i = 0; i < 2; i++) {
        size_t before = n->map.applications;
        cr_assert(eq(int, qfp_propagator_advance(n->propagator, n->u, 0.4, NULL, NULL), QFP_OK));
        applications[i] = n->map.applications - before;
    }
    cr_assert(eq(int, n->b.backend->vector->download(n->u, 0, SIZE, reached), QFP_OK));
    exact(&n->b, 0.8, start, wanted);
    for (int i = 0; i < SIZE; i++) {
        cr_assert(isfinite(reached[i]) != 0);
        error = fmax(error, fabs(reached[i] - wanted[i]));
    }
    cr_assert(lt(dbl, error, 1e-10), "%d blocks, error %g", used, error); /* the tolerance */
}

/* Norms are read after 1, 2, 4 … vectors until the size of the space is known. */
Test(propagator, an_invariant_space_ends_a_basis)
{
    const qfp_backend *backends[] = {qfp_backend_cpu(), qfp_backend_checked()};
    for (int i = 0; i < 2; i++) {
        narrow n;
        size_t applications[2];
        narrow_create(backends[i], &n);
        narrow_run(&n, 0, applications);
        cr_assert(eq(ulong, applications[0], 1));
        cr_assert(eq(ulong, applications[1], 1));
        narrow_run(&n, 1, applications);
        cr_assert(eq(ulong, applications[0], 2));
        cr_assert(eq(ulong, applications[1], 2));
        narrow_run(&n, 3, applications);
        cr_assert(eq(ulong, applications[0], 8));
        cr_assert(eq(ulong, applications[1], 6));
        narrow_run(&n, BLOCKS, applications); /* fills its bases: afterwards nobody looks */
        narrow_run(&n, 3, applications);
        cr_assert(le(ulong, applications[0], 64));
        cr_assert(eq(ulong, applications[1], 6));
        n.b.frequency[20] = 0.0; /* L u = 0 */
        narrow_run(&n, 1, applications);
        cr_assert(eq(ulong, applications[1], 1));
        narrow_destroy(&n);
    }
}

/* A vector that is not, after a full basis too, when norms are read at the end only; then an L. */
Test(propagator, krylov_tells_what_is_not_finite)
{
    narrow n;
    double bad = NAN, start[SIZE] = {1.0};
    size_t applications[2];
    narrow_create(qfp_backend_checked(), &n);
    for (int k = 0; k < 3; k++) {
        if (k > 0)
            narrow_run(&n, BLOCKS, applications);
        cr_assert(eq(int, n.b.backend->vector->upload(n.u, 0, SIZE, start), QFP_OK));
        if (k < 2)
            cr_assert(eq(int, n.b.backend->vector->upload(n.u, 5, 1, &bad), QFP_OK));
        else
            n.b.frequency[0] = 1e200; /* its square is not */
        cr_assert(
            eq(int, qfp_propagator_advance(n.propagator, n.u, 1.0, NULL, NULL), QFP_NOT_FINITE));
        cr_assert(strstr(qfp_last_error(), "no longer finite") != NULL, "%s", qfp_last_error());
    }
    narrow_destroy(&n);
}

Test(propagator, looser_tolerance_costs_less)
{
    outcome loose = run(QFP_INTEGRATOR_KRYLOV, 0.0, 1e-3, 0.0, 3.0);
    outcome tight = run(QFP_INTEGRATOR_KRYLOV, 0.0, 1e-12, 0.0, 3.0);
    cr_assert(lt(ulong, loose.applications, tight.applications));
    cr_assert(lt(dbl, tight.error, loose.error));
}

Test(propagator, chebyshev_is_exact_to_rounding)
{
    outcome o = run(QFP_INTEGRATOR_CHEBYSHEV, 0.0, 1e-8, 0.0, 3.0);
    /* 150 terms of size ≤ 1 in a recurrence: rounding times their number */
    cr_assert(lt(dbl, o.error, 2e-13), "error %g", o.error);
}

/* Damped as a master equation is, weakly and as fast as it turns.  The fastest that turn do not decay, and lie
 * outside of the ellipse: what that costs is stated, and kept below the tolerance. */
Test(propagator, chebyshev_meets_its_tolerance_where_things_decay)
{
    const double growths[] = {-0.5, -5.0, -60.0};
    for (int i = 0; i < 3; i++) {
        outcome loose = run(QFP_INTEGRATOR_CHEBYSHEV, growths[i], 1e-8, 0.0, 3.0);
        outcome tight = run(QFP_INTEGRATOR_CHEBYSHEV, growths[i], 1e-13, 0.0, 3.0);
        cr_assert(lt(dbl, loose.error, 1e-8), "growth %g, error %g", growths[i], loose.error);
        cr_assert(le(dbl, loose.error, loose.stated), "error %g, stated %g", loose.error,
                  loose.stated);
        /* rounding of 150 terms and more, in a recurrence */
        cr_assert(lt(dbl, tight.error, 2e-12), "growth %g, error %g", growths[i], tight.error);
        cr_assert(lt(ulong, loose.applications, i < 2 ? 250 : 500));
    }
}

Test(propagator, the_field_of_values_is_found)
{
    const double growths[] = {-0.5, -60.0};
    for (int i = 0; i < 2; i++) {
        narrow n;
        qfp_field_of_values values;
        narrow_create(qfp_backend_cpu(), &n);
        n.b.growth = growths[i];
        n.map.skew = false;
        cr_assert(eq(int, qfp_linear_map_field(&n.map, SIZE_MAX, &values), QFP_OK));
        /* extremes of 20 Ritz values, which lie inside, and a margin of five per cent */
        cr_assert(le(dbl, values.low, 0.9 * growths[i]), "%g", values.low);
        cr_assert(ge(dbl, values.low, 1.2 * growths[i]), "%g", values.low);
        cr_assert(ge(dbl, values.high, 0.1 * growths[i]), "%g", values.high);
        cr_assert(le(dbl, values.high, -0.2 * growths[i]), "%g", values.high);
        cr_assert(ge(dbl, values.radius, 39.5), "%g", values.radius);
        cr_assert(le(dbl, values.radius, 1.2 * 40.0), "%g", values.radius);
        narrow_destroy(&n);
    }
}

Test(propagator, auto_takes_the_ellipse_where_things_decay)
{
    outcome skew = run(QFP_INTEGRATOR_AUTO, 0.0, 1e-8, 0.0, 3.0);
    outcome krylov = run(QFP_INTEGRATOR_KRYLOV, 0.0, 1e-8, 0.0, 3.0);
    outcome decays = run(QFP_INTEGRATOR_AUTO, -0.5, 1e-8, 0.0, 3.0);
    outcome chebyshev = run(QFP_INTEGRATOR_CHEBYSHEV, -0.5, 1e-8, 0.0, 3.0);
    cr_assert(eq(ulong, skew.applications, krylov.applications));
    cr_assert(eq(ulong, decays.applications, chebyshev.applications));
}

/* Neither skew nor of a master equation: nothing bounds its values. */
Test(propagator, chebyshev_refuses_a_generator_that_may_grow)
{
    blocks b = {.growth = 0.1, .backend = qfp_backend_cpu()};
    qfp_linear_map map = {
        .backend = b.backend, .count = SIZE, .skew = false, .self = &b, .apply = apply};
    qfp_propagator_options options = {.integrator = QFP_INTEGRATOR_CHEBYSHEV, .tolerance = 1e-8};
    qfp_propagator *propagator = NULL;
    cr_assert(eq(int, qfp_propagator_create(&map, &options, &propagator), QFP_CONFIG));
    cr_assert(zero(ptr, propagator));
}

Test(propagator, rk4_converges_at_order_four)
{
    double coarse = run(QFP_INTEGRATOR_RK4, 0.0, 0.0, 1.0 / 128, 1.0).error;
    double fine = run(QFP_INTEGRATOR_RK4, 0.0, 0.0, 1.0 / 256, 1.0).error;
    double order = log2(coarse / fine);
    /* wh = 40/256 = 0.16: the next term of the error shifts the order by about (wh)² */
    cr_assert(epsilon_eq(dbl, order, 4.0, 0.1), "order %g", order);
}

static qfp_status count_steps(void *data, double t, qfp_buffer *u)
{
    (void)t, (void)u;
    ++*(int *)data;
    return QFP_OK;
}

/* No step is longer than was asked for: as many as fit, and one more for what is left. */
Test(propagator, rk4_takes_no_longer_steps)
{
    const struct {
        double step, duration;
        int steps;
    } cases[] = {{0.25, 1.0, 4}, {0.3, 1.0, 4}, {0.1, 0.3, 3}, {0.34, 1.0, 3}, {2.0, 1.0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        narrow n;
        qfp_propagator *p;
        int steps = 0;
        narrow_create(qfp_backend_cpu(), &n);
        const qfp_propagator_options options = {.integrator = QFP_INTEGRATOR_RK4,
                                                .step = cases[i].step};
        double zero[SIZE] = {0.0};
        cr_assert(eq(int, n.b.backend->vector->upload(n.u, 0, SIZE, zero), QFP_OK));
        cr_assert(eq(int, qfp_propagator_create(&n.map, &options, &p), QFP_OK));
        cr_assert(eq(int, qfp_propagator_advance(p, n.u, cases[i].duration, count_steps, &steps),
                     QFP_OK));
        cr_assert(eq(int, steps, cases[i].steps), "%zu", i);
        qfp_propagator_destroy(p);
        narrow_destroy(&n);
    }
}

/* The spectrum fills ±40: an estimate below it makes Chebyshev's series diverge, one far above it
 * costs in proportion. */
Test(propagator, the_radius_is_not_below_the_spectrum_and_little_above)
{
    narrow n;
    double radius;
    narrow_create(qfp_backend_cpu(), &n);
    cr_assert(eq(int, qfp_linear_map_radius(&n.map, &radius), QFP_OK));
    cr_assert(ge(dbl, radius, 40.0), "%g", radius);
    cr_assert(le(dbl, radius, 1.2 * 40.0), "%g", radius);
    narrow_destroy(&n);
}

Test(propagator, dense_exponential_of_a_rotation_and_a_jordan_block)
{
    /* e^{[[a, -w], [w, a]]} and a nilpotent block, in one 4 × 4 matrix; w = 30 needs squarings */
    double a = -0.5, w = 30.0, e[16];
    const double m[16] = {a, -w, 0, 0, w, a, 0, 0, 0, 0, 0, 7.0, 0, 0, 0, 0};
    cr_assert(eq(int, qfp_dense_exponential(4, m, e), QFP_OK));
    /* conditioning |w| ε per squaring: 1e-13 leaves a factor of ten */
    cr_assert(epsilon_eq(dbl, e[0], exp(a) * cos(w), 1e-13));
    cr_assert(epsilon_eq(dbl, e[4], exp(a) * sin(w), 1e-13));
    cr_assert(epsilon_eq(dbl, e[1], -exp(a) * sin(w), 1e-13));
    cr_assert(epsilon_eq(dbl, e[10], 1.0, 1e-15));
    cr_assert(epsilon_eq(dbl, e[11], 7.0, 1e-13));
    cr_assert(epsilon_eq(dbl, e[14], 0.0, 1e-15));
}

Test(propagator, skew_tridiagonal_entries_match_the_dense_exponential)
{
    enum { N = 7 };
    double beta[N] = {0.3, 1.7, 0.9, 2.2, 0.1, 1.0, 0.0}, t[N * N] = {0}, e[N * N];
    for (int k = 0; k + 1 < N; k++) {
        t[(k + 1) * N + k] = 1.3 * beta[k];
        t[k * N + k + 1] = -1.3 * beta[k];
    }
    qfp_skew_tridiagonal spectral;
    cr_assert(eq(int, qfp_dense_exponential(N, t, e), QFP_OK));
    cr_assert(eq(int, qfp_skew_tridiagonal_create(N, beta, &spectral), QFP_OK));
    for (int k = 0; k < N; k++)
        cr_assert(epsilon_eq(dbl, qfp_skew_tridiagonal_entry(&spectral, 1.3, k), e[k * N], 1e-14));
    qfp_skew_tridiagonal_destroy(&spectral);
}

Test(propagator, vectors_kept)
{
    const struct {
        qfp_integrator integrator;
        double fit;
        int vectors;
    } list[] = {{QFP_INTEGRATOR_AUTO, 1e9, 65},     {QFP_INTEGRATOR_KRYLOV, 1e9, 65},
                {QFP_INTEGRATOR_KRYLOV, 20.7, 20},  {QFP_INTEGRATOR_KRYLOV, -1.0, 13},
                {QFP_INTEGRATOR_CHEBYSHEV, 1e9, 4}, {QFP_INTEGRATOR_CHEBYSHEV, 1.0, 4},
                {QFP_INTEGRATOR_RK4, 1e9, 2},       {QFP_INTEGRATOR_RK4, 0.0, 2}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        cr_assert(eq(int, qfp_integrator_vectors(list[i].integrator, list[i].fit), list[i].vectors),
                  "%zu", i);
}
