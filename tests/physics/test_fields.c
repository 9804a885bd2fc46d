/* /fields of a Kerr run at t = 0 against the closed forms for a coherent state, with ℓ ≠ 1, κ ≠ 1.
 *
 * H = ½n(n−1), H_aW = ½r⁴ − 2r² + 1 with r² = (Q² + P²)/2, so in dimensionless coordinates
 *     a = ((r² − 2)P, −(r² − 2)Q)/κ,      D = (1/κ) [[−QP, (Q² − P²)/2], [(Q² − P²)/2, QP]],
 * and for Q(z) = e^{−|z−z₀|²/2}/π, ∂_b Q = −(z_b − z₀_b)Q. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "../support/text_attribute.h"

static const double kappa = 0.8, length = 1.3, z0[2] = {1.0, 0.4};
enum { POINTS = 13 };

typedef struct fields {
    double drift[2], diffusion[2][2], current[2];
} fields;

static fields exact_fields(double x, double p)
{
    double z[2] = {x / length, p * length / kappa}, scale[2] = {length, kappa / length};
    double r2 = 0.5 * (z[0] * z[0] + z[1] * z[1]);
    double q = exp(-0.5 * (pow(z[0] - z0[0], 2) + pow(z[1] - z0[1], 2))) / M_PI;
    double a[2] = {(r2 - 2.0) * z[1] / kappa, -(r2 - 2.0) * z[0] / kappa};
    double off = 0.5 * (z[0] * z[0] - z[1] * z[1]) / kappa, diagonal = -z[0] * z[1] / kappa;
    double D[2][2] = {{diagonal, off}, {off, -diagonal}};
    /* Σ_b ∂_b D_ab: (−P − P, Q + Q)/κ */
    double divergence[2] = {-2.0 * z[1] / kappa, 2.0 * z[0] / kappa};
    fields f;
    for (int i = 0; i < 2; i++) {
        f.drift[i] = scale[i] * a[i];
        double gradient = 0.0;
        for (int k = 0; k < 2; k++) {
            f.diffusion[i][k] = scale[i] * scale[k] * D[i][k];
            gradient -= D[i][k] * (z[k] - z0[k]);
        }
        f.current[i] = scale[i] * (a[i] - 0.5 * (divergence[i] + gradient)) * q;
    }
    return f;
}

static double *read_field(const char *name, size_t count)
{
    double *data = NULL;
    int rank, is_complex;
    size_t shape[16], total = 1;
    OK(qfp_hdf5_read(scratch_path("fields.h5"), name, &rank, shape, &is_complex, &data));
    for (int d = 0; d < rank; d++)
        total *= shape[d];
    cr_assert(eq(ulong, total, count), "%s", name);
    return data;
}

Test(fields, drift_diffusion_and_current_of_a_coherent_state)
{
    char yaml[512];
    scratch_make();
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\nkappa: %g\nlengths: [%g]\n"
             "initial: {coherent: ['(%g + %g*I)/sqrt(2)']}\n"
             "output:\n  times: [0.0]\n  husimi: {from: -3.0, to: 3.0, points: %d}\n"
             "  fields: [drift, diffusion, current]\n",
             kappa, length, z0[0], z0[1], POINTS);
    qfp_run_result r = simulate(yaml, "fields.h5");
    size_t cells = POINTS * POINTS;
    double *drift = read_field("/fields/drift", 2 * cells);
    double *diffusion = read_field("/fields/diffusion", 4 * cells);
    double *values = read_field("/fields/diffusion_eigenvalues", 2 * cells);
    double *current = read_field("/fields/current", 2 * cells);
    for (size_t i = 0; i < cells; i++) {
        double x = -3.0 + 0.5 * (double)(i / POINTS), p = -3.0 + 0.5 * (double)(i % POINTS);
        fields f = exact_fields(x, p);
        for (int a = 0; a < 2; a++) {
            /* polynomials at a point: rounding */
            cr_assert(epsilon_eq(dbl, drift[2 * i + (size_t)a], f.drift[a], 1e-12));
            for (int b = 0; b < 2; b++)
                cr_assert(epsilon_eq(dbl, diffusion[4 * i + (size_t)(2 * a + b)], f.diffusion[a][b],
                                     1e-12));
            /* spectral derivatives on a grid for the tolerance 1e-8; Q's tail at the edge of the
             * box is its square root and multiplied by D: seen only outside the inner nine
             * tenths */
            if (fabs(x) < 2.6 && fabs(p) < 1.6)
                cr_assert(epsilon_eq(dbl, current[2 * i + (size_t)a], f.current[a], 1e-4),
                          "x = %g, p = %g: %g, %g", x, p, current[2 * i + (size_t)a], f.current[a]);
        }
        /* ± pairs: |∂²H/∂α*²|/κ = |α|²/κ (trajectories of the paper: eigenvalues of D) */
        double z2 = pow(x / length, 2) + pow(p * length / kappa, 2);
        cr_assert(epsilon_eq(dbl, values[2 * i], 0.5 * z2 / kappa, 1e-12));
        cr_assert(epsilon_eq(dbl, values[2 * i + 1], -0.5 * z2 / kappa, 1e-12));
    }
    free(drift);
    free(diffusion);
    free(values);
    free(current);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* The same drift and D from the Fock basis, which has no grid; a list of two modes, so that the
 * order of axes shows. */
Test(fields, fock_basis_writes_the_fourier_basis_fields)
{
    static const char yaml[] =
        "hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2\"}\n"
        "kappa: 0.8\nlengths: [1.3, 0.9]\ninitial: {coherent: [0.3, 0.1]}\n"
        "solver: {basis: %s, tolerance: 1.0e-2}\n"
        "output: {times: [0.0], husimi: {from: -1.5, to: 1.0, points: 4}, "
        "fields: [drift, diffusion]}\n";
    static const char *const names[] = {"/fields/drift", "/fields/diffusion",
                                        "/fields/diffusion_eigenvalues"};
    char text[512], file[2][256];
    scratch_make();
    for (int i = 0; i < 2; i++) {
        snprintf(file[i], sizeof file[i], "%s", scratch_path(i == 0 ? "fourier.h5" : "fock.h5"));
        snprintf(text, sizeof text, yaml, i == 0 ? "fourier" : "fock");
        qfp_run_result r = simulate(text, i == 0 ? "fourier.h5" : "fock.h5");
        qfp_run_result_destroy(&r);
    }
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        /* the same polynomials at the same points */
        cr_expect(lt(dbl, disagreement(file[1], file[0], names[n]), 1e-14), "%s", names[n]);
    scratch_remove();
}

/* The same of a Kerr oscillator with loss γ_1, gain γ_2 and dephasing γ_3.  With v = (−P, Q) the rotation is v·∇,
 * dephasing ½γ_3 (v·∇)², so
 *     a⁺ = ½(γ_2 − γ_1 − γ_3) z,      D⁺ = γ_1 + γ_3 v vᵀ,      Tr D = 2γ_1 + γ_3 |z|²:
 * gain moves Q without spreading it, and Σ_b ∂_b (v_a v_b) = −z_a. */
static const double loss = 0.3, gain = 0.1, dephasing = 0.2;

static fields add_dissipation(fields f, double x, double p)
{
    double z[2] = {x / length, p * length / kappa}, scale[2] = {length, kappa / length};
    double v[2] = {-z[1], z[0]};
    double q = exp(-0.5 * (pow(z[0] - z0[0], 2) + pow(z[1] - z0[1], 2))) / M_PI;
    for (int i = 0; i < 2; i++) {
        double a = 0.5 * (gain - loss - dephasing) * z[i], slope = -dephasing * z[i];
        for (int k = 0; k < 2; k++) {
            double D = (i == k ? loss : 0.0) + dephasing * v[i] * v[k];
            f.diffusion[i][k] += scale[i] * scale[k] * D;
            slope -= D * (z[k] - z0[k]);
        }
        f.drift[i] += scale[i] * a;
        f.current[i] += scale[i] * (a - 0.5 * slope) * q;
    }
    return f;
}

Test(fields, loss_gain_and_dephasing_by_hand)
{
    char yaml[768];
    scratch_make();
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\nkappa: %g\nlengths: [%g]\n"
             "dissipation: [{operator: a, rate: %g}, {operator: ad, rate: %g}, "
             "{operator: n, rate: %g}]\n"
             "initial: {coherent: ['(%g + %g*I)/sqrt(2)']}\n"
             "output:\n  times: [0.0]\n  husimi: {from: -3.0, to: 3.0, points: %d}\n"
             "  fields: [drift, diffusion, current]\n",
             kappa, length, loss, gain, dephasing, z0[0], z0[1], POINTS);
    qfp_run_result r = simulate(yaml, "fields.h5");
    size_t cells = POINTS * POINTS;
    double *drift = read_field("/fields/drift", 2 * cells);
    double *diffusion = read_field("/fields/diffusion", 4 * cells);
    double *added = read_field("/fields/diffusion_dissipation", 4 * cells);
    double *trace = read_field("/fields/diffusion_trace", cells);
    double *values = read_field("/fields/diffusion_eigenvalues", 2 * cells);
    double *current = read_field("/fields/current", 2 * cells);
    for (size_t i = 0; i < cells; i++) {
        double x = -3.0 + 0.5 * (double)(i / POINTS), p = -3.0 + 0.5 * (double)(i % POINTS);
        fields closed = exact_fields(x, p), f = add_dissipation(closed, x, p);
        double z2 = pow(x / length, 2) + pow(p * length / kappa, 2);
        for (int a = 0; a < 2; a++) {
            /* polynomials at a point: rounding */
            cr_assert(epsilon_eq(dbl, drift[2 * i + (size_t)a], f.drift[a], 1e-12));
            for (int b = 0; b < 2; b++) {
                size_t at = 4 * i + (size_t)(2 * a + b);
                cr_assert(epsilon_eq(dbl, diffusion[at], f.diffusion[a][b], 1e-12));
                cr_assert(
                    epsilon_eq(dbl, added[at], f.diffusion[a][b] - closed.diffusion[a][b], 1e-12));
            }
            /* as of the closed system above */
            if (fabs(x) < 2.6 && fabs(p) < 1.6)
                cr_assert(epsilon_eq(dbl, current[2 * i + (size_t)a], f.current[a], 1e-4),
                          "x = %g, p = %g: %g, %g", x, p, current[2 * i + (size_t)a], f.current[a]);
        }
        cr_assert(epsilon_eq(dbl, trace[i], 2.0 * loss + dephasing * z2, 1e-12));
        cr_assert(epsilon_eq(dbl, values[2 * i] + values[2 * i + 1], trace[i], 1e-12));
        cr_assert(ge(dbl, values[2 * i], values[2 * i + 1]));
    }
    /* ∂Q/∂t by the squares on the grid and by these fields: the box of the tolerance 1e-8 is one of u and
     * cuts Q at 1.3e-3 of this, with and without dissipation */
    cr_assert(lt(dbl, observable(&r, "fpe_residual", 0), 2e-3));
    free(drift);
    free(diffusion);
    free(added);
    free(trace);
    free(values);
    free(current);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* Against Q of the Fock basis, which knows neither: ∂Q/∂t by differences in time, the derivatives of a Q and D Q by
 * differences in space.  Channels of all kinds that leave an equation of second order, H of third degree. */
static double at_cell(const double *f, size_t n, size_t i, size_t k, size_t parts, size_t part)
{
    return f[(i * n + k) * parts + part];
}

/* ∂_a of f Q, of fourth order; a = 0: the first axis. */
static double slope(const double *f, const double *q, size_t n, size_t i, size_t k, int a,
                    size_t parts, size_t part, double spacing)
{
    static const double weight[5] = {1.0, -8.0, 0.0, 8.0, -1.0};
    double sum = 0.0;
    for (size_t s = 0; s < 5; s++) {
        size_t row = a == 0 ? i + s - 2 : i, column = a == 0 ? k : k + s - 2;
        sum += weight[s] * at_cell(f, n, row, column, parts, part) * q[row * n + column];
    }
    return sum / (12.0 * spacing);
}

Test(fields, q_of_the_fock_basis_moves_by_them)
{
    enum { N = 61, T = 3 };
    const double spacing = 0.05, h = 1e-3;
    char yaml[768];
    scratch_make();
    snprintf(
        yaml, sizeof yaml,
        "hamiltonian: {operator: \"0.4*hc(ad^2*a) + 0.3*n\"}\nlengths: [1.1]\nkappa: 0.9\n"
        "dissipation: [{operator: \"a + 0.4*ad\", rate: 0.7}, {operator: \"n + 0.3*a\", rate: "
        "0.5}]\ninitial: {coherent: ['0.5 + 0.3*I']}\nsolver: {basis: fock, tolerance: 1e-12}\n"
        "output: {times: [0, %g, %g], husimi: {from: %g, to: %g, points: %d}, "
        "fields: [drift, diffusion]}\n",
        h, 2.0 * h, -spacing * (N - 1) / 2, spacing * (N - 1) / 2, N);
    qfp_run_result r = simulate(yaml, "fields.h5");
    double *drift = read_field("/fields/drift", 2 * N * N);
    double *diffusion = read_field("/fields/diffusion", 4 * N * N);
    double *husimi = read_field("/husimi/mode_1", T * N * N), worst = 0.0, largest = 0.0;
    const double *q = husimi + N * N;
    double *flux[2] = {malloc(N * N * sizeof(double)), malloc(N * N * sizeof(double))};
    double *ones = malloc(N * N * sizeof *ones);
    for (size_t c = 0; c < N * N; c++)
        ones[c] = 1.0;
    for (size_t i = 2; i < N - 2; i++)
        for (size_t k = 2; k < N - 2; k++)
            for (int a = 0; a < 2; a++) {
                size_t c = i * N + k, two = 2 * (size_t)a;
                flux[a][c] = drift[2 * c + (size_t)a] * q[c];
                for (int b = 0; b < 2; b++)
                    flux[a][c] -=
                        0.5 * slope(diffusion, q, N, i, k, b, 4, two + (size_t)b, spacing);
            }
    for (size_t i = 4; i < N - 4; i++)
        for (size_t k = 4; k < N - 4; k++) {
            size_t c = i * N + k;
            double rate = (husimi[2 * N * N + c] - husimi[c]) / (2.0 * h), sum = rate;
            for (int a = 0; a < 2; a++)
                sum += slope(flux[a], ones, N, i, k, a, 1, 0, spacing);
            worst = fmax(worst, fabs(sum));
            largest = fmax(largest, fabs(rate));
        }
    /* fourth order in a spacing of 0.05 of a Q that changes over 1, second order in h: 1e-5 and 1e-6 */
    cr_assert(lt(dbl, worst, 1e-4 * largest), "%g of %g", worst, largest);
    free(flux[0]);
    free(flux[1]);
    free(ones);
    free(drift);
    free(diffusion);
    free(husimi);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* F(t)(a + a†) pushes P by −√2 F/κ, loss of rate γ(t) has Tr D = 2γ: at every output time, in both bases. */
Test(fields, of_a_driven_system_are_those_of_every_output_time)
{
    static const char *const bases[] = {"fourier", "fock"};
    static const double times[] = {0.0, 0.3, 1.0};
    for (int b = 0; b < 2; b++) {
        char yaml[768];
        scratch_make();
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {parameters: {F: \"0.3 + t^2\"}, operator: \"F*(a + ad)\"}\n"
                 "kappa: %g\nlengths: [%g]\n"
                 "dissipation: [{operator: a, rate: \"0.2*(1 + t)\"}]\ninitial: {coherent: [0.2]}\n"
                 "solver: {basis: %s, tolerance: 1e-6}\noutput: {times: [0, 0.3, 1], husimi: "
                 "{from: -1, to: 1, points: 2}, fields: [drift, diffusion%s]}\n",
                 kappa, length, bases[b], b == 0 ? ", current" : "");
        qfp_run_result r = simulate(yaml, "fields.h5");
        double *drift = read_field("/fields/drift", 3 * 2 * 4);
        double *trace = read_field("/fields/diffusion_trace", 3 * 4);
        for (size_t t = 0; t < 3; t++) {
            double rate = 0.2 * (1.0 + times[t]), F = 0.3 + times[t] * times[t];
            for (size_t c = 0; c < 4; c++) {
                double x = c < 2 ? -1.0 : 1.0, p = c % 2 == 0 ? -1.0 : 1.0;
                double push = -M_SQRT2 * F / kappa * kappa / length;
                cr_assert(epsilon_eq(dbl, drift[(4 * t + c) * 2], -0.5 * rate * x, 1e-14));
                cr_assert(
                    epsilon_eq(dbl, drift[(4 * t + c) * 2 + 1], push - 0.5 * rate * p, 1e-14));
                cr_assert(epsilon_eq(dbl, trace[4 * t + c], 2.0 * rate, 1e-14));
            }
            if (b == 0) /* the grid's L(t) against the fields of t; see above */
                cr_assert(lt(dbl, observable(&r, "fpe_residual", t), 1e-2), "%g",
                          observable(&r, "fpe_residual", t));
        }
        free(drift);
        free(trace);
        qfp_run_result_destroy(&r);
        scratch_remove();
    }
}

/* Two-photon loss has derivatives of fourth order: a field that leaves them out says so. */
Test(fields, orders_above_two_are_named)
{
    static const struct {
        const char *operator, * basis, *field;
        bool more;
    } cases[] = {{"a^2", "fock", "diffusion", true},
                 {"a^2", "fourier", "current", true},
                 {"a", "fock", "drift", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[512], name[64];
        scratch_make();
        snprintf(
            yaml, sizeof yaml,
            "hamiltonian: {operator: n}\ndissipation: [{operator: \"%s\", rate: 0.1}]\n"
            "initial: {coherent: [0.2]}\nsolver: {basis: %s, tolerance: 1e-6}\noutput: {times: "
            "[0], husimi: {points: 3}, fields: [%s]}\n",
            cases[i].operator, cases[i].basis, cases[i].field);
        qfp_run_result r = simulate(yaml, "fields.h5");
        snprintf(name, sizeof name, "/fields/%s", cases[i].field);
        hid_t file = H5Fopen(scratch_path("fields.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
        hid_t field = H5Dopen2(file, name, H5P_DEFAULT);
        char *text = text_attribute(field, "long_name");
        cr_assert(eq(int, strstr(text, "orders above two") != NULL, cases[i].more), "%s", text);
        free(text);
        H5Dclose(field);
        H5Fclose(file);
        qfp_run_result_destroy(&r);
        scratch_remove();
    }
}
