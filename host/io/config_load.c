/* config_load.c - reads a file or a text, applies the overrides, has the tree checked. */
#include "io/config_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/config_override.h"
#include "io/config_parameters.h"

#define MAX_FILE_BYTES (1u << 20)

static qfp_status read_file(const char *path, char **text, size_t *size)
{
    struct stat information;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return QFP_FAIL(QFP_IO, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(fileno(file), &information) == 0 && S_ISDIR(information.st_mode)) {
        fclose(file);
        return QFP_FAIL(QFP_IO, "%s: is a folder, not a configuration", path);
    }
    char *buffer = NULL;
    qfp_status status = QFP_ALLOCATE(buffer, MAX_FILE_BYTES + 2, "the configuration");
    if (status != QFP_OK) {
        fclose(file);
        return status;
    }
    *size = fread(buffer, 1, MAX_FILE_BYTES + 1, file);
    if (ferror(file))
        status = QFP_FAIL(QFP_IO, "%s: cannot be read: %s", path, strerror(errno));
    fclose(file);
    if (status != QFP_OK) {
        free(buffer);
        return status;
    }
    *text = buffer;
    return QFP_OK;
}

/* The output carries the text it was made from; overrides follow it as comments, so that a resumed
 * run with other overrides is told apart. */
static qfp_status note_override(const char *override, char **text)
{
    size_t length = strlen(*text);
    bool line_ended = length == 0 || (*text)[length - 1] == '\n';
    char *longer = qfpi_format("%s%s# --set %s\n", *text, line_ended ? "" : "\n", override);
    if (longer == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
    free(*text);
    *text = longer;
    return QFP_OK;
}

/* An override may take the place of what used a parameter of the file, which is then no mistake. */
static bool replaces_expressions(const char *const *overrides, size_t count)
{
    static const char *const harmless[] = {"hamiltonian.parameters.", "solver."};
    for (size_t i = 0; i < count; ++i) {
        bool is_harmless = false;
        for (size_t k = 0; k < sizeof harmless / sizeof *harmless; ++k)
            is_harmless |= strncmp(overrides[i], harmless[k], strlen(harmless[k])) == 0;
        if (!is_harmless)
            return true;
    }
    return false;
}

static qfp_status keep_overrides(const char *const *overrides, size_t count, qfp_config *config)
{
    QFP_TRY(QFP_ALLOCATE(config->overrides, count, "the configuration"));
    for (; config->override_count < count; ++config->override_count) {
        char **kept = &config->overrides[config->override_count];
        *kept = qfpi_format("%s", overrides[config->override_count]);
        if (*kept == NULL)
            return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
    }
    return QFP_OK;
}

/* What a configuration is read for: a stationary state needs less than a run, a point of a sweep no `sweep`. */
typedef enum purpose { FOR_RUN, FOR_STEADY, FOR_POINT, FOR_STEADY_POINT } purpose;

/* Takes over `text`, which a zero byte follows. */
static qfp_status parse(const char *name, purpose what, char *text, size_t size,
                        const char *const *overrides, size_t override_count, qfp_config **out)
{
    qfp_config *config = NULL;
    qfp_yaml_node *root = NULL;
    qfp_status status = QFP_ALLOCATE(config, 1, "the configuration");
    if (status == QFP_OK && size > MAX_FILE_BYTES)
        status = QFP_FAIL(QFP_CONFIG, "%s: larger than 1 MB; a configuration is a short YAML text",
                          name);
    if (status != QFP_OK) {
        free(config);
        free(text);
        return status;
    }
    config->text = text;
    config->for_steady = what == FOR_STEADY || what == FOR_STEADY_POINT;
    config->is_point = what == FOR_POINT || what == FOR_STEADY_POINT;
    config->path = qfpi_format("%s", name);
    if (config->path == NULL) {
        status = QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
        goto done;
    }
    QFP_TRY_GOTO(qfp_yaml_parse(name, "", config->text, size, &root));
    QFP_TRY_GOTO(keep_overrides(overrides, override_count, config));
    for (size_t i = 0; i < override_count; ++i) {
        if (root->kind == QFP_YAML_MAP)
            QFP_TRY_GOTO(qfp_config_override(root, overrides[i]));
        QFP_TRY_GOTO(note_override(overrides[i], &config->text));
    }
    QFP_TRY_GOTO(qfpi_config_read_tree(root, config));
    if (config->expression != NULL)
        QFP_TRY_GOTO(qfpi_config_find_wick(config));
    QFP_TRY_GOTO(
        qfp_config_parameters_used(root, config, replaces_expressions(overrides, override_count)));
done:
    qfp_yaml_destroy(root);
    if (status != QFP_OK) {
        qfp_config_destroy(config);
        return status;
    }
    *out = config;
    return QFP_OK;
}

static qfp_status load(const char *path, purpose what, const char *const *overrides,
                       size_t override_count, qfp_config **out)
{
    char *text = NULL;
    size_t size = 0;
    QFP_TRY(read_file(path, &text, &size));
    return parse(path, what, text, size, overrides, override_count, out);
}

qfp_status qfp_config_load(const char *path, const char *const *overrides, size_t override_count,
                           qfp_config **out)
{
    return load(path, FOR_RUN, overrides, override_count, out);
}

qfp_status qfp_steady_config_load(const char *path, const char *const *overrides,
                                  size_t override_count, qfp_config **out)
{
    return load(path, FOR_STEADY, overrides, override_count, out);
}

static qfp_status parse_copy(const char *text, size_t length, const char *name, purpose what,
                             const char *const *overrides, size_t override_count, qfp_config **out)
{
    char *copy = NULL;
    QFP_TRY(QFP_ALLOCATE(copy, length + 1, "the configuration"));
    memcpy(copy, text, length);
    return parse(name, what, copy, length, overrides, override_count, out);
}

qfp_status qfp_config_parse(const char *text, size_t length, const char *name,
                            const char *const *overrides, size_t override_count, qfp_config **out)
{
    return parse_copy(text, length, name, FOR_RUN, overrides, override_count, out);
}

qfp_status qfp_steady_config_parse(const char *text, size_t length, const char *name,
                                   const char *const *overrides, size_t override_count,
                                   qfp_config **out)
{
    return parse_copy(text, length, name, FOR_STEADY, overrides, override_count, out);
}

qfp_status qfpi_config_parse_point(const char *text, size_t length, const char *name,
                                   bool for_steady, const char *const *overrides,
                                   size_t override_count, qfp_config **out)
{
    return parse_copy(text, length, name, for_steady ? FOR_STEADY_POINT : FOR_POINT, overrides,
                      override_count, out);
}
