/* The Kerr oscillator H = ½ a†²a², coherent α₀ = 2, whose state is known at all times:
 *     Q(α, t) = (1/π) e^{−|α|²−|α₀|²} |Σ_n (α* α₀)^n/n! e^{−in(n−1)t/2}|². */
#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"

static const char kerr[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [2.0]}\n"
                           "solver: {%s}\n"
                           "output:\n"
                           "  times: %s\n"
                           "  husimi: {from: -5.0, to: 5.0, points: 41}\n";

static double exact_q(double x, double p, double t)
{
    double complex alpha_conj = (x - I * p) / sqrt(2.0), sum = 0.0, term = 1.0;
    for (int n = 0; n < 120; n++) {
        sum += term * cexp(-0.5 * I * t * n * (n - 1));
        term *= 2.0 * alpha_conj / (n + 1);
    }
    double modulus = cabs(sum);
    return exp(-0.5 * (x * x + p * p) - 4.0) * modulus * modulus / M_PI;
}

/* Largest error of Q over all times and points, relative to the largest Q. */
static double worst_error(const char *path)
{
    double *q = NULL, *times = NULL, worst = 0.0, largest = 0.0;
    int rank, is_complex;
    size_t shape[16], count[16];
    OK(qfp_hdf5_read(path, "/time", &rank, count, &is_complex, &times));
    OK(qfp_hdf5_read(path, "/husimi/mode_1", &rank, shape, &is_complex, &q));
    for (size_t t = 0; t < shape[0]; t++)
        for (size_t i = 0; i < shape[1]; i++)
            for (size_t k = 0; k < shape[2]; k++) {
                double exact = exact_q(-5.0 + 0.25 * (double)i, -5.0 + 0.25 * (double)k, times[t]);
                worst = fmax(worst, fabs(q[(t * shape[1] + i) * shape[2] + k] - exact));
                largest = fmax(largest, exact);
            }
    free(q);
    free(times);
    return worst / largest;
}

static qfp_run_result run(const char *solver, const char *times)
{
    char text[1024];
    snprintf(text, sizeof text, kerr, solver, times);
    return simulate(text, "kerr.h5");
}

Test(kerr, full_revival_on_a_given_grid)
{
    scratch_make();
    qfp_run_result r =
        run("grid: {points: 64, extent: 16.0}", "[0, 'pi/2', 'pi', '3*pi/2', '2*pi']");
    /* 64 points on L = 16 resolve wavenumbers up to 12.6 of fringes that reach 2|z| = 14 at the
     * level 1e-6 of the state: the error every method has on this grid */
    cr_assert(lt(dbl, worst_error(scratch_path("kerr.h5")), 3e-6));
    /* the evolution is orthogonal: purity π∫u² moves by rounding only, 1e-12 per unit of time in
     * ‖u‖ */
    for (size_t t = 0; t < r.time_count; t++)
        cr_assert(lt(dbl, fabs(observable(&r, "purity", t) - observable(&r, "purity", 0)),
                     2e-12 * (1.0 + r.times[t])));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(kerr, full_revival_on_the_planned_grid)
{
    scratch_make();
    qfp_run_result r = run("tolerance: 1.0e-9", "[0, 0.5, 'pi', '2*pi']");
    cr_assert(lt(dbl, worst_error(scratch_path("kerr.h5")), 1e-9)); /* the tolerance asked for */
    for (size_t t = 0; t < r.time_count; t++) {
        /* ⟨H⟩ = 8 and the photon statistics never change; weights of r⁴ ~ 10³ on the tolerance */
        cr_assert(epsilon_eq(dbl, observable(&r, "energy", t), 8.0, 8e-9));
        cr_assert(epsilon_eq(dbl, observable(&r, "n_1", t), 4.0, 4e-9));
    }
    /* ⟨a⟩ = α₀ exp(|α₀|²(e^{−it} − 1)), table K1 */
    cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 1), -0.4167107876, 2e-9));
    cr_assert(epsilon_eq(dbl, observable(&r, "im_a_1", 1), -1.1526440938, 2e-9));
    cr_assert(epsilon_eq(dbl, observable(&r, "re_a_1", 2), 2.0 * exp(-8.0), 2e-9));
    /* a coherent state has the least Wehrl entropy, 1 (Lieb); the two-component cat about ln 2
     * more. min Q ≥ 0 to rounding of the synthesis. */
    cr_assert(epsilon_eq(dbl, observable(&r, "wehrl", 0), 1.0, 1e-7));
    cr_assert(epsilon_eq(dbl, observable(&r, "wehrl", 3), 1.0, 1e-7));
    cr_assert(epsilon_eq(dbl, observable(&r, "wehrl", 2), 1.0 + log(2.0), 1e-2));
    for (size_t t = 0; t < r.time_count; t++)
        cr_assert(lt(dbl, -1e-10, observable(&r, "min_q", t)));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* The error falls faster than any power of n: each step of 8 points gains at least a factor 10. */
Test(kerr, error_falls_spectrally_with_the_points)
{
    double previous = INFINITY;
    scratch_make();
    for (int n = 40; n <= 72; n += 8) {
        char solver[128];
        snprintf(solver, sizeof solver, "grid: {points: %d}", n);
        /* at t = 0.3 the fringes are there; small grids are poor but below the monitors' limit */
        qfp_run_result r = run(solver, "[0, 0.3]");
        double error = worst_error(scratch_path("kerr.h5"));
        cr_assert(lt(dbl, error, 0.1 * previous), "n = %d: %.2e after %.2e", n, error, previous);
        previous = error;
        qfp_run_result_destroy(&r);
    }
    scratch_remove();
}

/* Runs the 64-point grid to t = 0.2 with one integrator; Q stays in scratch_path(name). */
static void run_with(const char *integrator, const char *name)
{
    char solver[128], text[1024];
    snprintf(solver, sizeof solver, "grid: {points: 64}, integrator: %s", integrator);
    snprintf(text, sizeof text, kerr, solver, "[0, 0.2]");
    qfp_run_result r = simulate(text, name);
    qfp_run_result_destroy(&r);
}

Test(kerr, propagators_agree_and_rk4_converges_at_order_four)
{
    scratch_make();
    run_with("chebyshev", "exact.h5"); /* on this grid, to rounding in time */
    run_with("krylov, tolerance: 3.0e-9", "krylov.h5");
    run_with("rk4, step: 6.0e-4", "coarse.h5");
    run_with("rk4, step: 3.0e-4", "fine.h5");
    const char *exact = scratch_path("exact.h5"), *q = "/husimi/mode_1";
    /* same generator, same grid: Krylov's error of 3e-10 in the 2-norm of u at most, and Q is smoother */
    cr_assert(lt(dbl, disagreement(scratch_path("krylov.h5"), exact, q), 1e-10));
    double coarse = disagreement(scratch_path("coarse.h5"), exact, q);
    double fine = disagreement(scratch_path("fine.h5"), exact, q);
    double order = log2(coarse / fine);
    /* the next order shifts the estimate by (ωh)² with ω ~ 100 of the occupied levels: ±0.2 */
    cr_assert(epsilon_eq(dbl, order, 4.0, 0.2), "order %.3f (%.2e, %.2e)", order, coarse, fine);
    scratch_remove();
}

/* The paper's equation evaluated on Q itself, against the ∂Q/∂t of the run. */
Test(kerr, fokker_planck_equation_holds_on_q)
{
    scratch_make();
    qfp_run_result r = run("grid: {points: 64, extent: 16.0}", "[0, 0.1, 0.5]");
    for (size_t t = 0; t < r.time_count; t++)
        /* Q at the edge of this box is 1e-6 of its maximum, and D and the drift weigh it by 10 */
        cr_assert(lt(dbl, observable(&r, "fpe_residual", t), 1e-5), "t = %g: %.2e", r.times[t],
                  observable(&r, "fpe_residual", t));
    qfp_run_result_destroy(&r);
    r = run("grid: {points: 96, extent: 20.0}, tolerance: 1.0e-10", "[0, 0.1, 0.5]");
    for (size_t t = 0; t < r.time_count; t++)
        cr_assert(lt(dbl, observable(&r, "fpe_residual", t), 1e-9), "t = %g: %.2e", r.times[t],
                  observable(&r, "fpe_residual", t));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* The erratum of Eq. (69): −3|α|² is the symbol of ½n², not of ½n(n−1).  Fed to the solver, ⟨a⟩
 * turns by the extra factor e^{−it/2}. */
Test(kerr, the_printed_symbol_rotates_by_half)
{
    static const char symbol[] =
        "hamiltonian: {modes: 1, symbol: {ordering: antiwick, expression: "
        "\"0.5*(ad^2*a^2 %+d*ad*a)\"}}\n"
        "initial: {coherent: [1.0]}\n"
        "solver: {tolerance: 1.0e-7}\n"
        "output: {times: [0, 0.8], husimi: {from: -4, to: 4, points: 9}}\n";
    char text[512];
    double complex a[2];
    scratch_make();
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text, symbol, i == 0 ? -4 : -3);
        qfp_run_result r = simulate(text, "symbol.h5");
        a[i] = observable(&r, "re_a_1", 1) + I * observable(&r, "im_a_1", 1);
        qfp_run_result_destroy(&r);
    }
    double complex exact = cexp(cexp(-0.8 * I) - 1.0);
    cr_assert(lt(dbl, cabs(a[0] - exact), 1e-6)); /* the tolerance with a margin of ten */
    cr_assert(lt(dbl, cabs(a[1] - exact * cexp(-0.4 * I)), 1e-6));
    scratch_remove();
}
