/* config_state.h - INTERNAL: the `initial` block of a configuration. */
#ifndef QFPI_CONFIG_STATE_H
#define QFPI_CONFIG_STATE_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads a state and the states inside it.  `out` may be half built on failure: it is to be given to
 * qfp_state_clear either way. */
qfp_status qfp_config_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_state *out) QFP_MUST_USE;
void qfp_state_clear(qfp_state *state);

#endif
