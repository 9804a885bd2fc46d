/* config_output.h - INTERNAL: the `output` block of a configuration. */
#ifndef QFPI_CONFIG_OUTPUT_H
#define QFPI_CONFIG_OUTPUT_H

#include "io/config.h"
#include "io/config_values.h"

/* `root` is the whole document: output is a mandatory key. */
qfp_status qfp_config_output(const qfp_config_reader *reader, const qfp_yaml_node *root,
                             qfp_config *config) QFP_MUST_USE;

#endif
