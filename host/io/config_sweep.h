/* config_sweep.h - INTERNAL: the key `sweep`, and the configuration of one of its points. */
#ifndef QFPI_CONFIG_SWEEP_H
#define QFPI_CONFIG_SWEEP_H

#include "io/config.h"
#include "io/config_values.h"

/* Reads `sweep` of the root, after everything else; nothing where it is missing.  QFP_CONFIG for what is neither a
 * parameter nor a key, for keys that every point must share (output, backend, device, title, ensemble), and for more
 * than QFP_MOST_POINTS points. */
qfp_status qfp_config_sweep(const qfp_config_reader *reader, const qfp_yaml_node *root,
                            qfp_config *config) QFP_MUST_USE;
void qfp_config_sweep_clear(qfp_config *config);

#define QFP_MOST_POINTS 10000000

/* Product of the counts of all axes; 1 without any. */
size_t qfp_config_sweep_points(const qfp_config *config);
/* The number that point `point` has on an axis, the last of which runs fastest. */
size_t qfp_config_sweep_index(const qfp_config *config, size_t point, int axis);
/* The configuration of a point, without `sweep`: that of the file with --set of its own and of the point. */
qfp_status qfp_config_at_point(const qfp_config *config, size_t point,
                               qfp_config **out) QFP_MUST_USE;

#endif
