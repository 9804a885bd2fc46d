/* config_window.h - INTERNAL: output.husimi, where Q is written. */
#ifndef QFPI_CONFIG_WINDOW_H
#define QFPI_CONFIG_WINDOW_H

#include "io/config.h"
#include "io/config_values.h"

/* node: the mapping or the list, NULL where it is left out. */
qfp_status qfp_config_window(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_config *config) QFP_MUST_USE;

#endif
