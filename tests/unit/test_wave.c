/* The wave function beside a process: its derivative, and free motion against plane waves. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/operators.h"
#include "backend.h"

enum { N = 16 };

/* ψ = Σ of two plane waves and of the one that alternates from point to point, whose derivative on
 * a grid is none. */
Test(wave, derivative_and_free_motion)
{
    const double length = 4.0, hbar = 0.7, mass = 1.3, t = 0.9, turn = 2.0 * M_PI / length;
    const double potential[N] = {0.0};
    const double complex amplitude[3] = {0.5, 0.3 - 0.2 * I, 0.4};
    const int number[3] = {1, -3, N / 2};
    double psi[2 * N], values[4 * N], norm = 0.0;
    for (int k = 0; k < 3; k++)
        norm += pow(cabs(amplitude[k]), 2.0) * length;
    for (int i = 0; i < N; i++) {
        double complex sum = 0.0;
        for (int k = 0; k < 3; k++)
            sum += amplitude[k] * cexp(2.0 * M_PI * I * number[k] * i / N);
        psi[2 * i] = creal(sum);
        psi[2 * i + 1] = cimag(sum);
    }
    const qfp_wave_operations *b = qfp_backend_cpu()->wave;
    qfp_wave *wave = NULL;
    MUST(b->create(N, -1.0, length / N, hbar, mass, potential, psi, &wave));
    for (int moved = 0; moved < 2; moved++) {
        b->values(wave, values);
        for (int i = 0; i < N; i++) {
            double complex value = 0.0, slope = 0.0;
            for (int k = 0; k < 3; k++) {
                double p = turn * number[k];
                double complex one = amplitude[k] / sqrt(norm) *
                                     cexp(I * (2.0 * M_PI * number[k] * i / N -
                                               moved * 0.5 * hbar * p * p * t / mass));
                value += one;
                slope += 2 * number[k] == N ? 0.0 : I * p * one;
            }
            /* rounding of transforms of numbers of order 1 */
            cr_assert(epsilon_eq(dbl, values[4 * i], creal(value), 1e-14));
            cr_assert(epsilon_eq(dbl, values[4 * i + 1], cimag(value), 1e-14));
            cr_assert(epsilon_eq(dbl, values[4 * i + 2], creal(slope), 1e-13));
            cr_assert(epsilon_eq(dbl, values[4 * i + 3], cimag(slope), 1e-13));
        }
        b->advance(wave, t);
    }
    b->destroy(wave);
}
