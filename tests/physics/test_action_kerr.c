/* Path-space Metropolis for Kerr in ln α = u + iφ against the two well-posed equations whose
 * product is its density: G forwards from x(0), H backwards from y(T), on a grid of finite
 * differences. */
#include "../support/sampling.h"
#include "backend.h"
#include "run/engine.h"

enum { ROWS = 61, COLUMNS = 101, CELLS = ROWS * COLUMNS };

static const double cell = 0.05; /* u within 1.5 of 0, φ within 2.5 */
static const double frequency = 0.5, begin_x = 0.1, end_y = 0.2, duration = 0.5;

/* U = 1, H = frequency n + n(n − 1)/2: d = 1/2, Ω = frequency + e^{2u} − 3/2. */
static double omega(double u)
{
    return frequency + exp(2.0 * u) - 1.5;
}

static double u_of(int i)
{
    return cell * (i - ROWS / 2);
}

static double phi_of(int k)
{
    return cell * (k - COLUMNS / 2);
}

/* ∂f/∂t = sign Ω ∂f/∂φ + e^{2u} f + Δf/4; with sign 1 of G forwards, with −1 of H backwards. */
static void slope_of(double sign, double potential, const double *f, double *out)
{
    memset(out, 0, CELLS * sizeof *out);
    for (int i = 1; i + 1 < ROWS; i++)
        for (int k = 1; k + 1 < COLUMNS; k++) {
            const double *at = f + i * COLUMNS + k;
            double laplace =
                (at[1] + at[-1] + at[COLUMNS] + at[-COLUMNS] - 4.0 * at[0]) / (cell * cell);
            out[i * COLUMNS + k] = sign * omega(u_of(i)) * (at[1] - at[-1]) / (2.0 * cell) +
                                   potential * exp(2.0 * u_of(i)) * at[0] + 0.25 * laplace;
        }
}

/* One of both functions at T/2.  It begins a little later than its point, as the Gaussian that the
 * point has become by then. */
static void half_way(double sign, double potential, double *f)
{
    enum { STEPS = 240 };
    static double slope[4][CELLS], trial[CELLS];
    const double late = 0.02, h = (0.5 * duration - late) / STEPS;
    static const double share[] = {0.0, 0.5, 0.5, 1.0};
    double point = sign > 0.0 ? begin_x : end_y;
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < COLUMNS; k++) {
            double z = sqrt(0.5) * (u_of(i) + sign * phi_of(k));
            double away = z - point + sqrt(0.5) * omega(u_of(i)) * late;
            f[i * COLUMNS + k] = exp(-away * away / late); /* variance late/2 */
        }
    for (int step = 0; step < STEPS; step++) {
        for (int stage = 0; stage < 4; stage++) {
            for (int c = 0; c < CELLS; c++)
                trial[c] = stage == 0 ? f[c] : f[c] + share[stage] * h * slope[stage - 1][c];
            slope_of(sign, potential, trial, slope[stage]);
        }
        for (int c = 0; c < CELLS; c++)
            f[c] += h / 6.0 * (slope[0][c] + 2.0 * slope[1][c] + 2.0 * slope[2][c] + slope[3][c]);
    }
}

/* Means of u, φ, then variances of u, φ and their covariance. */
static void exact_moments(double potential, double out[5])
{
    static double G[CELLS], H[CELLS];
    double sum[6] = {0};
    half_way(1.0, potential, G);
    half_way(-1.0, potential, H);
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < COLUMNS; k++) {
            double w = G[i * COLUMNS + k] * H[i * COLUMNS + k], u = u_of(i), phi = phi_of(k);
            const double f[6] = {w, w * u, w * phi, w * u * u, w * phi * phi, w * u * phi};
            for (int c = 0; c < 6; c++)
                sum[c] += f[c];
        }
    out[0] = sum[1] / sum[0];
    out[1] = sum[2] / sum[0];
    out[2] = sum[3] / sum[0] - out[0] * out[0];
    out[3] = sum[4] / sum[0] - out[1] * out[1];
    out[4] = sum[5] / sum[0] - out[0] * out[1];
}

static double run(double sign, size_t slices, double delta, size_t sweeps, size_t paths,
                  double *out)
{
    const qfp_action_spec spec = {.kind = QFP_ACTION_KERR,
                                  .frequency = frequency - 1.5,
                                  .strength = 1.0,
                                  .rate = 0.5,
                                  .duration = duration,
                                  .begin = begin_x,
                                  .end = end_y,
                                  .slices = slices,
                                  .sweeps = sweeps,
                                  .merge = 1,
                                  .virtual_step = delta,
                                  .turn = {sign, 0.0}};
    const qfp_path_set set = {.paths = paths, .coordinates = 1, .seed = 11};
    const size_t middle = slices / 2;
    qfp_engine engine;
    double acceptance;
    OK(qfp_engine_create(QFP_BACKEND_CPU, -1, QFP_PRECISION_DOUBLE, &engine));
    OK(qfp_backend_cpu()->action->run(engine.context, &set, &spec, 1, &middle, out, &acceptance));
    qfp_engine_destroy(&engine);
    return acceptance;
}

Test(action_kerr, density_is_the_product_of_two_solutions)
{
    enum { PATHS = 6000 };
    static double out[2 * PATHS];
    double exact[5], without[5], sum[5] = {0};
    exact_moments(1.0, exact);
    exact_moments(0.0, without);
    /* as the comment of configs/kerr_action.yaml says, to the digits it gives */
    cr_assert(epsilon_eq(dbl, exact[0], 0.13, 5e-3));
    cr_assert(epsilon_eq(dbl, exact[1], -0.07, 5e-3));
    run(1.0, 24, 0.5, 40, PATHS, out);
    for (int i = 0; i < PATHS; i++) {
        double u = log(hypot(out[i], out[PATHS + i])), phi = atan2(out[PATHS + i], out[i]);
        const double f[5] = {u, phi, u * u, phi * phi, u * phi};
        for (int c = 0; c < 5; c++)
            sum[c] += f[c] / PATHS;
    }
    sum[2] -= sum[0] * sum[0];
    sum[3] -= sum[1] * sum[1];
    sum[4] -= sum[0] * sum[1];
    const double error[5] = {sqrt(exact[2] / PATHS), sqrt(exact[3] / PATHS),
                             exact[2] * sqrt(2.0 / PATHS), exact[3] * sqrt(2.0 / PATHS),
                             sqrt(exact[2] * exact[3] / PATHS)};
    for (int c = 0; c < 5; c++) /* grid and late begin: 2e-3, from grids of 0.03 and half of it */
        cr_assert(epsilon_eq(dbl, sum[c], exact[c], LIMIT * error[c] + 2e-3), "%d: %g, %g (%g)", c,
                  sum[c], exact[c], without[c]);
    /* the term −U e^{2u} of the action shows */
    cr_assert(lt(dbl, 2.0 * (LIMIT * error[0] + 2e-3), fabs(exact[0] - without[0])), "%g, %g",
              exact[0], without[0]);
}

Test(action_kerr, acceptance_does_not_depend_on_the_slices)
{
    enum { PATHS = 1000 };
    static double out[2 * PATHS];
    double acceptance[3];
    for (int i = 0; i < 3; i++)
        acceptance[i] = run(1.0, (size_t)16 << 2 * i, 0.5, 24, PATHS, out);
    /* 24000 proposals, correlated within a chain: about 0.005 */
    cr_assert(epsilon_eq(dbl, acceptance[1], acceptance[0], 0.02), "%g %g", acceptance[0],
              acceptance[1]);
    cr_assert(epsilon_eq(dbl, acceptance[2], acceptance[0], 0.02), "%g %g", acceptance[0],
              acceptance[2]);
}

/* H and −H with the sign of its phase turned round are one equation. */
Test(action_kerr, sample_of_both_signs)
{
    qfp_sample_result r[2];
    scratch_make();
    for (int mirror = 0; mirror < 2; mirror++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"%s(0.5*n + 0.5*ad^2*a^2)\"}\n"
                 "initial: {coherent: [0]}\n"
                 "ensemble: {method: action, paths: 400, begin: 0.1, end: 0.2, slices: 8,"
                 " sweeps: 10}\n"
                 "output: {times: [0, 0.25, 0.5]}\n",
                 mirror ? "-1*" : "");
        r[mirror] = sample(text);
        cr_assert(strstr(r[mirror].statement, "not Q(t)") != NULL, "%s", r[mirror].statement);
    }
    for (size_t row = 0; row < 3; row++) {
        const qfp_estimate *a = r[0].estimates + row * r[0].observable_count;
        const qfp_estimate *b = r[1].estimates + row * r[1].observable_count;
        cr_assert(eq(dbl, a[2].value, b[2].value)); /* Re and Im a */
        cr_assert(eq(dbl, a[3].value, -b[3].value));
        cr_assert(ne(dbl, a[2].step_error, 0.0)); /* at t = 0 too, where y is not given */
    }
    qfp_sample_result_destroy(&r[0]);
    qfp_sample_result_destroy(&r[1]);
    scratch_remove();
}
