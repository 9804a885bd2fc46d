/* Mistakes in output.observables: exit status 2, and a sentence with file, line and key. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "../support/program.h"

static const struct mistake {
    const char *list;
    const char *says[3];
} mistakes[] = {
    {"ad*a", {"bad.yaml:4", "output.observables", "a list"}},
    {"[\"ad[1]*(a[1]\"]", {"bad.yaml:4", "output.observables[1]", "')'"}},
    {"[\"U*n[1]\"]", {"bad.yaml:4", "'U'"}},
    {"[\"n[3]\"]", {"bad.yaml:4", "mode 3"}},
    {"[\"a[1]^17\"]", {"bad.yaml:4", "degree 17 in mode 1", "16"}},
    {"[\"0*n[1]\"]", {"bad.yaml:4", "is zero"}},
    {"[\"n[1]\", \"n[1]\"]", {"bad.yaml:4", "output.observables[2]", "two observables"}},
    {"[{name: n_1, operator: \"x[1]^4\"}]", {"bad.yaml:4", "'n_1'", "another name"}},
    {"[{name: a_2, operator: \"a[2]\"}]", {"bad.yaml:4", "'re_a_2'", "another name"}},
    {"[{name: purity, operator: \"x[1]\"}]", {"bad.yaml:4", "'purity'"}},
    {"[{name: im_b, operator: \"n[1]\"}, {name: b, operator: \"a[1]\"}]",
     {"bad.yaml:4", "two observables are called 'im_b'"}},
    {"[{name: a/b, operator: \"n[1]\"}]", {"bad.yaml:4", "observables[1].name", "letter"}},
    {"[{name: 2n, operator: \"n[1]\"}]", {"bad.yaml:4", "observables[1].name", "'2n'"}},
    {"[{name: n_stderr, operator: \"n[1]\"}]", {"bad.yaml:4", "_stderr"}},
    {"[{name: chi2_mine, operator: \"n[1]\"}]", {"bad.yaml:4", "chi2_"}},
    {"[{name: one_that_goes_on_and_on_too_far, operator: \"n[1]\"}]", {"bad.yaml:4", "28"}},
    {"[\"ad[1]^3*a[1]^3*ad[2]^3*a[2]^3+n[1]\"]",
     {"bad.yaml:4", "no name of at most 28", "name: mine"}},
    {"[\"2*n[1]\"]", {"bad.yaml:4", "name: mine"}},
    {"[{name: lost}]", {"bad.yaml:4", "'operator' is missing"}},
    {"[{names: b, operator: \"n[1]\"}]", {"bad.yaml:4", "names", "name"}},
    {"[\"1e200*n[1]*1e200\"]", {"bad.yaml:4", "finite"}},
    {"[purity]", {"bad.yaml:4", "'purity' is written anyway"}},
};

Test(bad_observables, every_mistake_is_named)
{
    scratch_make();
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 2, operator: \"n[1]\"}\ninitial: {coherent: [1, 0]}\n"
                 "output: {times: [0],\n  observables: %s}\n",
                 mistakes[i].list);
        write_text("bad.yaml", yaml);
        outcome o = RUN("run", "bad.yaml", "-o", "out.h5");
        cr_expect(eq(int, o.exit_status, 2), "%s: %s", mistakes[i].list, o.err);
        for (int k = 0; k < 3 && mistakes[i].says[k] != NULL; k++)
            cr_expect(strstr(o.err, mistakes[i].says[k]) != NULL, "%s: '%s' lacks '%s'",
                      mistakes[i].list, o.err, mistakes[i].says[k]);
        cr_expect(not(left_behind("out.h5")));
    }
    scratch_remove();
}

Test(bad_observables, series)
{
    static const struct mistake series[] = {
        {"3", {"bad.yaml:4", "output.series", "a list"}},
        {"[]", {"bad.yaml:4", "output.series", "a list"}},
        {"[0, 0.5, 0.4]", {"bad.yaml:4", "output.series[3]", "increase"}},
        {"[-1, 0]", {"bad.yaml:4", "output.series[1]", "begin at 0"}},
        {"{from: 0, to: 2, count: 3}", {"bad.yaml:4", "last of output.times, 1", "found 2"}},
        {"{from: 1, count: 5}", {"bad.yaml:4", "output.series", "begins at 1, but the last"}},
        {"{count: 5, too: 1}", {"bad.yaml:4", "output.series.too", "to"}},
        {"{from: 0, to: 1, count: 1}", {"bad.yaml:4", "output.series.count", "from 2"}},
        {"{from: 0, to: 1}", {"bad.yaml:4", "'count' is missing"}},
    };
    scratch_make();
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"n\"}\ninitial: {coherent: [1]}\n"
                 "output: {times: [0, 1],\n  series: %s}\n",
                 series[i].list);
        write_text("bad.yaml", yaml);
        outcome o = RUN("run", "bad.yaml", "-o", "out.h5");
        cr_expect(eq(int, o.exit_status, 2), "%s: %s", series[i].list, o.err);
        for (int k = 0; k < 3 && series[i].says[k] != NULL; k++)
            cr_expect(strstr(o.err, series[i].says[k]) != NULL, "%s: '%s' lacks '%s'",
                      series[i].list, o.err, series[i].says[k]);
    }
    outcome o = RUN("sample", "bad.yaml", "--set", "output.series=[0, 1]", "--set",
                    "ensemble={method: guided}");
    cr_expect(eq(int, o.exit_status, 2), "%s", o.err);
    cr_expect(strstr(o.err, "output.series: ensembles") != NULL, "%s", o.err);
    scratch_remove();
}

Test(bad_observables, of_a_process)
{
    scratch_make();
    write_text("bad.yaml", "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]],\n"
                           "  preparations: [{mean: [0], deviation: [1]}]}\n"
                           "output: {times: [1], observables: [\"n\"]}\n");
    outcome o = RUN("sample", "bad.yaml", "-o", "out.h5");
    cr_expect(eq(int, o.exit_status, 2), "%s", o.err);
    cr_expect(strstr(o.err, "no operators") != NULL, "%s", o.err);
    scratch_remove();
}

/* In the table of the terminal, in --json and by --set. */
Test(bad_observables, good_ones_are_shown)
{
    scratch_make();
    write_text("good.yaml", "hamiltonian: {modes: 1, operator: n}\ninitial: {fock: [2]}\n"
                            "solver: {basis: fock}\noutput: {times: [0]}\n");
    outcome o =
        RUN("run", "good.yaml", "-o", "out.h5", "--set", "output.observables=[\"ad^2*a^2\"]");
    cr_expect(eq(int, o.exit_status, 0), "%s", o.err);
    cr_expect(strstr(o.out, " ad_2_a_2 ") != NULL, "%s", o.out);
    o = RUN("run", "good.yaml", "-o", "out.h5", "--json", "--set",
            "output.observables=[{name: mine, operator: a}]");
    cr_expect(strstr(o.out, "\"im_mine\"") != NULL, "%s %s", o.out, o.err);
    o = RUN("run", "good.yaml", "-o", "out.h5", "--set", "output.observables=[\"a*\"]");
    cr_expect(eq(int, o.exit_status, 2), "%s", o.err);
    cr_expect(strstr(o.err, "--set output.observables[1]") != NULL, "%s", o.err);
    scratch_remove();
}
