#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "expression/expression.h"
#include "io/config_keys.h"

/* What getopt_long answers for a long option: above every letter. */
enum { FIRST_LONG = 256 };

const option_row option_rows[OPTION_COUNT] = {
    [OPTION_OUTPUT] = {"output", 'o', "FILE", NULL,
                       "the file to write; left out, named after the first operand"},
    [OPTION_BASIS] = {"basis", 0, "BASIS", "solver.basis", NULL},
    [OPTION_BACKEND] = {"backend", 0, "BACKEND", "backend", NULL},
    [OPTION_DEVICE] = {"device", 0, "N", "device", NULL},
    [OPTION_SET] = {"set", 0, "KEY.PATH=VALUE", NULL,
                    "any key, over the file's; as often as wanted"},
    [OPTION_RESUME] = {"resume", 0, NULL, NULL, "go on from the checkpoint of an interrupted run"},
    [OPTION_FORCE] = {"force", 0, NULL, NULL,
                      "replace an interrupted run, or a file that this program did not make"},
    [OPTION_TOL] = {"tol", 0, "X", NULL,
                    "a verdict: exit status 1 when the files disagree by more than X"},
    [OPTION_ONLY] = {"only", 0, "NAME,NAME,...", NULL,
                     "datasets or groups, such as husimi,energy or observables"},
    [OPTION_STEADY] = {"steady", 0, NULL, NULL,
                       "at every point the stationary state, as `qfp steady` finds it"},
    [OPTION_SHOW] = {"show", 0, "NAME,NAME,...", NULL,
                     "observables of the table, such as n_1,purity or 'var_*'"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, NULL, "nothing but warnings, errors and --json"},
    [OPTION_LATEX] = {"latex", 0, NULL, NULL, "formulas for LaTeX"},
    [OPTION_SPECTRUM] = {"spectrum", 0, "N,N,...", NULL,
                         "growth rates of the generator on so many levels of every mode"},
    [OPTION_MOVIE] = {"movie", 0, NULL, NULL,
                      "a frame for every output time, .gif or with ffmpeg .mp4"},
    [OPTION_RANKS] = {"ranks", 0, "N", NULL, "processes that divide the grid among them"},
    [OPTION_DEVICE_MEMORY] = {"device-memory", 0, "SIZE", NULL,
                              "of every process, such as 80GB, in place of what there is here"},
    [OPTION_DEVICE_RATE] =
        {"device-rate", 0, "RATE", NULL,
         "at which it reads and writes that, such as 3TB/s, in place of a trial here"},
    [OPTION_NETWORK] =
        {"network", 0, "RATE", NULL,
         "at which it sends, such as 25GB/s, or 25GB/s,2us with what a message takes"},
    [OPTION_JSON] = {"json", 0, NULL, NULL, "one JSON document on standard output"},
    [OPTION_HELP] = {"help", 'h', NULL, NULL, "this page"},
};

static bool accepts(const command_row *command, option_id id)
{
    return (command->options >> id & 1u) != 0;
}

static qfp_status fail_unknown(const command_row *command, const char *text)
{
    const char *known[OPTION_COUNT], *word = text + strspn(text, "-");
    size_t count = 0, length = strcspn(word, "=");
    char name[64], see[128], advice[128], alike[256] = "";
    int matches = 0;
    for (option_id id = 0; id < OPTION_COUNT; id++)
        if (accepts(command, id))
            known[count++] = option_rows[id].name;
    for (size_t k = 0; k < count && text[1] == '-'; k++)
        if (strncmp(known[k], word, length) == 0) {
            size_t used = strlen(alike);
            snprintf(alike + used, sizeof alike - used, "%s--%s", matches++ > 0 ? ", " : "",
                     known[k]);
        }
    if (matches > 1)
        return QFP_FAIL(QFP_USAGE, "%s: '%s' is short for several options: %s; see 'qfp help %s'",
                        command->name, text, alike, command->name);
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    const char *near = qfp_nearest(name, known, count);
    bool is_word = strlen(name) > 2 && text[1] == '-';
    const char *key = near == NULL && is_word ? qfp_config_key_ending(name) : NULL;
    if (key != NULL && accepts(command, OPTION_SET))
        snprintf(see, sizeof see, "a key is given by '--set %s=VALUE'", key);
    else
        snprintf(see, sizeof see, "see 'qfp help %s'", command->name);
    return QFP_FAIL(QFP_USAGE, "%s: unknown option '%s'; %s", command->name, text,
                    suggest("--", near, see, advice, sizeof advice));
}

static qfp_status add_operand(const command_row *command, const char *text, arguments *out)
{
    if (out->positional_count == command->most)
        return QFP_FAIL(QFP_USAGE, "%s: '%s' is one argument too many; expected %s", command->name,
                        text, command->most > 0 ? command->operands : "no arguments");
    out->positional[out->positional_count++] = text;
    return QFP_OK;
}

static qfp_status add_option(option_id id, const char *value, arguments *out)
{
    const char *key = option_rows[id].key;
    out->value[id] = value;
    if (key == NULL && id != OPTION_SET)
        return QFP_OK;
    char *override = qfpi_format("%s%s%s", key != NULL ? key : "", key != NULL ? "=" : "", value);
    if (override == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the value of --%s", option_rows[id].name);
    out->overrides[out->override_count++] = override;
    return QFP_OK;
}

/* One answer of getopt_long, that is not the end. */
static qfp_status take(const command_row *command, int answer, char **argv, arguments *out)
{
    option_id id = (option_id)(optopt - FIRST_LONG);
    if (answer == 1)
        return add_operand(command, optarg, out);
    if (answer == ':') {
        for (option_id k = 0; optopt < FIRST_LONG && k < OPTION_COUNT; k++)
            id = option_rows[k].letter == optopt ? k : id;
        return QFP_FAIL(QFP_USAGE, "%s: %s needs a value, %s; see 'qfp help %s'", command->name,
                        argv[optind - 1], option_rows[id].value, command->name);
    }
    if (answer == '?' && optopt >= FIRST_LONG)
        return QFP_FAIL(QFP_USAGE, "%s: --%s takes no value; see 'qfp help %s'", command->name,
                        option_rows[id].name, command->name);
    if (answer == '?')
        return fail_unknown(command, optopt != 0 ? (const char[]){'-', (char)optopt, '\0'}
                                                 : argv[optind - 1]);
    for (id = 0; answer != FIRST_LONG + (int)id && answer != option_rows[id].letter;)
        id++;
    /* "-o=FILE" has always meant FILE */
    bool has_equals = answer < FIRST_LONG && optarg != NULL && optarg[0] == '=';
    return add_option(id, optarg != NULL ? optarg + has_equals : "", out);
}

qfp_status arguments_parse(const command_row *command, int argc, char **argv, arguments *out)
{
    struct option names[OPTION_COUNT + 1] = {{.name = NULL}};
    char letters[2 * OPTION_COUNT + 3] = "-:",
                                    *letter = letters + 2; /* operands in place, no messages */
    size_t count = 0;
    *out = (arguments){.words = argv, .word_count = argc};
    QFP_TRY(QFP_ALLOCATE(out->overrides, (size_t)argc, "the arguments"));
    for (option_id id = 0; id < OPTION_COUNT; id++) {
        const option_row *row = &option_rows[id];
        if (!accepts(command, id))
            continue;
        names[count++] = (struct option){row->name, row->value != NULL, NULL, FIRST_LONG + (int)id};
        if (row->letter != 0)
            *letter++ = row->letter;
        if (row->letter != 0 && row->value != NULL)
            *letter++ = ':';
    }
    opterr = 0;
    optind = 0; /* from the beginning */
    for (int answer; (answer = getopt_long(argc, argv, letters, names, NULL)) != -1;)
        QFP_TRY(take(command, answer, argv, out));
    for (; optind < argc; optind++) /* what follows "--" */
        QFP_TRY(add_operand(command, argv[optind], out));
    if (out->positional_count < command->fewest && out->value[OPTION_HELP] == NULL)
        return QFP_FAIL(QFP_USAGE, "%s: expected %s; see 'qfp help %s'", command->name,
                        command->operands, command->name);
    return QFP_OK;
}

void arguments_destroy(arguments *a)
{
    for (size_t i = 0; i < a->override_count; i++)
        free(a->overrides[i]);
    free(a->overrides);
}
