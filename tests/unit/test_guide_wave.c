/* test_guide_wave.c - paths that move together on the CPU against qfpi_guided_cell, one path alone,
 * which is also what a device runs. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/guide_wave.h"

#ifdef QFP_STRICT_ARITHMETIC
static const double near = 0.0;
#else
static const double near = 1e-9; /* fused products; rates are of order one to a hundred */
#endif

enum { PATHS = 117, FIRST = 4, SET = 130, LEVELS = 7 };

/* Kerr of one mode, A = −iα(|α|² − 2), and a second that its noise leaves alone. */
static const qfp_symbol_term terms_of_one[] = {{.im = -1.0, .power = {2, 1}},
                                               {.im = 2.0, .power = {1, 0}},
                                               {.re = 1.0, .power = {2, 0}},
                                               {.re = 2.0, .power = {1, 0}}};
static const size_t first_of_one[] = {0, 2, 3, 4};
static const qfp_symbol_term terms_of_two[] = {{.im = -1.0, .power = {2, 0, 1, 0}},
                                               {.re = 1.0, .power = {2, 0, 0, 0}},
                                               {.re = 2.0, .power = {1, 0, 0, 0}},
                                               {.im = -0.7, .power = {0, 1, 0, 0}}};
static const size_t first_of_two[] = {0, 1, 2, 3, 4, 4, 4};

typedef struct wave_case {
    const char *name;
    int modes, levels;
    double lambda, duration;
    int merge, pieces_most;
    size_t lost_least, lost_most;
} wave_case;

static const wave_case cases[] = {
    {"one piece mostly", 1, LEVELS, 1.0, 1e-3, 1, 1000, 0, 0},
    {"many pieces", 1, LEVELS, 0.6, 0.2, 2, 5000, 0, 0},
    {"the flow", 1, LEVELS, 0.0, 0.2, 1, 5000, 0, 0},
    {"a single level", 1, 1, 1.0, 0.05, 1, 1000, 0, 0},
    {"too few pieces for some", 1, LEVELS, 1.0, 0.02, 1, 12, 1, PATHS - 1},
    {"too few pieces for the flow", 1, LEVELS, 0.0, 0.1, 1, 2, 1, PATHS - 1},
    {"two modes", 2, LEVELS, 1.0, 0.05, 1, 5000, 0, 0},
    {"the flow of two modes", 2, LEVELS, 0.0, 0.05, 1, 5000, 0, 0},
};

/* Two kets whose amplitudes turn during the step; F has zeros between the paths. */
typedef struct guide_tables {
    double kets[3][4 * LEVELS * LEVELS], inverse_root[LEVELS], weights[2];
    int levels[2];
} guide_tables;

static qfpi_guide_view view_of(const wave_case *c, guide_tables *t)
{
    qfpi_guide_view g = {.modes = c->modes,
                         .levels = t->levels,
                         .dimension = (size_t)(c->modes == 1 ? c->levels : c->levels * c->levels),
                         .ket_count = 2,
                         .lambda = c->lambda,
                         .terms = c->modes == 1 ? terms_of_one : terms_of_two,
                         .first = c->modes == 1 ? first_of_one : first_of_two,
                         .inverse_root = t->inverse_root,
                         .weights = t->weights};
    t->levels[0] = t->levels[1] = c->levels;
    t->inverse_root[0] = 0.0;
    for (int n = 1; n < LEVELS; ++n)
        t->inverse_root[n] = 1.0 / sqrt(n);
    t->weights[0] = 0.7;
    t->weights[1] = 0.3;
    for (int node = 0; node < 3; ++node) {
        for (size_t m = 0; m < 2 * g.dimension; ++m) {
            double angle = 1.3 * (double)m + 0.02 * node * (double)(m % 5);
            t->kets[node][2 * m] = cos(angle) / (1.0 + (double)(m % LEVELS));
            t->kets[node][2 * m + 1] = sin(angle) / (1.0 + (double)(m % LEVELS));
        }
        g.kets[node] = t->kets[node];
    }
    return g;
}

static void paths_place(int modes, double *x)
{
    for (int c = 0; c < 2 * modes; ++c)
        for (size_t i = 0; i < SET; ++i)
            x[(size_t)c * SET + i] = 1.5 * sin(0.37 * (double)i * (c + 1) + c);
}

Test(guide_wave, every_path_is_that_of_the_cell)
{
    guide_wave *w = malloc(sizeof *w);
    guide_tables *t = malloc(sizeof *t);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; ++k) {
        const wave_case *c = &cases[k];
        qfpi_guide_view g = view_of(c, t);
        const qfpi_guided_step s = {c->duration, 99, 5, c->merge, c->pieces_most};
        double x[4 * SET], before[4 * SET];
        size_t lost = 0;
        memset(w, 0x5a, sizeof *w); /* nothing of a wave before may count */
        paths_place(c->modes, x);
        memcpy(before, x, sizeof x);
        size_t found = cpu_guide_wave_advance(&g, &s, SET, 1000, FIRST, PATHS, x, w);
        for (size_t i = 0; i < SET; ++i) {
            int inside = i >= FIRST && i < FIRST + PATHS, moved = 1;
            qfpi_complex alpha[QFP_MAX_MODES];
            for (int j = 0; j < c->modes; ++j) {
                alpha[j].re = before[2 * (size_t)j * SET + i];
                alpha[j].im = before[(2 * (size_t)j + 1) * SET + i];
            }
            if (inside)
                moved = qfpi_guided_cell(&g, &s, 1000 + i, alpha);
            lost += !moved;
            for (int j = 0; j < c->modes; ++j) {
                double re = x[2 * (size_t)j * SET + i], im = x[(2 * (size_t)j + 1) * SET + i];
                if (!moved) {
                    cr_assert(isnan(re) && isnan(im), "%s, path %zu", c->name, i);
                    continue;
                }
                cr_assert(fabs(re - alpha[j].re) <= near && fabs(im - alpha[j].im) <= near,
                          "%s, path %zu: (%.17g, %.17g), alone (%.17g, %.17g)", c->name, i, re, im,
                          alpha[j].re, alpha[j].im);
            }
        }
        cr_assert(eq(sz, found, lost), "%s", c->name);
        cr_assert(le(sz, c->lost_least, lost), "%s: %zu", c->name, lost);
        cr_assert(le(sz, lost, c->lost_most), "%s: %zu", c->name, lost);
    }
    free(t);
    free(w);
}
