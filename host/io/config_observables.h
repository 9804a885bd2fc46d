/* config_observables.h - INTERNAL: what a configuration observes. */
#ifndef QFPI_CONFIG_OBSERVABLES_H
#define QFPI_CONFIG_OBSERVABLES_H

#include "io/config.h"

/* The built-in observables of a set and those of the configuration, see algebra/observable.h. */
qfp_status qfp_config_observables(const qfp_config *config, qfp_observable_set set,
                                  qfp_observable_list *out) QFP_MUST_USE;

#endif
