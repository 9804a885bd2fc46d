/* file_facts.h - INTERNAL to io: what is written beside the numbers of a state in a file. */
#ifndef QFPI_FILE_FACTS_H
#define QFPI_FILE_FACTS_H

#include <stdbool.h>

#include "core/error.h"

typedef struct qfp_file_facts {
    bool has_times; /* the first axis is labelled "time" */
    bool has_names; /* its axes have names: it is not a bare array */
    bool is_stated; /* the dataset says how far it may be off: */
    double error;   /* in the trace norm; NaN: its writer did not know */
} qfp_file_facts;

/* QFP_IO when there is no such dataset. */
qfp_status qfp_file_facts_read(const char *path, const char *dataset,
                               qfp_file_facts *out) QFP_MUST_USE;

#endif
