/* M = (S S†)^{1/2} and its divergence, against their definitions: the square, Hermiticity, and
 * differences of M itself. */
#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

#include "shared/guided_cell.h"
#include "shared/guided_noise_cell.h"

enum { MODES_MOST = QFP_MAX_MODES, ENTRIES = QFPI_NOISE_ENTRIES };

/* Numbers in [−1, 1] without a library: a congruential generator. */
static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 4503599627370496.0 - 1.0;
}

/* S_ij(α) = P_ij + Σ_k R_ijk α_k, symmetric in i and j: linear, so that ∂S/∂α_k = R_k exactly. */
typedef struct linear_noise {
    int modes;
    double complex P[ENTRIES], R[MODES_MOST][ENTRIES];
} linear_noise;

static linear_noise make(int modes, uint64_t seed)
{
    linear_noise f = {.modes = modes};
    for (int i = 0; i < modes; i++)
        for (int j = i; j < modes; j++) {
            f.P[i * modes + j] = f.P[j * modes + i] = draw(&seed) + I * draw(&seed);
            for (int k = 0; k < modes; k++)
                f.R[k][i * modes + j] = f.R[k][j * modes + i] = draw(&seed) + I * draw(&seed);
        }
    return f;
}

static void entries_at(const linear_noise *f, const double complex *alpha, qfpi_complex *S)
{
    for (int e = 0; e < f->modes * f->modes; e++) {
        double complex value = f->P[e];
        for (int k = 0; k < f->modes; k++)
            value += f->R[k][e] * alpha[k];
        S[e] = (qfpi_complex){creal(value), cimag(value)};
    }
}

static void root_at(const linear_noise *f, const double complex *alpha, double complex *M)
{
    qfpi_complex S[ENTRIES], V[ENTRIES], rotated[ENTRIES], out[ENTRIES];
    double m[MODES_MOST];
    entries_at(f, alpha, S);
    qfpi_noise_spectrum(f->modes, S, V, m, rotated);
    qfpi_noise_function(f->modes, V, m, out);
    for (int e = 0; e < f->modes * f->modes; e++)
        M[e] = out[e].re + I * out[e].im;
}

static void check_square(int n, const qfpi_complex *S, const double complex *M)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double complex left = 0.0, right = 0.0;
            for (int k = 0; k < n; k++) {
                double complex a = S[i * n + k].re + I * S[i * n + k].im;
                double complex b = S[j * n + k].re + I * S[j * n + k].im;
                left += M[i * n + k] * M[k * n + j];
                right += a * conj(b);
            }
            /* entries of order n; a few roundings of each */
            cr_assert(cabs(left - right) < 1e-12, "%d: %d %d: %g", n, i, j, cabs(left - right));
            cr_assert(cabs(M[i * n + j] - conj(M[j * n + i])) < 1e-13);
        }
}

Test(guided_noise, the_square_of_M_is_S_times_its_adjoint)
{
    for (int n = 1; n <= MODES_MOST; n++) {
        linear_noise f = make(n, (uint64_t)n);
        double complex alpha[MODES_MOST] = {0}, M[ENTRIES];
        qfpi_complex S[ENTRIES];
        entries_at(&f, alpha, S);
        root_at(&f, alpha, M);
        check_square(n, S, M);
        double complex trace = 0.0, corner = M[0];
        for (int i = 0; i < n; i++)
            trace += M[i * n + i];
        cr_assert(creal(trace) > 0.0 && creal(corner) >= 0.0); /* the positive root */
    }
}

/* A Brownian bridge: given the increment W of the time that is left, a piece h has the mean W h/left
 * and, per component, the variance h (left − h)/(2 left). */
Test(guided_noise, a_piece_of_an_increment_is_a_bridge)
{
    enum { PATHS = 40000 };
    const qfpi_guided_step step = {.seed = 3, .step = 5, .merge = 1};
    const double left = 0.8, h = 0.5;
    const qfpi_complex rest = {0.6, -0.2};
    double sum[2] = {0.0, 0.0}, square = 0.0;
    for (uint64_t path = 0; path < PATHS; path++) {
        qfpi_complex w = qfpi_piece_increment(&step, path, 1, 1, 0, h, left, rest);
        double re = w.re - rest.re * h / left, im = w.im - rest.im * h / left;
        sum[0] += re;
        sum[1] += im;
        square += re * re + im * im;
    }
    /* five standard errors: √(variance/PATHS), and a relative 1/√PATHS of the two squares */
    const double variance = 0.5 * h * (left - h) / left;
    for (int part = 0; part < 2; part++)
        cr_assert(epsilon_eq(dbl, sum[part] / PATHS, 0.0, 5.0 * sqrt(variance / PATHS)));
    cr_assert(epsilon_eq(dbl, square / PATHS, 2.0 * variance, 5.0 * 2.0 * variance / sqrt(PATHS)));
}

/* Rank one, as (b†b)² of one combination of modes gives, and S = 0. */
Test(guided_noise, singular_and_degenerate_S)
{
    const double complex v[3] = {1.0, 2.0 * I, 0.5 - I};
    qfpi_complex S[9], V[9], rotated[9], out[9], divergence[3] = {{0.0, 0.0}};
    double complex M[9];
    double m[3], norm = 0.0;
    for (int i = 0; i < 3; i++)
        norm += creal(v[i] * conj(v[i]));
    for (int e = 0; e < 9; e++) {
        double complex s = v[e / 3] * v[e % 3];
        S[e] = (qfpi_complex){creal(s), cimag(s)};
    }
    qfpi_noise_spectrum(3, S, V, m, rotated);
    qfpi_noise_function(3, V, m, out);
    for (int e = 0; e < 9; e++) {
        M[e] = out[e].re + I * out[e].im; /* (v vᵀ)(v vᵀ)† = |v|² v v†: its root is v v† */
        cr_assert(cabs(M[e] - v[e / 3] * conj(v[e % 3])) < 1e-13 * norm);
    }
    check_square(3, S, M);
    const qfpi_complex zero[9] = {{0.0, 0.0}};
    qfpi_noise_spectrum(3, zero, V, m, rotated);
    qfpi_noise_slope(3, 1, V, m, rotated, S, divergence);
    for (int a = 0; a < 3; a++)
        cr_assert(m[a] == 0.0 && divergence[a].re == 0.0 && divergence[a].im == 0.0);
}

/* ∂/∂α* = (∂_x + i∂_y)/2 by central differences of M. */
Test(guided_noise, the_divergence_is_that_of_M)
{
    const double h =
        1e-5; /* differences: h² from cutting, 1e-16/h from rounding, each below 1e-9 */
    for (int n = 1; n <= 4; n++) {
        linear_noise f = make(n, 77u + (uint64_t)n);
        double complex alpha[MODES_MOST], expected[MODES_MOST] = {0};
        uint64_t seed = 5;
        for (int j = 0; j < n; j++)
            alpha[j] = draw(&seed) + I * draw(&seed);
        qfpi_complex S[ENTRIES], V[ENTRIES], rotated[ENTRIES], slope[ENTRIES];
        qfpi_complex divergence[MODES_MOST] = {{0.0, 0.0}};
        double m[MODES_MOST];
        entries_at(&f, alpha, S);
        qfpi_noise_spectrum(n, S, V, m, rotated);
        for (int j = 0; j < n; j++) {
            for (int e = 0; e < n * n; e++)
                slope[e] = (qfpi_complex){creal(f.R[j][e]), cimag(f.R[j][e])};
            qfpi_noise_slope(n, j, V, m, rotated, slope, divergence);
            for (int part = 0; part < 2; part++) {
                double complex unit = part == 0 ? 1.0 : I, moved[MODES_MOST];
                double complex up[ENTRIES], down[ENTRIES];
                memcpy(moved, alpha, sizeof moved);
                moved[j] = alpha[j] + h * unit;
                root_at(&f, moved, up);
                moved[j] = alpha[j] - h * unit;
                root_at(&f, moved, down);
                for (int i = 0; i < n; i++)
                    expected[i] += 0.5 * unit * (up[i * n + j] - down[i * n + j]) / (2.0 * h);
            }
        }
        for (int i = 0; i < n; i++)
            cr_assert(cabs(divergence[i].re + I * divergence[i].im - expected[i]) < 1e-7,
                      "%d modes, %d: %g%+gi, expected %g%+gi", n, i, divergence[i].re,
                      divergence[i].im, creal(expected[i]), cimag(expected[i]));
    }
}
