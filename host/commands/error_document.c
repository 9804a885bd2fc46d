/* error_document.c - what --json says of a command that fails and has no document of its own. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/text.h"
#include "io/config_keys.h"

/* Where in a configuration: every sentence about one begins "FILE:LINE:COLUMN: KEY: ",
 * "--set KEY: " or "KEY: ", FILE as it is shown. */
typedef struct place {
    bool has_line;
    long line, column;
    char key[256]; /* "" where the sentence is about no key */
} place;

static const char *read_number(const char *at, long *value)
{
    char *end;
    *value = strtol(at, &end, 10);
    return isdigit((unsigned char)*at) && *end == ':' ? end + 1 : NULL;
}

static const char *after(const char *text, const char *beginning)
{
    size_t length = strlen(beginning);
    return strncmp(text, beginning, length) == 0 ? text + length : NULL;
}

/* A word before ": "; where nothing says that it is a key, only one below a key that there is. */
static void read_key(const char *at, bool must_be_known, place *out)
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

static place find_place(const char *sentence, const char *file)
{
    place found = {0};
    char *shown = qfpi_text_printable(file);
    const char *at = shown != NULL ? after(sentence, shown) : NULL;
    const char *line = at != NULL && *at == ':' ? read_number(at + 1, &found.line) : NULL;
    const char *column = line != NULL ? read_number(line, &found.column) : NULL;
    const char *set = after(sentence, "--set ");
    found.has_line = column != NULL;
    if (found.has_line)
        read_key(column + strspn(column, " "), false, &found);
    else
        read_key(set != NULL ? set : sentence, set == NULL, &found);
    free(shown);
    return found;
}

json_t *error_document(const arguments *a, qfp_status status)
{
    static const char *const names[] = {
#define X(name, exit_status, text) #name,
        QFP_STATUS_LIST(X)
#undef X
    };
    const char *sentence = qfp_last_error();
    const char *file = a->positional_count > 0 ? config_name(a) : "";
    place at = find_place(sentence, file);
    return json_pack("{s:{s:s, s:i, s:o, s:o, s:o, s:o, s:o}}", "error", "status", names[status],
                     "exit_status", exit_status(status), "message", qfpi_json_text(sentence),
                     "file", at.has_line ? qfpi_json_text(file) : json_null(), "line",
                     at.has_line ? json_integer(at.line) : json_null(), "column",
                     at.has_line ? json_integer(at.column) : json_null(), "key",
                     at.key[0] != '\0' ? qfpi_json_text(at.key) : json_null());
}
