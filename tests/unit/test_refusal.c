/* The refusal of an ill-posed theory survives a spectrum that cannot be computed: linked with
 * --wrap=qfp_spectrum_find, which fails when a test says so. */
#include "../support/operators.h"
#include "../support/scratch.h"

#include "fock/spectrum.h"
#include "run/equation.h"

TestSuite(refusal, .init = scratch_make, .fini = scratch_remove);

static int succeed; /* this many times, then fail */

qfp_status __real_qfp_spectrum_find(const qfp_polynomial *, int, int, qfp_spectrum *);
qfp_status __wrap_qfp_spectrum_find(const qfp_polynomial *generator, int modes, int levels,
                                    qfp_spectrum *out);

qfp_status __wrap_qfp_spectrum_find(const qfp_polynomial *generator, int modes, int levels,
                                    qfp_spectrum *out)
{
    if (succeed-- > 0)
        return __real_qfp_spectrum_find(generator, modes, levels, out);
    return QFP_FAIL(QFP_MEMORY, "the injected failure");
}

static void refuse(int successes)
{
    static const char text[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                               "theory: {order: 2}\ninitial: {coherent: [0.0]}\n"
                               "output: {times: [0, 1]}\n";
    qfp_config *config = NULL;
    qfp_equation equation;
    succeed = successes;
    scratch_write(scratch_path("config.yaml"), text, strlen(text));
    MUST(qfp_config_load(scratch_path("config.yaml"), NULL, 0, &config));
    MUST(qfp_equation_create(config, &equation));
    cr_assert(qfp_equation_refuse(&equation, config) == QFP_UNBALANCED, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "is not balanced") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "injected") == NULL, "%s", qfp_last_error());
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

Test(refusal, without_any_growth_rate)
{
    refuse(0);
    cr_assert(strstr(qfp_last_error(), "largest growth rate") == NULL, "%s", qfp_last_error());
}

/* 26.6 with 8 levels (physics of the truncated quartic oscillator, test_spectrum) */
Test(refusal, with_the_rates_found_before_the_failure)
{
    refuse(1);
    cr_assert(strstr(qfp_last_error(), "largest growth rate 26.6 with 8 levels)") != NULL, "%s",
              qfp_last_error());
}
