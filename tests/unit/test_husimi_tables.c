/* Husimi functions by tables against sums of ⟨α|m⟩ρ_mn⟨n|α⟩ point by point, of the Fock basis and of the
 * reference. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "fock/fock_husimi.h"
#include "fock/husimi_tables.h"
#include "reference/husimi_sum.h"

enum { N_Q = 41, N_P = 35 };

static void axes(double q_from, double q_to, double p_from, double p_to, double *q, double *p)
{
    for (int i = 0; i < N_Q; i++)
        q[i] = q_from + (q_to - q_from) * i / (N_Q - 1);
    for (int k = 0; k < N_P; k++)
        p[k] = p_from + (p_to - p_from) * k / (N_P - 1);
}

static void coherent_ket(int levels, double complex alpha, double complex *ket)
{
    for (int n = 0; n < levels; n++)
        ket[n] = cexp(n * clog(alpha) - 0.5 * lgamma(n + 1.0) - 0.5 * pow(cabs(alpha), 2.0));
}

static double by_point(int levels, const double complex *rho, double q, double p)
{
    double complex *bra = malloc((size_t)levels * sizeof *bra), sum = 0.0;
    qfp_fock_coherent_bra(levels, CMPLX(q, p) * M_SQRT1_2, bra);
    for (int m = 0; m < levels; m++)
        for (int n = 0; n < levels; n++)
            sum += bra[m] * rho[m * levels + n] * conj(bra[n]);
    free(bra);
    return creal(sum) * M_1_PI;
}

/* All windows: around the state, off to a side, beyond what the levels reach, where images of it would be. */
static void compare_windows(int levels, const double complex *rho)
{
    static const double window[][4] = {{-6, 6, -6, 6},  {1, 9, -11, -2}, {-70, 70, -90, 90},
                                       {-3, 3, 20, 60}, {30, 60, -3, 3}, {-5, 5, -16, 16}};
    qfp_husimi_tables tables = {0};
    double q[N_Q], p[N_P], out[N_Q * N_P];
    for (size_t w = 0; w < sizeof window / sizeof *window; w++) {
        axes(window[w][0], window[w][1], window[w][2], window[w][3], q, p);
        cr_assert(eq(int, qfp_husimi_tables_for(&tables, levels, N_Q, q, N_P, p), QFP_OK));
        qfp_husimi_tables_apply(&tables, rho, (size_t)levels, out);
        for (int i = 0; i < N_Q * N_P; i++)
            cr_assert(epsilon_eq(dbl, out[i], by_point(levels, rho, q[i / N_P], p[i % N_P]), 4e-15),
                      "window %zu, point %d", w, i);
    }
    qfp_husimi_tables_destroy(&tables);
}

/* Kets with complex amplitudes in all levels; `count` of them, the last with a negative weight if so. */
static void fill_state(int levels, int count, double last_weight, double complex *rho)
{
    memset(rho, 0, (size_t)levels * (size_t)levels * sizeof *rho);
    double complex *ket = malloc((size_t)levels * sizeof *ket);
    for (int k = 0; k < count; k++) {
        double norm = 0.0;
        for (int n = 0; n < levels; n++) {
            ket[n] = CMPLX(sin(1.0 + 3.7 * n + 1.3 * k * n), cos(2.0 + 0.9 * n * (k + 1)));
            norm += creal(ket[n] * conj(ket[n]));
        }
        double weight = (k + 1 == count ? last_weight : 1.0) / count / norm;
        for (int m = 0; m < levels; m++)
            for (int n = 0; n < levels; n++)
                rho[m * levels + n] += weight * ket[m] * conj(ket[n]);
    }
    free(ket);
}

/* Tables that were given back serve whoever asks for the same again, and nobody else. */
Test(husimi_tables, the_shelf_knows_what_it_holds)
{
    enum { FEW = 9, MANY = 14 };
    qfp_husimi_tables tables = {0};
    double complex few[FEW * FEW], many[MANY * MANY];
    double q[N_Q], p[N_P];
    fill_state(FEW, 2, 1.0, few);
    fill_state(MANY, 2, 1.0, many);
    axes(-6, 6, -6, 6, q, p);
    cr_assert(eq(int, qfp_husimi_tables_for(&tables, MANY, N_Q, q, N_P, p), QFP_OK));
    qfp_husimi_tables_destroy(&tables);
    cr_assert(tables.functions == NULL);
    cr_assert(eq(int, qfp_husimi_tables_for(&tables, FEW, N_Q, q, N_P, p), QFP_OK));
    cr_assert(eq(int, tables.levels, FEW));
    qfp_husimi_tables_destroy(&tables);
    compare_windows(FEW, few);
    cr_assert(eq(int, qfp_husimi_tables_for(&tables, MANY, N_Q, q, N_P, p), QFP_OK));
    cr_assert(eq(int, tables.levels, MANY));
    qfp_husimi_tables_destroy(&tables);
    compare_windows(MANY, many);
}

Test(husimi_tables, kets_mixtures_and_what_is_no_state)
{
    static const int levels[] = {1, 2, 5, 23, 40};
    double complex *rho = malloc(40 * 40 * sizeof *rho);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        int d = levels[i];
        fill_state(d, 1, 1.0, rho);
        compare_windows(d, rho);
        fill_state(d, d < 3 ? d : 3, 1.0, rho);
        compare_windows(d, rho);
        fill_state(d, d, 1.0, rho);
        compare_windows(d, rho);
        fill_state(d, d < 3 ? d : 3, -0.7, rho);
        compare_windows(d, rho);
    }
    free(rho);
}

/* |α⟩ − |−α⟩ at |α| = 12, 15 and 30: 1e-10 of the largest value is asked for. */
Test(husimi_tables, cats_far_out)
{
    static const double complex alpha[] = {12.0, 9.0 + 12.0 * I, -18.0 + 24.0 * I};
    for (size_t a = 0; a < 3; a++) {
        double n = pow(cabs(alpha[a]), 2.0);
        int levels = (int)(n + 9.0 * sqrt(n)) + 20;
        size_t d = (size_t)levels;
        double complex *ket = malloc(d * sizeof *ket), *rho = malloc(d * d * sizeof *rho);
        double q[N_Q], p[N_P], out[N_Q * N_P], judged[N_Q * N_P];
        qfp_husimi_tables tables = {0};
        qfp_ket_tables of_kets = {0};
        qfp_ket_set set;
        double centre_q = M_SQRT2 * creal(alpha[a]), centre_p = M_SQRT2 * cimag(alpha[a]);
        coherent_ket(levels, alpha[a], ket);
        for (size_t m = 0; m < d; m++)
            ket[m] *= m % 2 == 0 ? 0.0 : M_SQRT2;
        for (size_t m = 0; m < d; m++)
            for (size_t k = 0; k < d; k++)
                rho[m * d + k] = ket[m] * conj(ket[k]);
        cr_assert(eq(int, qfp_ket_set_allocate(1, d, &set), QFP_OK));
        set.weight[0] = 1.0;
        memcpy(set.ket, ket, d * sizeof *ket);
        for (int w = 0; w < 2; w++) { /* where one part is; where their fringes would be */
            double x = w == 0 ? centre_q : 0.0, y = w == 0 ? centre_p : 0.0;
            axes(x - 4.0, x + 5.0, y - 3.5, y + 6.0, q, p);
            cr_assert(eq(int, qfp_husimi_tables_for(&tables, levels, N_Q, q, N_P, p), QFP_OK));
            cr_assert(eq(int, qfp_ket_tables_for(&of_kets, d, N_Q, q, N_P, p), QFP_OK));
            qfp_husimi_tables_apply(&tables, rho, d, out);
            qfp_ket_tables_apply(&of_kets, &set, judged);
            for (int i = 0; i < N_Q * N_P; i++) {
                double complex z = CMPLX(q[i / N_P], p[i % N_P]) * M_SQRT1_2;
                double complex left = cexp(-0.5 * (n + pow(cabs(z), 2.0)) + conj(z) * alpha[a]);
                double complex right = cexp(-0.5 * (n + pow(cabs(z), 2.0)) - conj(z) * alpha[a]);
                double expected = 0.5 * M_1_PI * pow(cabs(left - right), 2.0);
                /* the logarithms of the test's kets carry 1e-12 */
                cr_assert(epsilon_eq(dbl, out[i], expected, 1e-11), "%zu, %d", a, i);
                cr_assert(epsilon_eq(dbl, judged[i], expected, 1e-11), "%zu, %d", a, i);
            }
        }
        qfp_husimi_tables_destroy(&tables);
        qfp_ket_tables_destroy(&of_kets);
        qfp_ket_set_destroy(&set);
        free(ket);
        free(rho);
    }
}

Test(husimi_tables, kets_of_the_reference)
{
    static const double window[][4] = {
        {-6, 6, -6, 6}, {1, 9, -11, -2}, {-70, 70, -90, 90}, {-3, 3, 20, 60}, {-5, 5, -16, 16}};
    static const size_t levels[] = {1, 2, 7, 40};
    qfp_ket_tables tables = {0};
    double q[N_Q], p[N_P], out[N_Q * N_P];
    double complex bra[40];
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
        size_t d = levels[l];
        qfp_ket_set set;
        cr_assert(eq(int, qfp_ket_set_allocate(2, d, &set), QFP_OK));
        for (size_t i = 0; i < 2 * d; i++)
            set.ket[i] = CMPLX(sin(1.0 + 3.7 * (double)i), cos(0.9 * (double)i)) / sqrt((double)d);
        set.weight[0] = 0.3;
        set.weight[1] = 0.7;
        for (size_t w = 0; w < sizeof window / sizeof *window; w++) {
            axes(window[w][0], window[w][1], window[w][2], window[w][3], q, p);
            cr_assert(eq(int, qfp_ket_tables_for(&tables, d, N_Q, q, N_P, p), QFP_OK));
            qfp_ket_tables_apply(&tables, &set, out);
            for (int i = 0; i < N_Q * N_P; i++) {
                double complex alpha = CMPLX(q[i / N_P], p[i % N_P]) * M_SQRT1_2;
                cr_assert(epsilon_eq(dbl, out[i], qfp_husimi_at(&set, alpha, bra), 2e-15),
                          "%zu levels, window %zu, point %d", d, w, i);
            }
        }
        qfp_ket_set_destroy(&set);
    }
    qfp_ket_tables_destroy(&tables);
}
