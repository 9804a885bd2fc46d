/* The watch over an ill-posed theory: its limits, on hand-made numbers. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "run/unbalanced.h"

static const char quartic[] =
    "hamiltonian: {operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [1.0]}\n"
    "theory: {order: %s}\noutput: {times: [0]}\n";

static qfp_theory_check check_order(const char *order, qfp_config **config)
{
    char text[512];
    qfp_theory_check check;
    snprintf(text, sizeof text, quartic, order);
    *config = load_text(text);
    OK(qfp_theory_check_create(*config, &check));
    return check;
}

TestSuite(unbalanced, .init = scratch_make, .fini = scratch_remove);

Test(unbalanced, the_norm_may_double_and_no_more)
{
    qfp_config *config;
    qfp_theory_check check = check_order("2", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&check, config, 0.25, &watch));
    cr_assert(watch.active);
    cr_assert(strstr(watch.warning, "order 2") != NULL, "%s", watch.warning);
    cr_assert(strstr(watch.warning, "depends on the resolution") != NULL, "%s", watch.warning);
    OK(qfp_unbalanced_check_norm(&watch, 0.1, 0.25));
    OK(qfp_unbalanced_check_norm(&watch, 0.1, 0.999)); /* ‖u‖ = 1.999 of the initial one */
    cr_assert(eq(int, (int)qfp_unbalanced_check_norm(&watch, 0.1, 1.001), QFP_GROWTH));
    cr_assert(strstr(qfp_last_error(), "t = 0.1") != NULL);
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
}

Test(unbalanced, q_may_touch_its_limit_once_but_not_stay_there)
{
    qfp_config *config;
    qfp_theory_check check = check_order("2", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&check, config, 1.0, &watch));
    OK(qfp_unbalanced_check_husimi(&watch, 0.0, -0.0099, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.1, -0.0101, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.2, -0.0099, 0.1)); /* back: the count begins anew */
    OK(qfp_unbalanced_check_husimi(&watch, 0.3, -0.0101, 0.1));
    cr_assert(eq(int, (int)qfp_unbalanced_check_husimi(&watch, 0.4, -0.02, 0.1), QFP_GROWTH));
    cr_assert(strstr(qfp_last_error(), "in a row") != NULL);
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
}

Test(unbalanced, a_balanced_theory_is_not_watched)
{
    qfp_config *config;
    qfp_theory_check check = check_order("exact", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&check, config, 1.0, &watch));
    cr_assert(not(watch.active));
    OK(qfp_unbalanced_check_norm(&watch, 0.0, 100.0));
    OK(qfp_unbalanced_check_husimi(&watch, 0.0, -1.0, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.1, -1.0, 0.1));
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
}

Test(unbalanced, consent_lets_it_pass_and_its_absence_names_the_way_out)
{
    qfp_config *config;
    qfp_theory_check check = check_order("3", &config);
    cr_assert(eq(int, (int)qfp_theory_check_refuse(&check, config), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "order 3, C = 1") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "accept_unbalanced") != NULL, "%s", qfp_last_error());
    config->accept_unbalanced = true;
    OK(qfp_theory_check_refuse(&check, config));
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
}

/* A C other than 1 with all orders is named as such. */
Test(unbalanced, exact_orders_with_another_C_are_described)
{
    qfp_config *config;
    qfp_theory_check check = check_order("exact, C: 0.9", &config);
    cr_assert(not(check.balanced));
    cr_assert(eq(int, (int)qfp_theory_check_refuse(&check, config), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "order exact, C = 0.9") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "c = 0.45") != NULL, "%s", qfp_last_error());
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
}
