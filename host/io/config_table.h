/* config_table.h - INTERNAL: a parameter that is tabulated over time. */
#ifndef QFPI_CONFIG_TABLE_H
#define QFPI_CONFIG_TABLE_H

#include "io/config.h"
#include "io/config_values.h"

/* {times: […], values: […]}, or {file: NAME, dataset: NAME} of an array [n][2] of times and values or [n][3]
 * of times, real and imaginary parts (or its transpose).  QFP_CONFIG: fewer than two knots, as many values as
 * times they are not, times that do not increase, values that are not finite. */
qfp_status qfp_config_table(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_time_function *out) QFP_MUST_USE;
void qfp_time_function_clear(qfp_time_function *f);

#endif
