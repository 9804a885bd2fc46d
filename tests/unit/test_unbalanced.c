/* The watch over an ill-posed theory: its limits, on hand-made numbers. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "fock/spectrum.h"
#include "run/unbalanced.h"

static const char quartic[] =
    "hamiltonian: {operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [1.0]}\n"
    "theory: {order: %s}\noutput: {times: [0]}\n";

static qfp_equation check_order(const char *order, qfp_config **config)
{
    char text[512];
    qfp_equation equation;
    snprintf(text, sizeof text, quartic, order);
    *config = load_text(text);
    OK(qfp_equation_create(*config, &equation));
    return equation;
}

TestSuite(unbalanced, .init = scratch_make, .fini = scratch_remove);

Test(unbalanced, the_norm_may_double_and_no_more)
{
    qfp_config *config;
    qfp_equation equation = check_order("2", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&equation, config, 0.25, &watch));
    cr_assert(watch.active);
    cr_assert(strstr(watch.warning, "order 2") != NULL, "%s", watch.warning);
    cr_assert(strstr(watch.warning, "depends on the resolution") != NULL, "%s", watch.warning);
    OK(qfp_unbalanced_check_norm(&watch, 0.1, 0.25));
    OK(qfp_unbalanced_check_norm(&watch, 0.1, 0.999)); /* ‖u‖ = 1.999 of the initial one */
    cr_assert(eq(int, (int)qfp_unbalanced_check_norm(&watch, 0.1, 1.001), QFP_GROWTH));
    cr_assert(strstr(qfp_last_error(), "t = 0.1") != NULL);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

Test(unbalanced, q_may_touch_its_limit_once_but_not_stay_there)
{
    qfp_config *config;
    qfp_equation equation = check_order("2", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&equation, config, 1.0, &watch));
    OK(qfp_unbalanced_check_husimi(&watch, 0.0, -0.0099, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.1, -0.0101, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.2, -0.0099, 0.1)); /* back: the count begins anew */
    OK(qfp_unbalanced_check_husimi(&watch, 0.3, -0.0101, 0.1));
    cr_assert(eq(int, (int)qfp_unbalanced_check_husimi(&watch, 0.4, -0.02, 0.1), QFP_GROWTH));
    cr_assert(strstr(qfp_last_error(), "in a row") != NULL);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

Test(unbalanced, a_balanced_theory_is_not_watched)
{
    qfp_config *config;
    qfp_equation equation = check_order("exact", &config);
    qfp_unbalanced watch;
    OK(qfp_unbalanced_begin(&equation, config, 1.0, &watch));
    cr_assert(not(watch.active));
    OK(qfp_unbalanced_check_norm(&watch, 0.0, 100.0));
    OK(qfp_unbalanced_check_husimi(&watch, 0.0, -1.0, 0.1));
    OK(qfp_unbalanced_check_husimi(&watch, 0.1, -1.0, 0.1));
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

Test(unbalanced, consent_lets_it_pass_and_its_absence_names_the_way_out)
{
    qfp_config *config;
    qfp_equation equation = check_order("3", &config);
    cr_assert(eq(int, (int)qfp_equation_refuse(&equation, config), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "order 3, C = 1") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "accept_unbalanced") != NULL, "%s", qfp_last_error());
    config->accept_unbalanced = true;
    OK(qfp_equation_refuse(&equation, config));
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

/* A C other than 1 with all orders is named as such. */
Test(unbalanced, exact_orders_with_another_C_are_described)
{
    qfp_config *config;
    qfp_equation equation = check_order("exact, C: 0.9", &config);
    cr_assert(not(equation.balanced));
    cr_assert(eq(int, (int)qfp_equation_refuse(&equation, config), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "order exact, C = 0.9") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "c = 0.45") != NULL, "%s", qfp_last_error());
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

static double growth(const char *hamiltonian, int modes, const char *theory, int levels)
{
    char text[512];
    qfp_equation equation;
    qfp_spectrum spectrum;
    snprintf(text, sizeof text,
             "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {fock: [%s]}\ntheory: %s\n"
             "output: {times: [0]}\n",
             modes, hamiltonian, modes == 1 ? "0" : "0, 0", theory);
    qfp_config *config = load_text(text);
    OK(qfp_equation_create(config, &equation));
    OK(qfp_spectrum_find(&equation.husimi, modes, levels, &spectrum));
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
    return spectrum.growth;
}

/* Known figures of H = n + 0.1 x⁴, to the digits they are known to. */
Test(unbalanced, growth_rates_of_the_quartic_oscillator)
{
    static const int levels[] = {8, 12, 16};
    static const double M2[] = {26.6, 72.5, 142.0}, M3[] = {6.5, 30.0, 72.0};
    const char *h = "n + 0.1*x^4";
    for (int i = 0; i < 3; i++) {
        cr_assert(
            epsilon_eq(dbl, growth(h, 1, "{order: 2}", levels[i]), M2[i], i < 2 ? 0.05 : 0.5));
        cr_assert(
            epsilon_eq(dbl, growth(h, 1, "{order: 3}", levels[i]), M3[i], i < 1 ? 0.05 : 0.5));
        /* eigenvalues of a normal matrix of norm 10³, to rounding */
        cr_assert(lt(dbl, growth(h, 1, "{order: exact}", levels[i]), 1e-11));
        cr_assert(lt(dbl, growth("n + 0.1*x^3", 1, "{order: 2}", levels[i]), 1e-9));
    }
}

/* Two oscillators that do not meet: L = L₁ + L₂, and the rates add up. */
Test(unbalanced, growth_rates_of_independent_modes_add_up)
{
    double one = growth("n + 0.1*x^4", 1, "{order: 2}", 4);
    double two = growth("n[1] + 0.1*x[1]^4 + n[2] + 0.1*x[2]^4", 2, "{order: 2}", 4);
    cr_assert(lt(dbl, 1.0, one));
    cr_assert(epsilon_eq(dbl, two, 2.0 * one, 1e-9)); /* rounding of 256 eigenvalues near 10² */
}

Test(unbalanced, the_sentence_has_its_growth_rates)
{
    qfp_config *config;
    qfp_equation equation = check_order("2", &config);
    cr_assert(eq(int, (int)qfp_equation_refuse(&equation, config), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "26.6, 72.5, 142 with 8, 12, 16 levels") != NULL, "%s",
              qfp_last_error());
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}
