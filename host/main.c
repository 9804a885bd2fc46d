/* main.c - the program: finds the subcommand. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"run", command_run},           {"sample", command_sample},   {"audit", command_audit},
    {"plan", command_plan},         {"compare", command_compare}, {"plot", command_plot},
    {"bench", command_bench},       {"devices", command_devices}, {"version", command_version},
    {"help", command_help},         {"--help", command_help},     {"-h", command_help},
    {"--version", command_version},
};

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: qfp COMMAND ...; 'qfp help' lists the commands, 'qfp run CONFIG.yaml' is the "
              "main one\n",
              stderr);
        return 2;
    }
    /* a file that may not grow is an error of its write, with a sentence */
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        int exit_status = commands[i].run(argc - 2, argv + 2);
        if (fflush(stdout) != 0 || ferror(stdout))
            return report(QFP_FAIL(QFP_IO, "cannot write to standard output"));
        return exit_status;
    }
    return report(QFP_FAIL(QFP_USAGE, "'%s' is no command; 'qfp help' lists them", argv[1]));
}
