/* commands.h - the subcommands of the program and what they share. */
#ifndef QFPI_COMMANDS_H
#define QFPI_COMMANDS_H

#include <stdbool.h>

#include "qfp/qfp.h"

enum { OVERRIDES_MOST = 64 };

/* The command line after the subcommand, sorted. */
typedef struct arguments {
    const char *positional[4];
    int positional_count;
    const char *output;                    /* -o */
    const char *tolerance;                 /* --tol */
    const char *spectrum;                  /* --spectrum */
    const char *overrides[OVERRIDES_MOST]; /* --set, and --basis, --backend, --device so */
    size_t override_count;
    char basis_override[64], backend_override[64], device_override[64];
    bool resume, json, latex;
} arguments;

/* What a subcommand accepts, as a set of flags. */
enum {
    TAKES_OUTPUT = 1,
    TAKES_CONFIG_OPTIONS = 2, /* --set --basis --backend --device */
    TAKES_RESUME = 4,
    TAKES_TOLERANCE = 8,
    TAKES_LATEX = 16,
    TAKES_SPECTRUM = 32,
    MAY_LACK_POSITIONAL = 64
};

/* QFP_USAGE with a sentence for an unknown, incomplete or surplus argument. --json always goes. */
qfp_status arguments_parse(const char *command, int argc, char **argv, int accepted,
                           int positional_wanted, const char *positional_names, arguments *out);

int command_run(int argc, char **argv);
int command_sample(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_plot(int argc, char **argv);
int command_devices(int argc, char **argv);
int command_version(int argc, char **argv);
int command_help(int argc, char **argv);

/* configs/kerr.yaml -> kerr.h5 in the current directory; malloc'ed. */
char *default_output(const char *config_path);

/* Prints "qfp: " and the last error to stderr and returns the exit status. */
int report(qfp_status status);

/* A JSON string literal or number (null when not finite) on stdout. */
void print_json_string(const char *text);
void print_json_number(double value);

#endif
