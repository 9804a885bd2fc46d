/* carried.h - INTERNAL: what an object carries from step to step, as numbers.  An object of the same
 * configuration that loads them goes on bit for bit. */
#ifndef QFPI_ENSEMBLE_CARRIED_H
#define QFPI_ENSEMBLE_CARRIED_H

#include <stddef.h>

#include "core/error.h"

typedef struct qfp_carried {
    size_t (*count)(const void *self); /* NULL: nothing, and so are the others */
    /* Every rank calls; to rank 0, NULL on others. */
    qfp_status (*save)(const void *self, double *out);
    void (*load)(void *self, const double *from);
} qfp_carried;

#endif
