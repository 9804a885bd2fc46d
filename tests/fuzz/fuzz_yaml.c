/* A configuration, read and checked whole. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/config_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qfp_config *config = NULL;
    char *text = fuzz_text(data, size);
    fuzz_check_refusal(qfp_config_parse(text, strlen(text), "fuzz.yaml", NULL, 0, &config));
    qfp_config_destroy(config);
    free(text);
    return 0;
}
