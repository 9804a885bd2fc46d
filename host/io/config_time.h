/* config_time.h - what a configuration says of a system that depends on the time t.
 *
 * Expressions stay texts: what they mean at a time is found by reading them again with the parameters
 * of that time.  Times are counted from config->origin, where the run begins.
 */
#ifndef QFPI_CONFIG_TIME_H
#define QFPI_CONFIG_TIME_H

#include "io/config.h"

/* out[config->parameter_count]: the parameters at time t, without counters of their uses; the names are
 * borrowed.  QFP_CONFIG, with the time, where one is not finite. */
qfp_status qfp_config_parameters_at(const qfp_config *config, double t,
                                    qfp_parameter *out) QFP_MUST_USE;

/* Wick symbol of H at time t.  QFP_CONFIG, with the time, where it is not Hermitian or not finite.  `out`
 * is overwritten without being read. */
qfp_status qfp_config_wick_at(const qfp_config *config, double t, qfp_polynomial *out) QFP_MUST_USE;

/* Rate and operator of channel k at time t.  QFP_CONFIG, with the time, where the rate is negative, not real
 * or not finite.  `wick` is overwritten without being read. */
qfp_status qfp_config_channel_at(const qfp_config *config, size_t k, double t, double *rate,
                                 qfp_polynomial *wick) QFP_MUST_USE;

/* out = Σ_i weight_i L(t_i): rates that meet a constant operator are added up.  Give `out` to
 * qfp_lindblad_destroy either way. */
qfp_status qfp_config_lindblad(const qfp_config *config, size_t count, const double *t,
                               const double *weight, qfp_lindblad *out) QFP_MUST_USE;

/* The knots of all tables between `from` and `to`, where a function of t is no analytic one: *out is
 * malloc'ed, increasing, none twice. */
qfp_status qfp_config_knots(const qfp_config *config, double from, double to, size_t *count,
                            double **out) QFP_MUST_USE;

#endif
