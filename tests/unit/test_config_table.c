/* test_config_table.c - every key with a type: both ends of its range, what lies beyond them, its
 * words, and its default. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/config.h"
#include "io/config_keys.h"
#include "io/config_values.h"

/* Larger than any structure of the table. */
static _Alignas(16) char memory[sizeof(qfp_config)];

static const qfp_config_reader reader = {.source = "t.yaml", .modes = 1};

/* The value of `key` where a file says `value`. */
static qfp_status read(const qfp_config_key *key, const char *value)
{
    char text[256] = "";
    size_t depth = 0;
    for (const char *c = key->path; *c != '\0'; ++c) {
        size_t used = strlen(text);
        depth += *c == '.';
        snprintf(text + used, sizeof text - used, "%s%c", *c == '.' ? ": {" : "",
                 *c == '.' ? ' ' : *c);
    }
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, ": %s%.*s\n", value, (int)depth, "}}}}");
    qfp_yaml_node *root = NULL;
    cr_assert(qfp_yaml_parse("t.yaml", "", text, strlen(text), &root) == QFP_OK, "%s: %s", text,
              qfp_last_error());
    const qfp_yaml_node *node = root;
    for (size_t level = 0; level <= depth; ++level)
        node = node->items[0];
    memset(memory, 0, sizeof memory);
    qfp_status status = qfp_config_value(&reader, node, memory);
    qfp_yaml_destroy(root);
    return status;
}

static double stored(const qfp_config_type *type)
{
    const char *at = memory + type->offset;
    return type->kind == QFP_KEY_REAL || type->kind == QFP_KEY_COMPLEX ? *(const double *)at
           : type->size == sizeof(bool)                                ? *(const bool *)at
           : type->size == sizeof(int)                                 ? *(const int *)at
                                       : (double)*(const uint64_t *)at;
}

static void expect(const qfp_config_key *key, double value, bool good)
{
    char text[40];
    snprintf(text, sizeof text, "%.17g", value);
    qfp_status status = read(key, text);
    cr_assert(eq(int, (int)status, good ? QFP_OK : QFP_CONFIG), "%s: %s", key->path, text);
    if (good)
        cr_assert(stored(&key->type) == value, "%s: %s", key->path, text);
    else
        cr_assert(strstr(qfp_last_error(), key->path) != NULL &&
                      strstr(qfp_last_error(), key->expected) != NULL,
                  "%s", qfp_last_error());
}

Test(config_table, ranges)
{
    size_t ends = 0;
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        const qfp_config_type *type = &key->type;
        if (type->kind != QFP_KEY_REAL && type->kind != QFP_KEY_INTEGER)
            continue;
        bool whole = type->kind == QFP_KEY_INTEGER;
        if (isfinite(type->low)) {
            expect(key, type->low, true);
            expect(key, whole ? type->low - 1.0 : nextafter(type->low, -INFINITY), false);
            ++ends;
        }
        if (isfinite(type->high)) {
            expect(key, type->high, true);
            expect(key, whole ? type->high + 1.0 : nextafter(type->high, INFINITY), false);
            ++ends;
        }
        if (whole)
            expect(key, type->low + 0.5, false);
    }
    cr_assert(lt(sz, 40, ends));
}

Test(config_table, words)
{
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        if (key->type.kind != QFP_KEY_CHOICE)
            continue;
        for (int k = 0; key->type.words[k] != NULL; ++k) {
            cr_assert(eq(int, (int)read(key, key->type.words[k]), QFP_OK), "%s", key->path);
            cr_assert(stored(&key->type) == k, "%s: %s", key->path, key->type.words[k]);
            cr_assert(strstr(key->expected, key->type.words[k]) != NULL, "%s", key->path);
        }
        cr_assert(eq(int, (int)read(key, "nothing_like_it"), QFP_CONFIG), "%s", key->path);
    }
}

/* The page of help and the value in use are one. */
Test(config_table, defaults)
{
    size_t found = 0;
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        double number = 0.0;
        char parent[64] = "";
        const char *dot = strrchr(key->path, '.');
        if (key->type.kind <= QFP_KEY_GROUP || key->type.shape != QFP_KEY_ONE)
            continue;
        if (key->type.kind == QFP_KEY_CHOICE) {
            int k = 0;
            while (key->type.words[k] != NULL && strcmp(key->type.words[k], key->fallback) != 0)
                ++k;
            if (key->type.words[k] == NULL)
                continue;
            number = k;
        } else if (!qfp_config_decimal(key->fallback, &number)) {
            continue;
        }
        if (dot != NULL)
            snprintf(parent, sizeof parent, "%.*s", (int)(dot - key->path), key->path);
        memset(memory, 0xff, sizeof memory);
        cr_assert(qfp_config_read(&reader, NULL, parent, memory) == QFP_OK);
        cr_assert(stored(&key->type) == number, "%s: %s", key->path, key->fallback);
        ++found;
    }
    cr_assert(lt(sz, 20, found));
}
