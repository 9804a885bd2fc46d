/* recurrence_cell.h - what a vector of a three-term recurrence is multiplied by. */
#ifndef QFPI_SHARED_RECURRENCE_CELL_H
#define QFPI_SHARED_RECURRENCE_CELL_H

#include <float.h>

#include "shared/common.h"

/* 1/β, or 0 where that would not be finite: beyond an invariant subspace the vectors are 0 and stay
 * 0, no NaNs. */
static inline QFP_HD double qfpi_recurrence_factor(double norm)
{
    return norm >= DBL_MIN ? 1.0 / norm : 0.0;
}

#endif
