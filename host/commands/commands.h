/* commands.h - the subcommands of the program, their options, and what they share. */
#ifndef QFPI_COMMANDS_H
#define QFPI_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/error.h"
#include "core/json.h"
#include "qfp/qfp.h"

typedef enum option_id {
    OPTION_OUTPUT,
    OPTION_BASIS,
    OPTION_BACKEND,
    OPTION_DEVICE,
    OPTION_SET,
    OPTION_RESUME,
    OPTION_FORCE,
    OPTION_TOL,
    OPTION_ONLY,
    OPTION_STEADY,
    OPTION_SHOW,
    OPTION_QUIET,
    OPTION_LATEX,
    OPTION_SPECTRUM,
    OPTION_MOVIE,
    OPTION_RANKS,
    OPTION_DEVICE_MEMORY,
    OPTION_DEVICE_RATE,
    OPTION_NETWORK,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_COUNT
} option_id;

typedef struct option_row {
    const char *name;
    char letter;       /* 0: none */
    const char *value; /* as the help names it, NULL for an option without */
    const char *key;   /* short for --set KEY=, NULL for others */
    const char *meaning;
} option_row;
extern const option_row option_rows[OPTION_COUNT];

enum { POSITIONAL_MOST = 2 };

/* A command line after the subcommand, sorted. */
typedef struct arguments {
    const char *positional[POSITIONAL_MOST];
    int positional_count;
    const char *value[OPTION_COUNT]; /* "" for one without value, NULL for one not given */
    char **overrides;                /* "key.path=value", owned */
    size_t override_count;
    char **words; /* as they were given, the subcommand first */
    int word_count;
} arguments;

typedef struct command_row {
    const char *name, *operands; /* "CONFIG.yaml" */
    int fewest, most;            /* operands */
    unsigned options;            /* a bit for each option_id */
    const char *exits; /* its exit statuses, a digit each, and s where signals are heeded */
    const char *summary, *description, *example;
    qfp_status (*run)(const arguments *a);
} command_row;
extern const command_row command_rows[];
extern const size_t command_row_count;

/* NULL when there is none. */
const command_row *command_find(const char *name);

/* argv[0] is the subcommand.  QFP_USAGE with a sentence for an unknown, ambiguous, incomplete or
 * surplus argument; free with arguments_destroy even then.  With --help operands may be missing. */
qfp_status arguments_parse(const command_row *command, int argc, char **argv, arguments *out);
void arguments_destroy(arguments *a);

qfp_status command_run(const arguments *a);
qfp_status command_steady(const arguments *a);
qfp_status command_sample(const arguments *a);
qfp_status command_sweep(const arguments *a);
qfp_status command_audit(const arguments *a);
qfp_status command_plan(const arguments *a);
qfp_status command_bench(const arguments *a);
qfp_status command_compare(const arguments *a);
qfp_status command_plot(const arguments *a);
qfp_status command_devices(const arguments *a);
qfp_status command_version(const arguments *a);
qfp_status command_help(const arguments *a);

/* The document of `qfp run --json`, NULL when out of memory; its notes and warnings as text. */
json_t *run_document(const qfp_run_result *r, const char *output, qfp_status status);
void print_run_notes(const qfp_run_result *r, bool quiet);

/* Two-time correlations: a line or two each, and the document with the member `correlations` where there are
 * any. */
void print_correlations(const qfp_run_result *r, size_t theory);
json_t *with_correlations(json_t *document, const qfp_theory_result *t);

/* Observables in columns, against times or the points of a sweep. */
typedef struct table_source {
    const void *self;
    size_t row_count, most_rows, observable_count;
    char (*names)[32];             /* [observable_count] */
    const double *values, *errors; /* [row_count][observable_count] */
    int left_width;
    void (*print_left)(const struct table_source *of, size_t row); /* so wide; or TABLE_HEAD */
    /* why a row has no values; NULL: it has */
    const char *(*instead)(const struct table_source *of, size_t row);
} table_source;
#define TABLE_HEAD SIZE_MAX

/* Wrapped where the screen ends; `show`: names and patterns, with commas between, NULL for a choice. */
qfp_status print_table(const table_source *of, const char *show) QFP_MUST_USE;
/* Of the first theory. */
qfp_status print_run_table(const qfp_run_result *r, const char *show) QFP_MUST_USE;
/* What is roundings, and within its error 0, is shown as 0. */
double without_roundings(double value, double error);

/* The page of `qfp help COMMAND`. */
void print_command_page(const command_row *command);

/* What the exit statuses from 0 on mean. */
enum { EXIT_MEANINGS = 6 };
extern const char *const exit_meanings[EXIT_MEANINGS];

/* `qfp help man`, in roff, and `qfp help bash` and `qfp help zsh`. */
void print_manual(void);
void print_completion(bool zsh);

/* The configuration that is the first operand, or for "-" standard input, which is called "stdin"; with the
 * overrides of the command line. */
qfp_status load_config(const arguments *a, qfp_config **out);
/* The same with others, or for a stationary state. */
qfp_status read_config(const arguments *a, bool for_steady, const char *const *overrides,
                       size_t count, qfp_config **out);
const char *config_name(const arguments *a);
/* --ranks, --device-memory, --device-rate and --network, for what the configuration plans. */
qfp_status read_cluster(const arguments *a, qfp_config *config);

/* configs/kerr.yaml -> kerr.h5, with `ending` kerrENDING.h5, in the current directory; malloc'ed. */
char *default_output(const arguments *a, const char *ending);

/* A line on stderr about an older result that was replaced; nothing for "". */
void print_kept(const char *kept);

/* From here on SIGINT, SIGTERM and SIGHUP end a run after its step, with a checkpoint, and what has none at
 * once; a second one always does.  Exit status 128 + the number. */
void signals_catch(void);
void signals_ignore(void); /* from now on */
/* Adds the command that goes on to the sentence about an interruption; hands `status` on. */
qfp_status signals_name_resume(const arguments *a, const char *output, qfp_status status);

/* Writes into `text` and returns it: "did you mean 'PREFIXnear'?", or `otherwise` if near is
 * NULL. */
const char *suggest(const char *prefix, const char *near, const char *otherwise, char *text,
                    size_t size);

/* What the program ends with: qfp_status_exit, after a signal 128 + its number. */
int exit_status(qfp_status status);

/* Coloured on a terminal, where NO_COLOR (no-color.org) does not forbid it. */
typedef enum message_tone { TONE_PLAIN, TONE_WARNING, TONE_ERROR } message_tone;
void print_tone(FILE *file, message_tone tone, const char *text);

/* One line on stdout; frees the document, and fails with QFP_MEMORY on one that is NULL. */
qfp_status print_json(json_t *document);
bool json_was_printed(void);

/* {"error": {status, exit_status, message, file, line, column, key}} of the last error: `message` is its
 * sentence; the others say where in the configuration, null where it is not about a place there. */
json_t *error_document(const arguments *a, qfp_status status);

/* What a user or a file named: control characters as \xNN. */
void print_printable(FILE *file, const char *text);

#endif
