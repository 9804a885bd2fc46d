/* config_values.h - INTERNAL: YAML nodes to numbers, texts and choices, with one form of complaint:
 * what was found, what is expected, an example (from config_keys.h). */
#ifndef QFPI_CONFIG_VALUES_H
#define QFPI_CONFIG_VALUES_H

#include <complex.h>

#include "expression/expression.h"
#include "io/yaml_document.h"

typedef struct qfp_config_reader {
    const char *source; /* the file, as named in errors */
    int modes;
    size_t parameter_count;
    const qfp_parameter *parameters; /* those read so far */
} qfp_config_reader;

#define QFP_CONFIG_FAIL(reader, node, ...) QFP_YAML_FAIL((reader)->source, (node), __VA_ARGS__)
#define QFP_CONFIG_FAIL_KEY(reader, node, ...)                                                     \
    QFP_YAML_FAIL_KEY((reader)->source, (node), __VA_ARGS__)

/* "expected …, for example '…', but found …" at the value. */
qfp_status qfpi_config_wrong(const char *origin_file, int origin_line,
                             const qfp_config_reader *reader, const qfp_yaml_node *node);
#define QFP_CONFIG_WRONG(reader, node) qfpi_config_wrong(__FILE__, __LINE__, (reader), (node))

/* QFP_UNSUPPORTED, "… comes with a later version". */
qfp_status qfp_config_later(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            const char *what) QFP_MUST_USE;

/* `node` must be a mapping whose keys are children of `prefix` in the table ("" for the root). */
qfp_status qfp_config_check_keys(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 const char *prefix) QFP_MUST_USE;

/* A value that must be there: QFP_CONFIG at the mapping when it is not. */
qfp_status qfp_config_require(const qfp_config_reader *reader, const qfp_yaml_node *map,
                              const char *key, const qfp_yaml_node **out) QFP_MUST_USE;

/* "'text'", "a list of 3", … for the end of a complaint. */
void qfp_config_describe(const qfp_yaml_node *node, char *out, size_t size);

/* A scalar that may be a number or a constant expression, and is neither empty nor .inf or .nan. */
bool qfp_config_is_number(const qfp_yaml_node *node);

/* Scalars; bounds are inclusive. */
qfp_status qfp_config_complex(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              double complex *out) QFP_MUST_USE;
qfp_status qfp_config_real(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           double *out) QFP_MUST_USE;
qfp_status qfp_config_positive(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               double *out) QFP_MUST_USE;
qfp_status qfp_config_integer(const qfp_config_reader *reader, const qfp_yaml_node *node, int low,
                              int high, int *out) QFP_MUST_USE;
qfp_status qfp_config_boolean(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              bool *out) QFP_MUST_USE;
/* Borrowed from the node. */
qfp_status qfp_config_text(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           const char **out) QFP_MUST_USE;
/* The index of the word in `words` (NULL-terminated). */
qfp_status qfp_config_choice(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const char *const *words, int *out) QFP_MUST_USE;

/* How a lone number stands for several modes. */
typedef enum qfp_config_spread {
    QFP_SPREAD_NONE, /* a lone number is for one mode only */
    QFP_SPREAD_ALL   /* a lone number holds for every mode */
} qfp_config_spread;

/* One entry per mode, read one at a time: entry `mode` of a list, or the lone scalar.  Call
 * qfp_config_check_per_mode first. */
qfp_status qfp_config_check_per_mode(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                     qfp_config_spread spread) QFP_MUST_USE;
const qfp_yaml_node *qfp_config_entry(const qfp_yaml_node *node, int mode);

#endif
