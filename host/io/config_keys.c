#include "io/config_keys.h"

#include <string.h>

const qfp_config_key qfp_config_keys[] = {
#define X(path, availability, expected, fallback, example, meaning)                                \
    {path, QFP_KEY_##availability, expected, fallback, example, meaning},
    QFP_CONFIG_KEYS(X)
#undef X
};
const size_t qfp_config_key_count = sizeof qfp_config_keys / sizeof *qfp_config_keys;

static void remove_prefixes(char *path, const char *prefix)
{
    const size_t root = strlen("initial.");
    size_t length = strlen(prefix);
    while (strncmp(path, prefix, length) == 0)
        memmove(path + root, path + length, strlen(path + length) + 1);
}

const qfp_config_key *qfp_config_key_find(const char *path)
{
    char plain[256];
    size_t length = 0;
    for (const char *c = path; *c != '\0' && length + 1 < sizeof plain; ++c) {
        if (*c == '[') {
            const char *end = strchr(c, ']');
            if (end != NULL) {
                c = end;
                continue;
            }
        }
        plain[length++] = *c;
    }
    plain[length] = '\0';
    size_t before;
    do { /* a superposition may stand inside a mixture */
        before = strlen(plain);
        remove_prefixes(plain, "initial.superposition.");
        remove_prefixes(plain, "initial.mixture.");
    } while (strlen(plain) != before);
    if (strncmp(plain, "hamiltonian.parameters.", strlen("hamiltonian.parameters.")) == 0)
        plain[strlen("hamiltonian.parameters")] = '\0';
    for (size_t i = 0; i < qfp_config_key_count; ++i)
        if (strcmp(qfp_config_keys[i].path, plain) == 0)
            return &qfp_config_keys[i];
    return NULL;
}
