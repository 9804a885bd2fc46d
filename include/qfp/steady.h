/* steady.h - the stationary state of a time-independent open system, and how fast it is reached. */
#ifndef QFP_STEADY_H
#define QFP_STEADY_H

#include "qfp/run.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QFP_STEADY_MODES 12

/* The slowest modes of the generator, e^{−decay t} cos(frequency t + …), slowest first. */
typedef struct qfp_steady_modes {
    int count;      /* found */
    int stationary; /* of them do not decay: dimensions of the manifold of stationary states */
    double decay[QFP_STEADY_MODES], frequency[QFP_STEADY_MODES];
    double error[QFP_STEADY_MODES]; /* of both; NaN where fewer levels do not have the mode */
    double gap;       /* the least decay of those that are not stationary; NaN: none found */
    int gap_is_bound; /* a mode may have been missed that decays slower than that */
} qfp_steady_modes;

/* As qfp_config_load and qfp_config_parse, of a configuration that may leave out `initial`, which then is the vacuum, and
 * output.times. */
QFP_API qfp_status qfp_steady_config_load(const char *path, const char *const *overrides,
                                          size_t override_count, qfp_config **out) QFP_MUST_USE;
QFP_API qfp_status qfp_steady_config_parse(const char *text, size_t length, const char *name,
                                           const char *const *overrides, size_t override_count,
                                           qfp_config **out) QFP_MUST_USE;

/* The state that `initial` ends in under dissipation, in the Fock basis, with as many levels as the tolerance
 * asks for unless solver.levels are given.  The file is that of a run with one time, 0, and /steady
 * beside it; output.times, output.series and output.checkpoint are not looked at. options->watch hears of the end alone.  QFP_CONFIG for a
 * closed system, one that depends on the time, or a theory that is not exact; else as qfp_run. */
QFP_API qfp_status qfp_steady(const qfp_config *config, const qfp_run_options *options,
                              qfp_run_result *result, qfp_steady_modes *modes) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
