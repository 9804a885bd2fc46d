/* config_output.h - INTERNAL: the `output` block of a configuration. */
#ifndef QFPI_CONFIG_OUTPUT_H
#define QFPI_CONFIG_OUTPUT_H

#include "io/config.h"
#include "io/config_values.h"

/* output.times and output.series, where they are mappings. */
typedef struct qfp_time_range {
    double from, to;
    int count;
} qfp_time_range;

/* What the table of keys cannot say of `output`. */
qfp_status qfp_config_output(const qfp_config_reader *reader, const qfp_yaml_node *output,
                             qfp_config *config) QFP_MUST_USE;

#endif
