/* rows.h - INTERNAL: whether rows that are copied lie in a buffer. */
#ifndef QFPI_ROWS_H
#define QFPI_ROWS_H

#include "backend/vector.h"

static inline int qfpi_rows_fit(size_t count, size_t rows, size_t run, qfp_rows at)
{
    if (rows == 0 || run == 0)
        return 1;
    return at.first <= count && run <= count - at.first &&
           (rows == 1 || at.step <= (count - at.first - run) / (rows - 1));
}

#endif
