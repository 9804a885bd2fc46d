/* The list of observables: its order, its moments, what is made of them, and which names are taken. */
#include "../support/operators.h"

#include "algebra/observable.h"

static qfp_observable_list list_of(int modes, qfp_observable_set set, size_t count,
                                   const qfp_user_observable *users)
{
    qfp_polynomial energy = wick_of("n[1]", modes);
    qfp_observable_list list;
    MUST(qfp_observable_list_create(modes, set, &energy, count, users, &list));
    qfp_polynomial_destroy(&energy);
    return list;
}

static void check_names(const qfp_observable_list *list, size_t count, const char *const *names)
{
    cr_assert(eq(sz, list->count, count));
    for (size_t i = 0; i < count; i++)
        cr_expect(eq(str, (char *)list->observables[i].quantity.name, (char *)names[i]));
}

Test(observable, names_in_the_order_of_the_output)
{
    static const char *const run[] = {"norm",    "energy",  "n_1",     "re_a_1",  "im_a_1",
                                      "var_x_1", "var_p_1", "var_n_1", "n_2",     "re_a_2",
                                      "im_a_2",  "var_x_2", "var_p_2", "var_n_2", "n_1_n_2"};
    static const char *const ensemble[] = {"energy",  "n_1",     "re_a_1",  "im_a_1",
                                           "re_aa_1", "im_aa_1", "var_x_1", "var_p_1"};
    qfp_observable_list list = list_of(2, QFP_OF_RUNS, 0, NULL);
    check_names(&list, sizeof run / sizeof *run, run);
    for (size_t i = 0; i < list.count; i++) {
        cr_expect(ne(chr, list.observables[i].quantity.unit[0], '\0'));
        cr_expect(ne(chr, list.observables[i].quantity.long_name[0], '\0'));
    }
    qfp_observable_list_destroy(&list);
    list = list_of(1, QFP_OF_ENSEMBLES, 0, NULL);
    check_names(&list, sizeof ensemble / sizeof *ensemble, ensemble);
    qfp_observable_list_destroy(&list);
}

/* 1 and H; n, Re a, Im a, Re a², a†²a² of each mode; the pair: no operator is averaged twice. */
Test(observable, moments_are_shared)
{
    qfp_observable_list list = list_of(2, QFP_OF_RUNS, 0, NULL);
    cr_assert(eq(sz, list.moment_count, 2 + 2 * 5 + 1));
    qfp_observable_list_destroy(&list);
}

/* Of a coherent state, A_W(α) is ⟨A⟩: the variances are ½, that of n is ⟨n⟩, re_a and im_a are α.
 */
Test(observable, of_a_coherent_state)
{
    const double complex alpha[4] = {0.7 - 0.4 * I, -0.2 + 0.9 * I, 0.7 + 0.4 * I, -0.2 - 0.9 * I};
    double raw[16], values[16];
    qfp_observable_list list = list_of(2, QFP_OF_RUNS, 0, NULL);
    const double expected[] = {1.0,  0.65, 0.65, 0.7, -0.4, 0.5,  0.5,        0.65,
                               0.85, -0.2, 0.9,  0.5, 0.5,  0.85, 0.65 * 0.85};
    for (size_t m = 0; m < list.moment_count; m++)
        raw[m] = creal(qfp_polynomial_value(&list.moments[m].wick, alpha));
    qfp_observable_list_combine(&list, raw, values);
    for (size_t i = 0; i < list.count; i++)
        cr_expect(epsilon_eq(dbl, values[i], expected[i], 1e-15), "%s",
                  list.observables[i].quantity.name);
    qfp_observable_list_destroy(&list);
}

Test(observable, an_operator_that_is_not_hermitian_has_two_parts)
{
    const double complex alpha[2] = {0.3 + 0.2 * I, 0.3 - 0.2 * I};
    double raw[16], values[16];
    qfp_user_observable users[2] = {{.name = "square", .text = (char *)"a^2", .hermitian = false},
                                    {.name = "cubed", .text = (char *)"x^3", .hermitian = true}};
    users[0].wick = wick_of("a^2", 1);
    users[1].wick = wick_of("x^3", 1);
    qfp_observable_list list = list_of(1, QFP_OF_RUNS, 2, users);
    for (size_t m = 0; m < list.moment_count; m++)
        raw[m] = creal(qfp_polynomial_value(&list.moments[m].wick, alpha));
    qfp_observable_list_combine(&list, raw, values);
    cr_expect(eq(str, list.observables[2].quantity.name, "re_square"));
    cr_expect(eq(str, list.observables[3].quantity.name, "im_square"));
    cr_expect(eq(str, list.observables[3].quantity.long_name,
                 "imaginary part of the expectation value of a^2"));
    cr_expect(eq(str, list.observables[4].quantity.name, "cubed"));
    cr_expect(epsilon_eq(dbl, values[2], 0.05, 1e-15));
    cr_expect(epsilon_eq(dbl, values[3], 0.12, 1e-15));
    /* x = √2·0.3 + fluctuations of variance ½ */
    cr_expect(epsilon_eq(dbl, values[4], pow(0.3 * M_SQRT2, 3) + 1.5 * 0.3 * M_SQRT2, 1e-15));
    qfp_observable_list_destroy(&list);
    qfp_polynomial_destroy(&users[0].wick);
    qfp_polynomial_destroy(&users[1].wick);
}

Test(observable, names_that_are_taken)
{
    static const char *const taken[] = {"norm",   "n_2",    "var_p_1", "n_1_n_2",      "re_aa_1",
                                        "purity", "edge_k", "growth",  "fpe_residual", "time"};
    static const char *const open[] = {"n_3", "n_2_n_1", "n_1_n_1", "parity_like", "%j", "n"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        cr_expect(qfp_observable_is_taken(taken[i], 2), "%s", taken[i]);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        cr_expect(not(qfp_observable_is_taken(open[i], 2)), "%s", open[i]);
    cr_expect(eq(str, (char *)qfp_diagnostic("wehrl")->unit, "nat"));
    cr_expect(eq(ptr, (void *)qfp_diagnostic("n_1"), NULL));
}
