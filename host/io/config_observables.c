#include "io/config_observables.h"

qfp_status qfp_config_observables(const qfp_config *config, qfp_observable_set set,
                                  qfp_observable_list *out)
{
    return qfp_observable_list_create(config->modes, set, &config->wick, config->observable_count,
                                      config->observables, out);
}
