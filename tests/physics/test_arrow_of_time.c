/* Tr D and the production of Wehrl entropy along a run: closed forms, the balance of the entropy, configs/arrow_of_time.yaml. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/configurations.h"

TestSuite(arrow_of_time, .init = scratch_make, .fini = scratch_remove);

static void is_exact(const qfp_run_result *r, const char *name, size_t i, double exact)
{
    double error = stated_error(r, name, i);
    cr_assert(le(dbl, fabs(observable(r, name, i) - exact), error + 1e-14),
              "%s at t = %g: %.12g, %.12g", name, r->times[i], observable(r, name, i), exact);
}

/* Gaussian of variance σ = 1 + n̄(1 − e^{−γt}) along each axis, D⁺ = γ(n̄ + 1): Π = γ(n̄ + 1)/σ.  With the irreversible current
 * of Santos, Landi and Paternostro the production is Π + γ(⟨n⟩ + 1)/(n̄ + 1) − 2γ, 0 in equilibrium. */
Test(arrow_of_time, a_gaussian_state_in_a_bath)
{
    static const char *const bases[] = {"fock", "fourier"};
    const double gamma = 1.0, nbar = 0.5;
    for (int b = 0; b < 2; b++) {
        char yaml[512];
        snprintf(
            yaml, sizeof yaml,
            "hamiltonian: {operator: n}\ndissipation: [{operator: a, rate: 1.5}, {operator: ad, "
            "rate: 0.5}]\ninitial: {coherent: [1.0]}\nsolver: {basis: %s}\n"
            "output: {times: [0, 0.5, 2, 20], husimi: {points: 3}}\n",
            bases[b]);
        qfp_run_result r = simulate(yaml, "out.h5");
        for (size_t i = 0; i < r.time_count; i++) {
            double spread = 1.0 + nbar * (1.0 - exp(-gamma * r.times[i]));
            is_exact(&r, "trace_d", i, 2.0 * gamma * (nbar + 1.0));
            is_exact(&r, "entropy_production", i, gamma * (nbar + 1.0) / spread);
            cr_assert(lt(dbl, stated_error(&r, "entropy_production", i), 1e-5));
        }
        double irreversible = observable(&r, "entropy_production", 3) +
                              gamma * (observable(&r, "n_1", 3) + 1.0) / (nbar + 1.0) - 2.0 * gamma;
        cr_assert(
            lt(dbl, fabs(irreversible), 1e-6)); /* e^{−20} from equilibrium, and the grid's error */
        qfp_run_result_destroy(&r);
    }
}

/* Dephasing moves along the circle, D⁺ = γ v vᵀ with v = (−P, Q): of a coherent state Tr D is 2γ(|α|² + 1) on the mean and
 * Π = γ|α|², and nothing happens to number states.  A pure state under loss has Π = γ, zeros of Q or not. */
Test(arrow_of_time, pure_states)
{
    static const struct {
        const char *operator, * initial;
        double trace, production;
    } cases[] = {{"n", "coherent: [1.5]", 2.0 * 3.25, 2.25},
                 {"n", "fock: [2]", 2.0 * 3.0, 0.0},
                 {"a", "fock: [1]", 2.0, 1.0},
                 {"a", "squeezed: {alpha: 0.5, r: 0.6, phi: 0.3}", 2.0, 1.0},
                 {"a",
                  "superposition: [{coherent: [1.2], weight: 1}, {coherent: [-1.2], weight: 1}]",
                  2.0, 1.0},
                 {"ad", "fock: [1]", 0.0, 0.0}};
    static const char *const bases[] = {"fock", "fourier"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int b = 0; b < 2; b++) {
            char yaml[512];
            snprintf(yaml, sizeof yaml,
                     "hamiltonian: {operator: n}\ndissipation: [{operator: \"%s\", rate: 1}]\n"
                     "initial: {%s}\nsolver: {basis: %s}\noutput: {times: [0], husimi: {points: "
                     "3}}\n",
                     cases[i].operator, cases[i].initial, bases[b]);
            qfp_run_result r = simulate(yaml, "out.h5");
            is_exact(&r, "trace_d", 0, cases[i].trace);
            is_exact(&r, "entropy_production", 0, cases[i].production);
            if (b ==
                0) /* of a pure state the integrand is smooth where D⁺ is the same along all axes */
                cr_assert(lt(dbl, stated_error(&r, "entropy_production", 0), 1e-5));
            qfp_run_result_destroy(&r);
        }
}

/* Two codes, one by kets and the other by a spectral derivative, and a rate that depends on time. */
Test(arrow_of_time, both_bases_agree)
{
    static const char *const channels[] = {
        "{operator: a^2, rate: 0.7}", "{operator: \"0.3*a + ad\", rate: 0.7}",
        "{operator: a, rate: \"0.5 + t\"}, {operator: n, rate: 0.3}"};
    for (size_t c = 0; c < sizeof channels / sizeof *channels; c++) {
        qfp_run_result r[2];
        for (int b = 0; b < 2; b++) {
            char yaml[512];
            snprintf(yaml, sizeof yaml,
                     "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ndissipation: [%s]\ninitial: "
                     "{coherent: [1.3]}\nsolver: {basis: %s}\n"
                     "output: {times: [0, 0.05, 0.2], husimi: {points: 3}}\n",
                     channels[c], b == 0 ? "fock" : "fourier");
            r[b] = simulate(yaml, "out.h5");
        }
        for (size_t i = 0; i < 3; i++) {
            is_exact(&r[1], "trace_d", i, observable(&r[0], "trace_d", i));
            double apart = fabs(observable(&r[0], "entropy_production", i) -
                                observable(&r[1], "entropy_production", i));
            double sum = stated_error(&r[0], "entropy_production", i) +
                         stated_error(&r[1], "entropy_production", i);
            cr_assert(le(dbl, apart, sum), "%s: %g, stated %g", channels[c], apart, sum);
            cr_assert(lt(dbl, sum, 1e-3));
        }
        qfp_run_result_destroy(&r[0]);
        qfp_run_result_destroy(&r[1]);
    }
}

Test(arrow_of_time, as_the_configuration_says)
{
    const double gamma = 0.25;
    qfp_run_result r =
        run_configuration(configuration("arrow_of_time", NULL, NULL, NULL), "out.h5");
    size_t last = r.time_count - 1, least = 0, highest = 0;
    for (size_t i = 0; i <= last; i++) {
        double production = observable(&r, "entropy_production", i);
        is_exact(&r, "trace_d", i, 2.0 * gamma);
        cr_assert(lt(dbl, 0.1, production));
        cr_assert(le(dbl, production, gamma + stated_error(&r, "entropy_production", i)));
        if (production < observable(&r, "entropy_production", least))
            least = i;
        if (observable(&r, "wehrl", i) > observable(&r, "wehrl", highest))
            highest = i;
    }
    is_exact(&r, "entropy_production", 0, gamma);
    is_exact(&r, "wehrl", 0, 1.0);
    cr_assert(eq(dbl, r.times[least], 2.5));
    cr_assert(lt(dbl, fabs(observable(&r, "entropy_production", least) - 0.115), 5e-4));
    cr_assert(lt(dbl, fabs(observable(&r, "wehrl", highest) - 2.18), 5e-3));
    /* n = 4 e^{−5} is left */
    cr_assert(lt(dbl, gamma - observable(&r, "entropy_production", last), 0.01));
    cr_assert(lt(dbl, observable(&r, "wehrl", last) - 1.0, 0.03));
    qfp_run_result_destroy(&r);
}

/* H = n turns Q: S_W(t) − S_W(0) = ∫(Π − γ)dt, here by Simpson's rule, of an error of h⁴. */
Test(arrow_of_time, the_entropy_is_balanced)
{
    const double gamma = 0.25;
    qfp_run_result r = run_configuration(
        configuration(
            "arrow_of_time", "hamiltonian.operator=n",
            "initial={superposition: [{coherent: [2], weight: 1}, {coherent: [-2], weight: 1}]}",
            "output.times={from: 0.25, to: 4.25, count: 33}"),
        "out.h5");
    double sum = 0.0, step = 4.0 / 32.0;
    for (size_t i = 0; i < 33; i++)
        sum += step / 3.0 *
               (i == 0 || i == 32 ? 1.0
                : i % 2 == 1      ? 4.0
                                  : 2.0) *
               (observable(&r, "entropy_production", i) - gamma);
    double change = observable(&r, "wehrl", 32) - observable(&r, "wehrl", 0);
    cr_assert(lt(dbl, 0.1, fabs(change))); /* or there would be nothing to balance */
    cr_assert(lt(dbl, fabs(sum - change), 1e-5), "%.9g, %.9g", sum, change);
    qfp_run_result_destroy(&r);
}
