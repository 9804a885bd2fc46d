/* How much of Q an output window holds, against products of error functions. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

#include "run/window.h"

enum { N = 81, MODE = 1 };

static const double length = 2.0, kappa = 0.5;

/* Q = e^{−(Q² + P²)/2}/π of the vacuum per d²α, x = ℓ Q, p = κ P/ℓ, from −reach to reach along both. */
static qfp_window_watch watch_of(double reach, int points, qfp_config *config)
{
    static double marginal[N * N];
    qfp_window_watch w;
    *config = (qfp_config){.kappa = kappa,
                           .length = {1.0, length},
                           .husimi_window = {[MODE] = {{-reach, reach}, {-reach, reach}}},
                           .husimi_points = points};
    double step = 2.0 * reach / (points - 1);
    for (int i = 0; i < points; i++)
        for (int k = 0; k < points; k++) {
            double q = (-reach + step * i) / length, p = (-reach + step * k) * length / kappa;
            marginal[i * points + k] = exp(-0.5 * (q * q + p * p)) / M_PI;
        }
    qfp_window_begin(&w);
    qfp_window_note(&w, config, MODE, marginal, 0.25);
    return w;
}

static double held(double reach)
{
    return erf(reach / length / sqrt(2.0)) * erf(reach * length / kappa / sqrt(2.0));
}

Test(window, the_share_of_a_mode_in_its_own_units)
{
    qfp_config config;
    for (double reach = 1.0; reach < 8.0; reach += 1.5) {
        qfp_window_watch w = watch_of(reach, N, &config);
        /* trapezium, 0.8 apart at most in P: its error where a slope is cut, which is along x only */
        cr_expect(epsilon_eq(dbl, w.least, fmin(held(reach), 1.0), 1e-3), "%g: %g, %g", reach,
                  w.least, held(reach));
        if (w.least < 1.0) {
            cr_expect(eq(int, w.mode, MODE + 1));
            cr_expect(eq(dbl, w.time, 0.25));
        }
    }
}

/* 99.9 % is where the warning begins. */
Test(window, the_warning_begins_at_one_in_a_thousand)
{
    qfp_config config;
    const double reaches[2] = {6.5, 6.7}; /* 3.29 standard deviations of x are 99.9 % */
    for (int i = 0; i < 2; i++) {
        char text[512] = "";
        cr_assert(eq(int, held(reaches[i]) < 0.999, i == 0));
        qfp_window_watch w = watch_of(reaches[i], N, &config);
        qfp_window_append(&w, &config, text, sizeof text);
        cr_expect(eq(int, strstr(text, "% of Q of mode 2 at t = 0.25") != NULL, i == 0), "%s",
                  text);
    }
}

/* Points so far apart that a sum says nothing of what is between do not warn. */
Test(window, few_points_give_the_benefit_of_the_doubt)
{
    qfp_config config;
    char text[512] = "";
    qfp_window_watch w = watch_of(6.7, 8, &config); /* P is 7.7 apart, and no point is at 0 */
    qfp_window_append(&w, &config, text, sizeof text);
    cr_expect(eq(str, text, ""));
}
