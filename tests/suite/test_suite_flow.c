/* test_suite_flow.c - drift and traceless diffusion against closed forms and matrix products. */
#include "suite.h"

enum { MOST_POLYNOMIALS = 6 + 36, MOST_TERMS = 8 };

/* Gradient and Hessian of a polynomial, differentiated term by term. */
typedef struct derivatives {
    int modes;
    qfp_real_polynomial gradient[6], hessian[36];
    qfp_symbol_term storage[MOST_POLYNOMIALS][MOST_TERMS];
} derivatives;

static qfp_symbol_term differentiate(qfp_symbol_term term, int variable)
{
    term.re *= term.power[variable];
    if (term.power[variable] > 0)
        term.power[variable] -= 1;
    return term;
}

static derivatives *differentiate_all(int modes, int count, const qfp_symbol_term *h)
{
    derivatives *d = calloc(1, sizeof *d);
    int n = 2 * modes;
    d->modes = modes;
    for (int a = 0; a < n; ++a) {
        for (int t = 0; t < count; ++t)
            d->storage[a][t] = differentiate(h[t], a);
        d->gradient[a] = (qfp_real_polynomial){(size_t)count, d->storage[a]};
        for (int b = 0; b < n; ++b) {
            qfp_symbol_term *to = d->storage[n + a * n + b];
            for (int t = 0; t < count; ++t)
                to[t] = differentiate(differentiate(h[t], a), b);
            d->hessian[a * n + b] = (qfp_real_polynomial){(size_t)count, to};
        }
    }
    return d;
}

static double value_of(const qfp_real_polynomial *p, int variables, const double *z)
{
    double sum = 0;
    for (size_t t = 0; t < p->term_count; ++t) {
        double product = p->terms[t].re;
        for (int v = 0; v < variables; ++v)
            product *= pow(z[v], p->terms[t].power[v]);
        sum += product;
    }
    return sum;
}

/* (U/2)(|α|⁴ - 4|α|² + 2) in Q and P, with |α|² = (Q² + P²)/2 */
static const double U = 0.8, kappa = 0.7, C = 0.9;
enum { KERR_TERMS = 6 };
static void kerr_terms(int modes, qfp_symbol_term *h)
{
    const double re[KERR_TERMS] = {U / 8, U / 4, U / 8, -U, -U, U};
    const uint8_t q[KERR_TERMS] = {4, 2, 0, 2, 0, 0}, p[KERR_TERMS] = {0, 2, 4, 0, 2, 0};
    memset(h, 0, KERR_TERMS * sizeof *h);
    for (int t = 0; t < KERR_TERMS; ++t) {
        h[t].re = re[t];
        h[t].power[0] = q[t];
        h[t].power[modes] = p[t];
    }
}

static void kerr_is_closed(const qfp_backend *b)
{
    qfp_symbol_term h[KERR_TERMS];
    kerr_terms(1, h);
    derivatives *d = differentiate_all(1, KERR_TERMS, h);
    qfp_context *context = NULL;
    qfp_flow *flow = NULL;
    OK(b->device->context_create(1, &context));
    OK(b->flow->create(context, 1, kappa, C, d->gradient, d->hessian, &flow));
    const double z[] = {1.5, -0.4, 0.0, 2.0, -3.0, 0.0, 0.0, 0.0, -1.0, 1.0, 2.0, 2.0};
    enum { POINTS = 6 };
    double drift[2 * POINTS], D[4 * POINTS], value[2 * POINTS], vector[4 * POINTS];
    OK(b->flow->evaluate(flow, POINTS, z, drift, D, value, vector));
    for (int i = 0; i < POINTS; ++i) {
        double Q = z[2 * i], P = z[2 * i + 1], r2 = Q * Q + P * P;
        const double tolerance = 1e-13; /* a few roundings of numbers up to 30 */
        cr_assert(epsilon_eq(dbl, drift[2 * i], U * P * (r2 / 2 - 2) / kappa, tolerance));
        cr_assert(epsilon_eq(dbl, drift[2 * i + 1], -U * Q * (r2 / 2 - 2) / kappa, tolerance));
        double qq = -C * U / kappa * Q * P, qp = C * U / (2 * kappa) * (Q * Q - P * P);
        cr_assert(epsilon_eq(dbl, D[4 * i], qq, tolerance));
        cr_assert(epsilon_eq(dbl, D[4 * i + 1], qp, tolerance));
        cr_assert(epsilon_eq(dbl, D[4 * i + 2], qp, tolerance));
        cr_assert(epsilon_eq(dbl, D[4 * i + 3], -qq, tolerance));
        double radius = C * U * r2 / (2 * kappa); /* |∂²_{α*} H| C/κ */
        cr_assert(epsilon_eq(dbl, value[2 * i], radius, tolerance));
        cr_assert(epsilon_eq(dbl, value[2 * i + 1], -radius, tolerance));
        const double *v = vector + 4 * i;
        cr_assert(epsilon_eq(dbl, qq * v[0] + qp * v[1], radius * v[0], tolerance));
        cr_assert(epsilon_eq(dbl, qp * v[0] - qq * v[1], radius * v[1], tolerance));
        cr_assert(epsilon_eq(dbl, v[0] * v[0] + v[1] * v[1], 1.0, 1e-15)); /* one division */
        cr_assert(eq(dbl, v[2], v[1]));
        cr_assert(eq(dbl, v[3], -v[0]));
    }
    free(d);
    b->flow->destroy(flow);
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(kerr_is_closed)

/* D = (C/2κ)(H''J - JH'') by matrix products. */
static void naive_diffusion(const derivatives *d, const double *z, double *D)
{
    int n = 2 * d->modes;
    double H[36], J[36] = {0};
    for (int k = 0; k < n * n; ++k)
        H[k] = value_of(&d->hessian[k], n, z);
    for (int j = 0; j < d->modes; ++j) {
        J[j * n + d->modes + j] = 1;
        J[(d->modes + j) * n + j] = -1;
    }
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) {
            D[a * n + b] = 0;
            for (int c = 0; c < n; ++c)
                D[a * n + b] +=
                    C / (2 * kappa) * (H[a * n + c] * J[c * n + b] - J[a * n + c] * H[c * n + b]);
        }
}

static void check_eigenpairs(int modes, const double *D, const double *value, const double *vector)
{
    int n = 2 * modes;
    /* Jacobi on ≤ 6×6 matrices with entries up to 10 */
    const double tolerance = 1e-13;
    for (int i = 0; i < n; ++i) {
        if (i > 0)
            cr_assert(value[i - 1] >= value[i]);
        cr_assert(eq(dbl, value[n - 1 - i], -value[i]));
        for (int a = 0; a < n; ++a) {
            double product = 0, overlap = 0;
            for (int c = 0; c < n; ++c) {
                product += D[a * n + c] * vector[i * n + c];
                overlap += vector[a * n + c] * vector[i * n + c];
            }
            cr_assert(epsilon_eq(dbl, product, value[i] * vector[i * n + a], tolerance));
            cr_assert(epsilon_eq(dbl, overlap, a == i ? 1.0 : 0.0, tolerance));
        }
    }
    for (int i = 0; i < modes; ++i)
        for (int j = 0; j < modes; ++j) { /* J (q, p) = (p, -q) */
            const double *v = vector + i * n, *image = vector + (n - 1 - i) * n;
            cr_assert(eq(dbl, image[j], v[modes + j]));
            cr_assert(eq(dbl, image[modes + j], -v[j]));
        }
}

static void check_flow(const qfp_backend *b, int modes, int count, const qfp_symbol_term *h)
{
    int n = 2 * modes;
    derivatives *d = differentiate_all(modes, count, h);
    const qfp_grid grid = {
        .modes = modes, .points = {4, 6, 4}, .extent = {5.0, 6.0, 3.0, 4.0, 7.0, 5.5}};
    rig r = rig_create(b, &grid);
    suite_axes s = suite_axes_of(&grid, QFP_SPACE_Z);
    double *x = suite_random_array(s.elements, 5), *z = malloc(s.elements * (size_t)n * sizeof *z);
    size_t square = (size_t)(n * n);
    double *drift = malloc(s.elements * (size_t)n * sizeof *drift);
    double *D = malloc(s.elements * square * sizeof *D);
    double *value = malloc(s.elements * (size_t)n * sizeof *value);
    double *vector = malloc(s.elements * square * sizeof *vector);
    for (size_t cell = 0; cell < s.elements; ++cell) {
        size_t i[2 * QFP_MAX_MODES];
        suite_decode(&s, cell, i);
        for (int a = 0; a < n; ++a)
            z[cell * (size_t)n + (size_t)a] =
                ((double)i[a] - (double)(s.length[a] / 2)) * grid.extent[a] / (double)s.length[a];
    }
    qfp_flow *flow = NULL;
    OK(b->flow->create(r.context, modes, kappa, C, d->gradient, d->hessian, &flow));
    OK(b->flow->evaluate(flow, s.elements, z, drift, D, value, vector));
    OK(b->vector->upload(r.buffer[0], 0, s.elements, x));
    /* every formula below: some twenty roundings of numbers up to 100 */
    const double tolerance = 1e-12;
    for (size_t cell = 0; cell < s.elements; ++cell) {
        const double *at = z + cell * (size_t)n;
        double exact[36];
        naive_diffusion(d, at, exact);
        for (int k = 0; k < n * n; ++k)
            cr_assert(epsilon_eq(dbl, D[cell * square + (size_t)k], exact[k], tolerance));
        for (int a = 0; a < n; ++a) {
            double slope = value_of(&d->gradient[a < modes ? a + modes : a - modes], n, at);
            cr_assert(epsilon_eq(dbl, drift[cell * (size_t)n + (size_t)a],
                                 (a < modes ? slope : -slope) / kappa, tolerance));
        }
        check_eigenpairs(modes, D + cell * square, value + cell * (size_t)n,
                         vector + cell * square);
    }
    for (int a = 0; a < n; ++a)
        for (int column = -1; column < n; ++column) {
            OK(b->flow->multiply(flow, r.plan, a, column, r.buffer[0], r.buffer[1]));
            double *y = rig_download(&r, r.buffer[1], s.elements);
            for (size_t cell = 0; cell < s.elements; ++cell) {
                double factor = column < 0 ? drift[cell * (size_t)n + (size_t)a]
                                           : D[cell * square + (size_t)(a * n + column)];
                cr_assert(epsilon_eq(dbl, y[cell], factor * x[cell], tolerance));
            }
            free(y);
        }
    FAILS(b->flow->multiply(flow, r.plan, n, 0, r.buffer[0], r.buffer[1]));
    FAILS(b->flow->multiply(flow, r.plan, 0, n, r.buffer[0], r.buffer[1]));
    FAILS(b->flow->multiply(flow, r.plan, 0, -2, r.buffer[0], r.buffer[1]));
    FAILS(b->flow->multiply(flow, r.plan, -1, 0, r.buffer[0], r.buffer[1]));
    OK(b->flow->evaluate(flow, 1, z, NULL, NULL, NULL, NULL));
    OK(b->flow->evaluate(flow, 1, z, NULL, NULL, value, NULL));
    b->flow->destroy(flow);
    rig_destroy(&r);
    free(d);
    free(x);
    free(z);
    free(drift);
    free(D);
    free(value);
    free(vector);
}

static void two_coupled_modes(const qfp_backend *b)
{
    /* Q1⁴, Q1²P2², Q1 P1 Q2, P1³ P2, Q2³, Q1 P2 */
    const qfp_symbol_term h[] = {{0.3, 0, {4}},          {-0.2, 0, {2, 0, 0, 2}},
                                 {0.7, 0, {1, 1, 1, 0}}, {0.1, 0, {0, 0, 3, 1}},
                                 {0.4, 0, {0, 3}},       {-1.1, 0, {1, 0, 0, 1}}};
    check_flow(b, 2, 6, h);
}
ON_EVERY_BACKEND(two_coupled_modes)

/* Kerr in one of three modes: D has a four-dimensional kernel, where pairs must be made. */
static void idle_modes_fill_the_kernel(const qfp_backend *b)
{
    qfp_symbol_term h[KERR_TERMS];
    kerr_terms(3, h);
    check_flow(b, 3, KERR_TERMS, h);
}
ON_EVERY_BACKEND(idle_modes_fill_the_kernel)

/* H = (w·Q)²/2 with w = (1, 2, -1): the kernel lies across all modes, and what Jacobi returns for
 * it is not paired. */
static void slanted_kernel(const qfp_backend *b)
{
    const qfp_symbol_term h[] = {{0.5, 0, {2}},    {2.0, 0, {0, 2}},     {0.5, 0, {0, 0, 2}},
                                 {2.0, 0, {1, 1}}, {-1.0, 0, {1, 0, 1}}, {-2.0, 0, {0, 1, 1}}};
    check_flow(b, 3, 6, h);
}
ON_EVERY_BACKEND(slanted_kernel)

/* Three oscillators: D = 0 and only the pairing is left; and one with equal eigenvalues. */
static void degenerate_eigenvalues(const qfp_backend *b)
{
    const qfp_symbol_term free_field[] = {{0.5, 0, {2}},       {0.5, 0, {0, 0, 0, 2}},
                                          {0.8, 0, {0, 2}},    {0.8, 0, {0, 0, 0, 0, 2}},
                                          {1.5, 0, {0, 0, 2}}, {1.5, 0, {0, 0, 0, 0, 0, 2}}};
    check_flow(b, 3, 6, free_field);
    const qfp_symbol_term amplifiers[] = {
        {1.0, 0, {1, 0, 0, 1}}, {1.0, 0, {0, 1, 0, 0, 1}}, {1.0, 0, {0, 0, 1, 0, 0, 1}}};
    check_flow(b, 3, 3, amplifiers);
}
ON_EVERY_BACKEND(degenerate_eigenvalues)

static void refuses_bad_flows(const qfp_backend *b)
{
    qfp_symbol_term h[KERR_TERMS];
    kerr_terms(1, h);
    derivatives *d = differentiate_all(1, KERR_TERMS, h);
    qfp_context *context = NULL;
    qfp_flow *flow = NULL;
    OK(b->device->context_create(1, &context));
    FAILS(b->flow->create(context, 0, kappa, C, d->gradient, d->hessian, &flow));
    FAILS(b->flow->create(context, 9, kappa, C, d->gradient, d->hessian, &flow));
    FAILS(b->flow->create(context, 1, 0.0, C, d->gradient, d->hessian, &flow));
    FAILS(b->flow->create(context, 1, kappa, NAN, d->gradient, d->hessian, &flow));
    cr_assert(flow == NULL);
    /* a flow on a grid of other modes */
    OK(b->flow->create(context, 1, kappa, C, d->gradient, d->hessian, &flow));
    qfp_grid_plan *plan = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    OK(b->grid->create(context, &suite_grid[2], &plan));
    OK(b->vector->create(context, qfp_grid_doubles(&suite_grid[2], QFP_SPACE_Z), &x));
    OK(b->vector->create(context, qfp_grid_doubles(&suite_grid[2], QFP_SPACE_Z), &y));
    FAILS(b->flow->multiply(flow, plan, 0, 0, x, y));
    b->vector->destroy(x);
    b->vector->destroy(y);
    b->grid->destroy(plan);
    b->flow->destroy(flow);
    b->device->context_destroy(context);
    free(d);
}
ON_EVERY_BACKEND(refuses_bad_flows)
