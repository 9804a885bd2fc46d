/* Flows between the cells of a density: what leaves one cell enters its neighbour, with the cross
 * terms of D_12 too, so that the sum of all cells does not change. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/operators.h"
#include "shared/density_cell.h"

enum { N = 6, CELLS = N * N, COLUMNS = 2 };

static void fill(double *numbers, size_t count, uint64_t *seed)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = random_number(seed);
}

static void sum_is_kept(int variables, bool crosses)
{
    static double up[2][CELLS], down[2][CELLS], cross[CELLS], p[CELLS * COLUMNS];
    uint64_t seed = 3;
    for (int v = 0; v < 2; v++) {
        fill(up[v], CELLS, &seed);
        fill(down[v], CELLS, &seed);
    }
    fill(cross, CELLS, &seed);
    fill(p, CELLS * COLUMNS, &seed);
    const qfp_density_spec spec = {.variables = variables,
                                   .n = N,
                                   .spacing = {0.5, 0.25},
                                   .up = {up[0], up[1]},
                                   .down = {down[0], down[1]},
                                   .cross = crosses ? cross : NULL};
    double sum[COLUMNS] = {0.0, 0.0}, moved = 0.0;
    for (size_t cell = 0; cell < (variables == 2 ? CELLS : N); cell++) {
        double rate[COLUMNS];
        qfpi_density_cell(&spec, COLUMNS, cell, p, rate);
        for (int c = 0; c < COLUMNS; c++) {
            sum[c] += rate[c];
            moved = fmax(moved, fabs(rate[c]));
        }
    }
    cr_assert(lt(dbl, 0.1, moved));
    for (int c = 0; c < COLUMNS; c++) /* rounding of some hundred flows */
        cr_assert(epsilon_eq(dbl, sum[c], 0.0, 1e-13 * moved), "%d variables", variables);
}

Test(density_cell, what_leaves_a_cell_enters_its_neighbour)
{
    sum_is_kept(1, false);
    sum_is_kept(2, false);
    sum_is_kept(2, true);
}

/* One cell filled, by hand: the two faces of a cell in the middle, the one of a cell at the edge. */
Test(density_cell, faces_of_one_variable)
{
    const double up[4] = {1.0, 2.0, 4.0, 0.0}, down[4] = {0.5, 0.25, 0.125, 0.0};
    const qfp_density_spec spec = {
        .variables = 1, .n = 4, .spacing = {1.0}, .up = {up}, .down = {down}};
    static const double expected[4][4] = {/* [filled][cell] */
                                          {-1.0, 1.0, 0.0, 0.0},
                                          {0.5, -2.5, 2.0, 0.0},
                                          {0.0, 0.25, -4.25, 4.0},
                                          {0.0, 0.0, 0.125, -0.125}};
    for (int filled = 0; filled < 4; filled++) {
        double p[4] = {0.0, 0.0, 0.0, 0.0};
        p[filled] = 1.0;
        for (size_t cell = 0; cell < 4; cell++) {
            double rate;
            qfpi_density_cell(&spec, 1, cell, p, &rate);
            cr_assert(eq(dbl, rate, expected[filled][cell]), "%d, %zu", filled, cell);
        }
    }
}
