/* The page of every key says what the table of keys says, and lists what is below it. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "io/config_keys.h"
#include "qfp/config.h"

/* With one space for every run of white space. */
static char *unwrapped(const char *page)
{
    char *out = malloc(strlen(page) + 1), *to = out;
    cr_assert(out != NULL);
    for (; *page != '\0'; page++)
        if (*page != ' ' && *page != '\n')
            *to++ = *page;
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
    return out;
}

static void has_text(const char *page, const char *name, const char *value)
{
    char *text = qfpi_format("%s %s ", name, value), *plain = unwrapped(page),
         *expected = unwrapped(text);
    cr_assert(strstr(plain, expected) != NULL, "'%s' in\n%s", expected, page);
    free(text);
    free(plain);
    free(expected);
}

/* A terminal is 80 columns wide; examples stay whole. */
static void fits(const char *page)
{
    for (size_t length; *page != '\0'; page += length + (page[length] == '\n')) {
        size_t bytes = 0, characters = 0;
        for (length = strcspn(page, "\n"); bytes < length; bytes++)
            characters += ((unsigned char)page[bytes] & 0xc0) != 0x80;
        if (strncmp(page, "    example:", 12) != 0)
            cr_assert(characters <= 80, "%.*s", (int)length, page);
    }
}

Test(config_help, every_key_has_its_page)
{
    for (size_t i = 0; i < qfp_config_key_count; i++) {
        const qfp_config_key *key = &qfp_config_keys[i];
        char *page = qfp_config_help(key->path);
        size_t length = strlen(key->path);
        cr_assert(page != NULL, "%s", key->path);
        cr_assert(strncmp(page, key->path, length) == 0 && page[length] == '\n', "%s", page);
        has_text(page, "", key->meaning);
        has_text(page, "value:", key->expected);
        has_text(page, "default:", key->fallback);
        has_text(page, "example:", key->example);
        fits(page);
        for (size_t k = 0; k < qfp_config_key_count; k++) {
            const char *other = qfp_config_keys[k].path;
            const char *below = strstr(page, "\nKeys below it:\n");
            char *line = qfpi_format("\n    %s ", other);
            int is_below = strncmp(other, key->path, length) == 0 && other[length] == '.';
            cr_assert(eq(int, below != NULL && strstr(below, line) != NULL, is_below),
                      "%s on the page of %s", other, key->path);
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
