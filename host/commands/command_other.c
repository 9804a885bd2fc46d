/* command_other.c - plot, devices and version: a library call and a line or two. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"

qfp_status command_plot(const arguments *a)
{
    const char *from = a->positional[0], *slash = strrchr(from, '/');
    const char *name = slash != NULL ? slash + 1 : from, *dot = strrchr(name, '.');
    int length = (int)(dot != NULL && dot != name ? (size_t)(dot - from) : strlen(from));
    bool quiet = a->value[OPTION_QUIET] != NULL;
    const qfp_plot_options options = {.replace = a->value[OPTION_FORCE] != NULL,
                                      .movie = a->value[OPTION_MOVIE] != NULL,
                                      .show_progress = !quiet};
    char *chosen = qfpi_format("%.*s.%s", length, from, options.movie ? "gif" : "png");
    const char *picture = a->value[OPTION_OUTPUT] != NULL ? a->value[OPTION_OUTPUT] : chosen;
    qfp_status status = picture == NULL ? QFP_FAIL(QFP_MEMORY, "cannot allocate a file name")
                                        : qfp_plot_file(from, picture, &options);
    if (status == QFP_OK && a->value[OPTION_JSON] != NULL) {
        status = print_json(json_pack("{s:o}", "output", qfpi_json_text(picture)));
    } else if (status == QFP_OK && !quiet) {
        printf("wrote ");
        print_printable(stdout, picture);
        putchar('\n');
    }
    free(chosen);
    return status;
}

static json_t *device_json(const qfp_device *device)
{
    json_t *object = json_pack("{s:o}", "backend", qfpi_json_text(device->backend));
    if (device->number >= 0)
        object = qfpi_json_put(object, "device", json_integer(device->number));
    object = qfpi_json_put(object, "available", json_boolean(device->available));
    return qfpi_json_put(object, "description", qfpi_json_text(device->description));
}

qfp_status command_devices(const arguments *a)
{
    qfp_device devices[64];
    const size_t most = sizeof devices / sizeof *devices;
    size_t count = qfp_devices_list(most, devices);
    count = count < most ? count : most;
    if (a->value[OPTION_JSON] != NULL) {
        json_t *list = json_array();
        for (size_t i = 0; i < count; i++)
            list = qfpi_json_append(list, device_json(&devices[i]));
        return print_json(list);
    }
    for (size_t i = 0; i < count; i++) {
        if (devices[i].number < 0)
            printf("%-7s", devices[i].backend);
        else
            printf("%-4s %-2d", devices[i].backend, devices[i].number);
        printf(" %-13s %s\n", devices[i].available ? "available" : "not available",
               devices[i].description);
    }
    return QFP_OK;
}

qfp_status command_version(const arguments *a)
{
    if (a->value[OPTION_JSON] != NULL)
        return print_json(
            json_pack("{s:s, s:s}", "version", QFP_VERSION, "git_commit", QFP_GIT_COMMIT));
    printf("qfp %s (commit %s)\n", QFP_VERSION, QFP_GIT_COMMIT);
    return QFP_OK;
}
