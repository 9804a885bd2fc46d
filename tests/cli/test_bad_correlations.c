/* output.correlations that cannot be had: each is refused with its place and what was expected, and nothing is
 * left behind. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/program.h"

typedef struct mistake {
    const char *list, *says[3];
} mistake;

static void check(const char *yaml, const char *const says[3])
{
    write_text("bad.yaml", yaml);
    outcome o = RUN("run", "bad.yaml", "-o", "out.h5");
    cr_expect(eq(int, o.exit_status, 2), "%s: %s", yaml, o.err);
    for (int k = 0; k < 3 && says[k] != NULL; k++)
        cr_expect(strstr(o.err, says[k]) != NULL, "%s: '%s' lacks '%s'", yaml, o.err, says[k]);
    cr_expect(not(left_behind("out.h5")));
}

TestSuite(bad_correlations, .init = scratch_make, .fini = scratch_remove);

Test(bad_correlations, lists)
{
#define AT_4 "bad.yaml:4"
    static const mistake mistakes[] = {
        {"3", {AT_4, "output.correlations: expected a list", "but found '3'"}},
        {"[]", {AT_4, "at most 16", "a list of 0"}},
        {"{left: ad, right: a}", {AT_4, "a list of at most 16", "a mapping"}},
        {"[{left: ad}]", {AT_4, "output.correlations[1]: the key 'right'"}},
        {"[{left: ad, right: a, when: 5}]",
         {AT_4, "unknown key", "left, right, before, at, tau, omega"}},
        {"[{left: ad, right: a, at: 2}]", {AT_4, "output.times, 1", "found 2"}},
        {"[{left: ad, right: a, at: -1}]", {AT_4, "output.correlations[1].at", "found -1"}},
        {"[{left: \"ad^9\", right: a}]", {AT_4, "[1].left: of degree 9", "is 8"}},
        {"[{left: ad, right: \"a - a\"}]", {AT_4, "[1].right: expected an operator", "is zero"}},
        {"[{left: ad, right: a, before: \"a^9\"}]", {AT_4, "[1].before: of degree 9"}},
        {"[{left: b, right: a}]", {AT_4, "[1].left: unknown name 'b'"}},
        {"[{left: \"ad*t\", right: a}]", {AT_4, "[1].left: 't' is the time"}},
        {"[{left: ad, right: a, tau: 5}]", {AT_4, "2 to 4000", "found '5'"}},
        {"[{left: ad, right: a, tau: [0]}]", {AT_4, "2 to 4000", "a list of 1"}},
        {"[{left: ad, right: a, tau: [1, 2]}]", {AT_4, "tau[1]: delays begin at 0", "found 1"}},
        {"[{left: ad, right: a, tau: [0, 2, 1]}]", {AT_4, "tau[3]: delays must", "1 follows 2"}},
        {"[{left: ad, right: a, tau: {to: 1}}]", {AT_4, "'count' is missing"}},
        {"[{left: ad, right: a, tau: {to: -1, count: 3}}]",
         {AT_4, "tau.to: expected a number above"}},
        {"[{left: ad, right: a, tau: {to: 1, count: 5000}}]", {AT_4, "tau.count", "2 to 4000"}},
        {"[{left: ad, right: a, omega: {from: 1, to: 0, count: 5}}]",
         {AT_4, "omega.to: expected a number above from"}},
        {"[{left: ad, right: a, omega: {from: -1.7e308, to: 1.7e308, count: 5}}]",
         {AT_4, "omega: with delays up to 1", "found 1.7e+308"}},
        {"[{left: ad, right: a, tau: {to: 5e-324, count: 20}}]",
         {AT_4, "tau: delays lie 1e-100 apart", "found 0 and 0"}},
        {"[{left: ad, right: a, tau: [0, 1e-310, 1]}]", {AT_4, "tau: delays lie", "1e-310"}},
        {"[{left: ad, right: a, tau: {to: 1e300, count: 2}}]", {AT_4, "end by 1e+100"}},
        {"[{left: \"1e200*a\", right: a}]",
         {"bad.yaml: output.correlations: the square of \"1e200*a\"", "not finite"}},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"n\"}\ninitial: {coherent: [1]}\n"
                 "output: {times: [0, 1],\n  correlations: %s}\n",
                 mistakes[i].list);
        check(yaml, mistakes[i].says);
    }
}

#define ONE "correlations: [{left: ad, right: a, tau: {to: 9, count: 20}}]}\n"

/* The delays go beyond the run, where the rate is negative. */
Test(bad_correlations, of_a_system_that_ends)
{
    check("hamiltonian: {operator: n}\ndissipation: [{operator: a, rate: \"1 - t/5\"}]\n"
          "initial: {coherent: [1]}\noutput: {times: [0, 1], " ONE,
          (const char *const[3]){"bad.yaml:2", "never negative", "(at t = 5.0"});
}

Test(bad_correlations, of_a_run_without_length)
{
    check("hamiltonian: {operator: n}\ninitial: {coherent: [1]}\n"
          "output: {times: [0], correlations: [{left: ad, right: a}]}\n",
          (const char *const[3]){"bad.yaml:3", "without an output time after 0",
                                 "tau: {to: 10, count: 201}"});
}

/* What a grid holds there is no Wigner function; what an ensemble draws is no operator. */
Test(bad_correlations, where_there_are_none)
{
    static const char yaml[] = "hamiltonian: {operator: n}\ninitial: {coherent: [1]}\n"
                               "solver: {ordering: 0}\noutput: {times: [0, 1], " ONE;
    write_text("bad.yaml", yaml);
    outcome o = RUN("run", "bad.yaml", "-o", "out.h5");
    cr_expect(eq(int, o.exit_status, 2), "%s", o.err);
    cr_expect(strstr(o.err, "output.correlations: at the ordering c = 0") != NULL, "%s", o.err);
    o = RUN("sample", "bad.yaml", "-o", "out.h5", "--set",
            "ensemble={method: guided, paths: 10, steps: 10}");
    cr_expect(eq(int, o.exit_status, 2), "%s", o.err);
    cr_expect(strstr(o.err, "output.correlations: paths of an ensemble") != NULL, "%s", o.err);
}
