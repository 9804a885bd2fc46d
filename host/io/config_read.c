/* config_read.c - values by the table of keys. */
#include <stdint.h>
#include <string.h>

#include "io/config_keys.h"
#include "io/config_values.h"

/* Into an int, an enumeration, a uint64_t or a bool. */
static void store(int value, size_t size, void *at)
{
    if (size == sizeof(bool))
        *(bool *)at = value != 0;
    else if (size == sizeof(uint64_t))
        *(uint64_t *)at = (uint64_t)value;
    else
        memcpy(at, &value, sizeof value);
}

static qfp_status read_one(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           const qfp_config_type *type, void *at)
{
    double real = 0.0;
    int whole = 0;
    if (type->kind == QFP_KEY_COMPLEX)
        return qfp_config_complex(reader, node, at);
    if (type->kind == QFP_KEY_REAL) {
        QFP_TRY(qfp_config_real(reader, node, &real));
        if (!(real >= type->low && real <= type->high))
            return QFP_CONFIG_WRONG(reader, node);
        *(double *)at = real;
        return QFP_OK;
    }
    if (type->kind == QFP_KEY_INTEGER)
        QFP_TRY(qfp_config_integer(reader, node, (int)type->low, (int)type->high, &whole));
    else
        QFP_TRY(qfp_config_choice(reader, node, type->words, &whole));
    store(whole, type->size, at);
    return QFP_OK;
}

qfp_status qfp_config_value(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            void *structure)
{
    const qfp_config_type *type = &qfp_config_key_find(node->path)->type;
    char *at = (char *)structure + type->offset;
    if (type->shape == QFP_KEY_ONE)
        return read_one(reader, node, type, at);
    QFP_TRY(qfp_config_check_per_mode(reader, node, type->shape == QFP_KEY_ALL));
    for (int j = 0; j < reader->modes; ++j)
        QFP_TRY(read_one(reader, qfp_config_entry(node, j), type, at + (size_t)j * type->size));
    return QFP_OK;
}

/* What the page of help says; what it says in words alone is zero here. */
static void set_default(const qfp_config_key *key, void *structure)
{
    const qfp_config_type *type = &key->type;
    void *at = (char *)structure + type->offset;
    double number;
    for (int k = 0; type->kind == QFP_KEY_CHOICE && type->words[k] != NULL; ++k)
        if (strcmp(type->words[k], key->fallback) == 0)
            store(k, type->size, at);
    if (type->kind == QFP_KEY_CHOICE || !qfp_config_decimal(key->fallback, &number))
        return;
    if (type->kind == QFP_KEY_COMPLEX)
        *(double complex *)at = number;
    else if (type->kind == QFP_KEY_REAL)
        *(double *)at = number;
    else
        store((int)number, type->size, at);
}

qfp_status qfp_config_read(const qfp_config_reader *reader, const qfp_yaml_node *map,
                           const char *prefix, void *structure)
{
    if (map != NULL)
        QFP_TRY(qfp_config_check_keys(reader, map, prefix));
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        const char *name = qfp_config_key_below(key, prefix);
        const qfp_yaml_node *node = NULL;
        if (name == NULL || key->type.kind == QFP_KEY_OWN)
            continue;
        bool may_miss = reader->for_steady && key->type.kind == QFP_KEY_GROUP; /* output */
        if (map != NULL && !may_miss && strcmp(key->fallback, QFP_KEY_REQUIRED) == 0)
            QFP_TRY(qfp_config_require(reader, map, name, &node));
        else if (map != NULL)
            node = qfp_yaml_find(map, name);
        if (key->type.kind == QFP_KEY_GROUP)
            QFP_TRY(qfp_config_read(reader, node, key->path, structure));
        else if (node != NULL)
            QFP_TRY(qfp_config_value(reader, node, structure));
        else
            set_default(key, structure);
    }
    return QFP_OK;
}
