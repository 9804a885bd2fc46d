/* cluster.c - the machines that a plan is about, as the command line describes them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "io/config.h"

/* NUMBER UNIT, the unit one of B, kB, MB, GB, TB, with `per` behind it. */
static qfp_status read_quantity(const char *option, const char *text, const char *per,
                                size_t length, double *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    char *end;
    double number = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char unit[8] = "";
        strcat(strcat(unit, units[i]), per);
        if (end != text && strlen(unit) == length - (size_t)(end - text) &&
            strncmp(end, unit, strlen(unit)) == 0 && number > 0.0 && isfinite(number)) {
            *out = number * pow(1e3, (double)i);
            return QFP_OK;
        }
    }
    return QFP_FAIL(QFP_USAGE,
                    "plan: --%s: expected a positive number with a unit, such as 80GB%s, not '%s'",
                    option, per, text);
}

static qfp_status read_size(const arguments *a, option_id id, const char *per, double *out)
{
    const char *text = a->value[id];
    return text == NULL ? QFP_OK
                        : read_quantity(option_rows[id].name, text, per, strlen(text), out);
}

/* RATE, or RATE,TIME with the time in us or ms */
static qfp_status read_network(const arguments *a, qfp_cluster *out)
{
    const char *text = a->value[OPTION_NETWORK];
    if (text == NULL)
        return QFP_OK;
    size_t rate = strcspn(text, ",");
    QFP_TRY(read_quantity("network", text, "/s", rate, &out->network));
    if (text[rate] == '\0')
        return QFP_OK;
    char *end;
    double time = strtod(text + rate + 1, &end);
    if (end == text + rate + 1 || !(time >= 0.0) ||
        (strcmp(end, "us") != 0 && strcmp(end, "ms") != 0))
        return QFP_FAIL(
            QFP_USAGE,
            "plan: --network: expected a time in us or ms behind the comma, such as 25GB/s,2us, "
            "not '%s'",
            text);
    out->latency = time * (end[0] == 'u' ? 1e-6 : 1e-3);
    return QFP_OK;
}

qfp_status read_cluster(const arguments *a, qfp_config *config)
{
    qfp_cluster *out = &config->cluster;
    const char *text = a->value[OPTION_RANKS];
    const long most = 1000000;
    if (text != NULL) {
        char *end;
        long ranks = strtol(text, &end, 10);
        if (end == text || *end != '\0' || ranks < 1 || ranks > most)
            return QFP_FAIL(QFP_USAGE,
                            "plan: --ranks: expected a number of processes, 1 to %ld, not '%s'",
                            most, text);
        out->ranks = (int)ranks;
    }
    QFP_TRY(read_size(a, OPTION_DEVICE_MEMORY, "", &out->memory));
    QFP_TRY(read_size(a, OPTION_DEVICE_RATE, "/s", &out->moves));
    return read_network(a, out);
}
