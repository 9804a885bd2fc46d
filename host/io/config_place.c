/* config_place.c - what the sentence of an error says about a place in a configuration. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/config_keys.h"
#include "qfp/config.h"

static const char *read_number(const char *at, int *value)
{
    char *end;
    long number = strtol(at, &end, 10);
    *value = number > INT_MAX ? INT_MAX : (int)number;
    return isdigit((unsigned char)*at) && *end == ':' ? end + 1 : NULL;
}

static const char *after(const char *text, const char *beginning)
{
    size_t length = strlen(beginning);
    return strncmp(text, beginning, length) == 0 ? text + length : NULL;
}

/* A word before ": "; where nothing says that it is a key, only one below a key that there is. */
static void read_key(const char *at, bool must_be_known, qfp_config_place *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t length = strcspn(at, ": "), first = strspn(at, letters);
    char top[sizeof out->key];
    if (length == 0 || length >= sizeof out->key || strncmp(at + length, ": ", 2) != 0)
        return;
    snprintf(top, sizeof top, "%.*s", (int)first, at);
    if (must_be_known && qfp_config_key_find(top) == NULL)
        return;
    snprintf(out->key, sizeof out->key, "%.*s", (int)length, at);
}

qfp_config_place qfp_config_place_of_error(const char *name)
{
    qfp_config_place found = {0};
    const char *sentence = qfp_last_error(), *set = after(sentence, "--set ");
    char *shown = qfpi_text_printable(name);
    const char *at = shown != NULL ? after(sentence, shown) : NULL;
    const char *line = at != NULL && *at == ':' ? read_number(at + 1, &found.line) : NULL;
    const char *column = line != NULL ? read_number(line, &found.column) : NULL;
    if (column != NULL) {
        read_key(column + strspn(column, " "), false, &found);
    } else {
        const char *rest = at != NULL ? after(at, ": ") : NULL;
        found.line = found.column = 0;
        read_key(set != NULL ? set : rest != NULL ? rest : sentence, set == NULL, &found);
    }
    free(shown);
    return found;
}
