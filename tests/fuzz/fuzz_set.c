/* Up to eight --set KEY=VALUE, one a line, over a configuration that is good. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/config_load.h"

static const char base[] =
    "hamiltonian: {modes: 2, parameters: {U: 1.0}, operator: \"U*n[1]*n[2]\"}\n"
    "initial: {coherent: [1.0, 0.5]}\n"
    "output: {times: [0, 1], husimi: {from: -4, to: 4, points: 9}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 8 };
    const char *overrides[MOST];
    size_t count = 0;
    qfp_config *config = NULL;
    char *text = fuzz_text(data, size), *rest = text;
    for (char *line; count < MOST && (line = strsep(&rest, "\n")) != NULL;)
        overrides[count++] = line;
    fuzz_check_refusal(
        qfp_config_parse(base, strlen(base), "fuzz.yaml", overrides, count, &config));
    qfp_config_destroy(config);
    free(text);
    return 0;
}
