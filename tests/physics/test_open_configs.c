/* Configurations of open and driven systems do what their comments say of them. */
#include "../support/configurations.h"

#include <complex.h>
#include <criterion/new/assert.h>

TestSuite(open_configs, .init = scratch_make, .fini = scratch_remove);

/* What default settings promise. */
#define MOST_STATED 1e-6

static double stated(const qfp_run_result *r, const char *name, size_t time)
{
    const qfp_theory_result *first = &r->theories[0];
    for (size_t c = 0; c < first->observable_count; c++)
        if (strcmp(first->names[c], name) == 0)
            return first->errors[time * first->observable_count + c];
    return NAN;
}

/* Within the stated error, of which a closed form has some roundings. */
static void is_exact(const qfp_run_result *r, const char *name, size_t time, double exact)
{
    double found = observable(r, name, time), error = stated(r, name, time);
    cr_assert(fabs(found - exact) <= error + 1e-12,
              "%s at t = %g: %.12g, stated ± %.2g, exact %.12g", name, r->times[time], found, error,
              exact);
    cr_assert(le(dbl, error, MOST_STATED), "%s at t = %g: ± %g is stated", name, r->times[time],
              error);
}

Test(open_configs, lossy_kerr)
{
    const double U = 1.0, gamma = 0.2;
    qfp_run_result r = run_file("lossy_kerr");
    cr_assert(eq(sz, r.time_count, 9));
    for (size_t i = 0; i < r.time_count; i++) {
        double t = r.times[i];
        double complex rate = gamma + I * U;
        double complex a =
            2.0 * exp(-gamma * t / 2.0) * cexp(-4.0 * I * U / rate * (1.0 - cexp(-rate * t)));
        is_exact(&r, "re_a_1", i, creal(a));
        is_exact(&r, "im_a_1", i, cimag(a));
        is_exact(&r, "n_1", i, 4.0 * exp(-gamma * t));
        is_exact(&r, "norm", i, 1.0);
    }
    qfp_run_result_destroy(&r);
}

Test(open_configs, thermal_bath)
{
    qfp_run_result r = run_file("thermal_bath");
    for (size_t i = 0; i < r.time_count; i++) {
        double left = exp(-r.times[i]);
        is_exact(&r, "n_1", i, 0.5 + 3.5 * left);
        is_exact(&r, "re_a_1", i, 2.0 * sqrt(left));
        is_exact(&r, "var_x_1", i, 0.5 + 0.5 * (1.0 - left));
        is_exact(&r, "var_p_1", i, 0.5 + 0.5 * (1.0 - left));
    }
    qfp_run_result_destroy(&r);
}

/* A correlation within its stated error, and its line where that is one. */
static void is_correlation(const qfp_correlation_result *c, size_t i, double complex exact)
{
    double error = cabs(CMPLX(c->re[i], c->im[i]) - exact);
    cr_assert(le(dbl, error, c->error[i] + 1e-12), "%g off at tau = %g, stated %g", error,
              c->tau[i], c->error[i]);
    cr_assert(le(dbl, c->error[i], MOST_STATED));
}

Test(open_configs, thermal_light)
{
    qfp_run_result r = run_file("thermal_light");
    const qfp_correlation_result *c = r.theories[0].correlations;
    cr_assert(eq(sz, r.theories[0].correlation_count, 2));
    for (size_t i = 0; i < c[0].count; i++)
        is_correlation(&c[0], i, 0.8 * cexp((I - 0.25) * c[0].tau[i]));
    for (size_t i = 0; i < c[1].count; i++)
        is_correlation(&c[1], i, 0.64 * (1.0 + exp(-0.5 * c[1].tau[i])));
    cr_assert(lt(sz, 100, c[0].omega_count));
    for (size_t k = 0; k < c[0].omega_count; k++) {
        double off = c[0].omega[k] - 1.0, line = 0.8 * 0.5 / (off * off + 0.0625);
        /* e^{−15} of the correlation is left at the last delay */
        cr_assert(lt(dbl, fabs(c[0].spectrum[k] - line), c[0].spectrum_error[k] + 5e-6), "%g at %g",
                  c[0].spectrum[k] - line, c[0].omega[k]);
        cr_assert(lt(dbl, c[0].spectrum_error[k], 1e-3));
    }
    qfp_run_result_destroy(&r);
}

/* ⟨α_0|α_1⟩ of the two positions of the pointer, and what has leaked. */
Test(open_configs, measured_system)
{
    qfp_run_result r = run_file("measured_system");
    for (size_t i = 0; i < r.time_count; i++) {
        double t = r.times[i], half = 1.0 - exp(-t / 2.0), full = 1.0 - exp(-t);
        double d = 2.0 * M_SQRT2 * half, leaked = 8.0 * (t - 4.0 * half + full);
        is_exact(&r, "re_a_1", i, 0.48 * exp(-0.5 * d * d - 0.5 * leaked));
        is_exact(&r, "n_1", i, 0.64);
        is_exact(&r, "re_a_2", i, 0.64 * d);
        is_exact(&r, "n_2", i, 0.64 * d * d);
    }
    qfp_run_result_destroy(&r);
}

Test(open_configs, parametric_pulse)
{
    qfp_run_result r = run_file("parametric_pulse");
    for (size_t i = 0; i < r.time_count; i++) {
        double G = 0.14 * sqrt(M_PI) * (erf((r.times[i] - 1.5) / 0.4) + erf(3.75));
        is_exact(&r, "var_x_1", i, 0.5 * exp(2.0 * G));
        is_exact(&r, "var_p_1", i, 0.5 * exp(-2.0 * G));
        is_exact(&r, "n_1", i, 0.5 * (cosh(2.0 * G) - 1.0));
    }
    qfp_run_result_destroy(&r);
}

/* One quantum in two modes is a two-level system, i dc/dt = [[s/2, −J], [−J, −s/2]] c with s = t − 20: here by
 * the classical Runge-Kutta method. */
static double complex slope(double t, const double complex c[2], int k)
{
    double s = 0.5 * (t - 20.0);
    return k == 0 ? -I * (s * c[0] - 0.5 * c[1]) : -I * (-0.5 * c[0] - s * c[1]);
}

static double swept(double until)
{
    enum { STEPS = 100000 }; /* (s h/2)^5 a step: 1e-12 in all */
    double h = until / STEPS;
    double complex c[2] = {1.0, 0.0};
    for (int i = 0; i < STEPS; i++) {
        double complex k[4][2], at[2];
        static const double node[4] = {0.0, 0.5, 0.5, 1.0};
        for (int r = 0; r < 4; r++) {
            for (int m = 0; m < 2; m++)
                at[m] = c[m] + (r > 0 ? node[r] * h * k[r - 1][m] : 0.0);
            for (int m = 0; m < 2; m++)
                k[r][m] = slope(i * h + node[r] * h, at, m);
        }
        for (int m = 0; m < 2; m++)
            c[m] += h / 6.0 * (k[0][m] + 2.0 * k[1][m] + 2.0 * k[2][m] + k[3][m]);
    }
    return creal(c[0] * conj(c[0]));
}

Test(open_configs, landau_zener)
{
    qfp_run_result r = run_file("landau_zener");
    for (size_t i = 1; i < r.time_count; i++)
        is_exact(&r, "n_1", i, swept(r.times[i]));
    double last = observable(&r, "n_1", r.time_count - 1);
    /* coupling over detuning, to which the sweep has come: c_1 still has a part ¼ of it in the other state */
    cr_assert(lt(dbl, fabs(last - exp(-M_PI / 2.0)), 0.5 / 20.0));
    qfp_run_result_destroy(&r);
}

/* The rate at which the sign of x is lost between t = 5 and 10, when what does not belong to the manifold of the
 * two states has gone. */
static double flip_rate(const char *nbar)
{
    qfp_run_result r = run_configuration(configuration("cat_qubit", nbar, NULL, NULL), "out.h5");
    double rate = log(observable(&r, "x", 3) / observable(&r, "x", 4)) / (r.times[4] - r.times[3]);
    cr_assert(le(dbl, stated(&r, "x", 4), MOST_STATED));
    qfp_run_result_destroy(&r);
    return rate;
}

Test(open_configs, cat_qubit)
{
    double one = flip_rate("hamiltonian.parameters.nbar=1"), two = flip_rate(NULL),
           three = flip_rate("hamiltonian.parameters.nbar=3");
    /* at least as fast as the overlap exp(−2 n̄) of the two states: 7.4 per quantum */
    cr_assert(lt(dbl, 7.4, one / two), "%g to %g", one, two);
    cr_assert(lt(dbl, 7.4, two / three), "%g to %g", two, three);
    cr_assert(lt(dbl, fabs(two - 1.6e-5), 1e-6), "%g", two); /* as the comment says */
}

/* A buffer that leaks fast is as good as D[a² − n̄] with κ_2 = 4 g²/κ_b, up to g²/κ_b² and the time 1/κ_b that it
 * takes to follow. */
Test(open_configs, cat_buffer)
{
    qfp_run_result two =
        run_configuration(configuration("cat_buffer", "output.times=[0, 2]", NULL, NULL), "out.h5");
    qfp_run_result one = run_configuration(
        configuration("cat_qubit", "dissipation=[{operator: \"a^2 - 1\", rate: 0.25}]",
                      "initial={fock: [0]}", "output.times=[0, 2]"),
        "one.h5");
    for (size_t i = 1; i < 2; i++) {
        double apart = observable(&two, "n_1", i) - observable(&one, "n_1", i);
        cr_assert(lt(dbl, fabs(apart), 0.05), "%g", apart);
    }
    qfp_run_result_destroy(&one);
    qfp_run_result_destroy(&two);
}

/* (∫|W| − 1)/2 at the last time, on the squares of the output grid. */
static double negative_volume(const char *file, double spacing)
{
    double *w = NULL, sum = 0.0;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path(file), "/wigner/mode_1", &rank, shape, &is_complex, &w));
    size_t cells = shape[1] * shape[2];
    for (size_t i = (shape[0] - 1) * cells; i < shape[0] * cells; i++)
        sum += fabs(w[i]);
    free(w);
    return 0.5 * (0.5 * sum * spacing * spacing - 1.0); /* d²α = dx dp/2 */
}

/* A cat of two halves far apart has 1/π, of which the coherence that is left, exp(−γπn̄), remains; beside it the
 * figures of the comment. */
Test(open_configs, kerr_negativity)
{
    static const struct {
        bool lossy;
        double nbar, reach, volume;
    } cases[] = {{true, 9, 8, 0.1814}, {false, 9, 8, 0.316}, {true, 4, 8, 0.219},
                 {false, 4, 8, 0.293}, {true, 16, 9, 0.119}, {false, 16, 9, 0.317}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char state[96], output[128];
        double nbar = cases[c].nbar, reach = cases[c].reach;
        snprintf(state, sizeof state,
                 cases[c].lossy ? "hamiltonian.parameters={U: 1.0, gamma: 0.02, nbar: %g}"
                                : "initial={coherent: [\"sqrt(%g)\"]}",
                 nbar);
        snprintf(output, sizeof output,
                 "output={times: [0, pi], wigner: true, husimi: {from: -%g, to: %g, points: %g}}",
                 reach, reach, 20 * reach + 1);
        qfp_run_result r = run_configuration(
            cases[c].lossy
                ? configuration("kerr_negativity", "solver.tolerance=1e-5", state, output)
                : configuration("kerr", "solver={basis: reference}", state, output),
            "out.h5");
        double volume = negative_volume("out.h5", 0.1), lost = cases[c].lossy ? 0.02 * nbar : 0.0;
        if (nbar > 4) /* halves that are close have less */
            cr_assert(lt(dbl, fabs(volume * M_PI - exp(-lost * M_PI)), 0.01), "%g", volume);
        /* as the comment says, to the digits it gives */
        cr_assert(lt(dbl, fabs(volume - cases[c].volume), c == 0 ? 5e-5 : 5e-4), "%g: %g, %g", nbar,
                  volume, cases[c].volume);
        qfp_run_result_destroy(&r);
    }
}

/* Whatever is in configs/ of this kind: two bases and the reference, each with its own equations, within the sum of
 * their stated errors. */
static void bases_agree(const char *name, const char *times, const char *first, const char *second)
{
    static const char *const means[] = {"norm", "energy", "n_1", "re_a_1", "im_a_1", "var_x_1"};
    char one[64], two[64];
    snprintf(one, sizeof one, "solver.basis=%s", first);
    snprintf(two, sizeof two, "solver.basis=%s", second);
    qfp_run_result a = run_configuration(configuration(name, one, times, NULL), "a.h5");
    qfp_run_result b = run_configuration(configuration(name, two, times, NULL), "b.h5");
    for (size_t i = 0; i < a.time_count; i++)
        for (size_t k = 0; k < sizeof means / sizeof *means; k++) {
            double sum = stated(&a, means[k], i) + stated(&b, means[k], i);
            double apart = fabs(observable(&a, means[k], i) - observable(&b, means[k], i));
            cr_assert(le(dbl, apart, sum), "%s, %s of %s and %s at t = %g", name, means[k], first,
                      second, a.times[i]);
        }
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
}

Test(open_configs, fock_and_reference_agree)
{
    bases_agree("lossy_kerr", "output.times=[0, 1]", "fock", "reference");
    bases_agree("parametric_pulse", "output.times=[0, 1.5, 3]", "fock", "reference");
    bases_agree("landau_zener", "output.times=[0, 20]", "fock", "reference");
}

/* A parabola through three knots, then nothing: α = −i∫F, and the last step ends where the run does. */
Test(open_configs, a_table_ends_inside_the_run)
{
    static const char *const bases[] = {"fock", "fourier", "reference"};
    for (int b = 0; b < 3; b++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {parameters: {F: {times: [0, 1, 2], values: [0, 0.8, 0]}}, "
                 "operator: \"F*(a + ad)\"}\ninitial: {coherent: [0.5]}\nsolver: {basis: %s}\n"
                 "output: {times: [0, 1, 3], husimi: {points: 9}}\n",
                 bases[b]);
        qfp_run_result r = simulate(text, "out.h5");
        is_exact(&r, "im_a_1", 1, -1.6 / 3.0);
        is_exact(&r, "im_a_1", 2, -3.2 / 3.0);
        is_exact(&r, "re_a_1", 2, 0.5);
        qfp_run_result_destroy(&r);
    }
}

Test(open_configs, fourier_and_fock_agree)
{
    bases_agree("lossy_kerr", "output.times=[0, 0.3]", "fourier", "fock");
    bases_agree("thermal_bath", "output.times=[0, 1]", "fourier", "fock");
    bases_agree("cat_qubit", "output.times=[0, 0.3]", "fourier", "fock");
    bases_agree("parametric_pulse", "output.times=[0, 3]", "fourier", "fock");
}
