/* config_parameters.h - INTERNAL: hamiltonian.parameters, and that each of them means something. */
#ifndef QFPI_CONFIG_PARAMETERS_H
#define QFPI_CONFIG_PARAMETERS_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads the names and values (node NULL: there are none but the time t); from here on every expression that
 * is parsed counts their uses. */
qfp_status qfp_config_parameters(qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config *config) QFP_MUST_USE;

/* From here on `kappa` and `hbar` are the action scale, which has been read, where no parameter is called so. */
qfp_status qfp_config_constants(qfp_config_reader *reader, qfp_config *config) QFP_MUST_USE;

/* QFP_CONFIG at the first parameter that no expression used, with the nearest name that one did use;
 * to be asked when everything is read.  `only_overrides`: those of --set alone. */
qfp_status qfp_config_parameters_used(const qfp_yaml_node *root, const qfp_config *config,
                                      bool only_overrides) QFP_MUST_USE;

#endif
