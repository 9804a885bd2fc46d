/* config_state.h - INTERNAL: the `initial` block of a configuration. */
#ifndef QFPI_CONFIG_STATE_H
#define QFPI_CONFIG_STATE_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads a state and the states inside it, into config->initial, which may be half built on failure.  Lengths,
 * levels and the tolerance have been read. */
qfp_status qfp_config_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_config *config) QFP_MUST_USE;
void qfp_state_clear(qfp_state *state);

#endif
