#include "io/config_override.h"

#include <stdlib.h>
#include <string.h>

static qfp_status check_path(const char *text, const char *path)
{
    size_t length = strlen(path);
    if (length == 0 || path[0] == '.' || path[length - 1] == '.' || strstr(path, "..") != NULL ||
        strpbrk(path, " \t\n[]{}:,'\"") != NULL)
        return QFP_FAIL(QFP_CONFIG,
                        "--set %s: '%s' is no key; expected for example solver.tolerance=1e-10",
                        text, path);
    return QFP_OK;
}

/* `path` is cut at its dots while the walk goes down. */
static qfp_status place_value(qfp_yaml_node *root, char *path, qfp_yaml_node *value)
{
    qfp_yaml_node *map = root;
    char *key = path;
    qfp_status status = QFP_OK;
    for (char *dot; status == QFP_OK && (dot = strchr(key, '.')) != NULL; key = dot + 1) {
        *dot = '\0';
        qfp_yaml_node *child = qfp_yaml_find(map, key);
        if (child == NULL || child->kind == QFP_YAML_NOTHING) {
            qfp_yaml_node *fresh;
            status = qfp_yaml_new_map(path, &fresh);
            if (status == QFP_OK)
                status = qfp_yaml_put(map, key, fresh);
            if (status == QFP_OK)
                child = fresh;
        } else if (child->kind != QFP_YAML_MAP) {
            status = QFP_FAIL(QFP_CONFIG,
                              "--set %s.%s: '%s' is a %s in the file and has no keys below it",
                              path, dot + 1, path, child->kind == QFP_YAML_LIST ? "list" : "value");
        }
        *dot = '.';
        map = child;
    }
    if (status != QFP_OK) {
        qfp_yaml_destroy(value);
        return status;
    }
    return qfp_yaml_put(map, key, value);
}

qfp_status qfp_config_override(qfp_yaml_node *root, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL)
        return QFP_FAIL(QFP_CONFIG,
                        "--set %s: expected key.path=value, for example solver.tolerance=1e-10",
                        text);
    char *path = qfpi_format("%.*s", (int)(equals - text), text);
    if (path == NULL)
        return QFP_FAIL(QFP_MEMORY, "--set %s: out of memory", text);
    qfp_status status;
    qfp_yaml_node *value = NULL;
    QFP_TRY_GOTO(check_path(text, path));
    if (equals[1 + strspn(equals + 1, " \t")] == '\0') {
        status = QFP_FAIL(QFP_CONFIG, "--set %s: no value follows the '='", path);
        goto done;
    }
    QFP_TRY_GOTO(qfp_yaml_parse("--set", path, equals + 1, strlen(equals + 1), &value));
    status = place_value(root, path, value);
done:
    free(path);
    return status;
}
