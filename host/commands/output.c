/* output.c - what the subcommands do alike with names and documents. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "core/hermitian.h"
#include "core/ranks.h"
#include "core/stop.h"
#include "core/text.h"
#include "io/config.h"
#include "io/config_inputs.h"

const char *config_name(const arguments *a)
{
    return strcmp(a->positional[0], "-") == 0 ? "stdin" : a->positional[0];
}

/* All of standard input, or as much more than a configuration may have as is noticed; malloc'ed. */
static qfp_status read_standard_input(char **text, size_t *length)
{
    enum { MOST = (1 << 20) + 1 };
    qfp_status status = QFP_ALLOCATE(*text, MOST, "the configuration");
    if (status == QFP_OK && qfpi_rank() == 0) /* whose input mpirun connects */
        *length = fread(*text, 1, MOST, stdin);
    if (status == QFP_OK && ferror(stdin))
        status = QFP_FAIL(QFP_IO, "stdin: cannot be read: %s", strerror(errno));
    QFP_TRY(qfpi_ranks_agree(status));
    QFP_TRY(qfpi_ranks_share(length, sizeof *length));
    return qfpi_ranks_share(*text, *length);
}

static qfp_status read_own_config(const arguments *a, bool for_steady, const char *const *overrides,
                                  size_t count, qfp_config **out)
{
    const char *path = a->positional[0];
    char *text = NULL;
    size_t length = 0;
    if (strcmp(path, "-") != 0)
        return (for_steady ? qfp_steady_config_load : qfp_config_load)(path, overrides, count, out);
    qfp_status status = read_standard_input(&text, &length);
    if (status == QFP_OK)
        status = (for_steady ? qfp_steady_config_parse : qfp_config_parse)(
            text, length, config_name(a), overrides, count, out);
    free(text);
    return status;
}

/* What a copy of a file on another machine may not have. */
static qfp_status compare_inputs(const qfp_config *config)
{
    if (qfpi_ranks() == 1)
        return QFP_OK;
    char *inputs = qfp_config_inputs(config);
    qfp_status status = qfpi_ranks_agree(
        inputs != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the list of inputs"));
    if (status == QFP_OK)
        status = qfpi_ranks_same("what is read from files", inputs);
    free(inputs);
    return status;
}

qfp_status read_config(const arguments *a, bool for_steady, const char *const *overrides,
                       size_t count, qfp_config **out)
{
    *out = NULL;
    qfp_status status = qfpi_ranks_agree(read_own_config(a, for_steady, overrides, count, out));
    if (status == QFP_OK)
        status = qfpi_ranks_same("the configuration", (*out)->text);
    if (status == QFP_OK)
        status = compare_inputs(*out);
    if (status != QFP_OK) {
        qfp_config_destroy(*out);
        *out = NULL;
    }
    return status;
}

qfp_status load_config(const arguments *a, qfp_config **out)
{
    QFP_TRY(qfpi_linear_algebra_start());
    return read_config(a, false, (const char *const *)a->overrides, a->override_count, out);
}

char *default_output(const arguments *a, const char *ending)
{
    const char *path = config_name(a), *name = strrchr(path, '/');
    name = name != NULL ? name + 1 : path;
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

int exit_status(qfp_status status)
{
    return status == QFP_INTERRUPTED ? 128 + qfpi_stop_reason() : qfp_status_exit(status);
}

static bool was_printed;

qfp_status print_json(json_t *document)
{
    char *text = qfpi_json_write(document);
    if (text == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a JSON document");
    puts(text);
    was_printed = true;
    free(text);
    return QFP_OK;
}

bool json_was_printed(void)
{
    return was_printed;
}

static bool may_colour(FILE *file)
{
    const char *forbidden = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fileno(file)) && (forbidden == NULL || forbidden[0] == '\0') &&
           terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void print_tone(FILE *file, message_tone tone, const char *text)
{
    static const char *const begin[] = {
        [TONE_PLAIN] = "", [TONE_WARNING] = "\033[33m", [TONE_ERROR] = "\033[1;31m"};
    bool coloured = tone != TONE_PLAIN && may_colour(file);
    fprintf(file, "%s%s%s", coloured ? begin[tone] : "", text, coloured ? "\033[0m" : "");
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
