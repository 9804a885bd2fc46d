/* Numbers of quanta that nothing raises, how states are spread over them, and the joint cut of a run. */
#include "../support/config_text.h"
#include "../support/operators.h"

#include <stdlib.h>

#include "core/conserved.h"
#include "fock/fock_initial.h"
#include "fock/fock_total.h"
#include "run/equation.h"
#include "run/fock_cut.h"

TestSuite(fock_total, .init = scratch_make, .fini = scratch_remove);

static void weights_of(const char *h, const char *channel, int modes, int *weight)
{
    qfp_lindblad l = {.wick = wick_of(h, modes)};
    if (channel != NULL) {
        qfp_polynomial wick = wick_of(channel, modes);
        MUST(qfp_lindblad_add(&l, 0.3, &wick));
        qfp_polynomial_destroy(&wick);
    }
    qfp_fock_total_conserved(&l, modes, weight);
    qfp_lindblad_destroy(&l);
}

Test(fock_total, weights_are_those_of_what_nothing_raises)
{
    static const struct {
        const char *h, *channel;
        int weight[3];
    } cases[] = {
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3]) + sum(j, n[j]^2)", NULL, {1, 1, 1}},
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3])", "a[2]^2", {1, 1, 1}},
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3])", "n[1]", {1, 1, 1}},
        {"hc(ad[1]*a[2]^2) + n[3]", "ad[2]*a[1]", {2, 1, 1}}, /* a jump that lowers */
        {"hc(ad[1]*a[2]^3)", "a[3]", {3, 1, 1}},
        {"hc(ad[1]*a[2]) + a[3] + ad[3]", NULL, {1, 1, 0}},
        {"hc(ad[1]*a[2]) + a[1] + ad[1]", NULL, {0, 0, 0}}, /* one mode alone is no joint cut */
        {"hc(ad[1]*ad[2])", NULL, {0, 0, 0}},
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3])", "ad[1]", {0, 0, 0}},
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3])", "a[1]^2 - 2", {0, 0, 0}}, /* c†c raises */
        {"hc(ad[1]*a[2]) + hc(ad[2]*a[3])", "a[1] + n[2]", {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int weight[QFP_MAX_MODES];
        weights_of(cases[i].h, cases[i].channel, 3, weight);
        for (int j = 0; j < 3; j++)
            cr_assert(eq(int, weight[j], cases[i].weight[j]), "%s, %s", cases[i].h,
                      cases[i].channel == NULL ? "closed" : cases[i].channel);
    }
}

static qfp_config *load_state(const char *state, const char *levels)
{
    char text[1024];
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\n"
             "dissipation: [{operator: \"a[1]\", rate: 0.1}]\ninitial: {%s}\n"
             "solver: {basis: fock, levels: %s}\noutput: {times: [0, 1]}\n",
             state, levels);
    return load(text);
}

/* The whole population beyond, by a matrix on so many levels that the rest is nothing. */
static double counted(const qfp_state *state, const int *weight, int most)
{
    enum { L = 60 };
    const int levels[2] = {L, L};
    qfp_fock_space space;
    double cut, beyond = 0.0;
    MUST(qfp_fock_space_set(2, levels, &space));
    double *u = malloc(space.count * sizeof *u);
    MUST(qfp_fock_initial_fill(&space, state, u, &cut, NULL, 0));
    for (int i = 0; i < L; i++)
        for (int j = 0; j < L; j++)
            if (weight[0] * i + weight[1] * j > most)
                beyond += u[2 * qfp_fock_offset(&space, (size_t)(i * L + j))];
    free(u);
    return beyond;
}

Test(fock_total, what_is_beyond_is_counted)
{
    static const char *const states[] = {
        "coherent: [1.5, 0.5]", "thermal: {nbar: [0.5, 0.2]}",
        "product: [{fock: [3]}, {coherent: [1.2]}]",
        "mixture: [{coherent: [1, 1], weight: 0.3}, {fock: [2, 0], weight: 0.7}]"};
    static const int weights[2][2] = {{1, 1}, {2, 1}};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        for (int k = 0; k < 2; k++) {
            qfp_config *config = load_state(states[i], "[2, 2]");
            int most;
            double beyond, more;
            MUST(qfp_fock_total_most(&config->initial, 2, weights[k], 1e-7, &most));
            MUST(qfp_fock_total_beyond(&config->initial, 2, weights[k], most, &beyond));
            MUST(qfp_fock_total_beyond(&config->initial, 2, weights[k], most - 1, &more));
            cr_assert(lt(dbl, beyond, 1e-7), "%s", states[i]);
            cr_assert(lt(dbl, 1e-7, more), "%s: the smallest", states[i]);
            /* what other levels than those counted leave out of the sum, and roundings of ρ */
            cr_assert(lt(dbl, fabs(beyond - counted(&config->initial, weights[k], most)), 1e-13),
                      "%s", states[i]);
            qfp_config_destroy(config);
        }
}

/* Interference may double a superposition's share, and where the parts nearly cancel the norm multiplies it. */
Test(fock_total, a_superposition_is_bounded)
{
    static const char *const states[] = {
        "superposition: [{coherent: [0.5, 1]}, {coherent: [-0.5, 1], weight: -1}]",
        "superposition: [{coherent: [0.02, 0]}, {coherent: [-0.02, 0], weight: -1}]"};
    static const int weight[2] = {1, 1};
    for (int i = 0; i < 2; i++) {
        qfp_config *config = load_state(states[i], "[2, 2]");
        int most;
        MUST(qfp_fock_total_most(&config->initial, 2, weight, 1e-9, &most));
        double left = counted(&config->initial, weight, most);
        double more = counted(&config->initial, weight, most - 3);
        cr_assert(lt(dbl, left, 1e-9), "%s", states[i]);
        cr_assert(lt(dbl, 1e-9, more), "%s: and not far off", states[i]);
        qfp_config_destroy(config);
    }
}

Test(fock_total, states_within_are_counted)
{
    static const int levels[3] = {5, 4, 6}, weight[3] = {1, 2, 0}, none[3] = {0};
    for (int most = 0; most < 12; most++) {
        double count = 0.0;
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 4; j++)
                count += i + 2 * j <= most ? 6.0 : 0.0;
        cr_assert(eq(dbl, qfp_conserved_states(3, levels, weight, most), count), "%d", most);
    }
    cr_assert(eq(dbl, qfp_conserved_states(3, levels, none, 0), 120.0));
}

static void plan_cut(const qfp_config *config, bool is_given, qfp_plan *plan)
{
    qfp_equation equation;
    *plan = (qfp_plan){.modes = config->modes};
    MUST(qfp_equation_create(config, &equation));
    MUST(qfp_fock_plan_cut(config, &equation, is_given ? config->levels : NULL, plan));
    qfp_equation_destroy(&equation);
}

/* What the cut takes from ρ in the trace norm, at most 2√p, is stated; with given levels it is less than what they
 * take, with chosen ones a hundredth of the tolerance. */
Test(fock_total, the_cut_of_a_run_costs_little_and_is_stated)
{
    qfp_config *config = load_state("coherent: [1.5, 0.5]", "[20, 20]");
    qfp_plan given, chosen;
    qfp_fock_space space;
    qfp_fock_initial_error without, with;
    plan_cut(config, true, &given);
    plan_cut(config, false, &chosen);
    cr_assert(eq(int, given.weight[0] + 10 * given.weight[1], 11));
    MUST(qfp_fock_space_set(2, config->levels, &space));
    MUST(qfp_fock_initial_error_of(&space, &config->initial, &without));
    memcpy(space.weight, given.weight, sizeof space.weight);
    space.most = given.most;
    MUST(qfp_fock_initial_error_of(&space, &config->initial, &with));
    /* N is Poissonian with mean 2.5 */
    double p = 0.0;
    for (int n = 80; n > given.most; n--)
        p += exp(n * log(2.5) - 2.5 - lgamma(n + 1.0));
    double stated = with.cut - without.cut, expected = 2.0 * sqrt(p);
    cr_assert(lt(dbl, fabs(stated - expected), 1e-3 * expected)); /* two figures of 1e-6 to 1e-14 */
    cr_assert(lt(dbl, stated, 0.1 * without.cut));
    cr_assert(lt(int, given.most, chosen.most));
    double beyond;
    MUST(qfp_fock_total_beyond(&config->initial, 2, chosen.weight, chosen.most, &beyond));
    cr_assert(lt(dbl, 2.0 * sqrt(beyond), 0.01 * config->tolerance));
    qfp_config_destroy(config);
}

/* Where all of a box lies within, where the equation is no master equation, and where a state cannot be told. */
Test(fock_total, no_cut_where_there_is_none)
{
    qfp_plan plan;
    qfp_config *config = load_state("coherent: [1.5, 0.5]", "[4, 4]");
    plan_cut(config, true, &plan);
    cr_assert(eq(int, plan.weight[0] + plan.weight[1], 0));
    qfp_config_destroy(config);
}

Test(fock_total, what_lies_beyond_is_empty_at_the_start)
{
    qfp_config *config = load_state("coherent: [1.5, 0.5]", "[6, 6]");
    qfp_fock_space space;
    double cut, kept = 0.0, rest;
    MUST(qfp_fock_space_set(2, config->levels, &space));
    space.weight[0] = 2;
    space.weight[1] = 1;
    space.most = 7;
    double *u = malloc(space.count * sizeof *u);
    MUST(qfp_fock_initial_fill(&space, &config->initial, u, &cut, NULL, 0));
    for (size_t m = 0; m < 36; m++)
        for (size_t n = m; n < 36; n++) {
            const double *at = u + 2 * (qfp_fock_offset(&space, m) + n - m);
            bool inside = 2 * (m / 6) + m % 6 <= 7 && 2 * (n / 6) + n % 6 <= 7;
            kept += m == n ? at[0] : 0.0;
            cr_assert(eq(int, at[0] != 0.0, inside), "%zu, %zu", m, n);
        }
    rest = 1.0 - kept;
    cr_assert(lt(dbl, fabs(cut - rest), 1e-15));
    free(u);
    qfp_config_destroy(config);
}
