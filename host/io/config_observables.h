/* config_observables.h - INTERNAL: what a configuration observes. */
#ifndef QFPI_CONFIG_OBSERVABLES_H
#define QFPI_CONFIG_OBSERVABLES_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads output.observables.  QFP_CONFIG for an operator that is wrong, zero or of too high a
 * degree, and for names that are no names, taken, or used twice. */
qfp_status qfp_config_read_observables(const qfp_config_reader *reader, const qfp_yaml_node *output,
                                       qfp_config *config) QFP_MUST_USE;
void qfp_config_observables_clear(qfp_config *config);

/* One operator of the configuration, of at most `degree` in every mode, without a name. */
qfp_status qfp_config_observable_operator(const qfp_config_reader *reader,
                                          const qfp_yaml_node *node, int degree,
                                          qfp_user_observable *out) QFP_MUST_USE;
void qfp_user_observable_clear(qfp_user_observable *o);

/* The built-in observables of a set and those of the configuration, see algebra/observable.h. */
qfp_status qfp_config_observables(const qfp_config *config, qfp_observable_set set,
                                  qfp_observable_list *out) QFP_MUST_USE;

#endif
