/* kerr.c - the mean amplitude of a Kerr oscillator beside the exact one. */
#include <math.h>
#include <qfp/qfp.h>
#include <stdio.h>
#include <string.h>

static const char text[] = "hamiltonian: {operator: '0.5*ad^2*a^2'}\n"
                           "initial: {coherent: [2.0]}\n"
                           "output: {times: {from: 0, to: 6, count: 7}}\n";

int main(void)
{
    qfp_config *config = NULL;
    qfp_run_result result;
    qfp_array re_a;
    const qfp_run_options options = {.keep = 1};
    if (qfp_config_parse(text, strlen(text), "kerr", NULL, 0, &config) != QFP_OK ||
        qfp_run(config, &options, &result) != QFP_OK ||
        qfp_arrays_find(result.arrays, "/observables/re_a_1", &re_a) != QFP_OK)
        return fprintf(stderr, "%s\n", qfp_last_error()), 1;
    double worst = 0.0;
    for (size_t i = 0; i < re_a.count; i++) {
        double t = result.times[i], exact = 2 * exp(4 * cos(t) - 4) * cos(4 * sin(t));
        printf("t = %g: %.9f, exact %.9f\n", t, re_a.values[i], exact);
        worst = fmax(worst, fabs(re_a.values[i] - exact));
    }
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    return worst < 1e-7 ? 0 : 1;
}
