#include "qfp/steady.h"

#include <stdlib.h>

#include "core/clock.h"
#include "io/config.h"
#include "io/progress.h"

qfp_status qfp_steady(const qfp_config *config, const qfp_run_options *options,
                      qfp_run_result *result, qfp_steady_modes *modes)
{
    double now = 0.0;
    qfp_correlation *correlations = NULL;
    qfp_config steady = *config;
    *result = (qfp_run_result){0};
    *modes = (qfp_steady_modes){0};
    QFP_TRY(qfp_config_require_system(config));
    if (config->theory_count > 1)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: theory: a stationary state is that of one theory; leave the key out",
                        config->path);
    if (config->varies)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: the system depends on the time t and has no stationary state; `qfp "
                        "run` follows it",
                        config->path);
    steady.basis = QFP_BASIS_FOCK;
    steady.steady = modes;
    steady.time_count = 1;
    steady.times = &now;
    steady.series_count = 0;
    steady.state_count = config->state_count > 0 ? 1 : 0;
    steady.state_times = &now;
    steady.checkpoint_seconds = 0.0;
    QFP_TRY(QFP_ALLOCATE(correlations, config->correlation_count, "the correlations"));
    for (size_t i = 0; i < config->correlation_count; i++) {
        correlations[i] = config->correlations[i];
        correlations[i].at = now;
    }
    steady.correlations = correlations;
    steady.steady_progress =
        qfp_progress_create(options->show_progress ? config->title : NULL, qfpi_seconds_now);
    qfp_status status = qfp_run(&steady, options, result);
    qfp_progress_destroy(steady.steady_progress);
    free(correlations);
    return status;
}
