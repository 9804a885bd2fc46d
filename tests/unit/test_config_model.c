/* hamiltonian.model: what is read, what is refused and with which words. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/scratch.h"
#include "core/text.h"
#include "io/config.h"
#include "io/config_keys.h"
#include "models/model.h"

TestSuite(config_model, .init = scratch_make, .fini = scratch_remove);

/* lines 2 and 3 of every case; a case is line 1 */
#define REST "initial: {mixture: [{fock: %s}]}\noutput: {times: [0, 1]}\n"

static qfp_status load_text(const char *first_line, int modes, const char *const *overrides,
                            size_t count, qfp_config **out)
{
    static const char *const vacuum[] = {"",
                                         "[0]",
                                         "[0, 0]",
                                         "[0, 0, 0]",
                                         "[0, 0, 0, 0]",
                                         "[0,0,0,0,0]",
                                         "[0,0,0,0,0,0]",
                                         "[0,0,0,0,0,0,0]",
                                         "[0,0,0,0,0,0,0,0]"};
    char *rest = qfpi_format(REST, vacuum[modes]);
    char *text = qfpi_format("%s\n%s", first_line, rest);
    scratch_write(scratch_path("c.yaml"), text, strlen(text));
    free(rest);
    free(text);
    return qfp_config_load(scratch_path("c.yaml"), overrides, count, out);
}

static qfp_config *load(const char *first_line, int modes)
{
    qfp_config *config = NULL;
    qfp_status status = load_text(first_line, modes, NULL, 0, &config);
    cr_assert(status == QFP_OK, "%s\n-> %s", first_line, qfp_last_error());
    return config;
}

static void assert_writes(const char *model, int modes, const char *expected)
{
    char *line = qfpi_format("hamiltonian: {model: {%s}}", model);
    qfp_config *config = load(line, modes);
    cr_expect(eq(int, config->modes, modes), "%s", model);
    cr_expect(eq(str, config->expression, (char *)expected), "%s", model);
    qfp_config_destroy(config);
    free(line);
}

Test(config_model, writes_the_operator_a_user_would_type)
{
    assert_writes("name: bose_hubbard, sites: 4, J: 1, U: 0.5, graph: ring", 4,
                  "-hc(ad[1]*a[2]) - hc(ad[2]*a[3]) - hc(ad[3]*a[4]) - hc(ad[4]*a[1]) + "
                  "0.25*sum(j, ad[j]^2*a[j]^2)");
    assert_writes("name: bose_hubbard, sites: 1, U: 2", 1, "sum(j, ad[j]^2*a[j]^2)");
    assert_writes("name: bose_hubbard, sites: 3, J: -0.1, mu: 0.2, graph: [[1, 3, 2], [2, 3]]", 3,
                  "0.2*hc(ad[1]*a[3]) + 0.1*hc(ad[2]*a[3]) - 0.2*sum(j, n[j])");
    assert_writes("name: driven_kerr, Delta: 1, U: 0.5, F: 1", 1, "-n + 0.25*ad^2*a^2 + (a + ad)");
    assert_writes("name: cross_kerr, chi: 1.5", 2, "1.5*n[1]*n[2]");
    assert_writes("name: cross_kerr, chi: 0", 2, "0");
    assert_writes("name: pointer, chi: 3, g: 0.5", 2, "3*n[1]*p[2] + 0.25*(x[2]*p[2] + p[2]*x[2])");
    assert_writes("name: parametric_amplifier, g: 1", 1, "0.5*I*(ad^2 - a^2)");
    assert_writes("name: scalar_field, sites: 2", 2, "n[1] + 2.23606797749979*n[2]");
    assert_writes("name: complex_scalar, lambda: 0.4", 2,
                  "n[1] + n[2] + 0.0125*((x[1] + x[2])^2 + (p[1] - p[2])^2)^2");
}

Test(config_model, numbers_read_back_as_the_same_double)
{
    qfp_config *config = load("hamiltonian: {model: {name: cross_kerr, chi: 1/3}}", 2);
    cr_assert(eq(dbl, strtod(config->expression, NULL), 1.0 / 3.0));
    qfp_config_destroy(config);
}

Test(config_model, parameters_and_overrides_reach_the_model)
{
    static const char *const overrides[] = {"hamiltonian.model.U=3", "hamiltonian.parameters.J=7"};
    qfp_config *config = NULL;
    cr_assert(eq(int,
                 load_text("hamiltonian: {parameters: {J: 2}, model: {name: bose_hubbard, sites: "
                           "2, J: J/2, U: 1}}",
                           2, overrides, 2, &config),
                 QFP_OK),
              "%s", qfp_last_error());
    cr_assert(eq(str, config->expression, "-3.5*hc(ad[1]*a[2]) + 1.5*sum(j, ad[j]^2*a[j]^2)"));
    cr_assert(eq(str, (char *)config->model, "bose_hubbard"));
    qfp_config_destroy(config);
}

/* ω² = m² + (2/s)² sin²(k s/2) at k s = 0 and π, m = s = 1; ℓ = √(κ/ω) */
Test(config_model, lengths_come_from_the_model_unless_given)
{
    const double omega[2] = {1.0, sqrt(5.0)};
    qfp_config *config =
        load("kappa: 0.5\nhamiltonian: {model: {name: scalar_field, sites: 2}}", 2);
    for (int j = 0; j < 2; j++) /* 1e-15: a square root and a division */
        cr_expect(epsilon_eq(dbl, config->length[j], sqrt(0.5 / omega[j]), 1e-15));
    qfp_config_destroy(config);
    config = load("lengths: [1.0, 2.0]\nhamiltonian: {model: {name: scalar_field, sites: 2}}", 2);
    cr_expect(eq(dbl, config->length[0], 1.0));
    cr_expect(eq(dbl, config->length[1], 2.0));
    qfp_config_destroy(config);
    config = load("frequencies: 4\nhamiltonian: {model: {name: scalar_field, sites: 2}}", 2);
    cr_expect(eq(dbl, config->length[0], 0.5));
    qfp_config_destroy(config);
    config = load("hamiltonian: {model: {name: cross_kerr, chi: 1}}", 2);
    cr_expect(eq(dbl, config->length[0], 1.0));
    qfp_config_destroy(config);
}

typedef struct bad_model {
    const char *model;
    const char *place; /* "LINE:COLUMN: key", or a part of it */
    const char *said;
} bad_model;

static const bad_model bad[] = {
    {"name: bose_hubard, sites: 2", "1:29: hamiltonian.model.name", "did you mean 'bose_hubbard'?"},
    {"name: qqqqqqqqqqqqqqqq", "hamiltonian.model.name", "known: scalar_field, bose_hubbard"},
    {"name: [1]", "hamiltonian.model.name", "expected the name of a model"},
    {"sites: 2", "hamiltonian.model", "'name' is missing"},
    {"name: bose_hubbard", "1:15: hamiltonian.model", "needs 'sites', for example `sites: 3`"},
    {"name: cross_kerr", "hamiltonian.model", "needs 'chi'"},
    {"name: bose_hubbard, sites: 2, u: 1", "1:53: hamiltonian.model.u",
     "unknown parameter of the "},
    {"name: bose_hubbard, sites: 2, sitess: 1", "hamiltonian.model.sitess", "mean 'sites'?"},
    {"name: pointer, chi: 1, zzzzzzzz: 1", "hamiltonian.model.zzzzzzzz", "known: chi, g"},
    {"name: bose_hubbard, sites: 9", "hamiltonian.model.sites",
     "expected a whole number from 1 to 8, for example `sites: 3`, but found '9'"},
    {"name: bose_hubbard, sites: 2.5", "hamiltonian.model.sites", "a whole number from 1 to 8"},
    {"name: bose_hubbard, sites: 0", "hamiltonian.model.sites", "from 1 to 8"},
    {"name: bose_hubbard, sites: [2]", "hamiltonian.model.sites", "found a list of 1"},
    {"name: bose_hubbard, sites: ~", "hamiltonian.model.sites", "found nothing"},
    {"name: bose_hubbard, sites: 2, U: .inf", "hamiltonian.model.U", "expected a number"},
    {"name: bose_hubbard, sites: 2, U: strong", "hamiltonian.model.U", "strong"},
    {"name: bose_hubbard, sites: 2, U: 2*I", "hamiltonian.model.U", "real number"},
    {"name: bose_hubbard, sites: 2, U: {}", "hamiltonian.model.U", "found an empty mapping"},
    {"name: bose_hubbard, sites: 3, graph: rings", "hamiltonian.model.graph",
     "did you mean 'ring'?"},
    {"name: bose_hubbard, sites: 3, graph: hexagonal", "hamiltonian.model.graph",
     "expected chain or ring, or a list of edges"},
    {"name: bose_hubbard, sites: 2, graph: ring", "hamiltonian.model.graph", "at least 3 sites"},
    {"name: bose_hubbard, sites: 3, graph: [[1, 2]]", "hamiltonian.model.graph",
     "site 3 is isolated"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 3]]", "hamiltonian.model.graph",
     "names site 3; the sites are 1 to 2"},
    {"name: bose_hubbard, sites: 2, graph: [[0, 2]]", "hamiltonian.model.graph", "names site 0"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 2], [2, 2]]", "hamiltonian.model.graph",
     "joins a site with itself"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 2], [2, 1]]", "hamiltonian.model.graph",
     "listed twice"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 2, 3, 4]]", "hamiltonian.model.graph[1]",
     "an edge is [i, j] or"},
    {"name: bose_hubbard, sites: 2, graph: [1, 2]", "hamiltonian.model.graph[1]", "an edge is"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 2.5]]", "graph[1][2]", "a whole number, not '2.5'"},
    {"name: bose_hubbard, sites: 2, graph: [[1, 1e99]]", "graph[1][2]", "a whole number"},
    {"name: bose_hubbard, sites: 2, graph: []", "hamiltonian.model.graph", "a list of edges"},
    {"name: bose_hubbard, sites: 2, graph: {a: 1}", "hamiltonian.model.graph", "a list of edges"},
    {"name: scalar_field, sites: 2, mass: 0", "hamiltonian.model.mass", "a positive number"},
    {"name: scalar_field, sites: 2, spacing: -1", "hamiltonian.model.spacing", "a positive number"},
    {"name: scalar_field, sites: 2, basis: momenta", "hamiltonian.model.basis",
     "did you mean 'momentum'?"},
    {"name: gauge_bosons, group: su4", "hamiltonian.model.group", "su2 or su3"},
    {"name: gauge_bosons, group: e8xe8", "hamiltonian.model.group", "expected su2 or su3"},
    {"name: gauge_bosons", "hamiltonian.model", "needs 'group'"},
    {"name: gauge_bosons, group: su2, colours: [1, 4]", "hamiltonian.model.colours",
     "su2 has the colours 1 to 3, and no colour 4"},
    {"name: gauge_bosons, group: su3, colours: [1, 9]", "hamiltonian.model.colours[2]",
     "whole numbers from 1 to 8"},
    {"name: gauge_bosons, group: su2, colours: 3", "hamiltonian.model.colours", "a list of 1 to 8"},
    {"name: gauge_bosons, group: su3, colours: [1, 2, 3, 4, 5, 6, 7, 8, 1]",
     "hamiltonian.model.colours", "at most 8 modes"},
    {"name: gauge_bosons, group: su2, colours: [1, 1], momenta: [2, 2]",
     "hamiltonian.model.colours", "the modes 1 and 2 are the same"},
    {"name: gauge_bosons, group: su2, momenta: [1, 2]", "hamiltonian.model.momenta",
     "2 momenta for 3 modes"},
    {"name: gauge_bosons, group: su2, momenta: [1, 2, 4]", "hamiltonian.model.momenta[3]",
     "from 1 to 3"},
    {"name: gauge_bosons, group: su2, k: 0", "hamiltonian.model.k", "a positive number"},
    {"name: gauge_bosons, group: su2, g: 1e200", "1:22: hamiltonian.model", "not finite"},
};

static void assert_refused(const char *line, const char *place, const char *said)
{
    qfp_config *config = NULL;
    qfp_status status = load_text(line, 2, NULL, 0, &config);
    cr_expect(eq(int, (int)status, QFP_CONFIG), "%s\n-> %s", line, qfp_last_error());
    cr_expect(config == NULL);
    cr_expect(strstr(qfp_last_error(), place) != NULL, "%s\n-> '%s' does not name '%s'", line,
              qfp_last_error(), place);
    cr_expect(strstr(qfp_last_error(), said) != NULL, "%s\n-> '%s' does not say '%s'", line,
              qfp_last_error(), said);
}

Test(config_model, refusals_name_the_place_and_what_was_expected)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *line = qfpi_format("hamiltonian: {model: {%s}}", bad[i].model);
        assert_refused(line, bad[i].place, bad[i].said);
        free(line);
    }
    assert_refused("hamiltonian: {model: cross_kerr}", "1:22: hamiltonian.model",
                   "a mapping with name");
}

Test(config_model, disagreement_with_other_keys_is_refused)
{
#define CROSS "model: {name: cross_kerr, chi: 1}"
    assert_refused("hamiltonian: {operator: n, " CROSS "}", "hamiltonian.model", "together with");
    assert_refused("hamiltonian: {symbol: {ordering: wick, expression: n}, " CROSS "}",
                   "hamiltonian.model", "together with");
    assert_refused("hamiltonian: {modes: 3, " CROSS "}", "1:22: hamiltonian.modes",
                   "3 modes, but the model cross_kerr has 2");
    assert_refused("lengths: [1, 1, 1]\nhamiltonian: {" CROSS "}", "lengths", "one per mode");
    qfp_config_destroy(load("hamiltonian: {modes: 2, " CROSS "}", 2));
}

/* Loads with the vacuum of the right number of modes, whatever that is. */
static bool loads(const char *line)
{
    bool loaded = false;
    for (int modes = 1; modes <= QFP_MAX_MODES && !loaded; modes++) {
        qfp_config *config = NULL;
        loaded = load_text(line, modes, NULL, 0, &config) == QFP_OK;
        qfp_config_destroy(config);
    }
    return loaded;
}

/* With the examples of the required parameters, every example loads. */
Test(config_model, examples_of_the_help_page_are_valid)
{
    for (size_t i = 0; i < qfp_model_count; i++)
        for (size_t p = 0; p < qfp_models[i]->parameter_count; p++) {
            const qfp_model_parameter *list = qfp_models[i]->parameters;
            qfp_text line = {0};
            qfpi_text_put(&line, "hamiltonian: {model: {name: %s, %s", qfp_models[i]->name,
                          list[p].example);
            for (size_t r = 0; r < qfp_models[i]->parameter_count; r++)
                if (list[r].required && r != p)
                    qfpi_text_put(&line, ", %s", list[r].example);
            qfpi_text_put(&line, "}}");
            char *text = qfpi_text_finish(&line);
            cr_expect(loads(text), "%s\n-> %s", text, qfp_last_error());
            free(text);
        }
    for (size_t i = 0; i < qfp_config_key_count; i++)
        if (strcmp(qfp_config_keys[i].path, "hamiltonian.model") == 0) {
            char *text = qfpi_format("hamiltonian: {%s}", qfp_config_keys[i].example);
            cr_expect(loads(text), "%s\n-> %s", text, qfp_last_error());
            free(text);
        }
}

/* The page lists every model and every parameter with its range. */
Test(config_model, help_page_is_complete)
{
    char *page = qfp_model_help(), expected[256];
    for (size_t i = 0; i < qfp_model_count; i++) {
        const qfp_model *model = qfp_models[i];
        cr_expect(le(sz, model->parameter_count, QFP_MODEL_MOST_PARAMETERS), "%s", model->name);
        const char *section = strstr(page, model->name);
        cr_assert(section != NULL, "%s", model->name);
        for (size_t p = 0; p < model->parameter_count; p++) {
            const qfp_model_parameter *parameter = &model->parameters[p];
            cr_expect(strstr(section, parameter->meaning) != NULL, "%s", parameter->name);
            cr_expect(strstr(section, parameter->example) != NULL, "%s", parameter->name);
            qfp_model_expected(parameter, expected, sizeof expected);
            cr_expect(strstr(section, expected) != NULL, "%s", parameter->name);
        }
    }
    free(page);
}
