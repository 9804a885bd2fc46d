/* config_ensemble.h - INTERNAL: the key `ensemble` of a configuration. */
#ifndef QFPI_CONFIG_ENSEMBLE_H
#define QFPI_CONFIG_ENSEMBLE_H

#include "io/config.h"
#include "io/config_values.h"

/* What the table of keys cannot say of `ensemble`: the method, and which keys it has. */
qfp_status qfp_config_ensemble(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config) QFP_MUST_USE;

#endif
