/* A ket from a file on a grid, in pieces of any size, against the Husimi function on paper. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "state/file_fill.h"

enum { MODES = 3, MOST_POINTS = 6, CELLS = 4 * 4 * 6 * 6 * 5 * 5 };
static const int points[MODES] = {4, 6, 5};
static const double phase[MODES] = {0.3, -1.1, 2.0};
static double axis[2 * MODES][MOST_POINTS];

/* Π_j (|0⟩ + e^{iφ_j}|1⟩)/√2, of which mode 2 has a level that holds nothing */
static void fill_ket(qfp_file_density *out)
{
    *out = (qfp_file_density){.modes = MODES, .levels = {2, 3, 2}, .dimension = 12};
    out->value = calloc(12, sizeof *out->value);
    for (int m = 0; m < 2; m++)
        for (int n = 0; n < 2; n++)
            for (int k = 0; k < 2; k++)
                out->value[(m * 3 + n) * 2 + k] =
                    pow(0.5, 1.5) * cexp(I * (m * phase[0] + n * phase[1] + k * phase[2]));
}

static double q_on_paper(int mode, double q, double p)
{
    double complex alpha = (q + I * p) / sqrt(2.0);
    double overlap = cabs(1.0 + conj(alpha) * cexp(I * phase[mode]));
    return exp(-pow(cabs(alpha), 2.0)) * overlap * overlap / (2.0 * M_PI);
}

static double husimi(size_t at)
{
    double product = 1.0;
    size_t index[2 * MODES];
    for (int a = 2 * MODES - 1; a >= 0; a--) {
        index[a] = at % (size_t)points[a % MODES];
        at /= (size_t)points[a % MODES];
    }
    for (int j = 0; j < MODES; j++)
        product *= q_on_paper(j, axis[j][index[j]], axis[MODES + j][index[MODES + j]]);
    return product;
}

Test(file_pieces, any_division_is_the_state)
{
    static const size_t most[] = {1, 120, 130, 720, 1500, 3600, 8000, CELLS, SIZE_MAX};
    static const size_t pieces[] = {120, 120, 120, 24, 12, 4, 2, 1, 1}; /* of P: 120; of Q_2: 720 */
    qfp_grid_axes axes = {.modes = MODES};
    qfp_file_density ket;
    qfp_file_symbol symbol;
    for (int a = 0; a < 2 * MODES; a++) {
        for (int i = 0; i < points[a % MODES]; i++)
            axis[a][i] = -1.5 + 0.7 * i + 0.1 * a;
        axes.points[a % MODES] = points[a % MODES];
        axes.coordinates[a] = axis[a];
    }
    fill_ket(&ket);
    cr_assert(qfp_file_symbol_create(&axes, &ket, 0.25, &symbol) == QFP_OK);
    for (size_t m = 0; m < sizeof most / sizeof *most; m++) {
        qfp_grid_piece piece = {.count = 0};
        size_t end = 0, count = 0;
        double u[CELLS];
        while (qfp_grid_piece_next(&axes, most[m], &piece)) {
            cr_assert(eq(sz, piece.offset, end));
            for (size_t i = 0; i < piece.count; i++)
                u[end + i] = 1.0;
            cr_assert(qfp_file_symbol_add(&symbol, 0.0, &piece, u + end) == QFP_OK);
            end += piece.count;
            count++;
        }
        cr_assert(eq(sz, end, CELLS), "%zu", most[m]);
        cr_assert(eq(sz, count, pieces[m]), "%zu", most[m]);
        for (size_t i = 0; i < CELLS; i++) /* roundings of sums of a few numbers of order 1 */
            cr_assert(epsilon_eq(dbl, u[i], 1.0 + 0.25 * husimi(i), 1e-14), "%zu: %zu", most[m], i);
    }
    qfp_file_symbol_destroy(&symbol);
    qfp_file_density_destroy(&ket);
}
