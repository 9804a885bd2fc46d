/* What is read off a state in the Fock basis: moments from bands, tails, Husimi functions,
 * entropy. */
#include "../support/operators.h"

#include <stdio.h>
#include <stdlib.h>

#include "fock/fock_husimi.h"
#include "fock/fock_wehrl.h"
#include "fock/fock_moments.h"
#include "fock/fock_tail.h"
#include "reference/reference.h"

static const qfp_backend *backend;
static qfp_context *context;

static void open_backend(const qfp_backend *which)
{
    backend = which;
    MUST(backend->device->context_create(1, &context));
}

static qfp_fock_space space_of(int modes, const int *levels)
{
    qfp_fock_space space;
    MUST(qfp_fock_space_set(modes, levels, &space));
    return space;
}

/* The packed upper triangle of a dense Hermitian matrix, as fock_space.h has it. */
static double *pack(size_t d, const double complex *rho)
{
    double *packed = calloc(d * (d + 1), sizeof *packed), *u = packed;
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, u += 2) {
            u[0] = (m < n ? sqrt(2.0) : 1.0) * creal(rho[m * d + n]);
            u[1] = (m < n ? sqrt(2.0) : 0.0) * cimag(rho[m * d + n]);
        }
    return packed;
}

static qfp_buffer *upload(const qfp_fock_space *space, const double complex *rho)
{
    qfp_buffer *u = NULL;
    double *packed = pack(space->dimension, rho);
    MUST(backend->vector->create(context, space->count, &u));
    MUST(backend->vector->upload(u, 0, space->count, packed));
    free(packed);
    return u;
}

/* A random density matrix of rank 2 with unit trace. */
static double complex *random_state(size_t d, uint64_t seed)
{
    double complex *rho = calloc(d * d, sizeof *rho), *ket = calloc(d, sizeof *ket);
    double trace = 0.0;
    for (int k = 0; k < 2; k++) {
        for (size_t n = 0; n < d; n++)
            ket[n] = CMPLX(random_number(&seed), random_number(&seed));
        for (size_t m = 0; m < d; m++)
            for (size_t n = 0; n < d; n++)
                rho[m * d + n] += ket[m] * conj(ket[n]);
    }
    for (size_t n = 0; n < d; n++)
        trace += creal(rho[n * d + n]);
    for (size_t n = 0; n < d * d; n++)
        rho[n] /= trace;
    free(ket);
    return rho;
}

/* ⟨m|a†_1^… a_1^…|n⟩ by walking with the ladder operators, one step at a time. */
static double brute_element(const qfp_fock_space *s, const uint8_t *down, const uint8_t *up,
                            size_t m, size_t n)
{
    double element = 1.0;
    for (int j = 0; j < s->modes; j++) {
        long levels = s->levels[j], from = (long)(n / s->stride[j]) % levels;
        long to = (long)(m / s->stride[j]) % levels;
        for (int k = 0; k < down[j]; k++)
            element *= sqrt((double)(from > 0 ? from : 0)), from--;
        for (int k = 0; k < up[j]; k++)
            from++, element *= sqrt((double)(from > 0 ? from : 0));
        element *= from == to;
    }
    return element;
}

static double brute_expectation(const qfp_fock_space *s, const qfp_polynomial *wick,
                                const double complex *rho)
{
    double complex sum = 0.0;
    for (size_t t = 0; t < wick->count; t++)
        for (size_t m = 0; m < s->dimension; m++)
            for (size_t n = 0; n < s->dimension; n++)
                sum +=
                    wick->terms[t].coefficient *
                    brute_element(s, wick->terms[t].power, wick->terms[t].power + s->modes, m, n) *
                    rho[n * s->dimension + m];
    return creal(sum);
}

static double value_of(const qfp_observable_list *list, const double *values, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->observables[i].quantity.name, name) == 0)
            return values[i];
    cr_assert(0, "no observable %s", name);
    return NAN;
}

/* Every moment of a random two-mode state with unequal levels against traces of dense matrices. */
static void moments_equal_traces(const qfp_backend *which)
{
    static const char *const names[] = {"norm",    "energy",  "n_1",    "re_a_1", "im_a_1",
                                        "var_x_1", "var_p_1", "n_2",    "re_a_2", "im_a_2",
                                        "var_x_2", "var_p_2", "n_1_n_2"};
    static const char *const operators[] = {
        "0*n[1] + 1",
        "0.3*n[1] + I*0.7*(ad[1]*a[2] - ad[2]*a[1]) + 0.2*x[2]^3 + x[1]*p[2] + 0.1*n[1]*n[2]",
        "n[1]",
        "x[1]/sqrt(2)",
        "p[1]/sqrt(2)",
        "x[1]^2",
        "p[1]^2",
        "n[2]",
        "x[2]/sqrt(2)",
        "p[2]/sqrt(2)",
        "x[2]^2",
        "p[2]^2",
        "n[1]*n[2]"};
    const int levels[2] = {3, 5};
    open_backend(which);
    qfp_fock_space space = space_of(2, levels);
    double complex *rho = random_state(space.dimension, 77);
    qfp_buffer *u = upload(&space, rho);
    double expected[13], found[32], tail, outer = 0.0;
    for (int i = 0; i < 13; i++) {
        qfp_polynomial wick = wick_of(operators[i], 2);
        expected[i] = brute_expectation(&space, &wick, rho);
        qfp_polynomial_destroy(&wick);
    }
    for (int j = 0; j < 2; j++) /* variances of second moments and √2 ⟨a⟩ */
        for (int k = 0; k < 2; k++)
            expected[5 + 5 * j + k] -= 2.0 * pow(expected[3 + 5 * j + k], 2.0);
    qfp_polynomial energy = wick_of(operators[1], 2);
    qfp_observable_list list;
    qfp_fock_moments *moments = NULL;
    MUST(qfp_observable_list_create(2, QFP_OF_RUNS, &energy, 0, NULL, &list));
    MUST(qfp_fock_moments_create(backend, context, &space, &list, &moments));
    MUST(qfp_fock_moments_evaluate(moments, u, found, &tail));
    for (int i = 0; i < 13; i++) /* sums of 15 numbers of order 1 */
        cr_assert(epsilon_eq(dbl, value_of(&list, found, names[i]), expected[i], 1e-13), "%s",
                  names[i]);
    for (size_t m = 0; m < 15; m++)
        outer += m / 5 >= 1 || m % 5 >= 3 ? creal(rho[16 * m]) : 0.0;
    cr_assert(epsilon_eq(dbl, tail, outer, 1e-14));
    qfp_fock_moments_destroy(moments);
    qfp_observable_list_destroy(&list);
    qfp_polynomial_destroy(&energy);
    backend->vector->destroy(u);
    backend->device->context_destroy(context);
    free(rho);
}

Test(fock_output, moments_equal_traces_on_cpu)
{
    moments_equal_traces(qfp_backend_cpu());
}

Test(fock_output, moments_equal_traces_on_checked)
{
    moments_equal_traces(qfp_backend_checked());
}

/* A term that raises by more levels than there are has no elements, and no shift either. */
Test(fock_output, terms_larger_than_the_basis_vanish)
{
    const int levels[2] = {2, 3};
    open_backend(qfp_backend_cpu());
    qfp_fock_space space = space_of(2, levels);
    double complex *rho = random_state(6, 5);
    qfp_buffer *u = upload(&space, rho);
    qfp_polynomial energy = wick_of("hc(ad[1]^4*a[2]) + hc(ad[1]*a[2]^3)", 2);
    qfp_observable_list list;
    qfp_fock_moments *moments = NULL;
    double found[32];
    MUST(qfp_observable_list_create(2, QFP_OF_RUNS, &energy, 0, NULL, &list));
    MUST(qfp_fock_moments_create(backend, context, &space, &list, &moments));
    MUST(qfp_fock_moments_evaluate(moments, u, found, NULL));
    cr_assert(eq(dbl, value_of(&list, found, "energy"), 0.0));
    qfp_fock_moments_destroy(moments);
    qfp_observable_list_destroy(&list);
    qfp_polynomial_destroy(&energy);
    backend->vector->destroy(u);
    backend->device->context_destroy(context);
    free(rho);
}

Test(fock_output, tail_of_each_mode)
{
    const int levels[2] = {4, 3};
    double populations[12], per_mode[2], any;
    qfp_fock_space space = space_of(2, levels);
    for (int m = 0; m < 12; m++)
        populations[m] = m == 7 ? -128.0 : (double)(1 << m); /* sums of powers of two are exact */
    qfp_fock_tail(&space, populations, per_mode, &any);
    cr_assert(
        eq(dbl, per_mode[0], 4096.0 - 64.0)); /* levels 2 and 3 of the first: states 6 to 11 */
    cr_assert(eq(dbl, per_mode[1], 4095.0 - (1 + 8 + 64 + 512)));
    cr_assert(eq(dbl, any, 4095.0 - (1 + 8)));
}

/* ⟨α|n⟩ against the exact reference, which walks upwards with a running scale. */
Test(fock_output, coherent_bra_of_any_size)
{
    enum { LEVELS = 3000 };
    static const double complex points[] = {0.0,         1e-9,           0.3 - 0.2 * I, -2.0 * I,
                                            7.0 + 3 * I, -20.0 + 15 * I, 45.0,          60.0 * I};
    double complex *bra = calloc(LEVELS, sizeof *bra), *one = calloc(LEVELS, sizeof *one);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        qfp_fock_coherent_bra(LEVELS, points[i], bra);
        double norm = 0.0;
        for (int n = 0; n < LEVELS; n++) {
            one[n] = 1.0;
            /* thousands of products of rounded numbers, on both sides; compared where the
             * reference does not underflow */
            double complex expected = qfp_reference_amplitude((size_t)n + 1, one, points[i]);
            if (n % 97 == 0 || n < 3)
                cr_assert(le(dbl, cabs(bra[n] - expected), 2e-12 * cabs(expected) + 1e-230),
                          "alpha %g%+gi, n = %d: %g", creal(points[i]), cimag(points[i]), n,
                          cabs(bra[n] - expected) / cabs(expected));
            one[n] = 0.0;
            norm += creal(bra[n] * conj(bra[n]));
        }
        if (cabs(points[i]) < 50.0) /* the Poisson weights of |α|² = 3600 do not fit */
            cr_assert(epsilon_eq(dbl, norm, 1.0, 1e-12));
        /* cut far below |α|² the row is what is left of it, not noise */
        double complex few[4];
        qfp_fock_coherent_bra(4, points[i], few);
        for (int n = 0; n < 4; n++)
            cr_assert(le(dbl, cabs(few[n] - bra[n]), 2e-12 * cabs(bra[n]) + 1e-230));
    }
    free(bra);
    free(one);
}

static void coherent_ket(int levels, double complex alpha, double complex *ket)
{
    for (int n = 0; n < levels; n++) /* by logarithms: shares nothing with the recurrences */
        ket[n] = cexp(n * clog(alpha) - 0.5 * lgamma(n + 1.0) - 0.5 * pow(cabs(alpha), 2.0));
}

/* Q of |β₁⟩⊗|β₂⟩ is a product of Gaussians: both marginals and the full function. */
static void husimi_of_coherent_states(const qfp_backend *which)
{
    enum { NQ = 5, NP = 7 };
    const int levels[2] = {26, 22};
    const double complex beta[2] = {1.2 - 0.5 * I, -0.3 + 0.9 * I};
    double q[2 * NQ], p[2 * NP], out[NQ * NP], *full = calloc(NQ * NP * NQ * NP, sizeof *full);
    double complex first[26], second[22], *ket = calloc(26 * 22, sizeof *ket);
    double complex *rho = calloc(26 * 22 * 26 * 22, sizeof *rho), *reduced = calloc(676, 16);
    open_backend(which);
    qfp_fock_space space = space_of(2, levels);
    coherent_ket(26, beta[0], first);
    coherent_ket(22, beta[1], second);
    for (size_t m = 0; m < space.dimension; m++)
        ket[m] = first[m / 22] * second[m % 22];
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = 0; n < space.dimension; n++)
            rho[m * space.dimension + n] = ket[m] * conj(ket[n]);
    for (int i = 0; i < 2 * NQ; i++)
        q[i] = -2.0 + 0.9 * i; /* the second mode has other axes than the first */
    for (int i = 0; i < 2 * NP; i++)
        p[i] = 1.7 - 0.4 * i;
    qfp_buffer *u = upload(&space, rho);
    double *packed = pack(space.dimension, rho);
    MUST(qfp_fock_husimi_full(&space, packed, NQ, q, NP, p, full));
    double expected[2][NQ * NP];
    for (int j = 0; j < 2; j++) {
        MUST(qfp_fock_reduced(backend, context, &space, u, j, reduced));
        MUST(qfp_fock_husimi_marginal(levels[j], reduced, NQ, q + j * NQ, NP, p + j * NP, out));
        for (int i = 0; i < NQ * NP; i++) {
            double complex alpha = CMPLX(q[j * NQ + i / NP], p[j * NP + i % NP]) * M_SQRT1_2;
            expected[j][i] = exp(-pow(cabs(alpha - beta[j]), 2.0)) * M_1_PI;
            /* the kets are cut at a population of 1e-15 */
            cr_assert(epsilon_eq(dbl, out[i], expected[j][i], 1e-12), "mode %d", j);
        }
    }
    for (int i = 0; i < NQ * NP; i++)
        for (int k = 0; k < NQ * NP; k++)
            cr_assert(
                epsilon_eq(dbl, full[i * NQ * NP + k], expected[0][i] * expected[1][k], 1e-12));
    backend->vector->destroy(u);
    backend->device->context_destroy(context);
    free(full), free(ket), free(rho), free(reduced), free(packed);
}

Test(fock_output, husimi_of_coherent_states_on_cpu)
{
    husimi_of_coherent_states(qfp_backend_cpu());
}

Test(fock_output, husimi_of_coherent_states_on_checked)
{
    husimi_of_coherent_states(qfp_backend_checked());
}

/* A packet far out, |β|² = 2025: nothing overflows, underflows or loses digits. */
Test(fock_output, husimi_far_out)
{
    enum { LEVELS = 2600 };
    const double complex beta = 45.0 * (0.6 + 0.8 * I);
    double complex *ket = calloc(LEVELS, sizeof *ket);
    double complex *rho = calloc((size_t)LEVELS * LEVELS, sizeof *rho);
    coherent_ket(LEVELS, beta, ket);
    for (size_t m = 0; m < LEVELS; m++)
        for (size_t n = 0; n < LEVELS; n++)
            rho[m * LEVELS + n] = ket[m] * conj(ket[n]);
    double q[3] = {0.0, M_SQRT2 * 27.0, M_SQRT2 * 28.5}, p[2] = {M_SQRT2 * 36.0, 60.0}, out[6];
    MUST(qfp_fock_husimi_marginal(LEVELS, rho, 3, q, 2, p, out));
    for (int i = 0; i < 6; i++) {
        double complex alpha = CMPLX(q[i / 2], p[i % 2]) * M_SQRT1_2;
        /* the logarithms of the test's kets carry 1e-12 */
        cr_assert(epsilon_eq(dbl, out[i], exp(-pow(cabs(alpha - beta), 2.0)) * M_1_PI, 1e-11));
    }
    free(ket);
    free(rho);
}

/* Closed forms: coherent states have 1, thermal ones 1 + ln(nbar + 1), and number states
 * 1 + n + ln n! − n ψ(n + 1). */
Test(fock_output, wehrl_entropy)
{
    enum { LEVELS = 60 };
    double complex *rho = calloc(LEVELS * LEVELS, sizeof *rho), ket[LEVELS];
    qfp_fock_entropy found;
    qfp_husimi_tables tables = {0};
    coherent_ket(LEVELS, 2.0 + 0.8 * I, ket);
    for (int m = 0; m < LEVELS; m++)
        for (int n = 0; n < LEVELS; n++)
            rho[m * LEVELS + n] = ket[m] * conj(ket[n]);
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &found));
    cr_assert(
        epsilon_eq(dbl, found.wehrl, 1.0, 1e-12)); /* Gaussian: the rule is exact to rounding */
    cr_assert(ge(dbl, found.min_q, -1e-15));       /* rounding of Q */
    cr_assert(epsilon_eq(dbl, found.max_q, M_1_PI, 1e-12)); /* 2 + 0.8i is one of the points */
    memset(rho, 0, LEVELS * LEVELS * sizeof *rho);
    for (int n = 0; n < LEVELS; n++)
        rho[n * LEVELS + n] = pow(0.8 / 1.8, n) / 1.8;
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &found));
    cr_assert(epsilon_eq(dbl, found.wehrl, 1.0 + log(1.8),
                         1e-11)); /* the disk leaves 1e-15 ln 1e-15 out */
    memset(rho, 0, LEVELS * LEVELS * sizeof *rho);
    rho[3 * LEVELS + 3] = 1.0;
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &found));
    double digamma4 = 1.0 + 0.5 + 1.0 / 3.0 - 0.57721566490153286;
    /* Q vanishes like r⁶ at the origin: r⁶ ln r is smooth enough for 1e-9 at this step */
    cr_assert(epsilon_eq(dbl, found.wehrl, 1.0 + 3.0 + log(6.0) - 3.0 * digamma4, 1e-9));
    /* one that was looked at before, and one that differs from it in one entry */
    qfp_fock_entropy again;
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &again));
    cr_assert(again.wehrl == found.wehrl && again.wehrl_error == found.wehrl_error &&
              again.min_q == found.min_q && again.max_q == found.max_q);
    rho[4 * LEVELS + 4] = 1e-3;
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &again));
    cr_assert(ne(dbl, again.wehrl, found.wehrl));
    rho[4 * LEVELS + 4] = 0.0;
    /* no state: Q is negative at the origin */
    rho[0] = -0.25;
    rho[3 * LEVELS + 3] = 1.25;
    MUST(qfp_fock_wehrl(&tables, LEVELS, rho, NULL, false, &found));
    cr_assert(epsilon_eq(dbl, found.min_q, -0.25 * M_1_PI, 1e-15));
    qfp_husimi_tables_destroy(&tables);
    free(rho);
}
