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
        .tolerance = 1e-6, .tolerance_is_users = users, .basis = QFP_BASIS_FOCK};
    const double all[3] = {values[0], values[1], state};
    qfp_accuracy a;
    OK(qfp_accuracy_create(&solution, &a));
    a.errors[0] = errors[0];
    a.errors[1] = errors[1];
    a.state = state;
    qfp_status status = qfp_accuracy_note(&a, &solution, &config, all, 0.5);
    *excess = a.excess;
    qfp_accuracy_destroy(&a);
    return status;
}

/* A mean may lose digits, down to ten times √tolerance = 1e-2, relative to max(1, |value|): what is small
 * is held to that itself.  Only the error of the state, held to the tolerance, stops a run. */
Test(accuracy, what_is_above_the_tolerance)
{
    const struct {
        double values[2], errors[2], state, excess;
    } cases[] = {
        {{0.01, 1.0}, {0.9e-2, 0.0}, 0.0, 0.9}, {{0.01, 1.0}, {1.1e-2, 0.0}, 0.0, 1.1},
        {{-10.0, 1.0}, {9e-2, 0.0}, 0.0, 0.9},  {{-10.0, 1.0}, {11e-2, 0.0}, 0.0, 1.1},
        {{0.0, 1.0}, {0.0, 2e-2}, 0.5e-6, 2.0}, {{0.0, 1.0}, {0.5e-2, 0.0}, 3e-6, 3.0},
        {{0.0, 1.0}, {0.0, 0.0}, 0.9e-6, 0.9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int users = 0; users < 2; users++) {
            double excess;
            qfp_status wanted = users && cases[i].state > 1e-6 ? QFP_TOLERANCE : QFP_OK;
            qfp_status status =
                note(users, cases[i].values, cases[i].errors, cases[i].state, &excess);
            cr_assert(eq(int, (int)status, (int)wanted), "%zu", i);
            cr_assert(epsilon_eq(dbl, excess, cases[i].excess, 1e-12), "%zu", i);
        }
}

/* An error that cannot be stated is no error that was seen. */
Test(accuracy, not_a_number_is_not_above)
{
    double excess;
    OK(note(true, (const double[]){1.0, 1.0}, (const double[]){NAN, 0.0}, 0.0, &excess));
    cr_assert(eq(dbl, excess, 0.0));
}
