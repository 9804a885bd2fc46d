/* pages.c - the manual page and the completions of shells, from the tables of commands, options and keys. */
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "io/config_keys.h"

/* Text for roff: hyphens of commands stay hyphens, a line may begin with a dot. */
static void put_roff(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((c == text || c[-1] == '\n') && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        if (*c == '\\')
            fputs("\\e", stdout);
        else if (*c == '-')
            fputs("\\-", stdout);
        else
            putchar(*c);
    }
}

static void put_roff_example(const char *text)
{
    puts(".PP\n.nf\n.RS");
    put_roff(text);
    puts("\n.RE\n.fi");
}

static void put_roff_option(const option_row *row)
{
    fputs(".TP\n", stdout);
    if (row->letter != 0)
        printf("\\fB\\-%c\\fR, ", row->letter);
    printf("\\fB\\-\\-%s\\fR%s%s\n", row->name, row->value != NULL ? " " : "",
           row->value != NULL ? row->value : "");
    if (row->key != NULL)
        printf("the key %s: ", row->key);
    put_roff(row->key != NULL ? qfp_config_key_find(row->key)->expected : row->meaning);
    putchar('\n');
}

static void put_roff_command(const command_row *command)
{
    printf(".SS qfp %s %s\n", command->name, command->operands);
    put_roff(command->description);
    putchar('\n');
    for (option_id id = 0; id < OPTION_COUNT; id++)
        if ((command->options >> id & 1u) != 0 && id != OPTION_HELP)
            put_roff_option(&option_rows[id]);
    put_roff_example(command->example);
}

static void put_roff_key(const qfp_config_key *key)
{
    printf(".TP\n.B %s\n", key->path);
    put_roff(key->meaning);
    fputs("\n.br\nvalue: ", stdout);
    put_roff(key->expected);
    fputs("\n.br\ndefault: ", stdout);
    put_roff(key->fallback);
    fputs("\n.br\nexample: ", stdout);
    put_roff(key->example);
    putchar('\n');
}

void print_manual(void)
{
    puts(".TH QFP 1 \"\" \"qfp " QFP_VERSION "\" \"User Commands\"\n.SH NAME\n"
         "qfp \\- dynamics of the Husimi function Q of bosonic quantum systems\n.SH SYNOPSIS");
    for (size_t i = 0; i < command_row_count; i++)
        printf("%s.B qfp %s\n%s%s", i > 0 ? ".br\n" : "", command_rows[i].name,
               command_rows[i].operands, command_rows[i].operands[0] != '\0' ? "\n" : "");
    puts(".SH DESCRIPTION\nA configuration in YAML names a polynomial Hamiltonian in a and its "
         "adjoint, an initial state\nand output times; qfp evolves the Husimi function on a grid "
         "in phase space, or the density matrix\nin number states, states how far every figure may "
         "be off, and writes HDF5.\nOptions stand anywhere and may be abbreviated; \\-\\- ends "
         "them.\n.SH COMMANDS");
    for (size_t i = 0; i < command_row_count; i++)
        put_roff_command(&command_rows[i]);
    puts(".SH CONFIGURATION");
    for (size_t i = 0; i < qfp_config_key_count; i++)
        put_roff_key(&qfp_config_keys[i]);
    puts(".SH EXIT STATUS");
    for (int status = 0; status < EXIT_MEANINGS; status++)
        printf(".TP\n.B %d\n%s\n", status, exit_meanings[status]);
    puts(".TP\n.B 130, 143\ninterrupted by SIGINT or SIGTERM; what the run reached stays, for "
         "\\-\\-resume\n.SH ENVIRONMENT\n.TP\n.B OMP_NUM_THREADS\nthreads of the CPU\n.TP\n.B "
         "CUDA_VISIBLE_DEVICES\nwhich cards there are, and in which order\n.TP\n.B NO_COLOR\nno "
         "colours, where it is set");
}

/* The words that a key may be, with spaces between; nothing for other kinds. */
static void put_words(const char *key)
{
    const qfp_config_type *type = &qfp_config_key_find(key)->type;
    for (size_t k = 0; type->kind == QFP_KEY_CHOICE && type->words[k] != NULL; k++)
        printf("%s%s", k > 0 ? " " : "", type->words[k]);
}

static void put_options(const command_row *command)
{
    for (option_id id = 0; id < OPTION_COUNT; id++)
        if ((command->options >> id & 1u) != 0)
            printf(" --%s", option_rows[id].name);
}

static const char *ending_of(const command_row *command)
{
    return strstr(command->operands, ".yaml") != NULL ? "yaml"
           : strstr(command->operands, ".h5") != NULL ? "h5"
                                                      : "";
}

static bool is_choice(const char *key)
{
    return key != NULL && qfp_config_key_find(key)->type.kind == QFP_KEY_CHOICE;
}

/* What may stand behind --set KEY=, --basis and --basis=. */
static void put_values(void)
{
    for (size_t i = 0; i < qfp_config_key_count; i++)
        if (is_choice(qfp_config_keys[i].path)) {
            printf("    %s", qfp_config_keys[i].path);
            for (option_id id = 0; id < OPTION_COUNT; id++)
                if (option_rows[id].key != NULL &&
                    strcmp(option_rows[id].key, qfp_config_keys[i].path) == 0)
                    printf(" | --%s", option_rows[id].name);
            fputs(") values='", stdout);
            put_words(qfp_config_keys[i].path);
            puts("' ;;");
        }
}

/* bash makes words of their own of KEY, = and VALUE, bashcompinit of zsh does not. */
static void put_completion_of_values(void)
{
    puts("    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "    local options='' ending='' values='' key=$before begin=''\n"
         "    case $word in\n"
         "    =) word='' ;;\n"
         "    *=*) key=${word%%=*} begin=$key= word=${word#*=} ;;\n"
         "    *) [ \"$before\" != = ] || key=${COMP_WORDS[COMP_CWORD-2]} ;;\n"
         "    esac\n"
         "    case $key in");
    put_values();
    fputs("    --set)\n        COMPREPLY=($(compgen -S = -W \"", stdout);
    for (size_t i = 0; i < qfp_config_key_count; i++)
        printf("%s%s", i > 0 ? " " : "", qfp_config_keys[i].path);
    puts("\" -- \"$word\"))\n        compopt -o nospace 2>/dev/null\n        return ;;\n"
         "    -o | --output)\n        local IFS=$'\\n'\n"
         "        COMPREPLY=($(compgen -P \"$begin\" -f -- \"$word\"))\n        return ;;\n"
         "    esac\n"
         "    if [ -n \"$values\" ]; then\n"
         "        COMPREPLY=($(compgen -P \"$begin\" -W \"$values\" -- \"$word\"))\n"
         "        return\n    fi\n"
         "    case $word$before$begin in *=*) return ;; esac # a value that is no word");
}

void print_completion(bool zsh)
{
    if (zsh)
        puts("#compdef qfp\nautoload -Uz bashcompinit && bashcompinit");
    puts("# Completion of qfp " QFP_VERSION ".\n_qfp() {");
    put_completion_of_values();
    fputs("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W \"", stdout);
    for (size_t i = 0; i < command_row_count; i++)
        printf("%s%s", i > 0 ? " " : "", command_rows[i].name);
    puts("\" -- \"$word\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in");
    for (size_t i = 0; i < command_row_count; i++) {
        printf("    %s) ending='%s' options='", command_rows[i].name, ending_of(&command_rows[i]));
        put_options(&command_rows[i]);
        puts("' ;;");
    }
    fputs("    esac\n    case ${COMP_WORDS[1]}:$word in\n    *:-*) COMPREPLY=($(compgen -W "
          "\"$options\" -- \"$word\")) ;;\n    help:*) COMPREPLY=($(compgen -W \"config models",
          stdout);
    for (size_t i = 0; i < command_row_count; i++)
        printf(" %s", command_rows[i].name);
    for (size_t i = 0; i < qfp_config_key_count; i++)
        printf(" %s", qfp_config_keys[i].path);
    puts("\" -- \"$word\")) ;;\n    *)\n        local IFS=$'\\n' # names may have spaces\n"
         "        [ -z \"$ending\" ] || COMPREPLY=($(compgen -d -S / -- \"$word\") $(compgen -f -X "
         "\"!*.$ending\" -- \"$word\")) ;;\n    esac\n}\n"
         "complete -o filenames -F _qfp qfp");
}
