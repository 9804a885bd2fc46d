/* solver.basis: auto: which bases are offered, which is taken, and what is said where none serves. */
#include "../support/config_text.h"

#include "qfp/plan.h"
#include "qfp/run.h"

TestSuite(choice, .init = scratch_make, .fini = scratch_remove);

static qfp_basis_choice choose(const char *text)
{
    qfp_basis_choice choice;
    qfp_config *config = load(text);
    qfp_status status = qfp_plan_choose(config, 1, &choice);
    cr_assert(status == QFP_OK, "%s", qfp_last_error());
    qfp_config_destroy(config);
    return choice;
}

static const qfp_basis_offer *offer(const qfp_basis_choice *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->of[i].name, name) == 0)
            return &c->of[i];
    cr_fatal("no offer of %s", name);
}

#define TIMED "solver: {reproducible: false}\n"

Test(choice, the_quickest_of_those_tried_is_taken)
{
    qfp_basis_choice c = choose(SMALL TIMED);
    for (size_t i = 0; i < c.count; i++) {
        cr_assert(c.of[i].serves, "%s: %s", c.of[i].name, c.of[i].refusal);
        cr_assert(not(c.of[i].seconds < c.seconds), "%s is quicker", c.of[i].name);
        cr_assert(strstr(c.sentence, c.of[i].name) != NULL, "%s", c.sentence);
    }
    cr_assert(c.seconds > 0.0);
}

/* Timings differ from run to run, and with them the choice would. */
Test(choice, nothing_is_timed_where_runs_are_to_repeat)
{
    qfp_basis_choice c = choose(SMALL "solver: {reproducible: true}\n");
    for (size_t i = 0; i < c.count; i++)
        cr_assert(isnan(c.of[i].seconds), "%s", c.of[i].name);
    for (size_t i = 0; i < c.count; i++) {
        cr_assert(c.of[i].bytes > 0.0, "%s", c.of[i].name);
        cr_assert(not(c.of[i].bytes < c.bytes), "%s", c.of[i].name);
    }
}

Test(choice, what_is_given_of_a_basis_names_it)
{
    cr_assert(choose(SMALL "solver: {grid: {points: 64}}\n").basis == QFP_BASIS_FOURIER);
    cr_assert(choose(SMALL "solver: {ordering: 0.5}\n").basis == QFP_BASIS_FOURIER);
    cr_assert(choose(SMALL "solver: {integrator: split}\n").basis == QFP_BASIS_FOURIER);
    cr_assert(choose(SMALL "solver: {integrator: chebyshev, levels: 30}\n").basis ==
              QFP_BASIS_FOCK);
    qfp_basis_choice c = choose(SMALL "solver: {levels: 30}\n");
    cr_assert(not(offer(&c, "fourier")->serves));
    cr_assert(strstr(offer(&c, "fourier")->refusal, "solver.levels is given") != NULL);
}

/* The reference of an open system may be a sample, whose errors are no tolerance's. */
Test(choice, an_open_system_is_left_to_the_master_equation)
{
    qfp_basis_choice c = choose(SMALL "dissipation: [{operator: a, rate: 0.1}]\n");
    cr_assert(not(offer(&c, "reference")->serves));
    cr_assert(c.basis != QFP_BASIS_REFERENCE);
}

/* Every theory of a list has to be one of the basis. */
Test(choice, several_theories_share_one_basis)
{
    qfp_basis_choice c = choose(SMALL "theory: [{order: exact}, {order: 1}]\n");
    cr_assert(not(offer(&c, "reference")->serves));
    cr_assert(strstr(offer(&c, "reference")->refusal, "another theory") != NULL);
}

/* Nothing of four modes with hundreds of quanta each fits anywhere. */
Test(choice, where_none_serves_each_says_why)
{
    qfp_basis_choice choice;
    qfp_config *config =
        load("hamiltonian: {modes: 2, operator: \"sum(j, ad[j]^2*a[j]^2)\"}\n"
             "initial: {coherent: [40, 40]}\nsolver: {integrator: krylov}\n" OUTPUT);
    cr_assert(qfp_plan_choose(config, 0, &choice) == QFP_MEMORY);
    cr_assert(strstr(qfp_last_error(), "no basis can do this") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "fourier: solver.grid: ") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "fock: solver.levels: ") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "reference: solver.integrator is given") != NULL, "%s",
              qfp_last_error());
    qfp_config_destroy(config);
}

/* Over a barrier: neither a box nor levels that grow would hold it, and the run would go on growing. */
Test(choice, what_runs_away_is_refused_at_once)
{
    static const char away[] = "hamiltonian: {operator: \"p^2/2 - x^4\"}\n"
                               "initial: {coherent: [1]}\noutput: {times: [0, 5]}\n";
    qfp_basis_choice choice;
    qfp_config *config = load(away);
    cr_assert(qfp_plan_choose(config, 0, &choice) != QFP_OK);
    cr_assert(strstr(qfp_last_error(), "the classical flow leaves every box") != NULL, "%s",
              qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "reference: the classical flow runs away") != NULL, "%s",
              qfp_last_error());
    qfp_config_destroy(config);
}

/* A grid in four dimensions would fill the machine; the refusal names the basis that needs megabytes. */
Test(choice, a_plan_that_does_not_fit_names_the_bases_that_do)
{
    qfp_plan plan;
    qfp_config *config = load("hamiltonian: {modes: 2, operator: \"hc(ad[1]^2*a[2])\"}\n"
                              "initial: {coherent: [5, 0]}\nsolver: {basis: fourier}\n" OUTPUT);
    cr_assert(qfp_plan_create(config, &plan, NULL) == QFP_MEMORY);
    cr_assert(strstr(qfp_last_error(), "or another basis: ") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "basis: fock would take ") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}

/* A run says what it took and what was foretold. */
Test(choice, a_run_settles_it_and_tells)
{
    qfp_config *config = load(SMALL TIMED);
    const qfp_run_options options = {.output_path = NULL};
    qfp_run_result result;
    cr_assert(qfp_run(config, &options, &result) == QFP_OK, "%s", qfp_last_error());
    cr_assert(strstr(result.choice, result.basis) != NULL, "'%s'", result.choice);
    cr_assert(result.predicted_seconds > 0.0);
    cr_assert(result.taken_seconds > 0.0);
    cr_assert(result.predicted_bytes > 0.0);
    cr_assert(result.taken_bytes >= 0.0);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
}
