/* Generators in the Fock basis against dense matrices: their letters as products of
 * ladder matrices on a larger space, cut to the kept levels afterwards (P L P). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../support/operators.h"
#include "algebra/lindblad.h"
#include "fock/fock_generator.h"
#include "fock/fock_terms.h"

enum { KEPT = 6, SPARE = 8, LARGE = KEPT + SPARE };

typedef double complex matrix[LARGE][LARGE];

static void multiply(matrix a, matrix b, matrix out)
{
    static matrix c;
    memset(c, 0, sizeof c);
    for (int i = 0; i < LARGE; i++)
        for (int k = 0; k < LARGE; k++)
            for (int j = 0; j < LARGE && a[i][k] != 0.0; j++)
                c[i][j] += a[i][k] * b[k][j];
    memcpy(out, c, sizeof c);
}

static void annihilator(matrix out)
{
    memset(out, 0, sizeof(matrix));
    for (int n = 1; n < LARGE; n++)
        out[n - 1][n] = sqrt(n);
}

static void creator(matrix out)
{
    memset(out, 0, sizeof(matrix));
    for (int n = 1; n < LARGE; n++)
        out[n][n - 1] = sqrt(n);
}

/* One letter of the Weyl algebra on ρ: variables ∂, ∂̄, α, α* of one mode. */
static void letter(int variable, matrix rho)
{
    matrix a, ad, left, right;
    annihilator(a);
    creator(ad);
    switch (variable) {
    case 0: /* ρa† − a†ρ */
        multiply(rho, ad, left);
        multiply(ad, rho, right);
        break;
    case 1: /* aρ − ρa */
        multiply(a, rho, left);
        multiply(rho, a, right);
        break;
    case 2: /* ρa */
        multiply(rho, a, left);
        memset(right, 0, sizeof right);
        break;
    default: /* a†ρ */
        multiply(ad, rho, left);
        memset(right, 0, sizeof right);
    }
    for (int i = 0; i < LARGE; i++)
        for (int j = 0; j < LARGE; j++)
            rho[i][j] = left[i][j] - right[i][j];
}

/* P L P ρ word by word, derivatives leftmost and so applied last. */
static void dense_generator(const qfp_polynomial *generator, matrix rho, matrix out)
{
    memset(out, 0, sizeof(matrix));
    for (size_t t = 0; t < generator->count; t++) {
        matrix image;
        memcpy(image, rho, sizeof image);
        for (int v = 3; v >= 0; v--)
            for (int p = 0; p < generator->terms[t].power[v]; p++)
                letter(v, image);
        for (int i = 0; i < KEPT; i++)
            for (int j = 0; j < KEPT; j++)
                out[i][j] += generator->terms[t].coefficient * image[i][j];
    }
}

static double *apply_stencil(const qfp_fock_space *space, const qfp_polynomial *generator,
                             const double *u, bool *skew)
{
    const qfp_backend *b = qfp_backend_cpu();
    qfp_context *context;
    qfp_fock_generator *g;
    qfp_buffer *x, *y;
    double *v = malloc(space->count * sizeof *v);
    cr_assert(b->device->context_create(1, &context) == QFP_OK);
    cr_assert(qfp_fock_generator_create(b, context, space, generator, &g) == QFP_OK, "%s",
              qfp_last_error());
    cr_assert(b->vector->create(context, space->count, &x) == QFP_OK);
    cr_assert(b->vector->create(context, space->count, &y) == QFP_OK);
    cr_assert(b->vector->upload(x, 0, space->count, u) == QFP_OK);
    cr_assert(qfp_linear_map_apply(qfp_fock_generator_map(g), x, y) == QFP_OK);
    cr_assert(b->vector->download(y, 0, space->count, v) == QFP_OK);
    *skew = qfp_fock_generator_map(g)->skew;
    b->vector->destroy(x);
    b->vector->destroy(y);
    qfp_fock_generator_destroy(g);
    b->device->context_destroy(context);
    return v;
}

static double *random_packed(size_t d, unsigned seed)
{
    double *u = malloc(d * (d + 1) * sizeof *u);
    size_t at = 0;
    srand(seed);
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, at++) {
            u[2 * at] = rand() / (double)RAND_MAX - 0.5;
            u[2 * at + 1] = m == n ? 0.0 : rand() / (double)RAND_MAX - 0.5;
        }
    return u;
}

static const struct theory_case {
    const char *hamiltonian;
    qfp_theory theory;
    bool skew; /* balanced at C = 1: in the Frobenius product too */
} cases[] = {
    {"0.5*ad^2*a^2", {QFP_ORDER_EXACT, 1.0, 1.0}, true},
    {"0.5*ad^2*a^2", {1, 1.0, 1.0}, false}, /* skew for Q, but not in this product */
    {"0.5*ad^2*a^2", {2, 0.5, 0.7}, false},
    {"n + 0.3*x^3", {2, 1.0, 1.0}, true},
    {"n + 0.3*x^3", {QFP_ORDER_EXACT, 1.0, 2.0}, true},
    {"n + 0.1*x^4", {1, 1.0, 1.0}, false},
    {"n + 0.1*x^4", {2, 1.0, 1.0}, false},
    {"n + 0.1*x^4", {3, 1.0, 1.0}, false},
    {"n + 0.1*x^4", {QFP_ORDER_EXACT, 1.0, 1.0}, true},
    {"I*(ad^2 - a^2) + 0.4*p", {2, 1.0, 1.0}, true},
    {"p^2/2 + x^2*n + n*x^2", {2, 1.0, 1.0}, false},
};

Test(fock_terms, one_mode_against_ladder_matrices)
{
    const int levels[1] = {KEPT};
    qfp_fock_space space;
    cr_assert(qfp_fock_space_set(1, levels, &space) == QFP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial wick = wick_of(cases[i].hamiltonian, 1), generator;
        qfp_polynomial_init(&generator, 4);
        cr_assert(qfp_generator_build(&wick, &cases[i].theory, &generator) == QFP_OK);
        double *u = random_packed(KEPT, 5);
        bool skew;
        double *v = apply_stencil(&space, &generator, u, &skew);
        matrix rho = {{0}}, image;
        size_t at = 0;
        for (int m = 0; m < KEPT; m++)
            for (int n = m; n < KEPT; n++, at++) {
                rho[m][n] = (m < n ? sqrt(0.5) : 1.0) * (u[2 * at] + I * u[2 * at + 1]);
                rho[n][m] = conj(rho[m][n]);
            }
        dense_generator(&generator, rho, image);
        double largest = 0.0, worst = 0.0;
        at = 0;
        for (int m = 0; m < KEPT; m++)
            for (int n = m; n < KEPT; n++, at++) {
                double complex got = (m < n ? sqrt(0.5) : 1.0) * (v[2 * at] + I * v[2 * at + 1]);
                worst = fmax(worst, cabs(got - image[m][n]));
                largest = fmax(largest, cabs(image[m][n]));
            }
        /* rounding of products of up to eight ladder matrices and their sums */
        cr_assert(worst < 1e-12 * fmax(largest, 1.0), "%s, order %d: %g of %g",
                  cases[i].hamiltonian, cases[i].theory.order, worst, largest);
        cr_assert(skew == cases[i].skew, "%s, order %d", cases[i].hamiltonian,
                  cases[i].theory.order);
        free(u);
        free(v);
        qfp_polynomial_destroy(&wick);
        qfp_polynomial_destroy(&generator);
    }
}

/* Dense −i[H, ρ]/κ of two modes from matrix elements of the operators themselves. */
Test(fock_terms, two_modes_against_the_commutator)
{
    enum { D1 = 4, D2 = 3, D = D1 * D2 };
    const int levels[2] = {D1, D2};
    const double kappa = 0.5;
    const qfp_theory exact = {QFP_ORDER_EXACT, 1.0, kappa};
    double complex h[D][D] = {{0}}, rho[D][D];
    /* H = −(a†_1 a_2 + h.c.) + n_1 n_2 + ½ a†_1² a_1² */
    for (int m = 0; m < D; m++) {
        int i = m / D2, k = m % D2;
        h[m][m] = i * k + 0.5 * i * (i - 1);
        if (i + 1 < D1 && k > 0) {
            int n = (i + 1) * D2 + k - 1;
            h[n][m] = h[m][n] = -sqrt((i + 1.0) * k);
        }
    }
    qfp_fock_space space;
    cr_assert(qfp_fock_space_set(2, levels, &space) == QFP_OK);
    qfp_polynomial wick = wick_of("-hc(ad[1]*a[2]) + n[1]*n[2] + 0.5*ad[1]^2*a[1]^2", 2), generator;
    qfp_polynomial_init(&generator, 8);
    cr_assert(qfp_generator_build(&wick, &exact, &generator) == QFP_OK);
    double *u = random_packed(D, 8);
    bool skew;
    double *v = apply_stencil(&space, &generator, u, &skew);
    cr_assert(skew);
    size_t at = 0;
    for (int m = 0; m < D; m++)
        for (int n = m; n < D; n++, at++) {
            rho[m][n] = (m < n ? sqrt(0.5) : 1.0) * (u[2 * at] + I * u[2 * at + 1]);
            rho[n][m] = conj(rho[m][n]);
        }
    at = 0;
    for (int m = 0; m < D; m++)
        for (int n = m; n < D; n++, at++) {
            double complex expected = 0.0;
            for (int k = 0; k < D; k++)
                expected += -I / kappa * (h[m][k] * rho[k][n] - rho[m][k] * h[k][n]);
            double complex got = (m < n ? sqrt(0.5) : 1.0) * (v[2 * at] + I * v[2 * at + 1]);
            cr_assert(cabs(got - expected) < 1e-13, "entry %d %d", m, n); /* rounding */
        }
    free(u);
    free(v);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&generator);
}

/* An exact generator has row terms and column terms only: per bond two shifts on either side, and
 * one diagonal term on either side. */
Test(fock_terms, a_chain_is_merged)
{
    const int levels[3] = {3, 3, 3};
    const qfp_theory exact = {QFP_ORDER_EXACT, 1.0, 1.0};
    qfp_fock_space space;
    qfp_fock_terms terms;
    cr_assert(qfp_fock_space_set(3, levels, &space) == QFP_OK);
    qfp_polynomial wick =
        wick_of("-hc(ad[1]*a[2]) - hc(ad[2]*a[3]) + sum(j, 0.7*n[j] + ad[j]^2*a[j]^2)", 3);
    qfp_polynomial generator;
    qfp_polynomial_init(&generator, 12);
    cr_assert(qfp_generator_build(&wick, &exact, &generator) == QFP_OK);
    cr_assert(qfp_fock_terms_create(&space, &generator, &terms) == QFP_OK);
    cr_assert(eq(sz, terms.count, 2 * (2 * 2 + 1)));
    qfp_fock_terms_destroy(&terms);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&generator);
}

/* With Π on the states of a joint cut, Π L Π: here of a chain with loss, whose L never leaves them, so that what is
 * inside moves as it does without the cut, and what is outside neither moves nor acts. */
Test(fock_terms, a_joint_cut_keeps_to_itself)
{
    const int levels[2] = {5, 4};
    const qfp_theory exact = {QFP_ORDER_EXACT, 1.0, 1.0};
    qfp_fock_space space, cut;
    qfp_lindblad l = {.wick = wick_of("-hc(ad[1]*a[2]) + 0.3*ad[1]^2*a[1]^2", 2)};
    qfp_polynomial loss = wick_of("a[1]", 2), generator;
    qfp_polynomial_init(&generator, 8);
    cr_assert(qfp_lindblad_add(&l, 0.4, &loss) == QFP_OK);
    cr_assert(qfp_lindblad_generator(&l, &exact, &generator) == QFP_OK);
    cr_assert(qfp_fock_space_set(2, levels, &space) == QFP_OK);
    cut = space;
    cut.weight[0] = cut.weight[1] = 1;
    cut.most = 4;
    bool skew;
    double *all = random_packed(space.dimension, 5), *inside = calloc(space.count, sizeof *inside);
    size_t at = 0;
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = m; n < space.dimension; n++, at++)
            for (int part = 0; part < 2; part++)
                if (m / 4 + m % 4 <= 4 && n / 4 + n % 4 <= 4)
                    inside[2 * at + part] = all[2 * at + part];
    double *expected = apply_stencil(&space, &generator, inside, &skew);
    double *got = apply_stencil(&cut, &generator, all, &skew);
    double size = 0.0;
    for (size_t i = 0; i < space.count; i++) {
        cr_assert(fabs(got[i] - expected[i]) < 1e-14, "number %zu", i); /* a few roundings */
        size = fmax(size, fabs(got[i]));
    }
    cr_assert(lt(dbl, 0.1, size));
    free(all);
    free(inside);
    free(expected);
    free(got);
    qfp_lindblad_destroy(&l);
    qfp_polynomial_destroy(&loss);
    qfp_polynomial_destroy(&generator);
}

Test(fock_terms, a_space_that_cannot_be_is_refused)
{
    const int huge[3] = {100000, 100000, 100000}, none[1] = {0};
    qfp_fock_space space;
    cr_assert(qfp_fock_space_set(3, huge, &space) == QFP_MEMORY);
    cr_assert(strstr(qfp_last_error(), "GB") != NULL);
    cr_assert(qfp_fock_space_set(1, none, &space) == QFP_CONFIG);
}
