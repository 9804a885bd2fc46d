/* command_help.c - pages from the tables of commands, options and keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/text.h"
#include "expression/expression.h"
#include "io/config_keys.h"

const char *const exit_meanings[EXIT_MEANINGS] = {
    "done",
    "compare above tolerance",
    "configuration or usage",
    "refused or stopped for a numerical reason",
    "file or memory",
    "device",
};

/* `digits`: which of them, and s where signals are heeded */
static void print_exits(const char *digits)
{
    puts("\nExit status:");
    for (; *digits >= '0' && *digits <= '5'; digits++)
        printf("  %c  %s\n", *digits, exit_meanings[*digits - '0']);
    if (*digits == 's')
        puts("  130, 143  interrupted by SIGINT or SIGTERM; what the run reached stays, for\n"
             "            --resume");
}

/* A line or several, each indented. */
static void print_indented(const char *lines)
{
    for (size_t length; *lines != '\0'; lines += length + (lines[length] == '\n')) {
        length = strcspn(lines, "\n");
        printf("  %.*s\n", (int)length, lines);
    }
}

/* `left`, and beside it `words` from column `indent` on, below it where it is too long. */
static void print_row(const char *left, int indent, const char *words)
{
    qfp_text row = {0};
    qfpi_text_put(&row, "%-*s", indent, left);
    if (left[0] != '\0' && (int)strlen(left) >= indent)
        qfpi_text_put(&row, "\n%*s", indent, "");
    qfpi_text_wrap(&row, QFPI_PAGE_WIDTH, indent, indent, words);
    char *text = qfpi_text_finish(&row);
    puts(text != NULL ? text : left);
    free(text);
}

static void print_overview(void)
{
    puts("qfp - exact dynamics of the Husimi function Q of bosonic systems\n");
    for (size_t i = 0; i < command_row_count; i++) {
        char left[64];
        snprintf(left, sizeof left, "  qfp %s %s", command_rows[i].name, command_rows[i].operands);
        print_row(left, 27, command_rows[i].summary);
    }
    puts("\n'qfp help COMMAND' shows the options of a command and an example, 'qfp help KEY'\n"
         "a key of the configuration, such as solver.grid. Options stand anywhere and may\n"
         "be abbreviated.\n"
         "\nExample:\n"
         "  qfp run configs/kerr.yaml -o kerr.h5\n"
         "  qfp run configs/kerr.yaml --basis reference -o exact.h5\n"
         "  qfp compare kerr.h5 exact.h5 --tol 1e-6\n"
         "  qfp plot kerr.h5 -o kerr.png");
    print_exits("012345s");
}

void print_command_page(const command_row *command)
{
    printf("qfp %s%s%s [OPTION]...\n\n", command->name, command->operands[0] != '\0' ? " " : "",
           command->operands);
    print_row("", 0, command->description);
    puts("\nOptions:");
    for (option_id id = 0; id < OPTION_COUNT; id++) {
        const option_row *row = &option_rows[id];
        char left[64], right[256];
        if ((command->options >> id & 1u) == 0)
            continue;
        snprintf(left, sizeof left, "  %c%c%s --%s%s%s", row->letter != 0 ? '-' : ' ',
                 row->letter != 0 ? row->letter : ' ', row->letter != 0 ? "," : " ", row->name,
                 row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
        snprintf(right, sizeof right, "%s%s%s%s", row->key != NULL ? "the key " : "",
                 row->key != NULL ? row->key : row->meaning, row->key != NULL ? ": " : "",
                 row->key != NULL ? qfp_config_key_find(row->key)->expected : "");
        print_row(left, 28, right);
    }
    puts("\nExample:");
    print_indented(command->example);
    print_exits(command->exits);
}

/* A page that the library wrote; frees it. */
static qfp_status print_page(char *page)
{
    if (page == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a page of help");
    fputs(page, stdout);
    free(page);
    return QFP_OK;
}

/* "points" of "solver.grid.points" */
static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL ? dot + 1 : path;
}

static qfp_status fail_unknown(const char *name)
{
    enum { MOST = 1024 };
    const char *known[MOST] = {"config", "models", "man", "bash", "zsh"};
    char advice[128];
    size_t count = 5;
    for (size_t i = 0; i < command_row_count && count < MOST; i++)
        known[count++] = command_rows[i].name;
    for (size_t i = 0; i < qfp_config_key_count && count + 1 < MOST; i++) {
        known[count++] = qfp_config_keys[i].path;
        known[count++] = last_part(qfp_config_keys[i].path);
    }
    return QFP_FAIL(QFP_USAGE, "help: no page '%s'; %s", name,
                    suggest("qfp help ", qfp_nearest(name, known, count),
                            "'qfp help' lists the commands, 'qfp help config' the keys", advice,
                            sizeof advice));
}

/* The key of that path, or every key whose path ends so. */
static qfp_status print_keys(const char *name)
{
    if (qfp_config_key_find(name) != NULL)
        return print_page(qfp_config_help(name));
    bool found = false;
    for (size_t i = 0; i < qfp_config_key_count; i++) {
        const char *path = qfp_config_keys[i].path;
        if (strcmp(last_part(path), name) != 0)
            continue;
        fputs(found ? "\n" : "", stdout);
        QFP_TRY(print_page(qfp_config_help(path)));
        found = true;
    }
    return found ? QFP_OK : fail_unknown(name);
}

qfp_status command_help(const arguments *a)
{
    const char *name = a->positional[0];
    if (name == NULL) {
        print_overview();
        return QFP_OK;
    }
    if (strcmp(name, "config") == 0)
        return print_page(qfp_config_help(NULL));
    if (strcmp(name, "models") == 0)
        return print_page(qfp_model_help());
    if (strcmp(name, "man") == 0) {
        print_manual();
        return QFP_OK;
    }
    if (strcmp(name, "bash") == 0 || strcmp(name, "zsh") == 0) {
        print_completion(name[0] == 'z');
        return QFP_OK;
    }
    const command_row *command = command_find(name);
    if (command == NULL)
        return print_keys(name);
    print_command_page(command);
    return QFP_OK;
}
