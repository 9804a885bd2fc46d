/* config_override.h - INTERNAL: --set key.path=value on top of a file. */
#ifndef QFPI_CONFIG_OVERRIDE_H
#define QFPI_CONFIG_OVERRIDE_H

#include "io/yaml_document.h"

/* Puts the value of "key.path=value" into the tree, making missing parents. */
qfp_status qfp_config_override(qfp_yaml_node *root, const char *text) QFP_MUST_USE;

#endif
