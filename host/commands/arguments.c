#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

int report(qfp_status status)
{
    if (status != QFP_OK)
        fprintf(stderr, "qfp: %s\n", qfp_last_error());
    return qfp_status_exit(status);
}

void print_json_string(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c == '\n')
            fputs("\\n", stdout);
        else if (*c < 0x20)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

void print_json_number(double value)
{
    if (isfinite(value))
        printf("%.17g", value);
    else
        fputs("null", stdout);
}

/* The value of an option, "--name=value" or "--name value"; NULL when `text` is another option. */
static qfp_status option_value(const char *command, int argc, char **argv, int *at,
                               const char *name, const char **value)
{
    const char *text = argv[*at];
    size_t length = strlen(name);
    *value = NULL;
    if (strncmp(text, name, length) != 0)
        return QFP_OK;
    if (text[length] == '=') {
        *value = text + length + 1;
        return QFP_OK;
    }
    if (text[length] != '\0')
        return QFP_OK;
    if (*at + 1 >= argc)
        return QFP_FAIL(QFP_USAGE, "%s: %s needs a value; see 'qfp help'", command, name);
    *value = argv[++*at];
    return QFP_OK;
}

static qfp_status add_override(const char *command, const char *text, arguments *out)
{
    if (out->override_count == OVERRIDES_MOST)
        return QFP_FAIL(QFP_USAGE, "%s: more than %d overrides", command, OVERRIDES_MOST);
    out->overrides[out->override_count++] = text;
    return QFP_OK;
}

static qfp_status parse_valued(const char *command, int argc, char **argv, int *at, int accepted,
                               arguments *out, bool *taken)
{
    const char *value;
    *taken = true;
    if (accepted & TAKES_OUTPUT) {
        QFP_TRY(option_value(command, argc, argv, at, "-o", &value));
        if (value != NULL) {
            out->output = value;
            return QFP_OK;
        }
    }
    if (accepted & TAKES_SPECTRUM) {
        QFP_TRY(option_value(command, argc, argv, at, "--spectrum", &value));
        if (value != NULL) {
            out->spectrum = value;
            return QFP_OK;
        }
    }
    if (accepted & TAKES_TOLERANCE) {
        QFP_TRY(option_value(command, argc, argv, at, "--tol", &value));
        if (value != NULL) {
            out->tolerance = value;
            return QFP_OK;
        }
    }
    if (accepted & TAKES_CONFIG_OPTIONS) {
        QFP_TRY(option_value(command, argc, argv, at, "--set", &value));
        if (value != NULL)
            return add_override(command, value, out);
        QFP_TRY(option_value(command, argc, argv, at, "--basis", &value));
        if (value != NULL) {
            snprintf(out->basis_override, sizeof out->basis_override, "solver.basis=%s", value);
            return add_override(command, out->basis_override, out);
        }
        QFP_TRY(option_value(command, argc, argv, at, "--backend", &value));
        if (value != NULL) {
            snprintf(out->backend_override, sizeof out->backend_override, "backend=%s", value);
            return add_override(command, out->backend_override, out);
        }
        QFP_TRY(option_value(command, argc, argv, at, "--device", &value));
        if (value != NULL) {
            snprintf(out->device_override, sizeof out->device_override, "device=%s", value);
            return add_override(command, out->device_override, out);
        }
    }
    *taken = false;
    return QFP_OK;
}

qfp_status arguments_parse(const char *command, int argc, char **argv, int accepted,
                           int positional_wanted, const char *positional_names, arguments *out)
{
    *out = (arguments){0};
    for (int i = 0; i < argc; i++) {
        bool taken;
        QFP_TRY(parse_valued(command, argc, argv, &i, accepted, out, &taken));
        if (taken)
            continue;
        if (strcmp(argv[i], "--json") == 0) {
            out->json = true;
        } else if ((accepted & TAKES_RESUME) && strcmp(argv[i], "--resume") == 0) {
            out->resume = true;
        } else if ((accepted & TAKES_LATEX) && strcmp(argv[i], "--latex") == 0) {
            out->latex = true;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            return QFP_FAIL(QFP_USAGE, "%s: unknown option '%s'; see 'qfp help'", command, argv[i]);
        } else if (out->positional_count == positional_wanted) {
            return QFP_FAIL(QFP_USAGE, "%s: '%s' is one argument too many; expected %s", command,
                            argv[i], positional_names);
        } else {
            out->positional[out->positional_count++] = argv[i];
        }
    }
    if (out->positional_count < positional_wanted && !(accepted & MAY_LACK_POSITIONAL))
        return QFP_FAIL(QFP_USAGE, "%s: expected %s; see 'qfp help'", command, positional_names);
    return QFP_OK;
}

char *default_output(const char *config_path)
{
    const char *name = strrchr(config_path, '/');
    name = name != NULL ? name + 1 : config_path;
    const char *dot = strrchr(name, '.');
    int length = dot != NULL && dot != name ? (int)(dot - name) : (int)strlen(name);
    return qfpi_format("%.*s.h5", length, name);
}
