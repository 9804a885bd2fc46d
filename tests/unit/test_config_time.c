/* Systems that depend on time, as a configuration writes them: values at a time, and what is refused. */
#include <math.h>
#include <stdlib.h>

#include <hdf5.h>
#include <hdf5_hl.h>

#include "../support/config_text.h"
#include "io/config_time.h"

#define ROUNDING 1e-14

static double complex at(const qfp_config *config, const char *name, double t)
{
    qfp_parameter values[16];
    cr_assert(le(sz, config->parameter_count, 16));
    cr_assert(qfp_config_parameters_at(config, t, values) == QFP_OK, "%s", qfp_last_error());
    for (size_t i = 0; i < config->parameter_count; i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    cr_assert(false, "no parameter %s", name);
    return NAN;
}

static void is_near(double complex value, double complex expected)
{
    cr_assert(lt(dbl, cabs(value - expected), ROUNDING), "%.17g%+.17gi, not %.17g%+.17gi",
              creal(value), cimag(value), creal(expected), cimag(expected));
}

static double complex coefficient(const qfp_polynomial *wick, uint8_t alpha, uint8_t alpha_bar)
{
    const uint8_t power[QFP_MAX_VARIABLES] = {alpha, alpha_bar};
    return qfp_polynomial_coefficient(wick, power);
}

#define DRIVEN                                                                                     \
    "hamiltonian:\n"                                                                               \
    "  parameters: {F: \"1.2*exp(-((t - 1)/0.4)^2)\", w: 2.0, G: \"F*cos(w*t)\",\n"                \
    "               pulse: {times: [0, 1, 2], values: [0, 0.8, 0]}}\n"                             \
    "  operator: \"n + G*(a + ad) + pulse*n^2\"\n"                                                 \
    "dissipation:\n"                                                                               \
    "  - {operator: a, rate: 0.4}\n"                                                               \
    "  - {operator: \"a^2 - t\", rate: \"0.1*(1 + sin(t)^2)\"}\n" REST

Test(config_time, parameters_follow_the_time, .init = scratch_make, .fini = scratch_remove)
{
    qfp_config *config = load(DRIVEN);
    is_near(at(config, "F", 1.4), 1.2 * exp(-1.0));
    is_near(at(config, "G", 1.4), 1.2 * exp(-1.0) * cos(2.8));
    is_near(at(config, "pulse", 0.5), 0.6);
    is_near(at(config, "pulse", 7.0), 0.0);
    cr_assert(config->varies && config->hamiltonian_varies);
    cr_assert(not(config->channels[0].varies));
    cr_assert(config->channels[1].varies && config->channels[1].operator_varies);
    qfp_config_destroy(config);
}

Test(config_time, hamiltonian_and_channels_at_a_time, .init = scratch_make, .fini = scratch_remove)
{
    qfp_config *config = load(DRIVEN);
    qfp_polynomial wick;
    double rate, t = 0.7;
    cr_assert(qfp_config_wick_at(config, t, &wick) == QFP_OK);
    is_near(coefficient(&wick, 1, 0), 1.2 * exp(-0.5625) * cos(1.4));
    is_near(coefficient(&wick, 2, 2), 0.8 * t * (2.0 - t));
    is_near(coefficient(&wick, 1, 1), 1.0 + 0.8 * t * (2.0 - t));
    qfp_polynomial_destroy(&wick);
    cr_assert(qfp_config_channel_at(config, 1, t, &rate, &wick) == QFP_OK);
    is_near(rate, 0.1 * (1.0 + sin(t) * sin(t)));
    is_near(coefficient(&wick, 2, 0), 1.0);
    is_near(coefficient(&wick, 0, 0), -t);
    qfp_polynomial_destroy(&wick);
    qfp_config_destroy(config);
}

/* Of two times: H is added up, and so are the rates of a constant operator; one that varies is there twice. */
Test(config_time, weighted_sums, .init = scratch_make, .fini = scratch_remove)
{
    qfp_config *config = load(DRIVEN);
    const double t[2] = {0.2, 1.1}, weight[2] = {1.25, -0.25};
    qfp_lindblad l;
    cr_assert(qfp_config_lindblad(config, 2, t, weight, &l) == QFP_OK);
    double complex expected = 0.0;
    for (int i = 0; i < 2; i++)
        expected += weight[i] * at(config, "G", t[i]);
    is_near(coefficient(&l.wick, 0, 1), expected);
    cr_assert(eq(sz, l.channel_count, 3));
    is_near(l.channels[0].rate, 0.4);
    is_near(l.channels[1].rate, 0.125 * (1.0 + pow(sin(0.2), 2.0)));
    is_near(l.channels[2].rate, -0.025 * (1.0 + pow(sin(1.1), 2.0)));
    is_near(coefficient(&l.channels[2].wick, 0, 0), -1.1);
    qfp_lindblad_destroy(&l);
    qfp_config_destroy(config);
}

Test(config_time, tables_in_files, .init = scratch_make, .fini = scratch_remove)
{
    const double rows[4][2] = {{0.0, 1.0}, {1.0, 2.0}, {2.0, 5.0}, {4.0, 17.0}}; /* 1 + t² */
    const hsize_t shape[2] = {4, 2};
    char text[1024];
    hid_t file = H5Fcreate(scratch_path("pulse.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5LTmake_dataset_double(file, "F", 2, shape, &rows[0][0]) >= 0);
    H5Fclose(file);
    snprintf(
        text, sizeof text,
        "hamiltonian: {parameters: {F: {file: pulse.h5, dataset: /F}}, operator: \"F*n\"}\n" REST);
    qfp_config *config = load(text);
    is_near(at(config, "F", 3.0), 10.0);
    is_near(at(config, "F", 5.0), 17.0);
    size_t count;
    double *knots;
    cr_assert(qfp_config_knots(config, 0.5, 4.0, &count, &knots) == QFP_OK);
    cr_assert(eq(sz, count, 3));
    is_near(knots[0], 1.0);
    is_near(knots[2], 4.0);
    free(knots);
    qfp_config_destroy(config);
}

/* What is wrong from the start is found when the file is read, with its place. */
static const struct {
    const char *text, *words;
} refused[] = {
    {"hamiltonian: {parameters: {t: 1}, operator: n}\n" REST, "'t' has a meaning"},
    {"hamiltonian: {parameters: {F: \"cos(t)\"}, operator: \"F*n\"}\n"
     "initial: {coherent: [F]}\n" OUTPUT,
     "'F' depends on the time t"},
    {HAMILTONIAN "kappa: \"1 + t\"\n" REST, "'t' is the time"},
    {HAMILTONIAN "lengths: [\"1 + t\"]\n" REST, "'t' is the time"},
    {"hamiltonian: {operator: \"n + I*(1 + t)*a\"}\n" REST, "not Hermitian"},
    {"hamiltonian: {parameters: {F: {times: [0, 1, 1], values: [0, 1, 2]}}, operator: "
     "\"F*n\"}\n" REST,
     "must increase"},
    {"hamiltonian: {parameters: {F: {times: [0, 1], values: [0]}}, operator: \"F*n\"}\n" REST,
     "as many values as times"},
    {"hamiltonian: {parameters: {F: {times: [0], values: [0]}}, operator: \"F*n\"}\n" REST,
     "at least 2 times"},
    {"hamiltonian: {parameters: {F: {time: [0]}}, operator: \"F*n\"}\n" REST, "unknown key"},
    {"hamiltonian: {parameters: {F: {file: none.h5, dataset: /F}}, operator: \"F*n\"}\n" REST,
     "none.h5"},
    {HAMILTONIAN "dissipation: [{operator: a, rate: -0.1}]\n" REST, "never negative"},
    {HAMILTONIAN "dissipation: [{operator: a, rate: \"2*I\"}]\n" REST, "imaginary part 2"},
    {HAMILTONIAN "dissipation: [{operator: \"exp(a)\"}]\n" REST, "not a polynomial"},
    {HAMILTONIAN "dissipation: [{operator: \"a^9\"}]\n" REST, "of degree 9"},
    {HAMILTONIAN "dissipation: [{operator: \"a - a\"}]\n" REST, "is zero"},
    {HAMILTONIAN "dissipation: [{rate: 1}]\n" REST, "'operator' is missing"},
    {HAMILTONIAN "dissipation: [{operator: a, rates: 1}]\n" REST, "did you mean 'rate'"},
    {HAMILTONIAN "dissipation: {operator: a}\n" REST, "a list of at most 64"},
    {HAMILTONIAN "dissipation: []\n" REST, "a list of at most 64"},
};

Test(config_time, refuses_with_place_and_reason, .init = scratch_make, .fini = scratch_remove)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        qfp_config *config = NULL;
        qfp_status status = load_bytes(refused[i].text, strlen(refused[i].text), NULL, 0, &config);
        bool is_io = strstr(refused[i].text, "none.h5") != NULL;
        cr_assert(eq(int, status, is_io ? QFP_IO : QFP_CONFIG), "%s", refused[i].text);
        cr_assert(strstr(qfp_last_error(), refused[i].words) != NULL, "%s: %s", refused[i].text,
                  qfp_last_error());
        cr_assert(is_io || strstr(qfp_last_error(), "c.yaml:") != NULL, "%s", qfp_last_error());
    }
}

/* What goes wrong later is found where it is asked for, with the time. */
Test(config_time, faults_name_the_time, .init = scratch_make, .fini = scratch_remove)
{
    qfp_config *config = load("hamiltonian: {operator: \"n + exp(I*t)*a + ad\"}\n"
                              "dissipation: [{operator: a, rate: \"1 - t\"}]\n" REST);
    qfp_polynomial wick;
    double rate;
    cr_assert(qfp_config_wick_at(config, 0.0, &wick) == QFP_OK);
    qfp_polynomial_destroy(&wick);
    cr_assert(qfp_config_wick_at(config, 0.5, &wick) == QFP_CONFIG);
    qfp_polynomial_destroy(&wick);
    cr_assert(strstr(qfp_last_error(), "not Hermitian") != NULL &&
                  strstr(qfp_last_error(), "at t = 0.5") != NULL,
              "%s", qfp_last_error());
    cr_assert(qfp_config_channel_at(config, 0, 1.5, &rate, &wick) == QFP_CONFIG);
    qfp_polynomial_destroy(&wick);
    cr_assert(strstr(qfp_last_error(), "never negative") != NULL &&
                  strstr(qfp_last_error(), "at t = 1.5") != NULL,
              "%s", qfp_last_error());
    qfp_config_destroy(config);
}
