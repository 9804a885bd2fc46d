/* config_dissipation.h - INTERNAL: the channels of `dissipation`. */
#ifndef QFPI_CONFIG_DISSIPATION_H
#define QFPI_CONFIG_DISSIPATION_H

#include "io/config.h"
#include "io/config_values.h"

/* Of c in one mode: c†c has twice as much, and that is the most of a Hamiltonian. */
enum { QFPI_CHANNEL_MAX_DEGREE = 8 };

/* Reads `dissipation` and checks its values at t = 0.  QFP_CONFIG at the operator or the rate that is wrong. */
qfp_status qfp_config_dissipation(const qfp_config_reader *reader, const qfp_yaml_node *root,
                                  qfp_config *config) QFP_MUST_USE;
void qfp_config_dissipation_clear(qfp_config *config);

#endif
