/* What is read from a configuration; what is refused is in test_config_refused.c. */
#include <math.h>

#include "../support/config_text.h"
#include "io/config_keys.h"

TestSuite(config, .init = scratch_make, .fini = scratch_remove);

Test(config, defaults)
{
    qfp_config *c = load(SMALL);
    cr_assert(eq(str, c->title, "c.yaml"));
    cr_assert(eq(str, c->text, SMALL));
    cr_assert(eq(int, c->modes, 1));
    cr_assert(eq(str, c->expression, "0.5*ad^2*a^2"));
    cr_assert(eq(int, c->expression_line, 1));
    cr_assert(eq(int, c->expression_column, 26)); /* past the quote */
    cr_assert(eq(dbl, c->kappa, 1));
    cr_assert(eq(dbl, c->length[0], 1));
    cr_assert(eq(int, (int)c->initial.kind, QFP_STATE_GAUSSIAN));
    cr_assert(eq(dbl, creal(c->initial.alpha[0]), 2));
    cr_assert(eq(int, c->theory.order, QFP_ORDER_EXACT));
    cr_assert(eq(dbl, c->theory.C, 1));
    cr_assert(eq(dbl, c->theory.kappa, 1));
    cr_assert(eq(int, (int)c->basis, QFP_BASIS_AUTO));
    cr_assert(eq(int, c->points[0], 0));
    cr_assert(eq(int, c->levels[0], 0));
    cr_assert(eq(dbl, c->extent[0], 0));
    cr_assert(c->ordering_is_balanced);
    cr_assert(eq(dbl, c->tolerance, 1e-8));
    cr_assert(eq(int, (int)c->integrator, QFP_INTEGRATOR_AUTO));
    cr_assert(eq(sz, c->time_count, 2));
    cr_assert(eq(dbl, c->husimi_window[0][0].from, -6));
    cr_assert(eq(dbl, c->husimi_window[0][1].to, 6));
    cr_assert(eq(int, c->husimi_points, 49));
    cr_assert(not(c->husimi_full));
    cr_assert(not(c->field_drift || c->field_diffusion || c->field_current));
    cr_assert(eq(dbl, c->checkpoint_seconds, 0));
    cr_assert(eq(int, (int)c->backend, QFP_BACKEND_AUTO));
    cr_assert(eq(int, c->device, -1));
    qfp_config_destroy(c);
    qfp_config_destroy(NULL);
}

/* many a rate is called kappa: what the file calls so comes first */
Test(config, the_action_scale_is_known_by_both_names)
{
    qfp_config *c = load("kappa: 0.25\nhamiltonian: {operator: \"kappa*n + hbar*x^2\"}\n"
                         "initial: {coherent: ['sqrt(kappa)']}\noutput: {times: [0]}\n");
    cr_assert(eq(dbl, creal(c->initial.alpha[0]), 0.5));
    qfp_config_destroy(c);
    c = load(
        "kappa: 0.25\nhamiltonian: {parameters: {kappa: 3}, operator: \"kappa*n + hbar*x^2\"}\n"
        "initial: {coherent: ['kappa + hbar']}\noutput: {times: [0]}\n");
    cr_assert(eq(dbl, creal(c->initial.alpha[0]), 3.25));
    qfp_config_destroy(c);
}

Test(config, every_field)
{
    qfp_config *c = load("title: \"Zwei Moden \xc3\xa9\"\n"
                         "hamiltonian:\n"
                         "  modes: 2\n"
                         "  parameters: {J: 2.0, U: 'J/4', z: '1+2*I'}\n"
                         "  symbol:\n"
                         "    ordering: weyl\n"
                         "    expression: |\n"
                         "      J*n[1]*n[2]\n"
                         "kappa: 0.25\n"
                         "frequencies: [1, 4]\n"
                         "initial: {displaced_thermal: {nbar: [U, 1], alpha: [z, '1.3+1.5*I']}}\n"
                         "theory: {order: 2, C: 0.5}\n"
                         "solver:\n"
                         "  basis: reference\n"
                         "  grid: {points: [64, 32], extent: 16.0}\n"
                         "  levels: [10, 12]\n"
                         "  ordering: 0.25\n"
                         "  tolerance: 1e-6\n"
                         "  integrator: rk4\n"
                         "  step: 1e-3\n"
                         "output:\n"
                         "  times: {from: 0.5, to: pi, count: 3}\n"
                         "  husimi: {from: -2, to: 3, points: 11, full: true}\n"
                         "  fields: [drift, current]\n"
                         "  checkpoint: {every: 1.5m}\n"
                         "backend: cuda\n"
                         "device: 2\n");
    cr_assert(eq(str, c->title, "Zwei Moden \xc3\xa9"));
    cr_assert(eq(int, c->modes, 2));
    cr_assert(eq(sz, c->parameter_count, 6)); /* the first is t, the last are kappa and hbar */
    cr_assert(eq(str, c->parameters[2].name, "U"));
    cr_assert(eq(dbl, creal(c->parameters[2].value), 0.5));
    cr_assert(eq(dbl, cimag(c->parameters[3].value), 2));
    cr_assert(c->is_symbol);
    cr_assert(eq(int, (int)c->symbol_ordering, QFP_WEYL));
    cr_assert(eq(int, c->expression_line, 8)); /* where the block text begins */
    cr_assert(eq(int, c->expression_column, 7));
    cr_assert(eq(dbl, c->kappa, 0.25));
    cr_assert(eq(dbl, c->theory.kappa, 0.25));
    cr_assert(eq(dbl, c->length[0], 0.5)); /* sqrt(0.25/1) */
    cr_assert(eq(dbl, c->length[1], 0.25));
    cr_assert(eq(int, (int)c->initial.kind, QFP_STATE_GAUSSIAN));
    cr_assert(eq(dbl, c->initial.nbar[0], 0.5));
    cr_assert(eq(dbl, c->initial.nbar[1], 1));
    cr_assert(eq(dbl, cimag(c->initial.alpha[0]), 2));
    cr_assert(eq(dbl, creal(c->initial.alpha[1]), 1.3));
    cr_assert(eq(dbl, cimag(c->initial.alpha[1]), 1.5));
    cr_assert(eq(int, c->initial.line, 11));
    cr_assert(eq(int, c->theory.order, 2));
    cr_assert(eq(dbl, c->theory.C, 0.5));
    cr_assert(eq(int, (int)c->basis, QFP_BASIS_REFERENCE));
    cr_assert(eq(int, c->points[0], 64));
    cr_assert(eq(int, c->points[1], 32));
    cr_assert(eq(dbl, c->extent[0], 16));
    cr_assert(eq(dbl, c->extent[1], 16));
    cr_assert(eq(int, c->levels[1], 12));
    cr_assert(not(c->ordering_is_balanced));
    cr_assert(eq(dbl, c->ordering, 0.25));
    cr_assert(eq(dbl, c->tolerance, 1e-6));
    cr_assert(eq(int, (int)c->integrator, QFP_INTEGRATOR_RK4));
    cr_assert(eq(dbl, c->step, 1e-3));
    cr_assert(eq(sz, c->time_count, 3));
    cr_assert(eq(dbl, c->times[0], 0.5));
    /* 1e-15: one rounding of the midpoint */
    cr_assert(epsilon_eq(dbl, c->times[1], (0.5 + acos(-1)) / 2, 1e-15));
    cr_assert(eq(dbl, c->times[2], acos(-1)));
    cr_assert(eq(dbl, c->husimi_window[0][0].from, -2));
    cr_assert(eq(dbl, c->husimi_window[0][1].to, 3));
    cr_assert(eq(int, c->husimi_points, 11));
    cr_assert(c->husimi_full);
    cr_assert(c->field_drift && c->field_current && !c->field_diffusion);
    cr_assert(eq(dbl, c->checkpoint_seconds, 90));
    cr_assert(eq(int, (int)c->backend, QFP_BACKEND_CUDA));
    cr_assert(eq(int, c->device, 2));
    qfp_config_destroy(c);
}

Test(config, states)
{
    qfp_config *c = load(STATE("{coherent: '1.3+1.5*I'}"));
    cr_assert(eq(dbl, cimag(c->initial.alpha[0]), 1.5));
    qfp_config_destroy(c);
    c = load(STATE("{fock: 3}"));
    cr_assert(eq(int, c->initial.level[0], 3));
    qfp_config_destroy(c);
    c = load(STATE("{thermal: {nbar: 0.5}}"));
    cr_assert(eq(int, (int)c->initial.kind, QFP_STATE_GAUSSIAN));
    cr_assert(eq(dbl, c->initial.nbar[0], 0.5));
    qfp_config_destroy(c);
    c = load(STATE("{squeezed: {r: -0.5, phi: 0.25}}"));
    cr_assert(eq(dbl, c->initial.r[0], -0.5));
    cr_assert(eq(dbl, c->initial.phi[0], 0.25));
    cr_assert(eq(dbl, cabs(c->initial.alpha[0]), 0));
    qfp_config_destroy(c);
    c = load(STATE("{superposition: [{coherent: 1.2}, {fock: 2, weight: '-2*I'}]}"));
    cr_assert(eq(sz, c->initial.part_count, 2));
    cr_assert(eq(dbl, creal(c->initial.weights[0]), 1));
    cr_assert(eq(dbl, cimag(c->initial.weights[1]), -2));
    cr_assert(eq(int, c->initial.parts[1].level[0], 2));
    qfp_config_destroy(c);
    c = load(STATE("{mixture: [{superposition: [{fock: 0}, {fock: 1}], weight: 3}, "
                   "{thermal: {nbar: 1}}]}"));
    cr_assert(eq(dbl, creal(c->initial.weights[0]), 0.75)); /* normalised to 1 */
    cr_assert(eq(dbl, creal(c->initial.weights[1]), 0.25));
    cr_assert(eq(int, c->initial.parts[0].parts[1].level[0], 1));
    qfp_config_destroy(c);
    c = load(STATE("{file: {path: psi.h5, dataset: /psi}}"));
    cr_assert(eq(str, c->initial.path, (char *)scratch_path("psi.h5"))); /* beside the file */
    cr_assert(eq(str, c->initial.dataset, "/psi"));
    qfp_config_destroy(c);
}

Test(config, overrides)
{
    const char *const overrides[] = {"solver.tolerance=1e-10",   "solver.grid={points: 32}",
                                     "initial.coherent=['1+I']", "title=a title",
                                     "output.husimi.full=true",  "initial.coherent=3"};
    qfp_config *c = NULL;
    cr_assert(load_bytes(SMALL, strlen(SMALL), overrides, 6, &c) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(dbl, c->tolerance, 1e-10));
    cr_assert(eq(int, c->points[0], 32));
    cr_assert(eq(dbl, creal(c->initial.alpha[0]), 3)); /* the last one wins */
    cr_assert(eq(str, c->title, "a title"));
    cr_assert(c->husimi_full);
    /* the output must tell this run from the one without overrides, and stay valid YAML */
    cr_assert(strncmp(c->text, SMALL, strlen(SMALL)) == 0);
    cr_assert(strstr(c->text, "# --set solver.tolerance=1e-10\n") != NULL);
    qfp_config_destroy(c);
}

static double complex wick_coefficient(const qfp_polynomial *wick, uint8_t a, uint8_t ad)
{
    for (size_t t = 0; t < wick->count; ++t)
        if (wick->terms[t].power[0] == a && wick->terms[t].power[1] == ad)
            return wick->terms[t].coefficient;
    return 0;
}

Test(config, hamiltonians_in_four_orderings_are_one)
{
    /* n(n-1): Wick |α|⁴, Weyl |α|⁴ - 2|α|² + ½, anti-Wick |α|⁴ - 4|α|² + 2 */
    static const char *const same[] = {"{operator: n*(n-1)}",
                                       "{symbol: {ordering: wick, expression: n^2}}",
                                       "{symbol: {ordering: weyl, expression: n^2 - 2*n + 0.5}}",
                                       "{symbol: {ordering: antiwick, expression: n^2 - 4*n + 2}}"};
    for (size_t i = 0; i < 4; ++i) {
        char text[256];
        snprintf(text, sizeof text, "hamiltonian: %s\n" REST, same[i]);
        qfp_config *c = load(text);
        /* 1e-14: sums of a few small integers and halves, exact but for the order of additions */
        cr_assert(epsilon_eq(dbl, creal(wick_coefficient(&c->wick, 2, 2)), 1, 1e-14));
        cr_assert(epsilon_eq(dbl, cabs(wick_coefficient(&c->wick, 1, 1)), 0, 1e-14));
        cr_assert(epsilon_eq(dbl, cabs(wick_coefficient(&c->wick, 0, 0)), 0, 1e-14));
        qfp_config_destroy(c);
    }
}

Test(config, reference_configurations_load)
{
    static const struct {
        const char *name;
        int modes;
        size_t times;
        qfp_state_kind kind;
    } list[] = {{"amplifier_cat", 1, 3, QFP_STATE_SUPERPOSITION},
                {"dimer", 2, 5, QFP_STATE_GAUSSIAN},
                {"kerr", 1, 6, QFP_STATE_GAUSSIAN},
                {"quartic", 1, 5, QFP_STATE_GAUSSIAN},
                {"thermal_kerr", 1, 4, QFP_STATE_GAUSSIAN},
                {"trimer", 3, 4, QFP_STATE_FOCK}};
    for (size_t i = 0; i < sizeof list / sizeof *list; ++i) {
        char path[512];
        snprintf(path, sizeof path, "%s/reference/%s.yaml", QFP_TEST_DATA, list[i].name);
        qfp_config *c = NULL;
        cr_assert(qfp_config_load(path, NULL, 0, &c) == QFP_OK, "%s", qfp_last_error());
        cr_assert(eq(str, c->title, (char *)list[i].name));
        cr_assert(eq(int, c->modes, list[i].modes));
        cr_assert(eq(sz, c->time_count, list[i].times));
        cr_assert(eq(int, (int)c->initial.kind, (int)list[i].kind));
        cr_assert(eq(int, c->husimi_points, 49));
        cr_assert(lt(sz, 0, c->wick.count));
        qfp_config_destroy(c);
    }
}

Test(config, help_shows_every_key_and_fits_the_screen)
{
    char *help = qfp_config_help(NULL);
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        char heading[128];
        snprintf(heading, sizeof heading, "\n%s\n", qfp_config_keys[i].path);
        cr_assert(strstr(help, heading) != NULL, "%s", heading);
    }
    size_t column = 0;
    for (const char *c = help; *c != '\0'; ++c) {
        column = *c == '\n' ? 0 : column + 1;
        /* the longest list of choices, which is printed by errors on one line */
        cr_assert(le(sz, column, 132), "%.*s", 132, c - 131);
    }
    free(help);
}

/* Replaces the `ensemble` at the end of `text` by one of the first method that has the key, and the
 * whole text where that is a process. */
static void write_ensemble_around(const char *key, char *text, size_t size)
{
    char name[32];
    const qfp_ensemble_method *method = NULL;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(key, "."), key);
    for (size_t m = 0; m < qfp_ensemble_method_count && method == NULL; ++m)
        if (qfp_ensemble_method_has(&qfp_ensemble_methods[m], name))
            method = &qfp_ensemble_methods[m];
    if (method == NULL) /* of all methods */
        return;
    char *start = method->is_process ? text : strstr(text, "ensemble:");
    snprintf(start, size - (size_t)(start - text), "%sensemble: {method: %s%s%s%s}\n",
             method->is_process ? "output: {times: [0]}\n" : "", method->name,
             strcmp(method->name, "nelson") == 0 ? ", packets: [{centre: 0, deviation: 1}]" : "",
             strcmp(method->name, "markov") == 0
                 ? ", drift: ['-x'], preparations: [{mean: [0], deviation: [1]}]"
                 : "",
             strcmp(method->name, "markov") == 0 && strcmp(key, "diffusion") != 0
                 ? ", noise: [['1']]"
                 : "");
}

/* KEY=EXAMPLE; an entry of a list of mappings brings its siblings along. */
/* A key inside a correlation, in its own mapping or in tau or omega. */
static void write_correlation(const char *inside, const char *example, char *out, size_t size)
{
    static const char *const whole[][2] = {{"left", "left: ad"}, {"right", "right: a"}};
    static const char *const range[][2] = {
        {"from", "from: -1"}, {"to", "to: 9"}, {"count", "count: 9"}};
    const char *dot = strchr(inside, '.'), *last = dot != NULL ? dot + 1 : inside;
    snprintf(out, size, "output.correlations=[{");
    for (int i = 0; i < 2; ++i)
        if (strcmp(last, whole[i][0]) != 0)
            snprintf(out + strlen(out), size - strlen(out), "%s, ", whole[i][1]);
    if (dot != NULL)
        snprintf(out + strlen(out), size - strlen(out), "%.*s: {", (int)(dot - inside), inside);
    for (int i = strncmp(inside, "tau", 3) == 0; dot != NULL && i < 3; ++i)
        if (strcmp(last, range[i][0]) != 0)
            snprintf(out + strlen(out), size - strlen(out), "%s, ", range[i][1]);
    snprintf(out + strlen(out), size - strlen(out), "%s%s}]", example, dot != NULL ? "}" : "");
}

static void write_override(const qfp_config_key *key, char *out, size_t size)
{
    static const char correlations[] = "output.correlations.";
    if (strncmp(key->path, correlations, strlen(correlations)) == 0) {
        write_correlation(key->path + strlen(correlations), key->example, out, size);
        return;
    }
    const char *last = strrchr(key->path, '.');
    int parent = last == NULL ? 0 : (int)(last - key->path);
    static const struct {
        const char *list, *entries[2]; /* those that must be given */
    } lists[] = {{"ensemble.packets", {"centre: 0", "deviation: 1"}},
                 {"ensemble.preparations", {"mean: 0", "deviation: 1"}},
                 {"output.observables", {"operator: n", NULL}},
                 {"dissipation", {"operator: a", NULL}}};
    snprintf(out, size, "%s=%s", key->path, strchr(key->example, ':') + 2);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
        if (parent != (int)strlen(lists[i].list) ||
            strncmp(key->path, lists[i].list, (size_t)parent) != 0)
            continue;
        snprintf(out, size, "%s=[{%s", lists[i].list, key->example);
        for (int k = 0; k < 2 && lists[i].entries[k] != NULL; ++k)
            if (strncmp(last + 1, lists[i].entries[k], strlen(last + 1)) != 0)
                snprintf(out + strlen(out), size - strlen(out), ", %s", lists[i].entries[k]);
        snprintf(out + strlen(out), size - strlen(out), "}]");
    }
}

/* Every example of the help page is what it explains: it loads. */
Test(config, examples_of_the_help_page_are_valid)
{
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        if (strcmp(key->path, "initial.weight") == 0 ||
            strncmp(key->path, "observed", 8) == 0 ||         /* a file, in tests/physics */
            strncmp(key->path, "hamiltonian.model", 17) == 0) /* in test_config_model.c */
            continue;
        const char *value = strchr(key->example, ':') + 2;
        char override[512];
        write_override(key, override, sizeof override);
        /* surroundings in which the key may stand alone */
        bool product = strcmp(key->path, "initial.product") == 0;
        bool two_modes = (strchr(value, ',') != NULL && strncmp(value, "[", 1) == 0) ||
                         strstr(value, "a[2]") != NULL;
        int modes = strstr(value, "[3, 1, 0]") != NULL ? 3
                    : two_modes && strcmp(key->path, "output.times") != 0 &&
                            strcmp(key->path, "output.fields") != 0 &&
                            strcmp(key->path, "output.observables") != 0 &&
                            (strncmp(value, "[{", 2) != 0 || product)
                        ? 2
                        : 1;
        const char *vacuum = modes == 1 ? "{fock: [0]}" : modes == 2 ? "{fock: [0, 0]}" : "";
        char text[1024];
        bool state = strncmp(key->path, "initial", 7) == 0;
        const char *kind = state && key->path[7] == '.' ? key->path + 8 : "";
        const char *initial =
            !state                                         ? vacuum
            : strncmp(kind, "thermal.", 8) == 0            ? "{thermal: {}}"
            : strcmp(kind, "displaced_thermal.nbar") == 0  ? "{displaced_thermal: {alpha: 1}}"
            : strcmp(kind, "displaced_thermal.alpha") == 0 ? "{displaced_thermal: {nbar: 1}}"
            : strncmp(kind, "squeezed.", 9) == 0           ? "{squeezed: {r: 1}}"
            : strcmp(kind, "squeezed_thermal.nbar") == 0   ? "{squeezed_thermal: {r: 1}}"
            : strcmp(kind, "squeezed_thermal.r") == 0      ? "{squeezed_thermal: {nbar: 1}}"
            : strncmp(kind, "squeezed_thermal.", 17) == 0  ? "{squeezed_thermal: {nbar: 1, r: 1}}"
            : strcmp(kind, "file.path") == 0               ? "{file: {dataset: /d}}"
            : strcmp(kind, "file.dataset") == 0            ? "{file: {path: p}}"
                                                           : "{}";
        bool symbol = strncmp(key->path, "hamiltonian.symbol", 18) == 0;
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: %d, parameters: {J: 1, U: 1}, %s}\ninitial: %s\n"
                 "output: {times: %s, checkpoint: {every: 1}}\nsolver: {integrator: %s}\n%s",
                 modes,
                 symbol ? "symbol: {ordering: wick, expression: n + J + U}" : "operator: 'J + U'",
                 initial,
                 strncmp(key->path, "output.times.", 13) == 0 ? "{from: 0, to: 9, count: 3}"
                 : strncmp(key->path, "output.series.", 14) == 0
                     ? "[0, 9], series: {from: 0, to: 9, count: 3}"
                 : strcmp(key->path, "output.series") == 0 ||
                         strncmp(key->path, "output.correlations", 19) == 0
                     ? "[0, 9]"
                     : "[0]",
                 strcmp(key->path, "solver.step") == 0 ? "rk4" : "auto",
                 strncmp(key->path, "ensemble.", 9) == 0 ? "ensemble: {method: guided}\n" : "");
        if (strncmp(key->path, "ensemble.", 9) == 0)
            write_ensemble_around(key->path + 9, text, sizeof text);
        if (strcmp(key->path, "hamiltonian.modes") == 0)
            strcpy(strstr(text, "{fock: [0]}"), "{coherent: [0, 0]}\noutput: {times: [0]}\n");
        const char *overrides[] = {override};
        qfp_config *c = NULL;
        qfp_status status = load_bytes(text, strlen(text), overrides, 1, &c);
        cr_assert(status == QFP_OK, "%s\n%s-> %s", override, text, qfp_last_error());
        qfp_config_destroy(c);
    }
}

/* A text need not end with a zero byte, and may be as long as a file. */
Test(config, a_text_ends_where_it_is_said_to)
{
    enum { MOST = 1 << 20 };
    qfp_config *config = NULL;
    const char text[] = SMALL "unknown: 1\n";
    size_t length = strlen(SMALL);
    cr_assert(eq(int, (int)qfp_config_parse(text, length, "m.yaml", NULL, 0, &config), QFP_OK));
    qfp_config_destroy(config);
    config = NULL;
    cr_assert(
        eq(int, (int)qfp_config_parse(text, strlen(text), "m.yaml", NULL, 0, &config), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "m.yaml:4:1: unknown: ") != NULL, "%s", qfp_last_error());
    char *comments = malloc(MOST + 1);
    memset(comments, '\n', MOST + 1);
    memcpy(comments, text, length);
    cr_assert(eq(int, (int)qfp_config_parse(comments, MOST, "m.yaml", NULL, 0, &config), QFP_OK));
    qfp_config_destroy(config);
    config = NULL;
    cr_assert(
        eq(int, (int)qfp_config_parse(comments, MOST + 1, "m.yaml", NULL, 0, &config), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "m.yaml: larger than 1 MB") != NULL, "%s", qfp_last_error());
    free(comments);
}
