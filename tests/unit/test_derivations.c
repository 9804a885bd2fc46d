/* One derivation per theory: what `qfp run`, `plan` and `audit` ask of the algebra, counted at the
 * linker's seams (-Wl,--wrap). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "algebra/generator.h"
#include "expression/expression.h"
#include "io/config_load.h"
#include "qfp/audit.h"
#include "qfp/plan.h"
#include "qfp/run.h"

#define HAMILTONIAN "n + 0.1*x^4"

static int parsed, derived, moved;

qfp_status __real_qfp_expression_parse(const char *text, int modes, const qfp_parameter *parameters,
                                       size_t count, const qfp_place *place, qfp_node **out);
qfp_status __wrap_qfp_expression_parse(const char *text, int modes, const qfp_parameter *parameters,
                                       size_t count, const qfp_place *place, qfp_node **out);
qfp_status __real_qfp_generator_derive(const qfp_polynomial *wick, qfp_polynomial *out);
qfp_status __wrap_qfp_generator_derive(const qfp_polynomial *wick, qfp_polynomial *out);
qfp_status __real_qfp_generator_gauge(const qfp_polynomial *generator, double c,
                                      qfp_polynomial *out);
qfp_status __wrap_qfp_generator_gauge(const qfp_polynomial *generator, double c,
                                      qfp_polynomial *out);

qfp_status __wrap_qfp_expression_parse(const char *text, int modes, const qfp_parameter *parameters,
                                       size_t count, const qfp_place *place, qfp_node **out)
{
    parsed += strcmp(text, HAMILTONIAN) == 0; /* texts of observables are others */
    return __real_qfp_expression_parse(text, modes, parameters, count, place, out);
}

qfp_status __wrap_qfp_generator_derive(const qfp_polynomial *wick, qfp_polynomial *out)
{
    derived++;
    return __real_qfp_generator_derive(wick, out);
}

qfp_status __wrap_qfp_generator_gauge(const qfp_polynomial *generator, double c,
                                      qfp_polynomial *out)
{
    moved++;
    return __real_qfp_generator_gauge(generator, c, out);
}

static qfp_config *five_theories(void)
{
    return load_text("hamiltonian: {modes: 1, operator: \"" HAMILTONIAN "\"}\n"
                     "initial: {coherent: [0.5]}\n"
                     "theory: [{}, {order: 3, accept_unbalanced: true}, {order: 1}, "
                     "{order: 2, accept_unbalanced: true}, {C: 0.9, accept_unbalanced: true}]\n"
                     "solver: {grid: {points: 32}, tolerance: 1.0e-3}\n"
                     "output: {times: [0.0, 0.001], husimi: {points: 9}}\n");
}

static void count_from_here(void)
{
    parsed = derived = moved = 0;
}

Test(derivations, a_run_derives_once_per_theory)
{
    scratch_make();
    count_from_here();
    qfp_config *config = five_theories();
    qfp_run_options options = {.output_path = scratch_path("out.h5")};
    qfp_run_result result;
    OK(qfp_run(config, &options, &result));
    cr_expect(eq(int, parsed, 1));
    cr_expect(eq(int, derived, 5));
    /* to the ordering of each; the growth rates of the three that are accepted as unbalanced are
     * found on three numbers of levels, which are matrices at c = ½ */
    cr_expect(eq(int, moved, 5 + 3 * 3));
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    scratch_remove();
}

/* The audit compares with Liouville's equation at four κ. */
Test(derivations, a_plan_and_an_audit_derive_once)
{
    qfp_plan plan;
    qfp_plan_timing timing;
    qfp_audit report;
    scratch_make();
    qfp_config *config = five_theories();
    count_from_here();
    OK(qfp_plan_create(config, &plan, &timing));
    cr_expect(eq(int, derived, 1));
    count_from_here();
    OK(qfp_audit_create(config, &report));
    cr_expect(eq(int, parsed, 0));
    cr_expect(eq(int, derived, 1 + 4));
    qfp_audit_destroy(&report);
    qfp_config_destroy(config);
    scratch_remove();
}
