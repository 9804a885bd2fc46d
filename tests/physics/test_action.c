/* Path-space Metropolis for mixed boundary data, H = g qp + (ω/2)(q² + p²), against the inverse of
 * its precision matrix; its acceptance on finer slices; that its density is not Q's; and
 * refusals. */
#include <unistd.h>

#include "../support/sampling.h"
#include "run/engine.h"
#include "backend.h"

enum { HALF = 32, SLICES = 2 * HALF, MOST = 2 * (400 + 1) };

/* x = p forward, y = q backward, variance rate g = 1, T = 1, p(0) = q(T) = 0. */
static qfp_action_spec amplifier(double omega, size_t slices, double delta, size_t sweeps)
{
    return (qfp_action_spec){.drift = {{-1.0, -omega, 0.0}, {omega, 1.0, 0.0}},
                             .rate = 1.0,
                             .duration = 1.0,
                             .slices = slices,
                             .sweeps = sweeps,
                             .merge = 1,
                             .virtual_step = delta,
                             .turn = {1.0, 0.0}};
}

static double run(const qfp_action_spec *spec, size_t paths, size_t slice, double *out)
{
    qfp_engine engine;
    double acceptance;
    const qfp_path_set set = {.paths = paths, .coordinates = 1, .seed = 4};
    OK(qfp_engine_create(QFP_BACKEND_CPU, -1, QFP_PRECISION_DOUBLE, &engine));
    OK(qfp_backend_cpu()->action->run(engine.context, &set, spec, 1, &slice, out, &acceptance));
    qfp_engine_destroy(&engine);
    return acceptance;
}

/* Covariances (xx, xy, yy) at every slice by Gauss-Jordan on the Hessian of S, summed here from the
 * squares that S consists of; unknowns x_1, y_0, x_2, y_1, …: a band of width 4. */
static void exact_covariance(double omega, int n, double (*out)[3])
{
    static double h[MOST][MOST], inverse[MOST][MOST];
    double eps = 1.0 / n, a[2][2] = {{-1.0, -omega}, {omega, 1.0}};
    int size = 2 * n;
    memset(h, 0, sizeof h);
    memset(inverse, 0, sizeof inverse);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < 2; i++) { /* (Δz_i − ε A_i)²/(2ε) with z = (x, y) at k and k + 1 */
            int at[4] = {2 * (k - 1), 2 * k + 1, 2 * k, 2 * (k + 1) + 1}; /* x_k y_k x_k+1 y_k+1 */
            double c[4];
            for (int j = 0; j < 2; j++) {
                c[j] = -0.5 * eps * a[i][j] - (i == j);
                c[2 + j] = -0.5 * eps * a[i][j] + (i == j);
            }
            for (int r = 0; r < 4; r++)
                for (int s = 0; s < 4; s++)
                    if (at[r] >= 0 && at[s] >= 0 && at[r] < size && at[s] < size)
                        h[at[r]][at[s]] += c[r] * c[s] / eps;
        }
    for (int r = 0; r < size; r++)
        inverse[r][r] = 1.0;
    for (int pivot = 0; pivot < size; pivot++) /* positive definite: no exchange of rows */
        for (int r = 0; r < size; r++) {
            double f = h[r][pivot] / h[pivot][pivot];
            if (r == pivot || f == 0.0)
                continue;
            for (int s = 0; s < size; s++) {
                h[r][s] -= f * h[pivot][s];
                inverse[r][s] -= f * inverse[pivot][s];
            }
        }
    for (int k = 1; k < n; k++) {
        int x = 2 * (k - 1), y = 2 * k + 1;
        out[k][0] = inverse[x][x] / h[x][x];
        out[k][1] = inverse[x][y] / h[x][x];
        out[k][2] = inverse[y][y] / h[y][y];
    }
}

Test(action, covariance_between_mixed_boundary_data)
{
    enum { PATHS = 6000 };
    static double exact[SLICES + 1][3], out[2 * PATHS];
    /* 60 steps: what is left of the start is below 0.7^60 */
    qfp_action_spec spec = amplifier(0.5, SLICES, 0.5, 60);
    double acceptance = run(&spec, PATHS, HALF, out), sum[3] = {0};
    exact_covariance(0.5, SLICES, exact);
    /* known for fine slices to four digits; 64 slices change the fourth */
    const double known[3] = {0.3549, -0.1108, 0.3549};
    for (int i = 0; i < PATHS; i++) {
        sum[0] += 2.0 * out[PATHS + i] * out[PATHS + i] / PATHS; /* α = (y + ix)/√2 */
        sum[1] += 2.0 * out[i] * out[PATHS + i] / PATHS;
        sum[2] += 2.0 * out[i] * out[i] / PATHS;
    }
    for (int c = 0; c < 3; c++) {
        double error =
            c == 1 ? sqrt((exact[HALF][0] * exact[HALF][2] + pow(exact[HALF][1], 2)) / PATHS)
                   : exact[HALF][c] * sqrt(2.0 / PATHS);
        cr_assert(epsilon_eq(dbl, exact[HALF][c], known[c], 2e-4));
        cr_assert(epsilon_eq(dbl, sum[c], exact[HALF][c], LIMIT * error));
    }
    cr_assert(epsilon_eq(dbl, acceptance, 0.728, 0.02)); /* known to three digits */
}

Test(action, acceptance_does_not_depend_on_the_slices)
{
    enum { PATHS = 1500 };
    static double out[2 * PATHS];
    double acceptance[3];
    for (int i = 0; i < 3; i++) {
        qfp_action_spec spec = amplifier(0.5, (size_t)32 << 2 * i, 1.0, 24);
        acceptance[i] = run(&spec, PATHS, 16, out);
    }
    /* 36000 proposals, at worst correlated within a chain: about 0.004 */
    cr_assert(epsilon_eq(dbl, acceptance[1], acceptance[0], 0.02 * acceptance[0]));
    cr_assert(epsilon_eq(dbl, acceptance[2], acceptance[0], 0.02 * acceptance[0]));
}

/* What dΣ/dt lacks of M Σ + Σ Mᵀ + diag(d, −d), the covariance's share of the traceless equation,
 * at T/2; M as in A = M z. */
static double residual(double omega, int n)
{
    static double c[402][3];
    exact_covariance(omega, n, c);
    int k = n / 2;
    const double *z = c[k];
    double rate[3], worst = 0.0;
    const double right[3] = {2.0 * (-z[0] - omega * z[1]) + 1.0,
                             -z[1] - omega * z[2] + omega * z[0] + z[1],
                             2.0 * (omega * z[1] + z[2]) - 1.0};
    for (int i = 0; i < 3; i++) {
        rate[i] = 0.5 * n * (c[k + 1][i] - c[k - 1][i]);
        worst = fmax(worst, fabs(rate[i] - right[i]));
    }
    return worst;
}

Test(action, coupled_drift_does_not_solve_the_traceless_equation)
{
    /* differences over ε leave ε²: 1e-4 at 100 slices */
    cr_assert(lt(dbl, residual(0.0, 100), 1e-4));
    cr_assert(epsilon_eq(dbl, residual(0.5, 100), 0.0526, 2e-4));
}

/* Boundary data and a force: linear drift, so means follow the classical path. */
Test(action, sample_says_which_ensemble_it_is)
{
    scratch_make();
    qfp_sample_result r = sample("hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2 + 0.3*p\"}\n"
                                 "initial: {coherent: [0]}\n"
                                 "ensemble: {method: action, paths: 4000, begin: 1, end: 2,"
                                 " slices: 32, sweeps: 40}\n"
                                 "output: {times: [0, 0.5, 1]}\n");
    for (size_t row = 0; row < 3; row++) {
        double t = r.times[row], q = (2.0 + 0.3) * exp(t - 1.0) - 0.3, p = exp(-t);
        const qfp_estimate *e = r.estimates + row * r.observable_count;
        /* 32 slices: ε² = 1e-3 of the path at most */
        cr_assert(epsilon_eq(dbl, sqrt(2.0) * e[2].value, q, LIMIT * 1.5 * e[2].stderr_ + 1e-3));
        cr_assert(epsilon_eq(dbl, sqrt(2.0) * e[3].value, p, LIMIT * 1.5 * e[3].stderr_ + 1e-3));
        cr_assert(ne(int, isnan(e[2].exact), 0)); /* no state belongs to it */
    }
    cr_assert(strstr(r.statement, "does not couple") != NULL, "%s", r.statement);
    qfp_sample_result_destroy(&r);
    r = sample("hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2 + 0.5*n\"}\n"
               "initial: {coherent: [0]}\n"
               "ensemble: {method: action, paths: 100, slices: 4, sweeps: 2}\n"
               "output: {times: [0.5, 1]}\n");
    cr_assert(strstr(r.statement, "not Q(t)") != NULL, "%s", r.statement);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* `ensemble` follows `method: action, paths: 10`; the answer must name the file and every reason,
 * and no file may be left. */
static void refused(const char *hamiltonian, const char *ensemble, const char *times,
                    const char *const reasons[2])
{
    char yaml[512];
    const char *file = scratch_path("refused.h5");
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {%s}\ninitial: {coherent: %s}\n"
             "ensemble: {method: action, paths: 10%s}\noutput: {times: %s}\n",
             hamiltonian, strstr(hamiltonian, "modes: 2") != NULL ? "[0, 0]" : "[0]", ensemble,
             times);
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {.output_path = file};
    qfp_sample_result result;
    cr_assert(eq(int, qfp_sample(config, &options, &result), QFP_CONFIG), "%s", yaml);
    cr_assert(strstr(qfp_last_error(), "test.yaml") != NULL, "%s", qfp_last_error());
    for (int r = 0; r < 2; r++)
        cr_assert(strstr(qfp_last_error(), reasons[r]) != NULL, "%s", qfp_last_error());
    cr_assert(ne(int, access(file, F_OK), 0), "left a file: %s", yaml);
    qfp_config_destroy(config);
}

Test(action, refusals)
{
    scratch_make();
    static const struct {
        const char *hamiltonian, *ensemble, *times, *reasons[2];
    } cases[] = {
        {"modes: 1, operator: 'x^4'", "", "[1]", {"action", "degree 4"}},
        {"modes: 1, operator: 'x^3'", "", "[1]", {"action", "degree 3"}},
        {"modes: 2, operator: 'x[1]*p[2]'", "", "[1]", {"one mode", "there are 2"}},
        {"modes: 1, operator: 'x'", "", "[1]", {"action", "diffusion"}},
        {"modes: 1, operator: 'n'", "", "[1]", {"action", "diffusion"}},
        {"modes: 1, operator: 'x*p + p*x'", "", "[0]", {"output.times", "above 0"}},
        {"modes: 1, operator: 'x*p + p*x'",
         ", slices: 4",
         "[0, 0.3, 1]",
         {"t = 0.3 is no end of a pair of the 4 slices", "ensemble.slices"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i].hamiltonian, cases[i].ensemble, cases[i].times, cases[i].reasons);
    scratch_remove();
}

/* Half the slices on the same noise: without coupling the means follow the midpoint rule, whose
 * solution is known for both. */
Test(action, error_of_the_slices)
{
    scratch_make();
    qfp_sample_result r = sample("hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2\"}\n"
                                 "initial: {coherent: [0]}\n"
                                 "ensemble: {method: action, paths: 4000, begin: 8, end: 8,"
                                 " slices: 2, sweeps: 60}\n"
                                 "output: {times: [0, 1]}\n");
    /* (1 − ε/2)/(1 + ε/2) per slice */
    double known = 8.0 * (pow(0.75 / 1.25, 2.0) - 0.5 / 1.5);
    const qfp_estimate *q = r.estimates + 2, *p = r.estimates + r.observable_count + 3;
    /* chains that take different verdicts for a while: a fraction of the sampling error */
    cr_assert(epsilon_eq(dbl, sqrt(2.0) * p->step_error, known, 2.0 * p->stderr_), "%g, %g",
              sqrt(2.0) * p->step_error, known);
    cr_assert(epsilon_eq(dbl, sqrt(2.0) * q->step_error, known, 2.0 * q->stderr_), "%g, %g",
              sqrt(2.0) * q->step_error, known);
    cr_assert(lt(dbl, 5.0 * p->stderr_, fabs(known))); /* or the comparison would say nothing */
    qfp_sample_result_destroy(&r);
    scratch_remove();
}
