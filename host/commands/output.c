/* output.c - what the subcommands do alike with names and documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/hermitian.h"
#include "core/text.h"

qfp_status load_config(const arguments *a, qfp_config **out)
{
    QFP_TRY(qfpi_linear_algebra_start());
    return qfp_config_load(a->positional[0], (const char *const *)a->overrides, a->override_count,
                           out);
}

char *default_output(const char *config_path, const char *ending)
{
    const char *name = strrchr(config_path, '/');
    name = name != NULL ? name + 1 : config_path;
    const char *dot = strrchr(name, '.');
    int length = dot != NULL && dot != name ? (int)(dot - name) : (int)strlen(name);
    return qfpi_format("%.*s%s.h5", length, name, ending);
}

void print_kept(const char *kept)
{
    if (kept[0] == '\0')
        return;
    fputs("qfp: the older result is kept as ", stderr);
    print_printable(stderr, kept);
    fputc('\n', stderr);
}

const char *suggest(const char *prefix, const char *near, const char *otherwise, char *text,
                    size_t size)
{
    if (near != NULL)
        snprintf(text, size, "did you mean '%s%s'?", prefix, near);
    else
        snprintf(text, size, "%s", otherwise);
    return text;
}

qfp_status print_json(json_t *document)
{
    char *text = qfpi_json_write(document);
    if (text == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a JSON document");
    puts(text);
    free(text);
    return QFP_OK;
}

void print_printable(FILE *file, const char *text)
{
    char *shown = qfpi_text_printable(text);
    if (shown != NULL)
        fputs(shown, file);
    else /* memory is gone: the plain characters say enough */
        for (; *text != '\0'; text++)
            fputc(*text >= ' ' && *text < 127 ? *text : '?', file);
    free(shown);
}
