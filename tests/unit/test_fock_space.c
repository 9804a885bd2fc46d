/* Levels of every mode, flat indices and the packed upper triangle. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "fock/fock_space.h"

Test(fock_space, a_mode_without_a_level_and_a_state_without_a_size_are_refused)
{
    qfp_fock_space space;
    const int none[] = {3, 0}, too_many[] = {100000, 100000};
    cr_assert(eq(int, qfp_fock_space_set(2, none, &space), QFP_CONFIG));
    cr_assert(
        eq(str, (char *)qfp_last_error(), "solver.levels: mode 2 needs at least one level, not 0"));
    cr_assert(eq(int, qfp_fock_space_set(2, too_many, &space), QFP_MEMORY));
}

/* Counted one by one: |m_1 m_2 m_3⟩ in the order of a counter, entries (m, n ≥ m) row by row. */
Test(fock_space, indices_and_offsets_are_those_of_counting)
{
    const int levels[] = {2, 3, 4};
    qfp_fock_space space;
    cr_assert(eq(int, qfp_fock_space_set(3, levels, &space), QFP_OK));
    size_t m = 0, entry = 0;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 4; k++, m++) {
                const int expected[] = {i, j, k};
                for (int mode = 0; mode < 3; mode++)
                    cr_assert(eq(int, qfp_fock_level(&space, m, mode), expected[mode]));
                cr_assert(eq(sz, m,
                             (size_t)i * space.stride[0] + (size_t)j * space.stride[1] +
                                 (size_t)k * space.stride[2]));
            }
    cr_assert(eq(sz, space.dimension, m));
    for (size_t row = 0; row < m; row++)
        for (size_t column = row; column < m; column++, entry++)
            cr_assert(eq(sz, qfp_fock_offset(&space, row) + column - row, entry));
    cr_assert(eq(sz, space.count, 2 * entry));
}
