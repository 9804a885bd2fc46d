/* One step of a path guided by ψ (Eq. 6) against closed forms, and what holds it near a node. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "shared/process_cell.h"

enum { N = 64 };

/* ψ = (x − node) e^{ikx} and its derivative on a grid; odd about the node, as any simple zero is. */
static qfp_wave_view wave_with_node(double node, double k, double *values)
{
    const qfp_wave_view view = {
        .n = N, .first = -2.0, .spacing = 4.0 / N, .begin = values, .end = values};
    for (int i = 0; i < N; i++) {
        double x = view.first + view.spacing * i, c = cos(k * x), s = sin(k * x), d = x - node;
        values[4 * i] = d * c;
        values[4 * i + 1] = d * s;
        values[4 * i + 2] = c - k * d * s;
        values[4 * i + 3] = s + k * d * c;
    }
    return view;
}

/* dx = A(x) dt + B(x) dW by Euler's step: everything at the old point, both increments used. */
Test(process_cell, an_ito_step_of_two_variables)
{
    const qfp_process_term drift_1[] = {{.coefficient = -0.5, .power = {1, 1}}},
                           drift_2[] = {{.coefficient = 0.3, .power = {2, 0}}},
                           noise_11[] = {{.coefficient = 0.7, .power = {0, 1}}},
                           noise_22[] = {{.coefficient = 1.1, .power = {1, 0}}},
                           noise_21[] = {{.coefficient = 0.2, .power = {0, 0}}};
    qfp_ito_spec spec = {.variables = 2, .noises = 2};
    spec.drift[0] = (qfp_process_polynomial){.count = 1, .terms = drift_1};
    spec.drift[1] = (qfp_process_polynomial){.count = 1, .terms = drift_2};
    spec.noise[0][0] = (qfp_process_polynomial){.count = 1, .terms = noise_11};
    spec.noise[1][0] = (qfp_process_polynomial){.count = 1, .terms = noise_21};
    spec.noise[1][1] = (qfp_process_polynomial){.count = 1, .terms = noise_22};
    const qfp_process_step step = {.duration = 1e-2, .step = 4, .merge = 3};
    for (uint64_t path = 0; path < 20; path++) {
        double x[2] = {0.9, -1.4}, dw[2];
        qfpi_process_noise(8, path, &step, dw);
        qfpi_ito_cell(&spec, 8, path, &step, x);
        cr_assert(epsilon_eq(dbl, x[0], 0.9 + 0.03 * 0.5 * 0.9 * 1.4 - 0.7 * 1.4 * dw[0], 1e-15));
        cr_assert(epsilon_eq(dbl, x[1], -1.4 + 0.03 * 0.3 * 0.81 + 0.2 * dw[0] + 1.1 * 0.9 * dw[1],
                             1e-15));
    }
}

/* (Re + Im)ψ′/ψ = 1/(x − node) + k: the osmotic and the current part. */
Test(process_cell, the_drift_of_a_wave_with_a_node)
{
    static const double places[] = {-1.03, -0.4, 0.55, 1.21};
    double values[4 * N];
    const double node = 0.1, k = 0.7, rate = 1.3;
    qfp_wave_view view = wave_with_node(node, k, values);
    for (int i = 0; i < 4; i++) {
        double drift = qfpi_nelson_drift(&view, view.begin, rate, 1e6, places[i]);
        /* Lagrange's cubic between points 1/16 apart: (1/16)⁴ of fourth derivatives of order k⁴ */
        cr_assert(epsilon_eq(dbl, drift, rate * (1.0 / (places[i] - node) + k), 1e-5), "%d", i);
    }
}

/* Closer to the node than rate/most the drift has no bound of its own. */
Test(process_cell, the_drift_is_cut_near_a_node)
{
    double values[4 * N];
    qfp_wave_view view = wave_with_node(0.1, 0.0, values);
    const double rate = 1.3, most = 20.0, near = 0.5 * rate / most;
    cr_assert(eq(dbl, qfpi_nelson_drift(&view, view.begin, rate, most, 0.1 + near), most));
    cr_assert(eq(dbl, qfpi_nelson_drift(&view, view.begin, rate, most, 0.1 - near), -most));
    double inside = qfpi_nelson_drift(&view, view.begin, rate, most, 0.1 + 4.0 * near);
    cr_assert(epsilon_eq(dbl, inside, 0.5 * most, 1e-3 * most)); /* the cubic, as above */
}

/* Heun's rule with the cut at four standard deviations of the noise a step: a path that starts on the
 * node's right side is moved by half of 4 √(rate h) and half the drift where that takes it. */
Test(process_cell, a_step_beside_a_node_is_bounded_by_its_noise)
{
    double values[4 * N];
    qfp_wave_view view = wave_with_node(0.1, 0.0, values);
    const double rate = 1.3;
    for (uint64_t path = 0; path < 50; path++) {
        const qfp_process_step step = {.duration = 1e-3, .step = 7, .merge = 2};
        const double time = 2e-3, most = 4.0 * sqrt(rate / time), start = 0.1 + 1e-6;
        double dw[2], x = start;
        qfpi_process_noise(3, path, &step, dw);
        double kick = sqrt(rate) * dw[0], ahead = start + time * most + kick;
        double after = fmax(-most, fmin(most, rate / (ahead - 0.1)));
        qfpi_nelson_cell(&view, rate, 3, path, &step, &x);
        /* of the cubic again, which the time of the step makes small */
        cr_assert(epsilon_eq(dbl, x, start + 0.5 * time * (most + after) + kick, 1e-4), "%d",
                  (int)path);
    }
}
