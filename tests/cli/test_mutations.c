/* Every configuration in configs/, changed at random in ways users and editors change files: the
 * program answers with a documented exit status and names the place; no sanitizer speaks, nothing
 * is left behind.  The changes are drawn from a fixed seed. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ctype.h>
#include <stdint.h>

#include "../support/program.h"

enum { MOST_LINES = 128, MUTATIONS = 5 };

static uint64_t random_state;

static size_t below(size_t count)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % count;
}

typedef struct document {
    char lines[MOST_LINES][512];
    size_t count;
} document;

static void read_document(const char *path, document *d)
{
    FILE *file = fopen(path, "r");
    cr_assert(file != NULL, "%s", path);
    for (d->count = 0; d->count < MOST_LINES - 1; d->count++)
        if (fgets(d->lines[d->count], 512, file) == NULL)
            break;
    fclose(file);
}

static size_t a_line(const document *d)
{
    size_t line;
    do
        line = below(d->count);
    while (d->lines[line][0] == '#' || d->lines[line][0] == '\n');
    return line;
}

static void delete_line(document *d)
{
    size_t at = a_line(d);
    memmove(d->lines + at, d->lines + at + 1, (d->count - at - 1) * sizeof *d->lines);
    d->count--;
}

static void duplicate_line(document *d)
{
    size_t at = a_line(d);
    memmove(d->lines + at + 1, d->lines + at, (d->count - at) * sizeof *d->lines);
    d->count++;
}

/* Another value after a colon: up to the comma, brace or end of the line. */
static void change_value(document *d)
{
    static const char *const values[] = {
        "-1",         "0",       ".nan",        ".inf",
        "1e308",      "1e-320",  "1e999",       "[]",
        "{}",         "[[1]]",   "{a: {b: 1}}", "text",
        "true",       "\"\"",    "3.7",         "[1, 2, 3, 4, 5, 6, 7, 8, 9]",
        "~",          "\"1/0\"", "\"((((\"",    "99999999999999999999",
        "-2147483649"};
    char *line = d->lines[a_line(d)], *colon = strchr(line, ':'), rest[512];
    if (colon == NULL)
        return;
    char *end = colon + 1 + strcspn(colon + 1, ",}\n");
    snprintf(rest, sizeof rest, "%s", end);
    snprintf(colon + 1, 512 - (size_t)(colon + 1 - line), " %s%.200s",
             values[below(sizeof values / sizeof *values)], rest);
}

/* One column to the right: the line belongs to what stands above it, or nowhere. */
static void indent_line(document *d)
{
    char *line = d->lines[a_line(d)];
    memmove(line + 1, line, strlen(line) < 510 ? strlen(line) + 1 : 511);
    line[0] = ' ';
    line[511] = '\0';
}

static void misspell_key(document *d)
{
    char *line = d->lines[a_line(d)], *colon = strchr(line, ':');
    if (colon != NULL && colon > line && isalpha((unsigned char)colon[-1]))
        colon[-1] = 'q';
}

static void spoil_character(document *d)
{
    static const char marks[] = "{}[],:\"'#&*!|>%@`\t-^()\x01\xff";
    char *line = d->lines[a_line(d)];
    line[below(strlen(line))] = marks[below(sizeof marks - 1)];
}

static void write_document(const document *d)
{
    FILE *file = fopen(scratch_path("mutant.yaml"), "w");
    for (size_t i = 0; i < d->count; i++)
        fputs(d->lines[i], file);
    fclose(file);
}

/* Does the message name a line behind the file? */
static int names_a_line(const char *message)
{
    const char *at = strstr(message, "mutant.yaml:");
    return at != NULL && isdigit((unsigned char)at[strlen("mutant.yaml:")]);
}

static void judge(const char *config, int number, const outcome *o)
{
    cr_assert(o->exit_status == 0 || (o->exit_status >= 2 && o->exit_status <= 5), "%s %d: %d %s",
              config, number, o->exit_status, o->err);
    if (o->exit_status == 2)
        cr_assert(strstr(o->err, "mutant.yaml") != NULL, "%s %d: %s", config, number, o->err);
    /* a missing section has no line of its own, everything else has */
    if (o->exit_status == 2 && strstr(o->err, "missing") == NULL)
        cr_assert(names_a_line(o->err), "%s %d: %s", config, number, o->err);
    cr_assert(not(left_behind(".h5")), "%s %d", config, number);
}

/* Audits read every key and cost milliseconds; runs would not test more of the reader. */
static void mutate(const char *config, int number)
{
    static void (*const changes[])(document *) = {delete_line,    duplicate_line, change_value,
                                                  change_value,   indent_line,    misspell_key,
                                                  spoil_character};
    static document d;
    char path[512];
    snprintf(path, sizeof path, "%s/configs/%s", QFP_SOURCE_DIR, config);
    read_document(path, &d);
    changes[below(sizeof changes / sizeof *changes)](&d);
    if (below(3) == 0)
        changes[below(sizeof changes / sizeof *changes)](&d);
    write_document(&d);
    outcome o = RUN("audit", "mutant.yaml", "--json");
    judge(config, number, &o);
    if (o.exit_status == 0)
        cr_assert(o.out[0] == '{', "%s %d: %s", config, number, o.out);
}

Test(mutations, every_configuration)
{
    int count = 0, configurations = 0;
    struct dirent **entries;
    scratch_make();
    random_state = 2026;
    count = scandir(QFP_SOURCE_DIR "/configs", &entries, NULL, alphasort);
    for (int e = 0; e < count; e++) {
        if (strstr(entries[e]->d_name, ".yaml") != NULL) {
            configurations++;
            for (int i = 0; i < MUTATIONS; i++)
                mutate(entries[e]->d_name, i);
        }
        free(entries[e]);
    }
    free(entries);
    cr_assert(ge(int, configurations, 19)); /* the folder was found */
    scratch_remove();
}
