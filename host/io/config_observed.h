/* config_observed.h - INTERNAL: `observed` of a configuration, what was measured. */
#ifndef QFPI_CONFIG_OBSERVED_H
#define QFPI_CONFIG_OBSERVED_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads the key and the files that it names, each in a process of its own, and adds the times to those of the series;
 * output has been read.  QFP_CONFIG, at the entry, for times outside of the run, for values that are no numbers, and for
 * errors that are not above 0. */
qfp_status qfp_config_observed(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config) QFP_MUST_USE;
void qfp_config_observed_clear(qfp_config *config);

#endif
