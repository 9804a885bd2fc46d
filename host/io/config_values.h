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
    bool may_vary;                   /* scalars may depend on the time t: that of t = 0 is read */
    bool for_steady;                 /* `output` may be missing */
} qfp_config_reader;

#define QFP_CONFIG_FAIL(reader, node, ...) QFP_YAML_FAIL((reader)->source, (node), __VA_ARGS__)
#define QFP_CONFIG_FAIL_KEY(reader, node, ...)                                                     \
    QFP_YAML_FAIL_KEY((reader)->source, (node), __VA_ARGS__)

/* "expected …, for example '…', but found …" at the value. */
qfp_status qfpi_config_wrong(const char *origin_file, int origin_line,
                             const qfp_config_reader *reader, const qfp_yaml_node *node);
#define QFP_CONFIG_WRONG(reader, node) qfpi_config_wrong(__FILE__, __LINE__, (reader), (node))

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

/* A plain decimal number: no expression, no hexadecimal, no infinity. */
bool qfp_config_decimal(const char *text, double *out);

/* Scalars; bounds are inclusive. */
qfp_status qfp_config_complex(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              double complex *out) QFP_MUST_USE;
qfp_status qfp_config_real(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           double *out) QFP_MUST_USE;
qfp_status qfp_config_integer(const qfp_config_reader *reader, const qfp_yaml_node *node, int low,
                              int high, int *out) QFP_MUST_USE;
/* Borrowed from the node. */
qfp_status qfp_config_text(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           const char **out) QFP_MUST_USE;
/* The name of a file, malloc'ed: in a configuration it starts where that lies, so that it means the same from
 * wherever the program is started; typed on the command line it starts where the user is. */
qfp_status qfp_config_file_name(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                char **out) QFP_MUST_USE;
/* The index of the word in `words` (NULL-terminated). */
qfp_status qfp_config_choice(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const char *const *words, int *out) QFP_MUST_USE;

/* `node` has one entry per mode, or is a lone number where one may stand for `all` modes. */
qfp_status qfp_config_check_per_mode(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                     bool all) QFP_MUST_USE;
/* Entry `mode` of a list, or the lone number. */
const qfp_yaml_node *qfp_config_entry(const qfp_yaml_node *node, int mode);

/* The value of a key that the table gives a type, into the structure that it names. */
qfp_status qfp_config_value(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            void *structure) QFP_MUST_USE;
/* All keys with a type directly below `prefix` and in the groups below it, in the order of the
 * table; defaults where they are left out, as all are where `map` is NULL. */
qfp_status qfp_config_read(const qfp_config_reader *reader, const qfp_yaml_node *map,
                           const char *prefix, void *structure) QFP_MUST_USE;

#endif
