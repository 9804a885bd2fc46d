/* command_other.c - plot, devices and version: a library call and a line or two. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

int command_plot(int argc, char **argv)
{
    arguments a;
    char *chosen = NULL;
    qfp_status status = arguments_parse("plot", argc, argv, TAKES_OUTPUT, 1, "OUT.h5", &a);
    if (status == QFP_OK) {
        const char *dot = strrchr(a.positional[0], '.');
        int length = dot != NULL ? (int)(dot - a.positional[0]) : (int)strlen(a.positional[0]);
        chosen = qfpi_format("%.*s.png", length, a.positional[0]);
        const char *png = a.output != NULL ? a.output : chosen;
        status = png != NULL ? qfp_plot_file(a.positional[0], png)
                             : QFP_FAIL(QFP_MEMORY, "cannot allocate a file name");
        if (status == QFP_OK && a.json) {
            printf("{\"output\": ");
            print_json_string(png);
            printf("}\n");
        } else if (status == QFP_OK) {
            printf("wrote %s\n", png);
        }
    }
    int exit_status = report(status);
    free(chosen);
    return exit_status;
}

int command_devices(int argc, char **argv)
{
    arguments a;
    qfp_device devices[64];
    const size_t most = sizeof devices / sizeof *devices;
    qfp_status status = arguments_parse("devices", argc, argv, 0, 0, "no arguments", &a);
    if (status != QFP_OK)
        return report(status);
    size_t count = qfp_devices_list(most, devices);
    count = count < most ? count : most;
    if (a.json)
        printf("[");
    for (size_t i = 0; i < count; i++) {
        if (!a.json) {
            if (devices[i].number < 0)
                printf("%-7s", devices[i].backend);
            else
                printf("%-4s %-2d", devices[i].backend, devices[i].number);
            printf(" %-13s %s\n", devices[i].available ? "available" : "not available",
                   devices[i].description);
            continue;
        }
        printf("%s{\"backend\": ", i > 0 ? ", " : "");
        print_json_string(devices[i].backend);
        if (devices[i].number >= 0)
            printf(", \"device\": %d", devices[i].number);
        printf(", \"available\": %s, \"description\": ", devices[i].available ? "true" : "false");
        print_json_string(devices[i].description);
        printf("}");
    }
    if (a.json)
        printf("]\n");
    return 0;
}

int command_version(int argc, char **argv)
{
    arguments a;
    qfp_status status = arguments_parse("version", argc, argv, 0, 0, "no arguments", &a);
    if (status != QFP_OK)
        return report(status);
    printf(a.json ? "{\"version\": \"%s\", \"git_commit\": \"%s\"}\n" : "qfp %s (commit %s)\n",
           QFP_VERSION, QFP_GIT_COMMIT);
    return 0;
}
