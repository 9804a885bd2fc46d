/* /fields of a Kerr run at t = 0 against the closed forms for a coherent state, with ℓ ≠ 1, κ ≠ 1.
 *
 * H = ½n(n−1), H_aW = ½r⁴ − 2r² + 1 with r² = (Q² + P²)/2, so in dimensionless coordinates
 *     a = ((r² − 2)P, −(r² − 2)Q)/κ,      D = (1/κ) [[−QP, (Q² − P²)/2], [(Q² − P²)/2, QP]],
 * and for Q(z) = e^{−|z−z₀|²/2}/π, ∂_b Q = −(z_b − z₀_b)Q. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

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
