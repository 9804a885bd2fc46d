/* The reference with a Hamiltonian or a dissipation that depends on the time, against closed forms. */
#include "open_case.h"

TestSuite(reference_driven, .init = scratch_make, .fini = scratch_remove);

/* H = f a† + f* a moves a coherent state by −(i/κ)∫f, whatever f: a chirp and a table. */
Test(reference_driven, displaced_by_a_force)
{
    qfp_config *config;
    qfp_reference *r = open_case(
        "kappa: 0.7\n"
        "hamiltonian:\n"
        "  parameters: {f: \"(1 + t)*exp(3*I*t)\", g: {times: [0, 1, 2], values: [0, 1, 0]}}\n"
        "  operator: \"f*ad + exp(-3*I*t)*(1 + t)*a + g*(a + ad)\"\n"
        "initial: {coherent: [0.4]}\n"
        "output: {times: [0, 0.5, 2, 3]}\n",
        &config);
    /* the spline through three points is the parabola t (2 − t) */
    const double table[4] = {0.0, 0.25 - 0.125 / 3.0, 4.0 / 3.0, 4.0 / 3.0};
    for (size_t i = 0; i < config->time_count; i++) {
        double t = config->times[i];
        double complex whole =
            cexp(3.0 * I * t) * ((1.0 + t) / (3.0 * I) + 1.0 / 9.0) - (1.0 / (3.0 * I) + 1.0 / 9.0);
        case_evolve(r, t);
        double complex alpha = 0.4 - I / 0.7 * (whole + table[i]);
        expect_mean(r, "a", alpha);
        expect_mean(r, "n", pow(cabs(alpha), 2.0));
        expect_trace(r, t);
    }
    close_case(r, config);
}

/* Pulses far shorter than the run, between its output times, are not stepped over. */
static void expect_pulse(double width)
{
    char text[512];
    qfp_config *config;
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"0.3*n + exp(-((t - 6.4321)/%g)^2)/%g*(a + ad)\"}\n"
             "initial: {fock: [0]}\n"
             "output: {times: [0, 10]}\n",
             width, width);
    qfp_reference *r = open_case(text, &config);
    case_evolve(r, 10.0);
    /* ∫ e^{−(t/w)²}/w e^{0.3 i t} = √π e^{−(0.15 w)²}; the rest is the phase since */
    double complex kick = -I * sqrt(M_PI) * exp(-pow(0.15 * width, 2.0));
    expect_mean(r, "a", kick * cexp(-0.3 * I * (10.0 - 6.4321)));
    close_case(r, config);
}

Test(reference_driven, pulses)
{
    expect_pulse(0.3);
    expect_pulse(1e-2);
    expect_pulse(1e-3);
}

/* Quadratic H(t): ⟨n⟩, ⟨a²⟩ and ⟨a⟩ obey linear equations, here with loss at a rate that varies. */
static void parametric_derivatives(double t, const double complex *y, double complex *dy)
{
    double g = 0.6 * cos(1.3 * t), gamma = 0.2 * (1.0 + sin(t) * sin(t));
    /* H = n + g/2 (a² + a†²): da/dt = −i(a + g a†) − γ/2 a */
    dy[0] = -I * (y[0] + g * conj(y[0])) - 0.5 * gamma * y[0];
    dy[1] = -2.0 * g * cimag(y[2]) - gamma * creal(y[1]);
    dy[2] = -2.0 * I * y[2] - I * g * (2.0 * y[1] + 1.0) - gamma * y[2];
}

static void parametric(double t, double complex *y)
{
    enum { STEPS = 4000 }; /* of order 4: (t/STEPS)^4 = 1e-13 */
    double h = t / STEPS;
    for (int s = 0; s < STEPS; s++) {
        double complex k[4][3], z[3];
        const double at[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1.0, 2.0, 2.0, 1.0};
        for (int i = 0; i < 4; i++) {
            for (int c = 0; c < 3; c++)
                z[c] = y[c] + (i > 0 ? at[i] * h * k[i - 1][c] : 0.0);
            parametric_derivatives((s + at[i]) * h, z, k[i]);
        }
        for (int i = 0; i < 4; i++)
            for (int c = 0; c < 3; c++)
                y[c] += h / 6.0 * weight[i] * k[i][c];
    }
}

Test(reference_driven, parametric_drive_with_a_rate_that_varies)
{
    qfp_config *config;
    qfp_reference *r =
        open_case("hamiltonian:\n"
                  "  parameters: {g: \"0.6*cos(1.3*t)\"}\n"
                  "  operator: \"n + g/2*(a^2 + ad^2)\"\n"
                  "dissipation: [{operator: a, rate: \"0.2*(1 + sin(t)^2)\"}]\n"
                  "initial: {displaced_thermal: {nbar: [0.1], alpha: [\"0.5 + 0.3*I\"]}}\n"
                  "output: {times: [0, 2]}\n",
                  &config);
    double complex y[3] = {0.5 + 0.3 * I, 0.1 + 0.34, (0.5 + 0.3 * I) * (0.5 + 0.3 * I)};
    parametric(2.0, y);
    case_evolve(r, 2.0);
    expect_mean(r, "a", y[0]);
    expect_mean(r, "n", y[1]);
    expect_mean(r, "a^2", y[2]);
    expect_trace(r, 2.0);
    close_case(r, config);
}

/* D[a − β(t)] pulls ⟨a⟩ to β: γ e^{−γt/2} ∫ β e^{γs/2}/2, for β = b e^{2it}. */
Test(reference_driven, an_operator_that_varies)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0\"}\n"
                                 "dissipation: [{operator: \"a - 0.8*exp(2*I*t)\", rate: 0.9}]\n"
                                 "initial: {coherent: [\"-0.3*I\"]}\n"
                                 "output: {times: [0, 0.6, 3]}\n",
                                 &config);
    for (size_t i = 0; i < config->time_count; i++) {
        double t = config->times[i];
        double complex follow = 0.45 * 0.8 / CMPLX(0.45, 2.0);
        double complex alpha = follow * cexp(2.0 * I * t) + (-0.3 * I - follow) * exp(-0.45 * t);
        case_evolve(r, t);
        expect_mean(r, "a", alpha);
        expect_mean(r, "n", pow(cabs(alpha), 2.0)); /* it stays coherent */
        expect_trace(r, t);
    }
    close_case(r, config);
}

/* Forth and back: the kets of before, within what is stated. */
Test(reference_driven, a_driven_run_without_dissipation_goes_back)
{
    qfp_config *config;
    qfp_reference *r = open_case("hamiltonian: {operator: \"0.3*n^2 + sin(3*t)*x^2 + t*p\"}\n"
                                 "initial: {coherent: [0.7]}\n"
                                 "output: {times: [0.1, 1.5]}\n",
                                 &config);
    case_evolve(r, 0.1);
    double complex before = case_mean(r, "a*n");
    case_evolve(r, 1.5);
    double complex between = case_mean(r, "a*n");
    case_evolve(r, 0.1);
    double complex after = case_mean(r, "a*n");
    cr_expect(lt(dbl, cabs(after - before), stated(r, "a*n", after)));
    cr_expect(lt(dbl, 0.1, cabs(between - before)));
    close_case(r, config);
}

/* Saved half way, loaded into another: the same bits at the end. */
static void expect_going_on(const char *text)
{
    qfp_config *config;
    qfp_reference *r = open_case(text, &config);
    qfp_reference *other = NULL;
    cr_assert(eq(int, qfp_reference_create(config, &other), QFP_OK));
    double *carried = calloc(qfp_reference_carried(r), sizeof *carried);
    case_evolve(r, 0.5);
    qfp_reference_save(r, carried);
    cr_assert(eq(int, qfp_reference_load(other, carried), QFP_OK), "%s", qfp_last_error());
    cr_expect(eq(dbl, creal(case_mean(r, NULL)), creal(case_mean(other, NULL))));
    case_evolve(r, 1.0);
    case_evolve(other, 1.0);
    double complex a = case_mean(r, "a"), b = case_mean(other, "a");
    cr_expect(eq(dbl, creal(a), creal(b)));
    cr_expect(eq(dbl, cimag(a), cimag(b)));
    qfp_reference_error one, two;
    cr_assert(eq(int, qfp_reference_error_now(r, &one), QFP_OK));
    cr_assert(eq(int, qfp_reference_error_now(other, &two), QFP_OK));
    cr_expect(eq(dbl, one.state, two.state));
    free(carried);
    qfp_reference_destroy(other);
    close_case(r, config);
}

Test(reference_driven, going_on)
{
    expect_going_on("hamiltonian: {operator: \"0.3*n^2 + sin(3*t)*x\"}\n"
                    "initial: {coherent: [0.7]}\n"
                    "output: {times: [0, 0.5, 1]}\n");
    expect_going_on("hamiltonian: {operator: \"0.3*n^2 + sin(3*t)*x\"}\n"
                    "dissipation: [{operator: \"a^2\", rate: 0.1}]\n"
                    "initial: {coherent: [0.7]}\n"
                    "output: {times: [0, 0.5, 1]}\n");
}
