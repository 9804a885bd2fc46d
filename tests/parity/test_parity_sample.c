/* test_parity_sample.c - `qfp sample` with `backend: cuda` against the same ensemble on the CPU. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/cuda_objects.h"
#include "../support/sampling.h"

static qfp_sample_result sample_on(const char *method, const char *backend)
{
    char text[1024];
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
             "initial: {coherent: [1.0]}\n"
             "ensemble: {%s, paths: 400, steps: 10, seed: 7}\n"
             "output: {times: [0.0, 0.1], husimi: {from: -4.0, to: 4.0, points: 9}}\n"
             "backend: %s\n",
             method, backend);
    return sample(text);
}

static void same_number(double cpu, double cuda, const char *method, const char *name)
{
#if defined(QFP_CUDA_ON_HOST) && defined(QFP_STRICT_ARITHMETIC)
    cr_assert(eq(int, memcmp(&cpu, &cuda, sizeof cpu), 0), "%s, %s: %.17g and %.17g", method, name,
              cpu, cuda);
#else
    /* a device's own logarithm and sine can send single paths elsewhere: one of 400 weighs 2e-2 */
    int near = (isnan(cpu) && isnan(cuda)) || fabs(cpu - cuda) <= 5e-2 * (1.0 + fabs(cpu));
    cr_assert(near, "%s, %s: %.17g and %.17g", method, name, cpu, cuda);
#endif
}

Test(parity_sample, same_seed_same_numbers)
{
    static const char *const methods[] = {"method: guided", "method: guided, noise: 0.0",
                                          "method: positive_p", "method: truncated_wigner"};
    scratch_make();
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        qfp_sample_result cpu = sample_on(methods[m], "cpu"), cuda = sample_on(methods[m], "cuda");
        cr_assert(eq(sz, cpu.observable_count, cuda.observable_count));
        cr_assert(eq(sz, cpu.time_count, 2));
        for (size_t k = 0; k < cpu.time_count * cpu.observable_count; k++) {
            const char *name = cpu.names[k % cpu.observable_count];
            same_number(cpu.estimates[k].value, cuda.estimates[k].value, methods[m], name);
            same_number(cpu.estimates[k].stderr_, cuda.estimates[k].stderr_, methods[m], name);
        }
        for (size_t t = 0; t < cpu.time_count; t++)
            same_number(cpu.chi2[t], cuda.chi2[t], methods[m], "chi2");
        qfp_sample_result_destroy(&cpu);
        qfp_sample_result_destroy(&cuda);
    }
    scratch_remove();
    cuda_objects_are_gone();
}

/* Amplified, between boundary values: the Hamiltonian these methods take. */
Test(parity_sample, between_boundary_values)
{
    static const char *const methods[] = {
        "method: forward_backward", "method: forward_backward, initialisation: conditional",
        "method: action, slices: 10, sweeps: 5", "method: gaussian"};
    scratch_make();
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        char text[2][1024];
        for (int cuda = 0; cuda < 2; cuda++)
            snprintf(text[cuda], sizeof text[cuda],
                     "hamiltonian: {modes: 1, operator: \"0.5*I*(ad^2 - a^2)\"}\n"
                     "initial: {coherent: [1.0]}\nensemble: {%s, paths: 400, seed: 7}\n"
                     "output: {times: [0.0, 0.1], husimi: {from: -4.0, to: 4.0, points: 9}}\n"
                     "backend: %s\n",
                     methods[m], cuda ? "cuda" : "cpu");
        qfp_sample_result cpu = sample(text[0]), cuda = sample(text[1]);
        for (size_t k = 0; k < cpu.time_count * cpu.observable_count; k++)
            same_number(cpu.estimates[k].value, cuda.estimates[k].value, methods[m],
                        cpu.names[k % cpu.observable_count]);
        qfp_sample_result_destroy(&cpu);
        qfp_sample_result_destroy(&cuda);
    }
    scratch_remove();
    cuda_objects_are_gone();
}

/* Processes in real variables have no kernels on the device. */
Test(parity_sample, processes_run_on_the_cpu)
{
    static const char yaml[] =
        "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 100, steps: 10,"
        " preparations: [{mean: [0], deviation: [0.3]}]}\n"
        "output: {times: [0, 0.1], husimi: {from: -4.0, to: 4.0, points: 9}}\n";
    char text[1024];
    scratch_make();
    qfp_sample_result result = sample(yaml);
    qfp_sample_result_destroy(&result);
    snprintf(text, sizeof text, "%sbackend: cuda\n", yaml);
    qfp_config *config = load_text(text);
    qfp_sample_options options = {0};
    cr_assert(eq(int, qfp_sample(config, &options, &result), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "CPU only") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
    qfp_sample_result_destroy(&result);
    scratch_remove();
    cuda_objects_are_gone();
}
