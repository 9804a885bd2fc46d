/* output.observables in ensembles: means with their errors, beside the exact value. */
#include "../support/sampling.h"

#include <stdio.h>

#define SYSTEM                                                                                     \
    "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [0.8]}\n"            \
    "output: {times: [0, 0.1], husimi: {points: 15}, observables: [\"ad^2*a^2\", "                 \
    "{name: cubic, operator: \"ad*a^2\"}, {name: fourth, operator: \"x^4\"}]}\n"

static const qfp_estimate *find(const qfp_sample_result *r, const char *name, size_t row)
{
    for (size_t k = 0; k < r->observable_count; k++)
        if (strcmp(r->names[k], name) == 0)
            return &r->estimates[row * r->observable_count + k];
    cr_assert(0, "no observable %s", name);
    return NULL;
}

static void check_method(const char *ensemble)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "%sensemble: {%s}\n", SYSTEM, ensemble);
    qfp_sample_result r = sample(yaml);
    check_estimates(&r, LIMIT);
    for (size_t row = 0; row < 2; row++) {
        /* Kerr keeps ⟨a†²a²⟩ = |α|⁴ */
        cr_expect(epsilon_eq(dbl, find(&r, "ad_2_a_2", row)->exact, 0.4096, 1e-9));
        cr_expect(lt(dbl, 0.0, find(&r, "fourth", row)->stderr_));
    }
    /* √2·0.8 and fluctuations of variance ½ */
    double mean = 0.8 * M_SQRT2, square = mean * mean;
    cr_expect(
        epsilon_eq(dbl, find(&r, "fourth", 0)->exact, square * square + 3.0 * square + 0.75, 1e-8));
    cr_expect(epsilon_eq(dbl, find(&r, "re_cubic", 0)->exact, 0.512, 1e-9));
    cr_expect(lt(dbl, find(&r, "im_cubic", 1)->exact, -0.01));
    qfp_sample_result_destroy(&r);
}

/* Anti-normal symbols */
Test(sample_observables, guided)
{
    scratch_make();
    check_method("method: guided, paths: 4000, steps: 100");
    scratch_remove();
}

/* Normal symbols of two variables: at t = 0 without any spread for a coherent state. */
Test(sample_observables, doubled_q)
{
    scratch_make();
    check_method("method: doubled_q, paths: 4000, steps: 100");
    scratch_remove();
}

/* The sum over pairings grows too fast with the degree. */
Test(sample_observables, gaussian_takes_no_high_degree)
{
    qfp_sample_result r;
    qfp_sample_options options = {0};
    scratch_make();
    qfp_config *config = load_text(
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.8]}\n"
        "output: {times: [0], observables: [\"ad^5*a^5\"]}\nensemble: {method: gaussian}\n");
    cr_expect(eq(int, qfp_sample(config, &options, &r), QFP_CONFIG));
    cr_expect(ne(ptr, (void *)strstr(qfp_last_error(), "ad_5_a_5"), NULL), "%s", qfp_last_error());
    qfp_config_destroy(config);
    scratch_remove();
}
