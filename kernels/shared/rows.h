/* rows.h - INTERNAL: whether rows that are copied, at first + i step, lie in a buffer of `count`. */
#ifndef QFPI_ROWS_H
#define QFPI_ROWS_H

#include <stddef.h>

static inline int qfpi_rows_fit(size_t count, size_t rows, size_t run, size_t first, size_t step)
{
    if (rows == 0 || run == 0)
        return 1;
    return first <= count && run <= count - first &&
           (rows == 1 || step <= (count - first - run) / (rows - 1));
}

#endif
