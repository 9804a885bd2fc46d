/* How much work the reach of a state is, and what it sees all the same. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/config_text.h"
#include "../support/simulate.h"
#include "state/reach.h"
#include "state/reach_table.h"

TestSuite(reach, .init = scratch_make, .fini = scratch_remove);

static qfp_reach reach_of(const char *yaml, double level)
{
    qfp_reach reach;
    qfp_config *config = load_text(yaml);
    OK(qfp_reach_estimate(config, level, &reach));
    qfp_config_destroy(config);
    return reach;
}

/* Values of the flow, for contours and for what noise pushes: each at most 3e6 and the last steps' share. */
#define MOST_OF_CONTOURS 3.2e6
#define MOST_OF_PUSHES 3.2e6

Test(reach, the_stiff_ones_take_no_more_than_the_rest)
{
    static const char *const closed[] = {
        /* a sweep: 20 turns per unit of time at its ends */
        "hamiltonian: {modes: 2, parameters: {v: 1.0, J: 0.5},\n"
        "  operator: \"0.5*v*(t - 20)*(n[1] - n[2]) - J*hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2\"}\n"
        "initial: {fock: [1, 0]}\noutput: {times: [0, 40]}\n",
        "hamiltonian: {modes: 2, operator: \"hc(ad[1]^2*a[2])\"}\n"
        "initial: {coherent: [3, 0]}\noutput: {times: [0, 1]}\n",
        /* two doublets of wells */
        "hamiltonian: {model: {name: bose_hubbard, sites: 4, J: 1.0, U: 0.1,\n"
        "  graph: [[1, 2], [3, 4], [2, 3, 0.1], [1, 4, 0.1]]}}\n"
        "initial: {coherent: [2, 0, 0, 2]}\noutput: {times: [0, 20]}\n",
        "hamiltonian: {operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [1]}\n"
        "output: {times: [0, 1.0e14]}\n",
        "hamiltonian: {modes: 2, operator: \"n[1] + n[2] + 0.111803*(x[1]^2*x[2] - x[2]^3/3)\"}\n"
        "initial: {coherent: [1.414, 1.414]}\noutput: {times: [0, 200]}\n",
        /* eight packets of four modes: fewer directions of each */
        "hamiltonian: {model: {name: bose_hubbard, sites: 4, J: 1.0, U: 0.1}}\n"
        "initial: {mixture: [{coherent: [1, 0, 0, 0]}, {coherent: [0, 1, 0, 0]},\n"
        "  {coherent: [0, 0, 1, 0]}, {coherent: [0, 0, 0, 1]}, {coherent: [1, 1, 0, 0]},\n"
        "  {coherent: [0, 1, 1, 0]}, {coherent: [0, 0, 1, 1]}, {coherent: [1, 0, 0, 1]}]}\n"
        "output: {times: [0, 20]}\n"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        qfp_reach r = reach_of(closed[i], 1e-16);
        cr_expect(le(dbl, 1e3, r.evaluations), "%zu: %g", i, r.evaluations);
        cr_expect(le(dbl, r.evaluations, MOST_OF_CONTOURS), "%zu: %g", i, r.evaluations);
    }
    qfp_reach r =
        reach_of("hamiltonian: {modes: 3, operator: \"hc(ad[1]*a[2] + ad[2]*a[3]) + n[1]^2\"}\n"
                 "dissipation: [{operator: \"a[1]\", rate: 0.1}, {operator: \"n[2]\", "
                 "rate: 0.1}]\ninitial: {coherent: [2, 0, 0]}\n"
                 "output: {times: [0, 40]}\n",
                 1e-16);
    cr_expect(le(dbl, r.evaluations, MOST_OF_CONTOURS + MOST_OF_PUSHES), "%g", r.evaluations);
}

/* An orbit that closes is seen whole, however long the run is, and is no escape. */
Test(reach, a_long_run_reaches_no_further_than_a_short_one)
{
    qfp_reach reach[2];
    for (int i = 0; i < 2; i++) {
        char yaml[200];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [1]}\n"
                 "output: {times: [0, %g]}\n",
                 i == 0 ? 20.0 : 1e14);
        reach[i] = reach_of(yaml, 1e-8);
        cr_expect(not(reach[i].escapes));
    }
    for (int axis = 0; axis < 2; axis++)
        cr_expect(epsilon_eq(dbl, reach[1].of[axis], reach[0].of[axis], 0.02 * reach[0].of[axis]),
                  "%g, %g", reach[1].of[axis], reach[0].of[axis]);
}

/* A packet at 4 √2 goes to the P axis within a quarter of a turn, some three steps. */
Test(reach, sees_what_happens_between_two_steps)
{
    static const double level = 1.2340980408667956e-4; /* e^{−9} */
    qfp_reach r = reach_of("hamiltonian: {operator: \"n\"}\ninitial: {coherent: [4]}\n"
                           "output: {times: [0, 2]}\n",
                           level);
    double whole = 4.0 * sqrt(2.0) + 3.0;
    cr_expect(epsilon_eq(dbl, r.of[1], whole, 2e-3 * whole), "%g of %g", r.of[1], whole);
}

Test(reach, is_known_again)
{
    static const char yaml[] = "hamiltonian: {operator: \"n^2\"}\ninitial: {coherent: [1]}\n"
                               "output: {times: [0, 1]}\n";
    const double levels[2] = {1e-6, 1e-12};
    qfp_reach each[2];
    qfp_config *config = load_text(yaml);
    OK(qfp_reach_estimate_each(config, 2, levels, each));
    qfp_config_destroy(config);
    cr_expect(lt(dbl, 0.0, each[0].evaluations));
    cr_expect(lt(dbl, each[0].of[0], each[1].of[0]));
    for (int i = 0; i < 2; i++) {
        qfp_reach again = reach_of(yaml, levels[i]);
        cr_expect(eq(dbl, again.evaluations, 0.0));
        cr_expect(eq(dbl, again.of[0], each[i].of[0]));
        cr_expect(eq(dbl, again.of[1], each[i].of[1]));
    }
    /* anything else is another one */
    cr_expect(lt(dbl, 0.0, reach_of(yaml, 1e-7).evaluations));
    static const char *const others[] = {
        "hamiltonian: {operator: \"1.01*n^2\"}\ninitial: {coherent: [1]}\noutput: {times: [0, "
        "1]}\n",
        "hamiltonian: {operator: \"n^2\"}\ninitial: {coherent: [1.01]}\noutput: {times: [0, 1]}\n",
        "hamiltonian: {operator: \"n^2\"}\ninitial: {coherent: [1]}\noutput: {times: [0, 1.01]}\n",
        "kappa: 1.01\nhamiltonian: {operator: \"n^2\"}\ninitial: {coherent: [1]}\n"
        "output: {times: [0, 1]}\n",
        "hamiltonian: {operator: \"n^2\"}\ndissipation: [{operator: a, rate: 0.1}]\n"
        "initial: {coherent: [1]}\noutput: {times: [0, 1]}\n",
        "hamiltonian: {operator: \"n^2\"}\ndissipation: [{operator: n, rate: 0.1}]\n"
        "initial: {coherent: [1]}\noutput: {times: [0, 1]}\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect(lt(dbl, 0.0, reach_of(others[i], levels[0]).evaluations), "%zu", i);
}

/* Against powers taken one by one. */
Test(reach, a_table_is_its_polynomials)
{
    static const uint8_t power[6][4] = {{0},          {2, 0, 1, 0}, {0, 0, 0, 5},
                                        {1, 1, 1, 1}, {3, 0, 0, 0}, {0, 2, 0, 1}};
    const double z[4] = {0.7, -1.3, 2.1, -0.4};
    qfp_polynomial p[3];
    qfp_reach_table table;
    double expected[3] = {0.0}, found[3];
    for (int o = 0; o < 3; o++) {
        qfp_polynomial_init(&p[o], 4);
        for (int i = 0; o < 2 && i < 6; i += 1 + o) { /* the last is zero */
            double c = 0.3 + i - 1.7 * o, product = c;
            OK(qfp_polynomial_add_term(&p[o], CMPLX(c, 5.0), power[i]));
            for (int v = 0; v < 4; v++)
                product *= pow(z[v], power[i][v]);
            expected[o] += product;
        }
    }
    OK(qfp_reach_table_create(p, 3, &table));
    qfp_reach_table_evaluate(&table, z, found);
    for (int o = 0; o < 3; o++) {
        cr_expect(epsilon_eq(dbl, found[o], expected[o], 1e-12), "%d", o);
        qfp_polynomial_destroy(&p[o]);
    }
    qfp_reach_table_destroy(&table);
}
