#include "io/config_keys.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "io/config_output.h"

#define ONE(s, m) QFP_KEY_ONE, offsetof(s, m), sizeof((s *)NULL)->m
#define EACH(s, m) QFP_KEY_EACH, offsetof(s, m), sizeof *((s *)NULL)->m
#define ALL(s, m) QFP_KEY_ALL, offsetof(s, m), sizeof *((s *)NULL)->m
#define ABOVE(x) ((x) * (1 + DBL_EPSILON)) /* the next numbers: ranges include their ends */
#define BELOW(x) ((x) * (1 - DBL_EPSILON))
#define ANY -INFINITY, INFINITY
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define OWN .kind = QFP_KEY_OWN
#define GROUP .kind = QFP_KEY_GROUP
#define REAL(s, m, ...) QFP_KEY_REAL, ONE(s, m), __VA_ARGS__, NULL
#define POSITIVE(s, m) REAL(s, m, DBL_TRUE_MIN, INFINITY)
#define COMPLEX(s, m) QFP_KEY_COMPLEX, ONE(s, m), ANY, NULL
#define INTEGER(s, m, low, high) QFP_KEY_INTEGER, ONE(s, m), low, high, NULL
#define CHOICE(s, m, words) QFP_KEY_CHOICE, ONE(s, m), 0, 0, words
#define BOOLEAN(s, m) CHOICE(s, m, WORDS("false", "true"))
#define EACH_REAL(s, m, ...) QFP_KEY_REAL, EACH(s, m), __VA_ARGS__, NULL
#define EACH_COMPLEX(s, m) QFP_KEY_COMPLEX, EACH(s, m), ANY, NULL
#define EACH_INTEGER(s, m, low, high) QFP_KEY_INTEGER, EACH(s, m), low, high, NULL
#define ALL_POSITIVE(s, m) QFP_KEY_REAL, ALL(s, m), DBL_TRUE_MIN, INFINITY, NULL
#define ALL_INTEGER(s, m, low, high) QFP_KEY_INTEGER, ALL(s, m), low, high, NULL

#ifdef QFP_STRICT_BUILD
#define QFP_REPRODUCIBLE_DEFAULT "true"
#else
#define QFP_REPRODUCIBLE_DEFAULT "false"
#endif

const qfp_config_key qfp_config_keys[] = {
#define X(path, type, expected, fallback, example, meaning)                                        \
    {path, {type}, expected, fallback, example, meaning},
    QFP_CONFIG_KEYS(X)
#undef X
};
const size_t qfp_config_key_count = sizeof qfp_config_keys / sizeof *qfp_config_keys;

const char *qfp_config_key_below(const qfp_config_key *key, const char *prefix)
{
    size_t length = strlen(prefix);
    const char *name = key->path;
    if (length > 0) {
        if (strncmp(name, prefix, length) != 0 || name[length] != '.')
            return NULL;
        name += length + 1;
    }
    return strchr(name, '.') == NULL ? name : NULL;
}

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
        remove_prefixes(plain, "initial.product.");
    } while (strlen(plain) != before);
    if (strncmp(plain, "hamiltonian.parameters.", strlen("hamiltonian.parameters.")) == 0)
        plain[strlen("hamiltonian.parameters")] = '\0';
    for (size_t i = 0; i < qfp_config_key_count; ++i)
        if (strcmp(qfp_config_keys[i].path, plain) == 0)
            return &qfp_config_keys[i];
    return NULL;
}

const char *qfp_config_key_ending(const char *name)
{
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const char *path = qfp_config_keys[i].path;
        size_t length = strlen(path), end = strlen(name);
        if (end <= length && strcmp(path + length - end, name) == 0 &&
            (end == length || path[length - end - 1] == '.'))
            return path;
    }
    return NULL;
}
