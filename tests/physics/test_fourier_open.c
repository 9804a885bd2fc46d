/* Master equations in the Fourier basis against the Fock basis, and what their errors state. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "run/fourier_open.h"

TestSuite(fourier_open, .init = scratch_make, .fini = scratch_remove);

typedef struct system_text {
    const char *name, *text; /* all but the basis */
} system_text;

static const system_text systems[] = {
    {"drive, squeezing, loss, dephasing, two-photon loss and gain",
     "hamiltonian: {operator: \"0.25*ad^2*a^2 + 0.4*(a + ad) + 0.1*hc(I*a^2)\"}\n"
     "dissipation:\n"
     "  - {operator: \"a\", rate: 0.2}\n"
     "  - {operator: \"n\", rate: 0.05}\n"
     "  - {operator: \"a^2\", rate: 0.1}\n"
     "  - {operator: \"ad\", rate: 0.05}\n"
     "initial: {coherent: [1.2]}\n"
     "output: {times: [0.0, 0.5, 1.5], husimi: {from: -6.0, to: 6.0, points: 25}}\n"},
    {"a thermal bath",
     "hamiltonian: {operator: \"n\"}\n"
     "dissipation: [{operator: \"ad\", rate: 0.6}, {operator: \"a\", rate: 1.6}]\n"
     "initial: {coherent: [1.5]}\n"
     "output: {times: [0.0, 1.0, 6.0], husimi: {from: -7.0, to: 7.0, points: 25}}\n"},
    {"a squeezed bath and kappa",
     "kappa: 0.7\n"
     "hamiltonian: {operator: \"0.3*n\"}\n"
     "dissipation: [{operator: \"a + (0.3 + 0.2*I)*ad\", rate: 0.8}]\n"
     "initial: {fock: [1]}\n"
     "output: {times: [0.0, 0.7, 2.0], husimi: {from: -6.0, to: 6.0, points: 25}}\n"},
};

/* Every figure within what both state, and what is stated no more than this. */
static void agree(const system_text *s, double most)
{
    char text[1024];
    qfp_run_result run[2];
    static const char *const bases[] = {"fourier", "fock"};
    for (int i = 0; i < 2; i++) {
        char name[16];
        snprintf(name, sizeof name, "%s.h5", bases[i]);
        snprintf(text, sizeof text, "%ssolver: {basis: %s}\n", s->text, bases[i]);
        run[i] = simulate(text, name);
    }
    char fourier[256];
    snprintf(fourier, sizeof fourier, "%s", scratch_path("fourier.h5"));
    cr_expect(lt(dbl, disagreement(fourier, scratch_path("fock.h5"), "/husimi/mode_1"), most), "%s",
              s->name);
    static const char *const figures[] = {"norm",    "energy",  "n_1",     "re_a_1", "im_a_1",
                                          "var_x_1", "var_p_1", "var_n_1", "purity", "wehrl"};
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++)
        for (size_t t = 0; t < run[0].time_count; t++) {
            double difference =
                fabs(observable(&run[0], figures[f], t) - observable(&run[1], figures[f], t));
            double stated = stated_error(&run[0], figures[f], t);
            cr_expect(le(dbl, difference, stated + stated_error(&run[1], figures[f], t)),
                      "%s: %s at %g: %.2e of %.2e", s->name, figures[f], run[0].times[t],
                      difference, stated);
            if (strcmp(figures[f], "wehrl") != 0)
                cr_expect(lt(dbl, stated, most), "%s: %s: %.2e", s->name, figures[f], stated);
        }
    for (int i = 0; i < 2; i++)
        qfp_run_result_destroy(&run[i]);
}

/* The requirement is 1e-6. */
Test(fourier_open, many_channels)
{
    agree(&systems[0], 1e-6);
}

Test(fourier_open, thermal_bath)
{
    agree(&systems[1], 1e-6);
}

Test(fourier_open, squeezed_bath)
{
    agree(&systems[2], 1e-6);
}

/* Beyond what the initial state lacks nothing of Tr ρ is lost: 1e-12 per unit of time. */
Test(fourier_open, trace_is_kept)
{
    char text[1024];
    snprintf(text, sizeof text, "%ssolver: {basis: fourier}\n", systems[0].text);
    qfp_run_result run = simulate(text, "trace.h5");
    for (size_t t = 0; t < run.time_count; t++)
        cr_expect(epsilon_eq(dbl, observable(&run, "norm", t), observable(&run, "norm", 0),
                             1e-12 * (1.0 + run.times[t])));
    qfp_run_result_destroy(&run);
}

/* e^{rate t}, until the trace norm has the last word. */
Test(fourier_open, errors_grow_no_more_than_the_trace_norm_allows)
{
    const qfp_error_growth growth = {.rate = 0.5, .most = 3.0};
    cr_expect(epsilon_eq(dbl, qfp_error_growth_after(&growth, 0.0), 1.0, 1e-15));
    cr_expect(epsilon_eq(dbl, qfp_error_growth_after(&growth, 1.0), exp(0.5), 1e-15));
    cr_expect(epsilon_eq(dbl, qfp_error_growth_after(&growth, 10.0), 3.0, 1e-15));
}
