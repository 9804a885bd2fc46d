/* Stated errors against the tolerance, on hand-made numbers. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "run/accuracy.h"

/* Two expectation values and the error of the state. */
static qfp_quantity quantities[3] = {{.name = "n_1"}, {.name = "energy"}, {.name = "truncation"}};
static const qfp_solution solution = {
    .observable_count = 3, .mean_count = 2, .observables = quantities};

static qfp_status note(bool users, const double values[2], const double errors[2], double state,
                       double *excess)
{
    const qfp_config config = {
        .basis = QFP_BASIS_FOCK, .levels = {10}, .tolerance = 1e-6, .tolerance_is_users = users};
    const double all[3] = {values[0], values[1], state};
    qfp_accuracy a;
    OK(qfp_accuracy_create(&solution, &config, &a));
    a.errors[0] = errors[0];
    a.errors[1] = errors[1];
    a.state = state;
    qfp_status status = qfp_accuracy_note(&a, &solution, &config, all, 0.5);
    *excess = a.worst.excess;
    qfp_accuracy_destroy(&a);
    return status;
}

/* A mean may lose half of the digits, 10 √1e-6 relative to max(1, |value|), the state none; only the
 * state stops a run, above what the user wrote or where nothing is left of it. */
Test(accuracy, what_is_above_the_tolerance)
{
    const struct {
        double values[2], errors[2], state, excess;
        bool stops, stops_users;
    } cases[] = {
        {{0.01, 1.0}, {0.9e-2, 0.0}, 0.0, 0.9, false, false},
        {{0.01, 1.0}, {1.1e-2, 0.0}, 0.0, 1.1, false, false},
        {{-10.0, 1.0}, {9e-2, 0.0}, 0.0, 0.9, false, false},
        {{-10.0, 1.0}, {11e-2, 0.0}, 0.0, 1.1, false, false},
        {{0.0, 1.0}, {0.0, 2e-2}, 0.5e-6, 2.0, false, false},
        {{0.0, 1.0}, {0.5e-6, 0.0}, 3e-6, 3.0, false, true},
        {{0.0, 1.0}, {0.0, 2e-2}, 1.5e-6, 2.0, false, true}, /* the mean is farther above */
        {{0.0, 1.0}, {0.5e-6, 0.0}, 0.11, 0.11e6, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int users = 0; users < 2; users++) {
            double excess;
            bool stops = users != 0 ? cases[i].stops_users : cases[i].stops;
            qfp_status status =
                note(users, cases[i].values, cases[i].errors, cases[i].state, &excess);
            cr_assert(eq(int, (int)status, (int)(stops ? QFP_TOLERANCE : QFP_OK)), "%zu", i);
            if (!stops) /* a few roundings */
                cr_assert(epsilon_eq(dbl, excess, cases[i].excess, 1e-14 * cases[i].excess), "%zu",
                          i);
        }
}

/* Of a Q grid: the state by ε, a mean of degree d by ε (2 n)^{d/2}. */
Test(accuracy, what_the_initial_state_leaves_open)
{
    const qfp_config config = {.basis = QFP_BASIS_FOCK, .tolerance = 1e-6};
    const double values[3] = {2.0, 1.0, 0.0};
    int degrees[2] = {2, 4};
    qfp_solution s = solution;
    s.degrees = degrees;
    qfp_accuracy a;
    OK(qfp_accuracy_create(&s, &config, &a));
    a.given = (qfp_file_doubt){.error = 1e-8, .levels = 8};
    qfp_accuracy_add_given(&a, &s, 3, values);
    cr_assert(epsilon_eq(dbl, a.state, 1e-8, 1e-22));
    cr_assert(epsilon_eq(dbl, a.errors[0], 16e-8, 1e-20));
    cr_assert(epsilon_eq(dbl, a.errors[1], 256e-8, 1e-19));
    cr_assert(epsilon_eq(dbl, a.errors[2], 1e-8, 1e-22));
    qfp_accuracy_destroy(&a);
}

/* No value is stated to be better than its last digits, or those of numbers of order 1 that cancel in it;
 * what is not known stays so. */
Test(accuracy, the_last_digits_are_not_known)
{
    const qfp_config config = {.basis = QFP_BASIS_FOCK, .tolerance = 1e-6};
    const double values[3] = {1e6, 1e-17, 1.0};
    qfp_solution s = solution;
    qfp_accuracy a;
    OK(qfp_accuracy_create(&s, &config, &a));
    a.errors[0] = a.errors[1] = 0.0;
    a.errors[2] = NAN;
    qfp_accuracy_add_rounding(&a, 3, values);
    cr_assert(lt(dbl, 1e6 * DBL_EPSILON, a.errors[0]));
    cr_assert(lt(dbl, DBL_EPSILON, a.errors[1]));
    cr_assert(lt(dbl, a.errors[1], 1e-14));
    cr_assert(isnan(a.errors[2]));
    qfp_accuracy_destroy(&a);
}

/* An error that cannot be stated is no error that was seen. */
Test(accuracy, not_a_number_is_not_above)
{
    double excess;
    OK(note(true, (const double[]){1.0, 1.0}, (const double[]){NAN, 0.0}, 0.0, &excess));
    cr_assert(eq(dbl, excess, 0.0));
}
