/* Exit statuses, and an allocation whose size overflows. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdint.h>
#include <string.h>

#include "core/error.h"

Test(status, exit_statuses_are_those_of_the_manual)
{
    const struct {
        qfp_status status;
        int exit;
    } table[] = {{QFP_OK, 0},         {QFP_CONFIG, 2},    {QFP_USAGE, 2},       {QFP_GROWTH, 3},
                 {QFP_RESOLUTION, 3}, {QFP_TOLERANCE, 3}, {QFP_NOT_FINITE, 3},  {QFP_IO, 4},
                 {QFP_MEMORY, 4},     {QFP_DEVICE, 5},    {QFP_STATUS_COUNT, 4}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_assert(eq(int, qfp_status_exit(table[i].status), table[i].exit), "%zu", i);
    cr_assert(eq(str, (char *)qfp_status_text(QFP_STATUS_COUNT), "unknown status"));
}

Test(status, what_cannot_be_counted_is_not_allocated)
{
    double *numbers = NULL;
    cr_assert(eq(int, QFP_ALLOCATE(numbers, SIZE_MAX / 4, "numbers"), QFP_MEMORY));
    cr_assert(numbers == NULL);
    cr_assert(strstr(qfp_last_error(), "for numbers") != NULL, "%s", qfp_last_error());
}
