/* The page of every key says what the table of keys says, and lists what is below it. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "io/config_keys.h"
#include "qfp/config.h"

static void has_line(const char *page, const char *name, const char *value)
{
    char *line = qfpi_format("    %s%s\n", name, value);
    cr_assert(strstr(page, line) != NULL, "'%s' in\n%s", line, page);
    free(line);
}

Test(config_help, every_key_has_its_page)
{
    for (size_t i = 0; i < qfp_config_key_count; i++) {
        const qfp_config_key *key = &qfp_config_keys[i];
        char *page = qfp_config_help(key->path);
        size_t length = strlen(key->path);
        cr_assert(page != NULL, "%s", key->path);
        cr_assert(strncmp(page, key->path, length) == 0 && page[length] == '\n', "%s", page);
        has_line(page, "", key->meaning);
        has_line(page, "value:   ", key->expected);
        has_line(page, "default: ", key->fallback);
        has_line(page, "example: ", key->example);
        for (size_t k = 0; k < qfp_config_key_count; k++) {
            const char *other = qfp_config_keys[k].path;
            char *line = qfpi_format("\n    %s ", other);
            int is_below = strncmp(other, key->path, length) == 0 && other[length] == '.';
            cr_assert(eq(int, strstr(page, line) != NULL, is_below), "%s on the page of %s", other,
                      key->path);
            free(line);
        }
        free(page);
    }
}

Test(config_help, paths_of_a_file_are_understood_and_others_are_not)
{
    char *page = qfp_config_help("initial.mixture[1].coherent[2]"), *plain;
    plain = qfp_config_help("initial.coherent");
    cr_assert(eq(str, page, plain));
    free(page);
    free(plain);
    cr_assert(qfp_config_help("solver.gird") == NULL);
    cr_assert(qfp_config_help("") == NULL);
}
