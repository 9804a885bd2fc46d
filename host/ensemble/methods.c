#include "ensemble/sample_pass.h"

#define SYSTEM(name) qfp_##name##_check, qfpi_sampler_create, qfp_##name##_create, NULL
#define PROCESS(name) qfpi_process_check, qfpi_process_create, NULL, qfp_##name##_create

static const qfp_method methods[] = {
#define X(name, kind, keys, meaning) {kind(name)},
    QFP_ENSEMBLE_METHODS(X)
#undef X
};

const qfp_method *qfpi_method_of(const qfp_config *config)
{
    return &methods[config->ensemble.method - qfp_ensemble_methods];
}
