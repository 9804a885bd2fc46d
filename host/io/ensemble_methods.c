#include "io/ensemble_methods.h"

#include <string.h>

#define SYSTEM false
#define PROCESS true
const qfp_ensemble_method qfp_ensemble_methods[] = {
#define X(name, kind, keys, meaning) {#name, kind, keys},
    QFP_ENSEMBLE_METHODS(X)
#undef X
};
const size_t qfp_ensemble_method_count = sizeof qfp_ensemble_methods / sizeof *qfp_ensemble_methods;

const qfp_ensemble_method *qfp_ensemble_method_find(const char *name)
{
    for (size_t i = 0; i < qfp_ensemble_method_count; i++)
        if (strcmp(qfp_ensemble_methods[i].name, name) == 0)
            return &qfp_ensemble_methods[i];
    return NULL;
}

bool qfp_ensemble_method_has(const qfp_ensemble_method *method, const char *key)
{
    size_t length = strlen(key);
    for (const char *word = method->keys; *word != '\0';) {
        size_t end = strcspn(word, " ");
        if (end == length && strncmp(word, key, length) == 0)
            return true;
        word += end + strspn(word + end, " ");
    }
    return false;
}
