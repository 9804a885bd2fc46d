/* Bρ as a sum of states, against the product of the matrices. */
#include "../support/operators.h"

#include <complex.h>
#include <stdlib.h>

#include "run/regression_states.h"

enum {
    LEVELS_1 = 4,
    LEVELS_2 = 3,
    D = LEVELS_1 * LEVELS_2,
    RAISED = 2,
    ALL = (LEVELS_1 + RAISED) * (LEVELS_2 + RAISED)
};

static double noise(void)
{
    static uint64_t state = 7;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-52 - 1.0;
}

/* ⟨m| a†_j or a_j |n⟩ on LEVELS_1 + RAISED and LEVELS_2 + RAISED levels */
static double ladder(int mode, bool up, size_t m, size_t n)
{
    size_t inner = LEVELS_2 + RAISED;
    size_t row[2] = {m / inner, m % inner}, column[2] = {n / inner, n % inner};
    if (row[1 - mode] != column[1 - mode])
        return 0.0;
    if (up)
        return row[mode] == column[mode] + 1 ? sqrt((double)row[mode]) : 0.0;
    return row[mode] + 1 == column[mode] ? sqrt((double)column[mode]) : 0.0;
}

typedef double complex matrix[ALL][ALL];

static void multiply(matrix a, matrix b, matrix out)
{
    static matrix sum;
    for (size_t i = 0; i < ALL; i++)
        for (size_t k = 0; k < ALL; k++) {
            sum[i][k] = 0.0;
            for (size_t l = 0; l < ALL; l++)
                sum[i][k] += a[i][l] * b[l][k];
        }
    memcpy(out, sum, sizeof sum);
}

/* B = ad[1]·a[2]² + (0.3 − 0.7i) ad[2] + 0.2 a[1], which raises either mode by one at most. */
#define RIGHT "ad[1]*a[2]^2 + (0.3 - 0.7*I)*ad[2] + 0.2*a[1]"
/* Another one, and its product with them is no adjoint of either. */
#define BEFORE "a[1]^2 + 0.4*I*ad[2]"
static matrix right, before;

static void make_right(void)
{
    static matrix up_1, up_2, down_1, down_2, product;
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++) {
            up_1[m][n] = ladder(0, true, m, n);
            up_2[m][n] = ladder(1, true, m, n);
            down_1[m][n] = ladder(0, false, m, n);
            down_2[m][n] = ladder(1, false, m, n);
        }
    multiply(down_2, down_2, product);
    multiply(up_1, product, product);
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++)
            right[m][n] = product[m][n] + (0.3 - 0.7 * I) * up_2[m][n] + 0.2 * down_1[m][n];
    multiply(down_1, down_1, product);
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++)
            before[m][n] = product[m][n] + 0.4 * I * up_2[m][n];
}

static size_t embedded(size_t index, const int *levels)
{
    return index / (size_t)levels[1] * (LEVELS_2 + RAISED) + index % (size_t)levels[1];
}

/* A mixture of three kets, or the first of them, as is asked for. */
static qfp_given_state make_state(bool is_matrix, matrix rho)
{
    double complex ket[3][D];
    const double weight[] = {is_matrix ? 0.5 : 1.0, 0.3, 0.2};
    qfp_given_state state = {.is_matrix = is_matrix, .levels = {LEVELS_1, LEVELS_2}};
    state.value = calloc(D * D, sizeof *state.value);
    memset(rho, 0, sizeof(matrix));
    for (int k = 0; k < (is_matrix ? 3 : 1); k++) {
        double norm = 0.0;
        for (int i = 0; i < D; i++) {
            ket[k][i] = noise() + I * noise();
            norm += pow(cabs(ket[k][i]), 2.0);
        }
        for (size_t i = 0; i < D; i++)
            ket[k][i] /= sqrt(norm);
        for (size_t i = 0; i < D; i++)
            for (size_t n = 0; n < D; n++) {
                double complex element = weight[k] * ket[k][i] * conj(ket[k][n]);
                rho[embedded(i, state.levels)][embedded(n, state.levels)] += element;
                if (is_matrix)
                    state.value[i * D + n] += element;
            }
        if (!is_matrix)
            memcpy(state.value, ket[k], sizeof ket[k]);
    }
    return state;
}

/* Σ_k weight_k of the states, of which each has the trace 1. */
static void add_up(const qfp_regression_states *states, bool is_matrix, matrix sum)
{
    memset(sum, 0, sizeof(matrix));
    for (int k = 0; k < states->count; k++) {
        const qfp_file_density *s = &states->of[k];
        double complex trace = 0.0;
        for (size_t m = 0; m < s->dimension; m++) {
            trace += qfp_file_density_element(s, m, m);
            for (size_t n = 0; n < s->dimension; n++)
                sum[embedded(m, s->levels)][embedded(n, s->levels)] +=
                    states->weight[k] * qfp_file_density_element(s, m, n);
        }
        cr_assert(lt(dbl, cabs(trace - 1.0), 1e-14));
        cr_assert(eq(int, s->is_matrix, is_matrix));
    }
}

static double complex trace_of(matrix a)
{
    double complex sum = 0.0;
    for (size_t m = 0; m < ALL; m++)
        sum += a[m][m];
    return sum;
}

/* Elements of order 1. */
static void assert_equal(matrix a, matrix b, double complex factor, matrix rho)
{
    double worst = 0.0;
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++)
            worst = fmax(worst, cabs(a[m][n] - (b[m][n] - factor * rho[m][n])));
    cr_assert(lt(dbl, worst, 2e-14), "%g", worst);
}

static void check(bool is_matrix)
{
    static matrix rho, product, sum;
    qfp_polynomial wick = wick_of(RIGHT, 2);
    qfp_given_state given = make_state(is_matrix, rho);
    qfp_regression_states states;
    MUST(qfp_regression_states_create(&given, 2, &wick, NULL, &states));
    multiply(right, rho, product);
    cr_assert(lt(dbl, cabs(states.b - trace_of(product)), 1e-14));
    add_up(&states, is_matrix, sum);
    double norms = 0.0;
    for (int k = 0; k < states.count; k++)
        norms += states.norm[k];
    cr_assert(eq(int, states.count, 3));
    cr_assert(lt(dbl, fabs(norms / (6.0 * states.s * states.s) - 1.0), 1e-13));
    assert_equal(sum, product, states.b, rho);
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
    free(given.value);
}

/* B ρ C, and of C = B† by one state. */
static void check_between(bool is_matrix, bool is_adjoint)
{
    static matrix rho, product, sum, other;
    qfp_polynomial wick = wick_of(RIGHT, 2), mate = wick_of(BEFORE, 2);
    qfp_given_state given = make_state(is_matrix, rho);
    qfp_regression_states states;
    if (is_adjoint) {
        qfp_polynomial_destroy(&mate);
        mate.variables = wick.variables;
        MUST(qfp_symbol_adjoint(&wick, &mate));
    }
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++)
            other[m][n] = is_adjoint ? conj(right[n][m]) : before[m][n];
    MUST(qfp_regression_states_create(&given, 2, &wick, &mate, &states));
    cr_assert(eq(int, states.count, is_adjoint ? 1 : 3));
    multiply(right, rho, product);
    multiply(product, other, product);
    cr_assert(lt(dbl, cabs(states.b - trace_of(product)), 2e-14));
    add_up(&states, is_matrix, sum);
    assert_equal(sum, product, 0.0, rho);
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&mate);
    free(given.value);
}

Test(regression_states, add_up_to_the_product)
{
    make_right();
    check(true);
    check(false);
    for (int i = 0; i < 4; i++)
        check_between(i % 2 == 0, i / 2 == 0);
}

/* A coherent state on many levels is one of a, but for what the levels cut. */
Test(regression_states, are_none_for_an_eigenstate)
{
    enum { MANY = 40 };
    double complex ket[MANY];
    double size = exp(-0.5);
    for (int n = 0; n < MANY; n++) {
        ket[n] = size;
        size /= sqrt(n + 1.0);
    }
    qfp_polynomial wick = wick_of("a", 1);
    const qfp_given_state given = {.levels = {MANY}, .value = ket};
    qfp_regression_states states;
    MUST(qfp_regression_states_create(&given, 1, &wick, NULL, &states));
    cr_assert(lt(dbl, cabs(states.b - 1.0), 1e-14));
    cr_assert(eq(int, states.count, 0));
    cr_assert(lt(dbl, states.left_out, 1e-13));
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
}

/* Of a damped coherent state as a run knows it, 1e-9 off: a turns the error into states of noise, unless they hold
 * more of ρ than of that. */
Test(regression_states, are_no_noise)
{
    enum { MANY = 16 };
    static double complex rho[MANY * MANY];
    double ket[MANY], size = exp(-0.5), error = 1e-9;
    for (int n = 0; n < MANY; n++) {
        ket[n] = size;
        size /= sqrt(n + 1.0);
    }
    for (int m = 0; m < MANY; m++)
        for (int n = 0; n < MANY; n++)
            rho[m * MANY + n] = ket[m] * ket[n] - (m == n && m > 9 ? error / 8.0 : 0.0);
    qfp_polynomial wick = wick_of("a", 1);
    const qfp_given_state given = {
        .is_matrix = true, .levels = {MANY}, .value = rho, .error = error};
    qfp_regression_states states;
    MUST(qfp_regression_states_create(&given, 1, &wick, NULL, &states));
    cr_assert(eq(int, states.count, 3));
    for (int k = 0; k < 3; k++) {
        double purity = 0.0;
        size_t all = states.of[k].dimension * states.of[k].dimension;
        for (size_t i = 0; i < all; i++)
            purity += pow(cabs(states.of[k].value[i]), 2.0);
        cr_assert(lt(dbl, 0.0, states.of[k].error));
        cr_assert(lt(dbl, states.of[k].error, 0.01));
        cr_assert(lt(dbl, purity, pow(1.0 + 2.0 * states.of[k].error, 2.0)), "%g", purity - 1.0);
    }
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
}
