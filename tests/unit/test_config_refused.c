/* Configurations that are refused: where, and with which words. */
#include "../support/config_text.h"

TestSuite(config_refused, .init = scratch_make, .fini = scratch_remove);

typedef struct bad_input {
    const char *text;
    const char *place; /* "c.yaml:LINE:COLUMN: key" */
    const char *said;
} bad_input;

static void assert_refused(const bad_input *bad, qfp_status expected)
{
    qfp_config *config = NULL;
    qfp_status status = load_bytes(bad->text, strlen(bad->text), NULL, 0, &config);
    cr_assert(eq(int, (int)status, (int)expected), "%s\n-> %s", bad->text, qfp_last_error());
    cr_assert(config == NULL);
    cr_assert(strstr(qfp_last_error(), bad->place) != NULL, "%s\n-> '%s' does not name '%s'",
              bad->text, qfp_last_error(), bad->place);
    cr_assert(strstr(qfp_last_error(), bad->said) != NULL, "%s\n-> '%s' does not say '%s'",
              bad->text, qfp_last_error(), bad->said);
}

static void assert_all_refused(const bad_input *list, size_t count, qfp_status expected)
{
    for (size_t i = 0; i < count; ++i)
        assert_refused(&list[i], expected);
}
#define ASSERT_ALL_REFUSED(list, expected)                                                         \
    assert_all_refused((list), sizeof(list) / sizeof *(list), (expected))

Test(config_refused, unknown_and_missing_keys)
{
    static const bad_input list[] = {
        {SMALL "solver: {tolerence: 1e-8}\n", "c.yaml:4:10: solver.tolerence",
         "unknown key; did you mean 'tolerance'?"},
        {SMALL "solver:\n  tolerence: 1e-8\n", "c.yaml:5:3: solver.tolerence", "did you mean"},
        {SMALL "tolerance: 1e-8\n", "c.yaml:4:1: tolerance", "did you mean 'solver.tolerance'?"},
        {SMALL "qqqqqqqqqqqq: 1\n", "c.yaml:4:1: qqqqqqqqqqqq", "known here: title, hamiltonian"},
        {SMALL "<<: {a: 1}\n", "c.yaml:4:1: <<", "unknown key"},
        {"hamiltonian: {operator:n}\n" REST, "c.yaml:1:15", "a value stands after ': '"},
        {"hamiltonian: {operator: comm(a, ad)}\n" REST, "c.yaml:1:33: hamiltonian.ad)",
         "a text with a comma is to be quoted"},
        {"hamiltonian: {parameters: {U: 0,5}, operator: n}\n" REST,
         "c.yaml:1:33: hamiltonian.parameters.5", "between { } a comma ends a value"},
        {SMALL "lindblad: [a]\n", "c.yaml:4:1: lindblad", "did you mean 'dissipation'?"},
        {REST, "c.yaml:1:1: ", "'hamiltonian' is missing"},
        {HAMILTONIAN OUTPUT, "c.yaml", "'initial' is missing"},
        {HAMILTONIAN INITIAL, "c.yaml", "'output' is missing"},
        {HAMILTONIAN INITIAL "output: {}\n", "c.yaml:3:1: output", "'times' is missing"},
        {"hamiltonian: {modes: 1}\n" REST, "c.yaml:1:1: hamiltonian", "'operator' is missing"},
        {"hamiltonian: {symbol: {expression: n}}\n" REST, "hamiltonian.symbol",
         "'ordering' is missing"},
        {HAMILTONIAN "initial: {thermal: {}}\n" OUTPUT, "c.yaml:2:11: initial.thermal",
         "'nbar' is missing"},
        {SMALL "output: {times: [0]}\n", "c.yaml:4:1: output", "given twice, first in line 3"},
        {SMALL "solver: {tolerance: 1e-3, tolerance: 1e-4}\n", "c.yaml:4:27: solver.tolerance",
         "given twice"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

Test(config_refused, wrong_types_and_ranges)
{
    static const bad_input list[] = {
        {SMALL "kappa: [1]\n", "c.yaml:4:8: kappa",
         "expected a positive number, for example `kappa: 0.1`, but found a list of 1"},
        {SMALL "kappa:\n", "c.yaml:4", "but found nothing"},
        {SMALL "kappa: 0\n", "c.yaml:4:8: kappa", "found '0'"},
        {SMALL "kappa: .inf\n", "kappa", "found '.inf'"},
        {SMALL "kappa: -.NaN\n", "kappa", "found '-.NaN'"},
        {SMALL "kappa: 1e999\n", "kappa", "expected a positive number"},
        {SMALL "kappa: 2*I\n", "c.yaml:4:8: kappa", "real number"},
        {SMALL "kappa: 2+foo\n", "c.yaml:4:10: kappa", "foo"},
        {SMALL "kappa: 1/0\n", "c.yaml:4:", "kappa"},
        {SMALL "kappa: 1 MHz\n", "c.yaml:4:10: kappa", "numbers have no units"},
        {SMALL "kappa: ad\n", "c.yaml:4:8: kappa", "expected a positive number"},
        {SMALL "lengths: [1, 1]\n", "c.yaml:4:10: lengths", "expected 1 entry, one per mode"},
        {SMALL "lengths: 1\nfrequencies: 2\n", "c.yaml:5:1: frequencies", "together with lengths"},
        {SMALL "theory: {order: 0}\n", "c.yaml:4:17: theory.order", "found '0'"},
        {SMALL "theory: {order: 2.5}\n", "theory.order", "whole number"},
        {SMALL "theory: {C: -1}\n", "c.yaml:4:13: theory.C", "a number >= 0"},
        {SMALL "theory: {order: 1000001}\n", "theory.order", "found '1000001'"},
        {SMALL "theory: {order: -2}\n", "theory.order", "found '-2'"},
        {SMALL "theory: exact\n", "c.yaml:4:9: theory", "expected a mapping"},
        {SMALL "theory: {accept_unbalanced: maybe}\n", "theory.accept_unbalanced", "true or false"},
        {SMALL "theory: {accept_unbalance: true}\n", "accept_unbalance", "accept_unbalanced"},
        {SMALL "theory: {label: 2nd}\n", "c.yaml:4:17: theory.label", "found '2nd'"},
        {SMALL "theory: {label: 'a/b'}\n", "theory.label", "a letter"},
        {SMALL "theory: {label: abcdefghijklmnopqrstuvwxyzabcdefg}\n", "theory.label", "31"},
        {SMALL "theory: []\n", "c.yaml:4:9: theory", "a list of 1 to 16"},
        {SMALL "theory: [exact]\n", "c.yaml:4:10: theory[1]", "expected a mapping"},
        {SMALL "theory: [{order: 2}, {order: 0}]\n", "theory[2].order", "found '0'"},
        {SMALL "theory: [{order: 2}, {ordr: 2}]\n", "ordr", "order"},
        {SMALL "theory: [{order: 2}, {order: 2}]\n", "theory[2]", "two theories are called 'M2'"},
        {SMALL "theory: [{order: 1}, {label: liouville}]\n", "theory[2]", "called 'liouville'"},
        {SMALL "solver: {basis: forier}\n", "solver.basis", "did you mean 'fourier'?"},
        {SMALL "solver: {grid: {points: 63}}\n", "c.yaml:4:25: solver.grid.points", "even"},
        {SMALL "solver: {grid: {points: 6}}\n", "solver.grid.points", "from 8"},
        {SMALL "solver: {grid: {points: [8, 8]}}\n", "solver.grid.points", "one per mode"},
        {SMALL "solver: {grid: {points: 1e10}}\n", "solver.grid.points", "found '1e10'"},
        {SMALL "solver: {grid: {extent: -1}}\n", "solver.grid.extent", "positive"},
        {SMALL "solver: {levels: 1}\n", "solver.levels", "from 2"},
        {SMALL "solver: {ordering: 0.6}\n", "c.yaml:4:20: solver.ordering", "from 0 to 0.5"},
        {SMALL "solver: {ordering: balance}\n", "solver.ordering", "'balanced' or"},
        {SMALL "solver: {tolerance: 0.1}\n", "solver.tolerance", "between 1e-15 and 0.1"},
        {SMALL "solver: {tolerance: 1e-15}\n", "solver.tolerance", "between 1e-15 and 0.1"},
        {SMALL "solver: {step: 0.1}\n", "c.yaml:4:10: solver.step", "integrator: rk4"},
        {SMALL "backend: quantum\n", "c.yaml:4:10: backend", "auto, cpu or cuda"},
        {SMALL "device: -1\n", "c.yaml:4:9: device", "from 0 to 255"},
        {SMALL "backend: cpu\ndevice: 0\n", "c.yaml:5:9: device", "where backend is not cpu"},
        {SMALL "title: [1]\n", "c.yaml:4:8: title", "expected a text"},
        {"hamiltonian: {modes: 9, operator: n}\n" REST, "c.yaml:1:22: hamiltonian.modes", "1 to 8"},
        {"hamiltonian: {operator: n, symbol: {ordering: wick, expression: n}}\n" REST,
         "c.yaml:1:28: hamiltonian.symbol", "together with operator"},
        {"hamiltonian: {operator: ''}\n" REST, "hamiltonian.operator", "quoted operator"},
        {"hamiltonian: {symbol: {ordering: normal, expression: n}}\n" REST,
         "hamiltonian.symbol.ordering", "antiwick, weyl or wick"},
        {"hamiltonian: {parameters: {J: K, K: 1}, operator: n}\n" REST,
         "c.yaml:1:31: hamiltonian.parameters.J", "K"},
        {"hamiltonian: {parameters: {pi: 3}, operator: n}\n" REST,
         "c.yaml:1:28: hamiltonian.parameters.pi", "has a meaning"},
        {"hamiltonian: {parameters: {2J: 3}, operator: n}\n" REST, "parameters.2J", "not a name"},
        {"- 1\n", "c.yaml:1:1: ", "expected `key: value` lines"},
        {"hello\n", "c.yaml:1:1: ", "expected `key: value` lines"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

/* A name that nothing uses is a slip: the run would go on with another value than the one asked for. */
Test(config_refused, parameters_that_nothing_uses)
{
#define WITH(parameters, operator)                                                                 \
    "hamiltonian: {parameters: {" parameters "}, operator: " operator"}\n"
    static const bad_input list[] = {
        {WITH("U: 1, u: 3", "U*n") REST, "c.yaml:1:34: hamiltonian.parameters.u",
         "no expression of the configuration uses this parameter; did you mean 'U'?"},
        {WITH("omega: 1", "n") REST, "c.yaml:1:28: hamiltonian.parameters.omega",
         "used: no parameter"},
        {WITH("J: 1, omega: 1", "J*n") REST, "hamiltonian.parameters.omega", "used: J"},
        /* the index of a sum hides it */
        {WITH("k: 1", "'sum(k, 1, 2, k*n)'") REST, "hamiltonian.parameters.k", "no expression"},
        /* of a model's own names */
        {"hamiltonian: {parameters: {J: 2}, model: {name: bose_hubbard, sites: 2, J: 1, U: 1}}\n"
         "initial: {coherent: [1, 0]}\n" OUTPUT,
         "c.yaml:1:28: hamiltonian.parameters.J", "no expression"},
    };
    static const char *const everywhere[] = {
        WITH("A: 1", "n") "initial: {coherent: [A]}\n" OUTPUT,
        WITH("A: 1", "n") INITIAL "output: {times: [0, A]}\n",
        WITH("A: 1", "n") INITIAL "output: {times: [0, 1], observables: [\"A*x^2\"]}\n",
        WITH("A: 1, B: A", "B*n") REST,
        WITH("A: 1", "n") REST "kappa: A\n",
        WITH("A: 1", "n") REST "theory: {order: 2, C: A}\n",
        WITH("A: 1e-6", "n") REST "solver: {tolerance: A}\n",
    };
    static const struct {
        const char *override, *said; /* NULL: taken */
    } set[] = {
        {"hamiltonian.parameters.u=3",
         "--set hamiltonian.parameters.u: no expression of the configuration uses this parameter; "
         "did you mean 'U'?"},
        {"hamiltonian.parameters.omega=3", "used: U"},
        {"hamiltonian.parameters.U=3", NULL},
        {"hamiltonian.operator=n", NULL}, /* which takes U's place */
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; ++i)
        qfp_config_destroy(load(everywhere[i]));
    for (size_t i = 0; i < sizeof set / sizeof *set; ++i) {
        const char text[] = WITH("U: 1", "U*n") REST;
        qfp_config *config = NULL;
        qfp_status status = load_bytes(text, strlen(text), &set[i].override, 1, &config);
        cr_assert(eq(int, (int)status, set[i].said == NULL ? QFP_OK : QFP_CONFIG), "%s",
                  qfp_last_error());
        if (set[i].said != NULL)
            cr_assert(strstr(qfp_last_error(), set[i].said) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
    }
#undef WITH
}

Test(config_refused, wrong_states)
{
    static const bad_input list[] = {
        {STATE("{coherant: [1]}"), "c.yaml:2:11: initial.coherant", "did you mean 'coherent'?"},
        {STATE("{coherent: [1, 2]}"), "c.yaml:2:21: initial.coherent", "1 entry, one per mode"},
        {STATE("{coherent: [[1]]}"), "c.yaml:2:22: initial.coherent[1]", "found a list"},
        {STATE("{fock: [-1]}"), "c.yaml:2:18: initial.fock[1]", "whole number"},
        {STATE("{fock: [0.5]}"), "initial.fock[1]", "whole number"},
        {STATE("{thermal: {nbar: -0.1}}"), "c.yaml:2:27: initial.thermal.nbar", ">= 0"},
        {STATE("{thermal: {n: 1}}"), "initial.thermal.n", "unknown key"},
        {STATE("{fock: [0], coherent: [0]}"), "c.yaml:2:22: initial.coherent",
         "already given as 'fock'"},
        {STATE("{}"), "c.yaml:2:10: initial", "no state"},
        {STATE("vacuum"), "c.yaml:2:10: initial", "the vacuum `{fock: [0]}`, but found 'vacuum'"},
        {STATE("{fock: [0], weight: 2}"), "c.yaml:2:22: initial.weight", "belongs to an entry"},
        {STATE("{superposition: []}"), "c.yaml:2:26: initial.superposition", "list of 0"},
        {STATE("{superposition: [{thermal: {nbar: 1}}]}"), "initial.superposition[1].thermal",
         "made of kets"},
        {STATE("{superposition: [{product: [{thermal: {nbar: 1}}]}]}"),
         "initial.superposition[1].product[1].thermal", "made of kets"},
        {STATE("{superposition: [{fock: 1, weight: 0}]}"), "initial.superposition", "zero"},
        {STATE("{superposition: [{fck: 1}]}"), "initial.superposition[1].fck",
         "did you mean 'fock'?"},
        {STATE("{mixture: [{fock: 1, weight: -1}]}"), "c.yaml:2:39: initial.mixture[1].weight",
         ">= 0"},
        {STATE("{mixture: [{fock: 1, weight: I}]}"), "initial.mixture[1].weight", "real"},
        {STATE("{file: {dataset: /psi}}"), "initial.file", "'path' is missing"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

Test(config_refused, wrong_output)
{
#define OUT(text) HAMILTONIAN INITIAL "output: " text "\n"
    static const bad_input list[] = {
        {OUT("{times: []}"), "c.yaml:3:17: output.times", "list of increasing"},
        {OUT("{times: 1}"), "output.times", "found '1'"},
        {OUT("{times: [0, 1, 1]}"), "c.yaml:3:24: output.times[3]", "1 follows 1"},
        {OUT("{times: [-1, 1]}"), "c.yaml:3:18: output.times[1]", "begin at 0"},
        {OUT("{times: [0, .inf]}"), "output.times[2]", ".inf"},
        {OUT("{times: {from: 0, to: 1}}"), "output.times", "'count' is missing"},
        {OUT("{times: {from: 0, to: 1, count: 1}}"), "output.times.count", "from 2"},
        {OUT("{times: {from: 1, to: 1, count: 3}}"), "output.times.to", "above from"},
        {OUT("{times: {from: -1, to: 1, count: 3}}"), "output.times.from", ">= 0"},
        {OUT("{times: {from: 0, to: 1, step: 3}}"), "output.times.step", "unknown key"},
        {OUT("{times: [0], husimi: {points: 1}}"), "output.husimi.points", "from 2 to 4096"},
        {OUT("{times: [0], husimi: {points: 4097}}"), "output.husimi.points", "4096"},
        {OUT("{times: [0], husimi: [{points: 9}, {points: 9}]}"), "output.husimi",
         "expected 1 mapping"},
        {OUT("{times: [0], husimi: [{x: [2, 1]}]}"), "output.husimi[1].x", "the smaller first"},
        {OUT("{times: [0], husimi: {p: 3}}"), "output.husimi.p", "found '3'"},
        {OUT("{times: [0], husimi: {from: 6}}"), "output.husimi", "'from' must be below 'to'"},
        {OUT("{times: [0], husimi: {full: yes}}"), "output.husimi.full", "true or false"},
        {OUT("{times: [0], fields: [curent]}"), "output.fields[1]", "did you mean 'current'?"},
        {OUT("{times: [0], checkpoint: {every: 0s}}"), "output.checkpoint.every", "above 0"},
        {OUT("{times: [0], checkpoint: {every: 5d}}"), "output.checkpoint.every", "found '5d'"},
        {OUT("{times: [0], checkpoint: {every: soon}}"), "output.checkpoint.every", "'soon'"},
        {OUT("{times: [0], checkpoint: {every: nan}}"), "output.checkpoint.every", "'nan'"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

Test(config_refused, a_list_of_theories_has_labels_and_a_selection)
{
    qfp_config *c = load("kappa: 0.5\n" SMALL "theory:\n"
                         "  - {}\n"
                         "  - {order: 2, accept_unbalanced: true}\n"
                         "  - {order: 1, C: 0.3}\n"
                         "  - {C: 0.9}\n"
                         "  - {order: 3, C: 0.25}\n"
                         "  - {order: 2, label: rival-2.b}\n");
    static const char *const labels[] = {"exact", "M2",       "liouville",
                                         "C0.9",  "M3_C0.25", "rival-2.b"};
    cr_assert(eq(sz, qfp_config_theory_count(c), 6));
    for (size_t i = 0; i < 6; ++i)
        cr_assert(eq(str, (char *)qfp_config_theory_label(c, i), (char *)labels[i]));
    cr_assert(eq(str, (char *)qfp_config_theory_label(c, 6), ""));
    cr_assert(eq(int, c->theory.order, QFP_ORDER_EXACT)); /* the first is selected */
    cr_assert(not(c->accept_unbalanced));
    cr_assert(eq(int, (int)qfp_config_select_theory(c, 1), QFP_OK));
    cr_assert(eq(int, c->theory.order, 2));
    cr_assert(eq(dbl, c->theory.kappa, 0.5));
    cr_assert(c->accept_unbalanced);
    cr_assert(eq(int, (int)qfp_config_select_theory(c, 4), QFP_OK));
    cr_assert(eq(int, c->theory.order, 3));
    cr_assert(eq(dbl, c->theory.C, 0.25));
    cr_assert(not(c->accept_unbalanced));
    cr_assert(eq(int, (int)qfp_config_select_theory(c, 6), QFP_USAGE));
    qfp_config_destroy(c);
}

Test(config_refused, single_precision_needs_what_it_can_do)
{
    static const bad_input list[] = {
        {SMALL "solver: {precision: single}\n", "solver.precision", "tolerance: 1e-05"},
        {SMALL "solver: {precision: single, tolerance: 9e-6}\n", "solver.precision", "9e-06"},
        {SMALL "solver: {precision: half}\n", "solver.precision", "single"},
        {SMALL "solver: {precision: single, tolerance: 1e-4, basis: reference}\n",
         "solver.precision", "reference"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

#define OUTPUT "output: {times: [0, 1]}\n"
#define MARKOV "ensemble: {method: markov, "
#define PREPARED ", preparations: [{mean: [0], deviation: [1]}]}\n"
#define NELSON "ensemble: {method: nelson, "
#define PACKETS "packets: [{centre: 0, deviation: 1}]"

Test(config_refused, processes_are_checked)
{
    static const bad_input list[] = {
        {SMALL "ensemble: {method: markov}\n", "hamiltonian", "leave this one out"},
        {OUTPUT "ensemble: {method: markov}\n", "c.yaml:2:", "drift"},
        {OUTPUT MARKOV "drift: [\"-y\"], noise: [[\"1\"]]" PREPARED, "ensemble.drift[1]", "'y'"},
        {OUTPUT MARKOV "drift: [\"-p\"], noise: [[\"1\"]]" PREPARED, "ensemble.drift[1]",
         "real polynomial in x"},
        {OUTPUT MARKOV "drift: [\"I*x\"], noise: [[\"1\"]]" PREPARED, "ensemble.drift[1]",
         "a complex number"},
        {OUTPUT MARKOV "drift: [\"x^40\"], noise: [[\"1\"]]" PREPARED, "ensemble.drift[1]", "16"},
        {OUTPUT MARKOV "drift: [\"x\", \"x\", \"x\"], noise: [[\"1\"]]" PREPARED, "ensemble.drift",
         "1 or 2 polynomials"},
        {OUTPUT MARKOV "drift: [\"-x\"]" PREPARED, "ensemble", "noise"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: 0.5" PREPARED, "ensemble.noise", "matrix"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"], [\"1\"]]" PREPARED, "ensemble.noise",
         "matrix"},
        {OUTPUT MARKOV "drift: [\"-x\"], diffusion: [[-1]]" PREPARED, "ensemble.diffusion",
         "not positive semi-definite"},
        {OUTPUT MARKOV "drift: [\"-x[1]\", \"0\"], diffusion: [[1, 2], [2, 1]], preparations: "
                       "[{mean: [0, 0], deviation: [1, 1]}]}\n",
         "ensemble.diffusion", "not positive semi-definite"},
        {OUTPUT MARKOV "drift: [\"-x[1]\", \"0\"], diffusion: [[1, 0.2], [0.1, 1]], preparations: "
                       "[{mean: [0, 0], deviation: [1, 1]}]}\n",
         "ensemble.diffusion", "symmetric"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]], diffusion: [[1]]" PREPARED,
         "ensemble.diffusion", "together with noise"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]]}\n", "ensemble", "preparations"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]], preparations: []}\n",
         "ensemble.preparations", "1 to 4"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]], preparations: [{mean: [0], deviation: "
                       "[0]}]}\n",
         "ensemble.preparations[1].deviation", "positive"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]], paths: 0" PREPARED, "ensemble.paths",
         "2"},
        {OUTPUT MARKOV "drift: [\"-x\"], noise: [[\"1\"]], mass: 1" PREPARED, "ensemble.mass",
         "does not have this key"},
        {OUTPUT "ensemble: {method: nelson}\n", "ensemble", "packets"},
        {OUTPUT NELSON "packets: []}\n", "ensemble.packets", "1 to 16"},
        {OUTPUT NELSON "packets: [{centre: 0}]}\n", "ensemble.packets[1]", "deviation"},
        {OUTPUT NELSON "packets: [{centre: 0, deviation: -1}]}\n", "ensemble.packets[1].deviation",
         "positive"},
        {OUTPUT NELSON "mass: 0, " PACKETS "}\n", "ensemble.mass", "positive"},
        {OUTPUT NELSON "grid: {points: 4}, " PACKETS "}\n", "ensemble.grid.points", "8"},
        {OUTPUT NELSON "potential: \"n\", " PACKETS "}\n", "ensemble.potential",
         "real polynomial in x"},
        {OUTPUT NELSON "drift: [\"x\"], " PACKETS "}\n", "ensemble.drift",
         "does not have this key"},
        {OUTPUT "kappa: 0\n" NELSON PACKETS "}\n", "kappa", "positive"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
}

Test(config_refused, texts_that_are_no_plain_yaml)
{
    static const bad_input list[] = {
        {"", "c.yaml:1:1: ", "empty"},
        {"# only a comment\n", "c.yaml:1:1: ", "empty"},
        {"title: [1, 2\nkappa: 1\n", "c.yaml:2:", "not valid YAML"},
        {"title: 'open\n", "c.yaml:", "while scanning a quoted scalar from line 1 on"},
        {"hamiltonian: {operator: hc(ad[1]*a[2])}\n",
         "c.yaml:1:", "any of , [ ] { } is to be quoted"},
        {"title: Kerr: a test\n", "c.yaml:1:12", "a text with ': ' is to be quoted"},
        {"hamiltonian:\n  operator: n\n modes: 1\n", "c.yaml:3:2", "begin in one column"},
        {"\xc3\xa9: 1\nb:\n\tc: 1\n", "c.yaml:3:1: ", "indented by a tab"},
        {"a: &x 1\nb: *x\n", "c.yaml:1:4: ", "anchors"},
        {"a: *x\n", "c.yaml:1:4: ", "aliases"},
        {"&x a: 1\n", "c.yaml:1:1: ", "anchors"},
        {"a: !!str 1\n", "c.yaml:1:4: ", "tags"},
        {"a: !x {b: 1}\n", "c.yaml:1:4: ", "tags"},
        {SMALL "---\n" SMALL, "c.yaml:4:1: ", "second document"},
        {"? [a]\n: 1\n", "c.yaml:1:3: ", "plain word"},
        {"title: \"a\\0b\"\n", "c.yaml:1:8: ", "NUL"},
        {"title: \xff\xfe\n", "c.yaml:1:8: ", "UTF-8"},
        {"title: \xc3\xa9\xc3\xa9 \xff\n", "c.yaml:1:11: ", "UTF-8"},
    };
    ASSERT_ALL_REFUSED(list, QFP_CONFIG);
    qfp_config *config = NULL;
    cr_assert(eq(int, (int)load_bytes("title: a\0b\n", 11, NULL, 0, &config), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "c.yaml:1:9: a NUL byte") != NULL, "%s", qfp_last_error());
}

Test(config_refused, deep_nesting_noise_and_size_are_refused_cleanly)
{
    enum { MEGABYTE = 1 << 20 };
    qfp_config *config = NULL;
    char *text = malloc(MEGABYTE + 1);
    memset(text, '[', MEGABYTE + 1);
    cr_assert(eq(int, (int)load_bytes(text, MEGABYTE, NULL, 0, &config), QFP_CONFIG));
    cr_assert(eq(int, (int)load_bytes(text, MEGABYTE + 1, NULL, 0, &config), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "larger than 1 MB") != NULL);
    unsigned state = 1;
    for (size_t i = 0; i < MEGABYTE; ++i)
        text[i] = (char)((state = state * 1664525u + 1013904223u) >> 24);
    cr_assert(eq(int, (int)load_bytes(text, MEGABYTE, NULL, 0, &config), QFP_CONFIG));
    /* noise of letters that YAML gives a meaning to, cut at every length */
    for (size_t i = 0; i < 2000; ++i)
        text[i] = "{}[]:,-?'\"|>&*!#% \nab1"[((state = state * 1664525u + 1013904223u) >> 24) % 22];
    for (size_t size = 0; size < 2000; size += 7)
        cr_assert(eq(int, (int)load_bytes(text, size, NULL, 0, &config), QFP_CONFIG));
    free(text);
    cr_assert(config == NULL);
}

Test(config_refused, unreadable_files)
{
    qfp_config *config = NULL;
    cr_assert(eq(int, (int)qfp_config_load("/no/such.yaml", NULL, 0, &config), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "/no/such.yaml: cannot be opened: No such file") != NULL);
    cr_assert(eq(int, (int)qfp_config_load(scratch_folder, NULL, 0, &config), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "is a folder") != NULL);
}

Test(config_refused, overrides_that_are_wrong)
{
    static const char *const list[][2] = {
        {"solver.tolerence=1e-8", "--set solver.tolerence: unknown key; did you mean 'tolerance'?"},
        {"solver.tolerance=1+abc", "--set solver.tolerance: column 3: value: "},
        {"solver.tolerance=2", "--set solver.tolerance: expected a number between"},
        {"solver.tolerance", "expected key.path=value"},
        {"solver.tolerance=", "--set solver.tolerance: no value"},
        {"=3", "is no key"},
        {"solver..grid=3", "is no key"},
        {"output.times.from=3", "is a list in the file"},
        {"initial.fock=3", "--set initial.fock: the state is already given as 'coherent'; to "},
        {"kappa=[1", "--set kappa: not valid YAML"},
        {"initial={fock:[1]}", "a value stands after ': ', a colon and a space"},
        {"solver={basis: fck}", "--set solver.basis: unknown value 'fck'; did you mean 'fock'?"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; ++i) {
        qfp_config *c = NULL;
        cr_assert(eq(int, (int)load_bytes(SMALL, strlen(SMALL), &list[i][0], 1, &c), QFP_CONFIG));
        cr_assert(strstr(qfp_last_error(), list[i][1]) != NULL, "%s -> %s", list[i][0],
                  qfp_last_error());
    }
}

Test(config_refused, hamiltonians_that_are_refused)
{
    static const char *const list[][3] = {
        {"n + 3*ad^2*a", "c.yaml:1:26: hamiltonian.operator", "not Hermitian"},
        {"n + I*x", "c.yaml:1:26: hamiltonian.operator", "not Hermitian"},
        {"n^9", "c.yaml:1:26: hamiltonian.operator", "degree 18 in mode 1"},
        {"n + foo", "c.yaml:1:30: hamiltonian.operator", "foo"},
        {"n[2]", "c.yaml:1:", "hamiltonian.operator"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; ++i) {
        char text[256];
        snprintf(text, sizeof text, "hamiltonian: {operator: '%s'}\n" REST, list[i][0]);
        qfp_config *c = NULL;
        cr_assert(
            eq(int, (int)qfp_config_parse(text, strlen(text), "c.yaml", NULL, 0, &c), QFP_CONFIG),
            "%s", list[i][0]);
        cr_assert(strstr(qfp_last_error(), list[i][1]) != NULL, "%s -> %s", list[i][0],
                  qfp_last_error());
        cr_assert(strstr(qfp_last_error(), list[i][2]) != NULL, "%s -> %s", list[i][0],
                  qfp_last_error());
    }
}
