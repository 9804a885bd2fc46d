/* Forward-backward ensembles of the amplifier: marginals with every initialisation, the joint
 * density with signed boundary values only, Born weights, and what is refused. */
#include "../support/sampling.h"
#include "io/hdf5_access.h"

#define PI 3.14159265358979323846

enum { CELLS = 40, NODES = 121 };
static const double edge = 8.0; /* cells of 0.4 cover [−8, 8]²; their centres are the output axis */

static const char even_cat[] =
    "hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2\"}\n"
    "initial: {superposition: [{coherent: ['1.5/sqrt(2)']}, {coherent: ['-1.5/sqrt(2)']}]}\n"
    "ensemble: {method: %s, paths: %d, seed: 1}\n"
    "output: {times: [%s], husimi: {from: -7.8, to: 7.8, points: 40}}\n";

#define INDEPENDENT "forward_backward, initialisation: independent"
#define CONDITIONAL "forward_backward, initialisation: conditional"
#define SIGNED "forward_backward, initialisation: signed"

static double gauss(double x, double mean, double variance)
{
    return exp(-0.5 * (x - mean) * (x - mean) / variance) / sqrt(2.0 * PI * variance);
}

/* Q(q, p, t) per dq dp of the even cat of two coherent states at ±q1 under H = qp: closed form. */
static double cat_q(double q, double p, double t)
{
    const double q1 = 1.5, v = 0.5, c2 = 0.5;
    double a = exp(2.0 * t), spread = 1.0 + 2.0 * v * a;
    double norm = 1.0 / (1.0 + exp(-4.0 * q1 * q1 / (8.0 * v)));
    double s_q = v * a + 0.5, s_p = 1.0 / (4.0 * v * a) + 0.5;
    double fringe = 2.0 * c2 / PI * sqrt(2.0 * v * a) / spread *
                    exp(-(q * q + 2.0 * v * a * p * p + q1 * q1 * a) / spread) *
                    cos(2.0 * p * q1 * exp(t) / spread);
    return norm *
           (c2 * (gauss(q, q1 * exp(t), s_q) + gauss(q, -q1 * exp(t), s_q)) * gauss(p, 0.0, s_p) +
            fringe);
}

static double node(int i)
{
    return -9.0 + 18.0 * i / (NODES - 1);
}

static double centre(int i)
{
    return -edge + (i + 0.5) * 2.0 * edge / CELLS;
}

/* The joint density at t that the conditional initialisation has, by quadrature over both starting
 * values: q(0) from the backward step, p(0) from Q(·, 0) at that q(0), p(t) from the forward
 * step. */
static void conditional_density(double t, double out[CELLS][CELLS])
{
    static double p_given[NODES][CELLS];
    double decay = exp(-t), s2 = 0.5 * (1.0 - decay * decay), h = node(1) - node(0);
    for (int i = 0; i < NODES; i++) {
        double total = 0.0, begin[NODES];
        for (int l = 0; l < NODES; l++)
            total += begin[l] = cat_q(node(i), node(l), 0.0);
        for (int k = 0; k < CELLS; k++) {
            p_given[i][k] = 0.0;
            for (int l = 0; l < NODES; l++)
                p_given[i][k] += begin[l] / total * gauss(centre(k), decay * node(l), s2);
        }
    }
    for (int i = 0; i < CELLS; i++) {
        double marginal = 0.0;
        for (int l = 0; l < NODES; l++)
            marginal += h * cat_q(centre(i), node(l), t);
        for (int k = 0; k < CELLS; k++) {
            out[i][k] = 0.0;
            for (int l = 0; l < NODES; l++)
                out[i][k] += h * marginal * gauss(node(l), decay * centre(i), s2) * p_given[l][k];
        }
    }
}

/* The histogram (per d²α) of the last time in the file. */
static void read_histogram(const char *path, int rows, double *out)
{
    static double all[8 * CELLS * CELLS];
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, "/histogram/mode_1", H5P_DEFAULT);
    cr_assert(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, all) >= 0);
    H5Dclose(set);
    H5Fclose(file);
    memcpy(out, all + (rows - 1) * CELLS * CELLS, CELLS * CELLS * sizeof *out);
}

/* Σ over cells of sign(ρ_B − Q) (histogram − Q): the L1 distance for ρ_B, zero for Q, and a mean
 * of ±1 over the trajectories, so that its sampling error is below 1/√paths. */
static double distance(const char *method, int paths)
{
    static double density[CELLS][CELLS], counts[CELLS * CELLS];
    double area = pow(2.0 * edge / CELLS, 2.0), sum = 0.0;
    char yaml[512];
    const char *path = scratch_path("cat.h5");
    snprintf(yaml, sizeof yaml, even_cat, method, paths, "0.5");
    qfp_config *config = load_text(yaml);
    const qfp_sample_options options = {.output_path = path};
    qfp_sample_result result;
    OK(qfp_sample(config, &options, &result));
    qfp_sample_result_destroy(&result);
    qfp_config_destroy(config);
    read_histogram(path, 1, counts);
    conditional_density(0.5, density);
    for (int i = 0; i < CELLS; i++)
        for (int k = 0; k < CELLS; k++) {
            double q = cat_q(centre(i), centre(k), 0.5), sign = density[i][k] > q ? 1.0 : -1.0;
            sum += sign * (0.5 * counts[i * CELLS + k] - q) * area; /* d²α = dq dp/2 */
        }
    return sum;
}

Test(forward_backward, the_closed_form_is_the_one_that_is_known)
{
    /* trajectories of the even cat at t = 0.5: ten digits from a Fock-space evolution */
    cr_assert(epsilon_eq(dbl, cat_q(0.0, 0.0, 0.5), 0.0492949935578, 1e-12));
    cr_assert(epsilon_eq(dbl, cat_q(0.5, 0.8, 0.5), 0.0247491355230, 1e-12));
    cr_assert(epsilon_eq(dbl, cat_q(2.0, -0.6, 0.5), 0.0509383414885, 1e-12));
    static double density[CELLS][CELLS];
    double l1 = 0.0;
    conditional_density(0.5, density);
    for (int i = 0; i < CELLS; i++)
        for (int k = 0; k < CELLS; k++)
            l1 += fabs(density[i][k] - cat_q(centre(i), centre(k), 0.5)) * 0.16;
    cr_assert(epsilon_eq(dbl, l1, 2.9e-2, 5e-4)); /* two digits are known */
}

Test(forward_backward, conditional_misses_the_joint_density_and_signed_does_not)
{
    scratch_make();
    const int paths = 200000;
    double error = 1.0 / sqrt(paths);
    /* cells of 0.4 blur the line where the sign changes: a few percent of 2.9e-2 */
    cr_assert(epsilon_eq(dbl, distance(CONDITIONAL, paths), 2.9e-2, LIMIT * error));
    cr_assert(lt(dbl, fabs(distance(SIGNED, paths)), LIMIT * error));
    scratch_remove();
}

/* The fourth way: positive weights and the joint density, with the score of Q.
 * With these paths the conditional one would be 7 standard errors away. */
Test(forward_backward, guided_has_the_joint_density)
{
    scratch_make();
    const int paths = 60000;
    double off = distance("guided, steps: 100", paths);
    cr_assert(lt(dbl, fabs(off), LIMIT / sqrt(paths)));
    scratch_remove();
}

/* The signed boundary weight of (q(T), p(0)) of the same cat, closed form, and the integral of its
 * negative part. */
static double negative_mass(double T)
{
    const double q1 = 1.5, v = 0.5, step = 0.01;
    double a = exp(2.0 * T), end = 1.0 + 2.0 * v * a, begin = 1.0 + 2.0 * v, sum = 0.0;
    double norm = 1.0 / (1.0 + exp(-4.0 * q1 * q1 / (8.0 * v)));
    double fringe = 1.0 / PI * sqrt(2.0 * v / (end * begin));
    for (double u = -6.0; u < 6.0; u += step) /* q(T) in units of e^T */
        for (double p = -6.0; p < 6.0; p += step) {
            double q = u * exp(T), s2 = v * a + 0.5;
            double w = 0.5 * (gauss(q, q1 * exp(T), s2) + gauss(q, -q1 * exp(T), s2)) *
                       gauss(p, 0.0, 1.0 / (4.0 * v) + 0.5);
            w += fringe * exp(-q * q / end - (2.0 * v * p * p + q1 * q1) / begin) *
                 cos(2.0 * p * q1 / begin);
            sum += fmax(-norm * w, 0.0) * step * step * exp(T);
        }
    return sum;
}

Test(forward_backward, negative_mass)
{
    scratch_make();
    cr_assert(epsilon_eq(dbl, negative_mass(3.0), 8.8e-3, 5e-5)); /* two digits are known */
    const int paths = 200000;
    const double expected = negative_mass(1.0);
    char yaml[512];
    snprintf(yaml, sizeof yaml, even_cat, SIGNED, paths, "1.0");
    qfp_sample_result r = sample(yaml);
    const char *at = strstr(r.statement, "negative mass ");
    cr_assert(at != NULL, "%s", r.statement);
    /* a count of negative signs, printed with three digits */
    cr_assert(epsilon_eq(dbl, atof(at + strlen("negative mass ")), expected,
                         LIMIT * sqrt(expected / paths) + 5e-5));
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* Two signed paths: where one is negative there is nothing to divide by, and that is said.  One path
 * in forty is; the first of seed 58 is one of them. */
Test(forward_backward, signs_that_cancel_are_told)
{
    scratch_make();
    for (int seed = 57; seed <= 58; seed++) {
        char text[512];
        qfp_sample_result r;
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2\"}\n"
                 "initial: {superposition: [{coherent: ['0.3*I']}, {coherent: ['-0.3*I'], "
                 "weight: -1}]}\n"
                 "ensemble: {method: " SIGNED ", paths: 2, seed: %d}\n"
                 "output: {times: [0.5], husimi: {points: 5}}\n",
                 seed);
        qfp_config *config = load_text(text);
        qfp_sample_options options = {0};
        qfp_status status = qfp_sample(config, &options, &r);
        cr_assert(eq(int, (int)status, seed == 57 ? QFP_OK : QFP_TOLERANCE));
        if (seed == 58)
            cr_assert(strstr(qfp_last_error(), "cancel (sum ") != NULL, "%s", qfp_last_error());
        qfp_sample_result_destroy(&r);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

Test(forward_backward, marginals_at_five_times)
{
    scratch_make();
    static const char *const kinds[] = {INDEPENDENT, CONDITIONAL, SIGNED};
    for (int i = 0; i < 3; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, even_cat, kinds[i], 20000, "0, 0.25, 0.5, 0.75, 1.0");
        qfp_sample_result r = sample(yaml);
        check_estimates(&r, LIMIT); /* all of them are moments of one direction, or vanish */
        bool signs = strstr(r.statement, "effective sample size") != NULL;
        cr_assert(eq(int, signs, i == 2));
        if (i < 2) { /* the joint density at t = 0 tells A from B */
            bool is_q = r.chi2_probability[0] > 1e-3;
            cr_assert(eq(int, is_q, i == 1));
        }
        qfp_sample_result_destroy(&r);
    }
    scratch_remove();
}

Test(forward_backward, signed_in_turned_and_displaced_frames)
{
    scratch_make();
    static const char *const systems[][3] = {
        {"1", "(x^2 - p^2)/2", "squeezed: {r: 0.4, phi: 1.0, alpha: '0.5+0.3*I'}"},
        {"0.7", "0.4*(I*a^2 - I*ad^2) + 0.3*x", "displaced_thermal: {nbar: 0.3, alpha: 0.4}"},
        {"1", "0.5*(a^2 + ad^2) + 0.2*p",
         "superposition: [{squeezed: {r: 0.5, phi: 0.7, alpha: 0.9}}, "
         "{coherent: ['-0.8+0.4*I'], weight: '0.6+0.5*I'}]"},
        {"1", "(x*p + p*x)/2",
         "mixture: [{superposition: [{coherent: [1]}, {coherent: [-1], weight: -1}], weight: 0.4},"
         " {thermal: {nbar: 0.5}, weight: 0.6}]"},
    };
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"%s\"}\nkappa: %s\ninitial: {%s}\n"
                 "ensemble: {method: forward_backward, paths: 30000, seed: 3}\n"
                 "output: {times: [0, 0.3, 0.6], husimi: {from: -5, to: 5, points: 5}}\n",
                 systems[i][1], systems[i][0], systems[i][2]);
        qfp_sample_result r = sample(yaml);
        check_estimates(&r, LIMIT);
        qfp_sample_result_destroy(&r);
    }
    scratch_remove();
}

Test(forward_backward, outcomes_have_born_weights)
{
    scratch_make();
    static double counts[CELLS * CELLS];
    const int paths = 20000;
    double above = 0.0, all = 0.0;
    const char *path = scratch_path("born.h5");
    qfp_config *config = load_text(
        "hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2\"}\n"
        "initial: {superposition: [{coherent: [2.0], weight: 'sqrt(0.3)'},"
        " {coherent: [-2.0], weight: 'I*sqrt(0.7)'}]}\n"
        "ensemble: {method: forward_backward, initialisation: conditional, paths: 20000}\n"
        "output: {times: [0, 1.0], husimi: {from: -19.5, to: 19.5, points: 40}}\n");
    const qfp_sample_options options = {.output_path = path};
    qfp_sample_result result;
    OK(qfp_sample(config, &options, &result));
    check_estimates(&result, LIMIT);
    qfp_sample_result_destroy(&result);
    qfp_config_destroy(config);
    read_histogram(path, 2, counts);
    for (int i = 0; i < CELLS * CELLS; i++) {
        all += counts[i];
        above += i / CELLS >= CELLS / 2 ? counts[i] : 0.0;
    }
    /* The Gaussians of variance (e² + 1)/2 around ±2√2 e reach over 0 with ½ erfc(2.66) = 9e-5
     * each, 4e-5 in the difference: small against the error. */
    double error = sqrt(0.3 * 0.7 / paths);
    cr_assert(epsilon_eq(dbl, above / all, 0.3, LIMIT * error));
    scratch_remove();
}

/* Without the key the joint density must be Q's: the default is the signed one, bit for bit. */
Test(forward_backward, signed_when_no_initialisation_is_given)
{
    scratch_make();
    char yaml[512];
    snprintf(yaml, sizeof yaml, even_cat, SIGNED, 500, "0.5");
    qfp_sample_result named = sample(yaml);
    snprintf(yaml, sizeof yaml, even_cat, "forward_backward", 500, "0.5");
    qfp_sample_result unnamed = sample(yaml);
    cr_assert(eq(str, unnamed.statement, named.statement));
    for (size_t k = 0; k < named.observable_count; k++)
        cr_assert(eq(dbl, unnamed.estimates[k].value, named.estimates[k].value));
    qfp_sample_result_destroy(&named);
    qfp_sample_result_destroy(&unnamed);
    scratch_remove();
}

static void refused(const char *operator, int modes, const char *initial, const char *reason)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {%s}\n"
             "ensemble: {method: forward_backward, paths: 10}\noutput: {times: [1]}\n",
             modes, operator, initial);
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {0};
    qfp_sample_result result;
    cr_assert(eq(int, qfp_sample(config, &options, &result), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), reason) != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}

Test(forward_backward, refusals)
{
    scratch_make();
    refused("(x*p + p*x)/2 + 0.25*n", 1, "coherent: [1]", "couple");
    refused("n", 1, "coherent: [1]", "couple");
    refused("x", 1, "coherent: [1]", "diffusion");
    refused("0.5*ad^2*a^2", 1, "coherent: [1]", "degree 4");
    refused("a[1]^2 + ad[1]^2 + a[2]^2 + ad[2]^2", 2, "coherent: [1, 1]", "one mode");
    refused("a^2 + ad^2", 1, "fock: [2]", "sums of Gaussians");
    refused("a^2 + ad^2", 1, "superposition: [{fock: [2]}, {coherent: [1]}]", "sums of Gaussians");
    scratch_remove();
}
