#include "io/yaml_document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

/* Far above any configuration; bounds the recursion below and the quadratic duplicate search. */
#define MAX_DEPTH 32
#define MAX_KEYS 4096

typedef struct document_reader {
    const char *source;
    const char *root_path; /* "" for a file */
    const char *text;
    size_t size;
    yaml_parser_t parser;
} document_reader;

qfp_status qfpi_yaml_error(qfp_status status, const char *origin_file, int origin_line,
                           const char *source, const qfp_yaml_node *node, bool at_key,
                           const char *format, ...)
{
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (node->from_override)
        return qfpi_error_record(status, origin_file, origin_line, "--set %s: %s", node->path,
                                 sentence);
    bool key = at_key && node->key != NULL;
    return qfpi_error_record(status, origin_file, origin_line, "%s:%d:%d: %s%s%s", source,
                             key ? node->key_line : node->line,
                             key ? node->key_column : node->column, node->path,
                             node->path[0] != '\0' ? ": " : "", sentence);
}

void qfp_yaml_destroy(qfp_yaml_node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->count; ++i)
        qfp_yaml_destroy(node->items[i]);
    free(node->items);
    free(node->path);
    free(node->key);
    free(node->text);
    free(node);
}

static qfp_status copy_text(const char *text, size_t length, char **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, length + 1, "the configuration"));
    memcpy(*out, text, length);
    return QFP_OK;
}

static qfp_status new_node(const char *path, qfp_yaml_kind kind, qfp_yaml_node **out)
{
    qfp_yaml_node *node = NULL;
    QFP_TRY(QFP_ALLOCATE(node, 1, "the configuration"));
    node->kind = kind;
    qfp_status status = copy_text(path, strlen(path), &node->path);
    if (status != QFP_OK) {
        qfp_yaml_destroy(node);
        return status;
    }
    *out = node;
    return QFP_OK;
}

qfp_status qfp_yaml_new_map(const char *path, qfp_yaml_node **out)
{
    QFP_TRY(new_node(path, QFP_YAML_MAP, out));
    (*out)->from_override = true;
    return QFP_OK;
}

/* Takes ownership of `child`, also when it fails. */
static qfp_status append(qfp_yaml_node *parent, qfp_yaml_node *child)
{
    if (parent->count == parent->capacity) {
        size_t capacity = parent->capacity > 0 ? 2 * parent->capacity : 8;
        qfp_yaml_node **items = realloc(parent->items, capacity * sizeof(*items));
        if (items == NULL) {
            qfp_yaml_destroy(child);
            return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu entries for the configuration",
                            capacity);
        }
        parent->items = items;
        parent->capacity = capacity;
    }
    parent->items[parent->count++] = child;
    return QFP_OK;
}

qfp_yaml_node *qfp_yaml_find(const qfp_yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != QFP_YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; ++i)
        if (strcmp(map->items[i]->key, key) == 0)
            return map->items[i];
    return NULL;
}

qfp_status qfp_yaml_put(qfp_yaml_node *map, const char *key, qfp_yaml_node *value)
{
    free(value->key);
    value->key = NULL;
    qfp_status status = copy_text(key, strlen(key), &value->key);
    if (status != QFP_OK) {
        qfp_yaml_destroy(value);
        return status;
    }
    for (size_t i = 0; i < map->count; ++i)
        if (strcmp(map->items[i]->key, key) == 0) {
            qfp_yaml_destroy(map->items[i]);
            map->items[i] = value;
            return QFP_OK;
        }
    return append(map, value);
}

static qfp_status fail_at(const document_reader *r, size_t line, size_t column, const char *what,
                          const char *detail)
{
    const char *separator = what[0] != '\0' && detail[0] != '\0' ? ": " : "";
    if (r->root_path[0] != '\0')
        return QFP_FAIL(QFP_CONFIG, "--set %s: %s%s%s", r->root_path, what, separator, detail);
    return QFP_FAIL(QFP_CONFIG, "%s:%zu:%zu: %s%s%s", r->source, line, column, what, separator,
                    detail);
}

static qfp_status fail_at_offset(const document_reader *r, size_t offset, const char *what)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset && i < r->size; ++i) {
        if (r->text[i] == '\n') {
            ++line;
            column = 1;
        } else if (((unsigned char)r->text[i] & 0xC0) != 0x80) {
            ++column; /* continuation bytes of UTF-8 belong to the character before */
        }
    }
    return fail_at(r, line, column, what, "");
}

static qfp_status fail_event(const document_reader *r, const yaml_event_t *event, const char *what)
{
    return fail_at(r, event->start_mark.line + 1, event->start_mark.column + 1, what, "");
}

/* Line number `line`, 1-based; NULL past the end.  Not by the index of a mark: libyaml counts
 * characters there, not bytes.  The text ends in a zero byte. */
static const char *find_line(const document_reader *r, size_t line)
{
    const char *at = r->text;
    while (--line > 0) {
        at = strchr(at, '\n');
        if (at == NULL)
            return NULL;
        ++at;
    }
    return at;
}

static bool is_indented_by_tab(const document_reader *r, size_t line)
{
    const char *start = find_line(r, line);
    return start != NULL && start[strspn(start, " ")] == '\t';
}

/* What libyaml's problems mostly come from. */
static const char *yaml_advice(const char *problem)
{
    static const struct {
        const char *problem, *advice;
    } rows[] = {
        {"did not find expected ','",
         "; between brackets a text with any of , [ ] { } is to be quoted"},
        {"found unexpected ':'", "; a value stands after ': ', a colon and a space"},
        {"mapping values are not allowed in this context",
         "; a text with ': ' is to be quoted, and keys side by side begin in one column"},
        {"did not find expected key", "; keys side by side begin in one column"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (strncmp(problem, rows[i].problem, strlen(rows[i].problem)) == 0)
            return rows[i].advice;
    return "";
}

/* With what the parser was at, where that began in an earlier line. */
static qfp_status fail_syntax(const document_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem != NULL ? p->problem : "unreadable";
    char sentence[512] = "the line is indented by a tab; YAML takes spaces only", begun[160] = "";
    if (p->context != NULL && p->context_mark.line < p->problem_mark.line)
        snprintf(begun, sizeof begun, " %s from line %zu on", p->context, p->context_mark.line + 1);
    if (!is_indented_by_tab(r, p->problem_mark.line + 1))
        snprintf(sentence, sizeof sentence, "%s%s%s", problem, begun, yaml_advice(problem));
    return fail_at(r, p->problem_mark.line + 1, p->problem_mark.column + 1, "not valid YAML",
                   sentence);
}

static qfp_status next_event(document_reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return QFP_OK;
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory while reading YAML", r->source);
    if (p->error == YAML_READER_ERROR)
        return fail_at_offset(r, p->problem_offset,
                              "not readable as UTF-8 text (a configuration is a YAML text file)");
    return fail_syntax(r);
}

/* The text of a block scalar (| or >) begins on a later line than its mark. */
static void locate_block_text(const document_reader *r, qfp_yaml_node *node)
{
    for (int line = node->line + 1;; ++line) {
        const char *start = find_line(r, (size_t)line);
        if (start == NULL)
            return;
        size_t indent = strspn(start, " ");
        if (start[indent] != '\n' && start[indent] != '\r' && start[indent] != '\0') {
            node->line = line;
            node->column = (int)indent + 1;
            return;
        }
    }
}

static qfp_status take_scalar(const document_reader *r, const yaml_event_t *event,
                              qfp_yaml_node *node)
{
    const char *text = (const char *)event->data.scalar.value;
    yaml_scalar_style_t style = event->data.scalar.style;
    if (memchr(text, '\0', event->data.scalar.length) != NULL)
        return fail_event(r, event, "a text may not hold NUL characters");
    bool plain = style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0))
        node->kind = QFP_YAML_NOTHING;
    if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        ++node->column;
    else if (!plain)
        locate_block_text(r, node);
    return copy_text(text, event->data.scalar.length, &node->text);
}

static qfp_status build(document_reader *r, const yaml_event_t *event, const char *path, int depth,
                        qfp_yaml_node **out);

static qfp_status build_list(document_reader *r, qfp_yaml_node *list, int depth)
{
    for (;;) {
        yaml_event_t event;
        QFP_TRY(next_event(r, &event));
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return QFP_OK;
        }
        qfp_yaml_node *item = NULL;
        char *path = qfpi_format("%s[%zu]", list->path, list->count + 1);
        qfp_status status = path != NULL ? build(r, &event, path, depth + 1, &item)
                                         : QFP_FAIL(QFP_MEMORY, "out of memory");
        free(path);
        yaml_event_delete(&event);
        QFP_TRY(status);
        QFP_TRY(append(list, item));
    }
}

static qfp_status check_key(const document_reader *r, const qfp_yaml_node *map,
                            const yaml_event_t *event)
{
    if (event->type != YAML_SCALAR_EVENT)
        return fail_event(r, event, "a key must be a plain word");
    const char *key = (const char *)event->data.scalar.value;
    if (event->data.scalar.anchor != NULL)
        return fail_event(r, event, "anchors (&name) are not part of this format");
    if (key[0] == '\0' || strlen(key) != event->data.scalar.length)
        return fail_event(r, event, "a key must be a plain word");
    if (map->count >= MAX_KEYS)
        return fail_event(r, event, "too many keys in one mapping");
    const qfp_yaml_node *first = qfp_yaml_find(map, key);
    if (first != NULL) {
        char what[256];
        snprintf(what, sizeof what, "%s: the key is given twice, first in line %d", first->path,
                 first->key_line);
        return fail_event(r, event, what);
    }
    return QFP_OK;
}

static qfp_status build_entry(document_reader *r, const yaml_event_t *key_event, qfp_yaml_node *map,
                              int depth)
{
    yaml_event_t event = {0};
    qfp_yaml_node *value = NULL;
    char *path = NULL;
    qfp_status status;
    QFP_TRY_GOTO(check_key(r, map, key_event));
    const char *key = (const char *)key_event->data.scalar.value;
    path = map->path[0] != '\0' ? qfpi_format("%s.%s", map->path, key) : qfpi_format("%s", key);
    if (path == NULL) {
        status = QFP_FAIL(QFP_MEMORY, "out of memory while reading %s", r->source);
        goto done;
    }
    QFP_TRY_GOTO(next_event(r, &event));
    QFP_TRY_GOTO(build(r, &event, path, depth + 1, &value));
    value->key_line = (int)key_event->start_mark.line + 1;
    value->key_column = (int)key_event->start_mark.column + 1;
    status = copy_text(key, strlen(key), &value->key);
    if (status != QFP_OK) {
        qfp_yaml_destroy(value);
        goto done;
    }
    status = append(map, value);
done:
    yaml_event_delete(&event);
    free(path);
    return status;
}

static qfp_status build_map(document_reader *r, qfp_yaml_node *map, int depth)
{
    for (;;) {
        yaml_event_t event;
        QFP_TRY(next_event(r, &event));
        bool end = event.type == YAML_MAPPING_END_EVENT;
        qfp_status status = end ? QFP_OK : build_entry(r, &event, map, depth);
        yaml_event_delete(&event);
        QFP_TRY(status);
        if (end)
            return QFP_OK;
    }
}

static qfp_status check_plain_node(const document_reader *r, const yaml_event_t *event, int depth)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    case YAML_ALIAS_EVENT:
        return fail_event(r, event,
                          "aliases (*name) are not part of this format; write the value "
                          "out, or quote a text that begins with '*'");
    default:
        return fail_event(r, event, "not valid YAML");
    }
    if (anchor != NULL)
        return fail_event(r, event, "anchors (&name) are not part of this format");
    if (tag != NULL)
        return fail_event(r, event, "tags (!name) are not part of this format");
    if (depth > MAX_DEPTH)
        return fail_event(r, event, "nested too deeply");
    return QFP_OK;
}

static qfp_status build(document_reader *r, const yaml_event_t *event, const char *path, int depth,
                        qfp_yaml_node **out)
{
    QFP_TRY(check_plain_node(r, event, depth));
    qfp_yaml_node *node = NULL;
    qfp_yaml_kind kind = event->type == YAML_SCALAR_EVENT           ? QFP_YAML_SCALAR
                         : event->type == YAML_SEQUENCE_START_EVENT ? QFP_YAML_LIST
                                                                    : QFP_YAML_MAP;
    QFP_TRY(new_node(path, kind, &node));
    node->line = (int)event->start_mark.line + 1;
    node->column = (int)event->start_mark.column + 1;
    node->from_override = r->root_path[0] != '\0';
    qfp_status status = kind == QFP_YAML_SCALAR ? take_scalar(r, event, node)
                        : kind == QFP_YAML_LIST ? build_list(r, node, depth)
                                                : build_map(r, node, depth);
    if (status != QFP_OK) {
        qfp_yaml_destroy(node);
        return status;
    }
    *out = node;
    return QFP_OK;
}

/* Reads up to the node of the first document; `*root` stays NULL for an empty text. */
static qfp_status read_stream(document_reader *r, qfp_yaml_node **root)
{
    for (;;) {
        yaml_event_t event;
        QFP_TRY(next_event(r, &event));
        yaml_event_type_t type = event.type;
        qfp_status status = QFP_OK;
        if (type == YAML_DOCUMENT_START_EVENT && *root != NULL)
            status = fail_event(r, &event, "a second document begins here; one file holds one run");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
                 type != YAML_DOCUMENT_END_EVENT && type != YAML_STREAM_END_EVENT)
            status = build(r, &event, r->root_path, 0, root);
        yaml_event_delete(&event);
        QFP_TRY(status);
        if (type == YAML_STREAM_END_EVENT)
            return QFP_OK;
    }
}

qfp_status qfp_yaml_parse(const char *source, const char *root_path, const char *text, size_t size,
                          qfp_yaml_node **out)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* which some editors put before UTF-8 */
    size_t marked = size >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    text += marked;
    size -= marked;
    document_reader r = {.source = source, .root_path = root_path, .text = text, .size = size};
    const char *nul = size > 0 ? memchr(text, '\0', size) : NULL;
    if (nul != NULL)
        return fail_at_offset(&r, (size_t)(nul - text),
                              "a NUL byte; a configuration is a YAML text file in UTF-8");
    if (!yaml_parser_initialize(&r.parser))
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory while reading YAML", source);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, size);
    qfp_yaml_node *root = NULL;
    qfp_status status = read_stream(&r, &root);
    yaml_parser_delete(&r.parser);
    if (status == QFP_OK && root == NULL)
        status = fail_at(&r, 1, 1, "empty",
                         "a configuration needs at least hamiltonian, initial "
                         "and output.times");
    if (status != QFP_OK) {
        qfp_yaml_destroy(root);
        return status;
    }
    *out = root;
    return QFP_OK;
}
