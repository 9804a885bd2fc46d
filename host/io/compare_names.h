/* compare_names.h - INTERNAL: the datasets of numbers in a file, by name. */
#ifndef QFPI_COMPARE_NAMES_H
#define QFPI_COMPARE_NAMES_H

#include <stdbool.h>

#include "io/hdf5_access.h"

typedef struct compare_names {
    size_t count, capacity;
    char **names; /* sorted, each with a leading slash */
    bool out_of_memory;
} compare_names;

/* Checkpoints apart.  Give `out`, which starts as {0}, to qfpi_compare_names_destroy either way. */
qfp_status qfpi_compare_names_list(hid_t file, const char *path, compare_names *out);
void qfpi_compare_names_destroy(compare_names *list);
bool qfpi_compare_names_contain(const compare_names *list, const char *name);

#endif
