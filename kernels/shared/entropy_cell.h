/* entropy_cell.h - one cell of the Wehrl entropy. */
#ifndef QFPI_SHARED_ENTROPY_CELL_H
#define QFPI_SHARED_ENTROPY_CELL_H

#include <math.h>

#include "shared/common.h"

/* -q ln(scale q), and its limit 0 where q is not positive */
static inline QFP_HD double qfpi_entropy_cell(double q, double scale)
{
    return q > 0.0 ? -q * log(scale * q) : 0.0;
}

#endif
