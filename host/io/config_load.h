/* config_load.h - INTERNAL: from a text to a configuration. */
#ifndef QFPI_CONFIG_LOAD_H
#define QFPI_CONFIG_LOAD_H

#include "io/config.h"
#include "io/yaml_document.h"

/* qfp_config_parse of a point of a sweep: the key `sweep` is passed over. */
qfp_status qfpi_config_parse_point(const char *text, size_t length, const char *name,
                                   bool for_steady, const char *const *overrides,
                                   size_t override_count, qfp_config **out) QFP_MUST_USE;

/* Of a Hamiltonian or an observable in one mode: no system asks for more, and the number of terms of
 * the generator grows with the square. */
enum { QFPI_CONFIG_MAX_DEGREE = 16 };

/* The steps: what the keys say, and config->wick of the expression they give: QFP_CONFIG when its
 * degree is too high or it is not Hermitian. */
qfp_status qfpi_config_read_tree(const qfp_yaml_node *root, qfp_config *config) QFP_MUST_USE;
qfp_status qfpi_config_find_wick(qfp_config *config) QFP_MUST_USE;

/* Of the expressions of the configuration with these parameters, those of one time: H, overwriting `out`,
 * and a channel's operator and rate. */
qfp_status qfpi_config_wick(const qfp_config *config, const qfp_parameter *parameters,
                            qfp_polynomial *out) QFP_MUST_USE;
qfp_status qfpi_config_channel_operator(const qfp_config *config, const qfp_config_channel *channel,
                                        const qfp_parameter *parameters,
                                        qfp_polynomial *wick) QFP_MUST_USE;
qfp_status qfpi_config_channel_rate(const qfp_config *config, const qfp_config_channel *channel,
                                    const qfp_parameter *parameters, double *rate) QFP_MUST_USE;

/* How often parameters that vary were met in expressions so far. */
size_t qfpi_config_time_uses(const qfp_config *config);

#endif
