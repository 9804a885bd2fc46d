/* A plan on a grid names the Fock basis where that needs far less; nothing is tried out. */
#include "../support/config_text.h"

#include "qfp/plan.h"

TestSuite(plan_advice, .init = scratch_make, .fini = scratch_remove);

/* Two modes in a grid of four dimensions, but in few levels. */
Test(plan_advice, names_the_basis_that_needs_far_less)
{
    qfp_plan plan;
    qfp_config *config = load("hamiltonian: {modes: 2, operator: \"hc(ad[1]^2*a[2])\"}\n"
                              "initial: {coherent: [3, 0]}\noutput: {times: [0, 1]}\n");
    qfp_status status = qfp_plan_create(config, &plan, NULL);
    bool planned = status == QFP_OK || status == QFP_MEMORY; /* as this machine's memory allows */
    cr_assert(planned, "%s", qfp_last_error());
    cr_assert(strstr(plan.advice, "basis: fock, ") != NULL, "'%s'", plan.advice);
    qfp_config_destroy(config);
    config = load(SMALL);
    cr_assert(qfp_plan_create(config, &plan, NULL) == QFP_OK);
    cr_assert(eq(str, plan.advice, ""));
    qfp_config_destroy(config);
}
