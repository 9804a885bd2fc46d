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
static matrix right;

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

static void check(bool is_matrix)
{
    static matrix rho, product, sum;
    qfp_polynomial wick = wick_of(RIGHT, 2);
    qfp_given_state given = make_state(is_matrix, rho);
    qfp_regression_states states;
    MUST(qfp_regression_states_create(&given, 2, &wick, &states));
    multiply(right, rho, product);
    double complex b = 0.0;
    for (size_t m = 0; m < ALL; m++)
        b += product[m][m];
    cr_assert(lt(dbl, cabs(states.b - b), 1e-14));
    memset(sum, 0, sizeof sum);
    double norms = 0.0;
    for (int k = 0; k < QFP_REGRESSION_STATES; k++) {
        const qfp_file_density *s = &states.of[k];
        double complex weight = qfp_regression_states_weight(&states, k), trace = 0.0;
        norms += states.norm[k];
        for (size_t m = 0; m < s->dimension; m++) {
            trace += qfp_file_density_element(s, m, m);
            for (size_t n = 0; n < s->dimension; n++)
                sum[embedded(m, s->levels)][embedded(n, s->levels)] +=
                    weight * qfp_file_density_element(s, m, n);
        }
        cr_assert(lt(dbl, cabs(trace - 1.0), 1e-14));
        cr_assert(eq(int, s->is_matrix, is_matrix));
    }
    cr_assert(lt(dbl, fabs(norms / (6.0 * states.s * states.s) - 1.0), 1e-13));
    double worst = 0.0;
    for (size_t m = 0; m < ALL; m++)
        for (size_t n = 0; n < ALL; n++)
            worst = fmax(worst, cabs(sum[m][n] - (product[m][n] - b * rho[m][n])));
    cr_assert(lt(dbl, worst, 1e-14), "%g", worst); /* elements of order 1 */
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
    free(given.value);
}

Test(regression_states, add_up_to_the_product)
{
    make_right();
    check(true);
    check(false);
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
    MUST(qfp_regression_states_create(&given, 1, &wick, &states));
    cr_assert(lt(dbl, cabs(states.b - 1.0), 1e-14));
    cr_assert(eq(dbl, states.s, 0.0));
    cr_assert(lt(dbl, states.left_out, 1e-13));
    qfp_regression_states_destroy(&states);
    qfp_polynomial_destroy(&wick);
}
