/* test_ensemble_methods.c - the table of methods: which keys they have, and that others are
 * refused. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "io/config.h"
#include "io/config_keys.h"
#include "io/config_load.h"

/* The keys of the table of methods are keys of a configuration, and no other method takes them. */
Test(ensemble_methods, keys_are_theirs)
{
    for (size_t m = 0; m < qfp_ensemble_method_count; ++m) {
        const qfp_ensemble_method *method = &qfp_ensemble_methods[m];
        cr_assert(qfp_ensemble_method_find(method->name) == method);
        char path[64], key[32];
        for (const char *word = method->keys; *word != '\0'; word += strspn(word, " ")) {
            size_t length = strcspn(word, " ");
            snprintf(key, sizeof key, "%.*s", (int)length, word);
            word += length;
            snprintf(path, sizeof path, "ensemble.%s", key);
            cr_assert(qfp_config_key_find(path) != NULL, "%s of %s", path, method->name);
            cr_assert(qfp_ensemble_method_has(method, key));
        }
    }
    static const char system[] = "hamiltonian: {operator: n}\ninitial: {fock: [0]}\n";
    static const char *const foreign[] = {"drift: ['x']", "packets: []", "sweeps: 3"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; ++i) {
        char text[256];
        qfp_config *c = NULL;
        snprintf(text, sizeof text, "%soutput: {times: [0]}\nensemble: {method: guided, %s}\n",
                 system, foreign[i]);
        cr_assert(eq(int, qfp_config_parse(text, strlen(text), "m.yaml", NULL, 0, &c), QFP_CONFIG),
                  "%s", text);
        cr_assert(strstr(qfp_last_error(), "does not have this key, only") != NULL, "%s",
                  qfp_last_error());
    }
}
