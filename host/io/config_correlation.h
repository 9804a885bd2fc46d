/* config_correlation.h - INTERNAL: output.correlations of a configuration. */
#ifndef QFPI_CONFIG_CORRELATION_H
#define QFPI_CONFIG_CORRELATION_H

#include "io/config.h"
#include "io/config_values.h"

/* Twice it is the highest degree of an observable: an error of ⟨A…⟩ is seen from ⟨A†A⟩. */
enum { QFPI_CORRELATION_MAX_DEGREE = 8 };

/* Reads the list; output.times have been read.  QFP_CONFIG for operators that are wrong, zero or of too
 * high a degree, for times outside of the run, and for delays that do not increase from 0. */
qfp_status qfp_config_correlations(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                   qfp_config *config) QFP_MUST_USE;
void qfp_config_correlations_clear(qfp_config *config);

#endif
