/* yaml_document.h - INTERNAL: a YAML text as a small tree that remembers where everything stood.
 *
 * Only what a configuration needs: one document of scalars, lists and mappings with scalar keys.
 * Aliases, anchors, tags, duplicate keys and further documents are errors, because each of them
 * lets a file say something other than what it shows.
 */
#ifndef QFPI_YAML_DOCUMENT_H
#define QFPI_YAML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

typedef enum qfp_yaml_kind {
    QFP_YAML_NOTHING, /* "key:" without a value, ~ or null */
    QFP_YAML_SCALAR,
    QFP_YAML_LIST,
    QFP_YAML_MAP
} qfp_yaml_kind;

typedef struct qfp_yaml_node {
    qfp_yaml_kind kind;
    char *path;               /* "solver.grid.points", "initial.coherent[2]" (1-based) */
    char *key;                /* inside a mapping; NULL otherwise */
    int key_line, key_column; /* 1-based, in characters */
    char *text;               /* of a scalar */
    int line, column;         /* of the first character of the value, past an opening quote */
    bool from_override;       /* given by --set: errors name the option instead of the file */
    size_t count, capacity;
    struct qfp_yaml_node **items; /* of a list or a mapping, in file order; owned */
} qfp_yaml_node;

/* Parses `text` (UTF-8, `size` bytes and a zero byte behind them).  `source` is the file named in
 * errors; a non-empty `root_path` makes the tree the value of --set ROOT_PATH.  QFP_CONFIG with
 * file, line and column for every fault of the text. */
qfp_status qfp_yaml_parse(const char *source, const char *root_path, const char *text, size_t size,
                          qfp_yaml_node **out) QFP_MUST_USE;
void qfp_yaml_destroy(qfp_yaml_node *node); /* accepts NULL */

/* The value of `key` in a mapping, NULL when absent. */
qfp_yaml_node *qfp_yaml_find(const qfp_yaml_node *map, const char *key);

/* Puts `value` (owned from here on, also on failure) under `key`, replacing what was there. */
qfp_status qfp_yaml_put(qfp_yaml_node *map, const char *key, qfp_yaml_node *value) QFP_MUST_USE;

/* A new empty mapping that stands for `path` and came from --set. */
qfp_status qfp_yaml_new_map(const char *path, qfp_yaml_node **out) QFP_MUST_USE;

/* "FILE:LINE:COLUMN: key.path: sentence" or "--set key.path: sentence"; at the key or the value. */
qfp_status qfpi_yaml_error(qfp_status status, const char *origin_file, int origin_line,
                           const char *source, const qfp_yaml_node *node, bool at_key,
                           const char *format, ...) __attribute__((format(printf, 7, 8)));
#define QFP_YAML_FAIL(source, node, ...)                                                           \
    qfpi_yaml_error(QFP_CONFIG, __FILE__, __LINE__, (source), (node), false, __VA_ARGS__)
#define QFP_YAML_FAIL_KEY(source, node, ...)                                                       \
    qfpi_yaml_error(QFP_CONFIG, __FILE__, __LINE__, (source), (node), true, __VA_ARGS__)

#endif
