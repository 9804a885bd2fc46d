/* output.planes and output.wigner: closed forms, integrals, all bases. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <stdio.h>

#include "../support/simulate.h"
#include "plot/plot_file.h"
#include "qfp/compare.h"

TestSuite(phase_functions, .init = scratch_make, .fini = scratch_remove);

enum { N = 25 };
static const char *const bases[] = {"reference", "fock", "fourier"};

/* malloc'ed, [T][N][N] */
static double *read_maps(const char *file, const char *name, size_t times)
{
    double *data = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path(file), name, &rank, shape, &is_complex, &data));
    cr_assert(rank == 3 && shape[0] == times && shape[1] == N && shape[2] == N, "%s", name);
    return data;
}

static double coordinate(size_t i)
{
    return -6.0 + 0.5 * (double)i;
}

/* ---- planes -------------------------------------------------------------------------------- */

#define UNITS "kappa: 0.7\nlengths: [1.5, 0.8]\n"

/* Coherent states have vacuum Gaussians about their means along every axis: e^{−½(z_a − a)² − ½(z_b −
 * b)²}/π, z = x/ℓ or p ℓ/κ. */
Test(phase_functions, planes_of_coherent_states)
{
    static const struct {
        const char *name;
        int axis[2]; /* Q_1, Q_2, P_1, P_2 */
    } planes[] = {{"x_1_x_2", {0, 1}}, {"x_2_p_1", {1, 2}}, {"p_2_x_1", {3, 0}},
                  {"p_1_p_2", {2, 3}}, {"p_1_x_1", {2, 0}}, {"x_2_p_2", {1, 3}}};
    const double unit[4] = {1.5, 0.8, 0.7 / 1.5, 0.7 / 0.8};
    const double mean[4] = {sqrt(2.0) * 0.7, sqrt(2.0) * -0.3, sqrt(2.0) * 0.4, sqrt(2.0) * 0.9};
    for (int b = 0; b < 3; b++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"n[1]\"}\n" UNITS
                 "initial: {coherent: ['0.7+0.4*I', '-0.3+0.9*I']}\n"
                 "solver: {basis: %s, tolerance: 1.0e-5}\n"
                 "output: {times: [0], planes: [[x_1, x_2], [x_2, p_1], [p_2, x_1], [p_1, p_2], "
                 "[p_1, x_1], [x_2, p_2]], husimi: {from: -6, to: 6, points: 25}}\n",
                 bases[b]);
        qfp_run_result r = simulate(text, "a.h5");
        for (int k = 0; k < 6; k++) {
            char name[32];
            snprintf(name, sizeof name, "/husimi/%s", planes[k].name);
            int u = planes[k].axis[0], v = planes[k].axis[1];
            double *q = read_maps("a.h5", name, 1), worst = 0.0;
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j < N; j++) {
                    double x = coordinate(i) / unit[u] - mean[u];
                    double y = coordinate(j) / unit[v] - mean[v];
                    worst = fmax(worst, fabs(q[i * N + j] - exp(-0.5 * (x * x + y * y)) / M_PI));
                }
            /* the grid and the levels are those of this tolerance */
            cr_assert(lt(dbl, worst, b > 0 ? 1e-5 : 1e-9), "%s %s: %.1e", bases[b], name, worst);
            free(q);
        }
        qfp_run_result_destroy(&r);
    }
}

/* Of an entangled state, against Q of all modes summed over the other axes: 0.6 apart the sum of what
 * has wavenumbers up to e^{−k²/4} is good to e^{−(2π/0.6)²/4} = 1e-12, and e^{−7.2²/2} = 6e-12 times
 * the powers of three quanta is outside. */
Test(phase_functions, planes_of_an_entangled_state)
{
    static const char *const names[] = {"x_1_x_2", "x_1_p_2", "p_1_p_2", "p_1_x_2"};
    static const int axes[][2] = {{0, 2}, {0, 3}, {1, 3}, {1, 2}}; /* of x_1, p_1, x_2, p_2 */
    char text[1024];
    for (int b = 0; b < 2; b++) {
        snprintf(
            text, sizeof text,
            "hamiltonian: {modes: 2, operator: \"0.5*ad[1]^2*a[1]^2 + hc((1+0.5*I)*ad[1]*a[2])\"}"
            "\ninitial: {fock: [2, 1]}\nsolver: {basis: %s}\n"
            "output: {times: [0.6], planes: [[x_1, x_2], [x_1, p_2], [p_1, p_2], [p_1, x_2]], "
            "husimi: {from: -7.2, to: 7.2, points: 25, full: true}}\n",
            bases[b]);
        qfp_run_result r = simulate(text, "a.h5");
        double *full = NULL;
        int rank, is_complex;
        size_t shape[16];
        OK(qfp_hdf5_read(scratch_path("a.h5"), "/husimi/full", &rank, shape, &is_complex, &full));
        for (int k = 0; k < 4; k++) {
            char name[32];
            snprintf(name, sizeof name, "/husimi/%s", names[k]);
            double *q = read_maps("a.h5", name, 1), worst = 0.0;
            double *sum = calloc(N * N, sizeof *sum);
            for (size_t at = 0; at < (size_t)N * N * N * N; at++) {
                size_t index[4] = {at / (N * N * N), at / (N * N) % N, at / N % N, at % N};
                sum[index[axes[k][0]] * N + index[axes[k][1]]] += 0.5 * 0.36 * full[at];
            }
            for (size_t i = 0; i < N * N; i++)
                worst = fmax(worst, fabs(q[i] - sum[i]));
            cr_assert(lt(dbl, worst, 1e-8), "%s %s: %.1e", bases[b], name, worst);
            free(q);
            free(sum);
        }
        free(full);
        qfp_run_result_destroy(&r);
    }
}

/* ---- Wigner functions ------------------------------------------------------------------------ */

static double laguerre(int n, double x)
{
    double now = 1.0, before = 0.0;
    for (int k = 0; k < n; k++) {
        double next = ((2 * k + 1 - x) * now - k * before) / (k + 1);
        before = now;
        now = next;
    }
    return now;
}

/* Exact W at t = π/2 under H = n, when α has turned to −iα: what was at iγ is at γ. */
static double exact_wigner(int which, double complex gamma)
{
    double complex z = I * gamma;
    double square = creal(z * conj(z)), beta = 1.6, nbar = 0.4;
    double complex d = z - (0.8 - 0.5 * I);
    if (which == 0) /* coherent */
        return M_2_PI * exp(-2.0 * creal(d * conj(d)));
    if (which == 1) /* |3⟩ */
        return -M_2_PI * laguerre(3, 4.0 * square) * exp(-2.0 * square);
    if (which == 2) { /* |β⟩ + |−β⟩ */
        double norm = 2.0 * (1.0 + exp(-2.0 * beta * beta));
        return M_2_PI / norm *
               (exp(-2.0 * creal((z - beta) * conj(z - beta))) +
                exp(-2.0 * creal((z + beta) * conj(z + beta))) +
                2.0 * exp(-2.0 * square) * cos(4.0 * beta * cimag(z)));
    }
    return M_2_PI / (2.0 * nbar + 1.0) * exp(-2.0 * square / (2.0 * nbar + 1.0)); /* thermal */
}

Test(phase_functions, wigner_functions_are_the_closed_forms)
{
    static const char *const states[] = {"coherent: ['0.8-0.5*I']", "fock: [3]",
                                         "superposition: [{coherent: [1.6]}, {coherent: [-1.6]}]",
                                         "thermal: {nbar: [0.4]}"};
    for (int b = 0; b < 3; b++)
        for (int s = 0; s < 4; s++) {
            char text[512];
            double worst = 0.0, sum = 0.0;
            snprintf(text, sizeof text,
                     "hamiltonian: {operator: \"n\"}\ninitial: {%s}\nsolver: {basis: %s}\n"
                     "output: {times: [0, pi/2], wigner: true, "
                     "husimi: {from: -6, to: 6, points: 25}}\n",
                     states[s], bases[b]);
            qfp_run_result r = simulate(text, "a.h5");
            double *w = read_maps("a.h5", "/wigner/mode_1", 2);
            for (size_t i = 0; i < N; i++)
                for (size_t k = 0; k < N; k++) {
                    double found = w[(N + i) * N + k];
                    double complex gamma = sqrt(0.5) * CMPLX(coordinate(i), coordinate(k));
                    worst = fmax(worst, fabs(found - exact_wigner(s, gamma)));
                    sum += 0.5 * 0.25 * found;
                }
            /* a run's tolerance of 1e-8, twice as much for what is not within the bulk of ρ */
            cr_assert(lt(dbl, worst, 2e-8), "%s %s: %.1e", bases[b], states[s], worst);
            /* the cat's fringes have wavenumbers up to 2√2·1.6 + those of a Gaussian, within 4π */
            cr_assert(lt(dbl, fabs(sum - 1.0), 1e-6), "%s %s: %.1e", bases[b], states[s], sum);
            free(w);
            qfp_run_result_destroy(&r);
        }
}

/* The marginal of one of two modes, in units of its own: of |1⟩|0⟩ after a balanced beam splitter it
 * is half the vacuum and half |1⟩: W = (1/π)(1 − (1 − 4|α|²)… ) = (4|α|²/π) e^{−2|α|²}. */
Test(phase_functions, wigner_functions_of_two_modes)
{
    for (int b = 0; b < 3; b++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\n" UNITS
                 "initial: {fock: [1, 0]}\nsolver: {basis: %s, tolerance: 1.0e-4}\n"
                 "output: {times: ['0.7*pi/4'], wigner: true, "
                 "husimi: {from: -6, to: 6, points: 25}}\n",
                 bases[b]);
        qfp_run_result r = simulate(text, "a.h5");
        for (int j = 0; j < 2; j++) {
            double *w = read_maps("a.h5", j == 0 ? "/wigner/mode_1" : "/wigner/mode_2", 1);
            double length = j == 0 ? 1.5 : 0.8, worst = 0.0;
            for (size_t i = 0; i < N; i++)
                for (size_t k = 0; k < N; k++) {
                    double q = coordinate(i) / length, p = coordinate(k) * length / 0.7;
                    double square = 0.5 * (q * q + p * p);
                    double exact = 4.0 * square / M_PI * exp(-2.0 * square);
                    worst = fmax(worst, fabs(w[i * N + k] - exact));
                }
            cr_assert(lt(dbl, worst, b == 2 ? 1e-4 : 1e-10), "%s mode %d: %.1e", bases[b], j + 1,
                      worst);
            free(w);
        }
        qfp_run_result_destroy(&r);
    }
}

/* ---- files and pictures ------------------------------------------------------------------------ */

static const char small[] = "hamiltonian: {modes: 2, operator: \"n[1]\"}\n"
                            "initial: {coherent: [%s, 0]}\nsolver: {basis: fock}\n"
                            "output: {times: [0, 0.1], planes: [[x_1, p_2]], wigner: true, "
                            "state: {times: last}, husimi: {from: -6, to: 6, points: 25}}\n";

/* What they differ by is judged like Q, relative to the largest value; the state, which every basis writes
 * with levels of its own, is not. */
Test(phase_functions, are_compared)
{
    const qfp_compare_options options = {.tolerance = 1e-3, .only = NULL};
    const char *const judged[] = {"/husimi/x_1_p_2", "/wigner/mode_1"};
    qfp_comparison c;
    char text[512];
    snprintf(text, sizeof text, small, "0.5");
    qfp_run_result a = simulate(text, "a.h5");
    snprintf(text, sizeof text, small, "0.51");
    qfp_run_result b = simulate(text, "b.h5");
    OK(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &options, &c));
    for (size_t k = 0; k < 2; k++) {
        size_t seen = 0;
        for (size_t i = 0; i < c.count; i++)
            if (strcmp(c.rows[i].dataset, judged[k]) == 0) {
                bool fails = c.rows[i].reason != NULL && c.rows[i].scale < 1.0;
                cr_assert(fails, "%s", judged[k]);
                seen++;
            }
        cr_assert(eq(sz, seen, 1), "%s", judged[k]);
    }
    for (size_t i = 0; i < c.count; i++)
        if (strncmp(c.rows[i].dataset, "/state/", 7) == 0)
            cr_assert(c.rows[i].reason == NULL, "%s", c.rows[i].dataset);
    qfp_comparison_destroy(&c);
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
}

/* A row each, a Wigner function with as much below 0 as above and in colours of its own. */
Test(phase_functions, are_drawn)
{
    char text[512], *script = NULL;
    size_t size = 0;
    snprintf(text, sizeof text, small, "0.5");
    qfp_run_result r = simulate(text, "a.h5");
    FILE *out = open_memstream(&script, &size);
    OK(qfpi_plot_script(scratch_path("a.h5"), QFP_PICTURE_PNG, false, out));
    fclose(out);
    const char *plane = strstr(script, "set ylabel \"p\\342\\202\\202\"");
    const char *palette = strstr(script, "set palette defined (-4 ");
    cr_assert(plane != NULL && palette != NULL && plane < palette);
    double low, high;
    const char *range = strstr(palette, "set cbrange [");
    cr_assert(eq(int, sscanf(range, "set cbrange [%lf:%lf]", &low, &high), 2));
    cr_assert(low == -high && high > 0.5); /* 2/π at its centre */
    /* texts are quoted: "W, mode 1" */
    cr_assert(strstr(script, "set label \"W\\054 mode \\061\"") != NULL);
    cr_assert(strstr(script, "set label \"W\\054 mode \\062\"") != NULL);
    free(script);
    qfp_run_result_destroy(&r);
}
